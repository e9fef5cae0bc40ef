"""Killed without a warning between any two writes, the emulator loses nothing that it has acknowledged."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from emulator.arm_client import (
    GROUP,
    PROVIDER,
    SUBSCRIPTION,
    Arm,
    Response,
    account_body,
    deployment_body,
)
from emulator.test_holder import OPEN_AND_WAIT

from deployer.emulator import Emulator

QUICK = {
    "accountSeconds": 0.02,
    "deploymentSeconds": 0.01,
    "deleteSeconds": 0.01,
    "groupSeconds": 0.0,
    "lockLinger": 0.0,
    "cannotDeleteAccountWithDeployments": False,
}
ACCOUNTS = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts"
TEMPLATES = f"{GROUP}/providers/Microsoft.Resources/deployments"
POLLED = 10
"""How many of its last operations a writer polls."""

Key = tuple[str, str]
GONE = None


class Ledger:
    """What a writer knows of each thing: how it was acknowledged, and how it may be since the last request."""

    def __init__(self) -> None:
        self.sure: dict[Key, Any] = {}
        self.asked: dict[Key, Any] = {}
        self.polled: dict[Key, str] = {}
        """Paths of operations that were acknowledged."""

    def lost(self, found: dict[Key, Any]) -> dict[Key, Any]:
        """What is neither as it was acknowledged nor as the request in flight would have made it."""
        return {
            key: (found.get(key), self.sure.get(key), self.asked.get(key))
            for key in {*self.sure, *self.asked}
            if found.get(key) not in (self.sure.get(key), self.asked.get(key, self.sure.get(key)))
        }

    def take(self, found: dict[Key, Any]) -> None:
        """Go on from what is there."""
        for key in {*self.sure, *self.asked}:
            self.sure[key] = found.get(key)
        self.asked.clear()


class Writer(threading.Thread):
    """Carries out one step after another until the server is gone."""

    def __init__(self, emulator: Emulator, ledger: Ledger, steps: Callable[[Any], Iterator[None]]):
        super().__init__(daemon=True)
        self.arm = Arm(emulator)
        self.arm.token()
        self.ledger = ledger
        self.steps = steps
        self.begun = threading.Event()
        self.asks = threading.Event()
        """Set when a request is about to be in flight, after the writer has begun."""
        self.wrong: AssertionError | None = None

    def run(self) -> None:
        try:
            for _ in self.steps(self):
                self.begun.set()
        except AssertionError as wrong:
            self.wrong = wrong
        except Exception:  # noqa: BLE001 - any way in which a broken connection shows
            return

    def ask(self, key: Key, then: Any, method: str, path: str, body: Any = None) -> Response:
        """One write, after which the thing is as `then` says, if it was not refused."""
        self.ledger.asked[key] = then
        if self.begun.is_set():
            self.asks.set()
        answer = self.arm.ask(method, path, body)
        if answer.status < 300:
            self.ledger.sure[key] = then
        del self.ledger.asked[key]
        return answer

    def poll(self, name: str, answer: Response) -> None:
        """The operation that an answer names, from now on to be there at every poll."""
        address = answer.headers.get("azure-asyncoperation") or answer.headers.get("Location")
        if address is None:
            return
        url = urlsplit(address)
        polled = self.ledger.polled
        key = ("operation", f"{name}-{url.path}")
        polled[key] = f"{url.path}?{url.query}"
        self.ledger.sure[key] = "there"
        for old in list(polled)[:-POLLED]:
            del polled[old], self.ledger.sure[old]
        polled_now = self.arm.follow(address)
        assert polled_now.status in (200, 202), polled_now.body


def groups(writer: Writer) -> Iterator[None]:
    for number in _numbers(writer, "groups"):
        name = f"group-{number % 7}"
        path = f"{SUBSCRIPTION}/resourceGroups/{name}"
        if number % 3 < 2:
            tags = {"written": str(number)}
            body = {"location": "eastus2", "tags": tags}
            writer.ask(("group", name), str(number), "PUT", path, body)
        else:
            name = f"group-{(number - 1) % 7}"
            path = f"{SUBSCRIPTION}/resourceGroups/{name}"
            writer.poll(name, writer.ask(("group", name), GONE, "DELETE", path))
        yield


def accounts(writer: Writer) -> Iterator[None]:
    """Creates, changes, deletes and purges, one account after the other."""
    for number in _numbers(writer, "accounts"):
        name = f"account-{number % 3}"
        key, path = ("account", name), f"{ACCOUNTS}/{name}"
        deleted = f"{PROVIDER}/locations/eastus2/resourceGroups/rg/deletedAccounts/{name}"
        written = {"tags": {"written": str(number)}}
        state = writer.ledger.sure.get(key)
        if state is GONE:
            body = account_body(name, **written)
            writer.poll(name, writer.ask(key, str(number), "PUT", path, body))
        elif state == "deleted":
            writer.poll(name, writer.ask(key, GONE, "DELETE", deleted))
        elif number % 2:
            writer.ask(key, str(number), "PATCH", path, written)
        else:
            writer.ask(key, "deleted", "DELETE", path)
        yield


def deployments(writer: Writer) -> Iterator[None]:
    for number in _numbers(writer, "deployments"):
        name = f"model-{number % 4}"
        key, path = ("deployment", name), f"{ACCOUNTS}/models/deployments/{name}"
        if number % 3 < 2:
            capacity = 1 + number % 100
            body = deployment_body("gpt-audio@2025-08-28", capacity=capacity)
            writer.ask(key, capacity, "PUT", path, body)
        else:
            writer.ask(key, GONE, "DELETE", path)
        yield


def templates(writer: Writer) -> Iterator[None]:
    """Runs templates; one that was seen to have succeeded has."""
    for number in _numbers(writer, "templates"):
        name = f"run-{number % 20}"
        key, path = ("template", name), f"{TEMPLATES}/{name}"
        body = {"properties": {"mode": "Incremental", "template": _template(number)}}
        answer = writer.ask(key, "there", "PUT", path, body)
        if answer.status < 300:
            writer.poll(name, answer)
            while writer.arm.get(path).body["properties"]["provisioningState"] not in ENDED:
                yield
            yield


ENDED = ("Succeeded", "Failed", "Canceled")
WRITERS = (groups, accounts, deployments, templates)


def _numbers(writer: Writer, name: str) -> Iterator[int]:
    """Numbers that go on where the last life of this writer ended."""
    while True:
        number = writer.ledger.sure.get(("number", name), 0) + 1
        writer.ledger.sure[("number", name)] = number
        yield number


def _template(number: int) -> dict[str, Any]:
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            {
                "type": "Microsoft.CognitiveServices/accounts",
                "apiVersion": "2025-06-01",
                "name": "templated",
                "location": "eastus2",
                "kind": "OpenAI",
                "sku": {"name": "S0"},
                "tags": {"written": str(number)},
                "properties": {},
            }
        ],
    }


def found(emulator: Emulator, ledgers: dict[str, Ledger]) -> dict[Key, Any]:
    """Everything that is there, as the ledgers name it."""
    arm = Arm(emulator)

    def listed(path: str) -> list[Any]:
        return list(arm.get(path).body["value"])

    there: dict[Key, Any] = {}
    for one in listed(f"{SUBSCRIPTION}/resourceGroups"):
        there["group", one["name"]] = one.get("tags", {}).get("written")
    for one in listed(ACCOUNTS):
        there["account", one["name"]] = one.get("tags", {}).get("written")
    for one in listed(f"{PROVIDER}/deletedAccounts"):
        there["account", one["name"]] = "deleted"
    for one in listed(f"{ACCOUNTS}/models/deployments"):
        there["deployment", one["name"]] = one["sku"]["capacity"]
    for one in listed(TEMPLATES):
        # A run that the kill has cut off has ended: nobody waits for it for ever.
        ended = one["properties"]["provisioningState"] in ENDED
        there["template", one["name"]] = "there" if ended else "hangs"
    for ledger in ledgers.values():
        for key, address in ledger.polled.items():
            if arm.follow(address).status in (200, 202, 409):
                there[key] = "there"
        there |= {key: value for key, value in ledger.sure.items() if key[0] == "number"}
    return there


def killed_again_and_again(state, cycles):
    """Returns how often which writer had a request in flight when the kill came."""
    ledgers = {steps.__name__: Ledger() for steps in WRITERS}
    in_flight = dict.fromkeys(ledgers, 0)
    for cycle in range(cycles + 1):
        server = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", OPEN_AND_WAIT, str(state)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout
        assert server.stdout.readline().startswith("holds"), f"cycle {cycle}"
        writers: list[Writer] = []
        with Emulator.open(state) as joined:
            if cycle == 0:
                joined.ask("PATCH", "settings", QUICK)
                assert Arm(joined).account(f"{ACCOUNTS}/models").status == 201
            there = found(joined, ledgers)
            for name, ledger in ledgers.items():
                assert ledger.lost(there) == {}, f"cycle {cycle}, {name}"
                ledger.take(there)
            assert QUICK.items() <= joined.ask("GET", "settings").items()
            if cycle < cycles:
                writers = [Writer(joined, ledgers[steps.__name__], steps) for steps in WRITERS]
                for one in writers:
                    one.start()
                assert all(one.begun.wait(20) for one in writers)
                # Each in its turn: the request of a quick one would seldom be in flight by itself.
                assert writers[cycle % len(writers)].asks.wait(20)
        server.kill()
        server.communicate()
        for one in writers:
            one.join(20)
            assert one.wrong is None, f"cycle {cycle}, {one.steps.__name__}: {one.wrong}"
            in_flight[one.steps.__name__] += bool(one.ledger.asked)
    return in_flight


def test_three_kills_lose_nothing(tmp_path):
    assert any(killed_again_and_again(tmp_path, 3).values())


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_two_hundred_kills_lose_nothing(tmp_path):
    assert all(killed_again_and_again(tmp_path, 200).values())
