"""A port for each account, within what the system allows; an account without one works as before."""

from __future__ import annotations

import asyncio
import datetime
import logging
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.serving import open_files, ports
from deployer.emulator.state.records import Account, Group

DATA = {"createdAt": "2026-04-23T00:00:00Z"}


def with_accounts(folder, *names):
    cloud = EmulatedCloud(folder, datetime.date(2026, 4, 23), address="https://localhost:1")
    cloud.store.put(Group("rg", "eastus2"), *[account(one) for one in names])
    return cloud


def account(name):
    return Account("rg", name, "eastus2", "OpenAI", "S0", {}, "k", "k", name, "c", "e", DATA, 0.0)


def account_ports(cloud, files):
    server: Any = SimpleNamespace(account=lambda _name: web.Application())
    return ports.AccountPorts(cloud, server, None, files)


async def ended(following):
    await asyncio.sleep(0)
    following.cancel()
    await asyncio.gather(following, return_exceptions=True)


def test_ports_take_half_of_the_files_and_the_next_account_moves_up(tmp_path, caplog):
    cloud = with_accounts(tmp_path, "a", "b", "c")
    followed = account_ports(cloud, files=8)

    async def run():
        await followed.adjust()
        first = sorted(cloud.ports)
        cloud.store.purge(account("a"))
        await followed.adjust()
        await followed.adjust()
        second = sorted(cloud.ports)
        await ended(asyncio.create_task(followed.follow()))
        return first, second

    with caplog.at_level(logging.WARNING):
        assert asyncio.run(run()) == (["a", "b"], ["b", "c"])
    assert "2 of 3 accounts have a port of their own: there is room for 2" in caplog.text
    assert caplog.text.count("ulimit -n") == 1


def test_a_system_without_sockets_left_costs_an_account_its_port_only(
    tmp_path, caplog, monkeypatch
):
    def none_left(_port):
        raise OSError(24, "Too many open files")

    cloud = with_accounts(tmp_path, "a")
    monkeypatch.setattr(ports, "loopback_sockets", none_left)

    with caplog.at_level(logging.WARNING):
        asyncio.run(account_ports(cloud, files=100).adjust())

    assert cloud.ports == {}
    assert "Too many open files" in caplog.text


class Limits:
    """The system's module, with a hard limit of its own; what is over `refused` it refuses, as macOS does."""

    RLIMIT_NOFILE = 7
    RLIM_INFINITY = -1

    def __init__(self, soft, hard, refused):
        self.now, self.refused = (soft, hard), refused

    def getrlimit(self, _which):
        return self.now

    def setrlimit(self, _which, limits):
        if limits[0] > self.refused:
            raise ValueError("over the maximum")
        self.now = limits


@pytest.mark.parametrize(
    ("soft", "hard", "refused", "raised"),
    [
        pytest.param(256, 1024, 1024, 1024, id="to the hard limit"),
        pytest.param(256, -1, 10_240, 10_240, id="to what macOS allows"),
        pytest.param(1024, 500_000, 500_000, 16_384, id="to what is of use"),
        pytest.param(20_000, 20_000, 20_000, 20_000, id="not lowered"),
        pytest.param(256, 4096, 256, 256, id="not allowed"),
    ],
)
def test_the_limit_of_open_files_is_raised_as_far_as_it_may_be(
    monkeypatch, soft, hard, refused, raised
):
    limits = Limits(soft, hard, refused)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setitem(sys.modules, "resource", limits)

    assert (open_files.most_open_files(), limits.now[0]) == (raised, raised)


def test_where_nothing_limits_files_there_is_room(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")

    assert open_files.most_open_files() > 10_000
