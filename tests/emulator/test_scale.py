"""A thousand accounts of thirty deployments: lists take as many times longer as there are more, and no more."""

from __future__ import annotations

import asyncio
import datetime
import time

import pytest

from deployer.emulator.arm import accounts, deployments
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.router import Call
from deployer.emulator.state.records import Account, Deployment, Group, Record

CALLER = Caller("c", "o", "a", 0.0)
DATA = {"createdAt": "2026-04-23T00:00:00Z"}


def filled(folder, count, each):
    folder.mkdir()
    cloud = EmulatedCloud(folder, datetime.date(2026, 4, 23), address="https://localhost:1")
    made: list[Record] = [Group("rg", "eastus2")]
    for number in range(count):
        name = f"account{number}"
        one = Account("rg", name, "eastus2", "OpenAI", "S0", {}, "k", "k", "i", "c", "e", DATA, 0.0)
        made.append(one)
        model = {"format": "OpenAI", "name": "gpt-audio", "version": "2025-08-28"}
        made += [
            Deployment(one.id, f"d{at}", model, "GlobalStandard", 1, "u", "o", "p", {}, [], "e", DATA, 0.0, 0.0)
            for at in range(each)
        ]  # fmt: skip
    cloud.store.put(*made)
    return cloud


def seconds(cloud):
    """Listing every account, and every deployment of each; the best of three."""

    async def listed():
        call = Call("GET", "", {}, {}, {}, CALLER)
        answer = await accounts.list_all(cloud, call)
        for one in answer.body["value"]:
            names = {"group": "rg", "account": one["name"]}
            await deployments.list_of_account(cloud, Call("GET", "", names, {}, {}, CALLER))

    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        asyncio.run(listed())
        best = min(best, time.perf_counter() - began)
    return best


@pytest.mark.long
def test_lists_over_a_thousand_accounts_are_linear(tmp_path):
    few, many = filled(tmp_path / "few", 250, 30), filled(tmp_path / "many", 1000, 30)
    ratio = seconds(many) / seconds(few)
    few.close()
    many.close()

    assert ratio < 8, "four times as many take four times as long, give or take the machine"


def test_a_name_that_two_groups_use_is_told_apart(arm):
    from emulator.arm_client import ACCOUNT

    second = ACCOUNT.replace("/rg/", "/other/")
    arm.account()
    arm.account(second, properties={"customSubDomainName": "second"})
    endpoints = [arm.get(path).body["properties"]["endpoint"] for path in (ACCOUNT, second)]
    arm.ask("DELETE", second)
    arm.ask("DELETE", ACCOUNT)
    arm.account(ACCOUNT.replace("/voice", "/third"))

    assert [one.rstrip("/").rpartition("/")[2] for one in endpoints] == ["voice", "second"]
