"""The emulator as a cloud for tests that look at it and write to it, and a clock on which waiting takes no time."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from azure.identity import ClientSecretCredential
from build import desired

from deployer.azure import Cloud, Seen, look
from deployer.core.events import Event
from deployer.core.plan import Plan
from deployer.core.planning import make_plan
from deployer.core.resources import Resource, Scope
from deployer.core.state import DesiredState, SoftDelete, accounts
from deployer.emulator import Emulator
from deployer.engines.sdk import SdkEngine

FIRST_DAY = dt.date(2025, 2, 6)


class FakeClock:
    """Time that passes only by waiting. Pauses end at once, and are remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 0.0
        self.paused: list[float] = []

    def now(self) -> float:
        return self._now

    def pause(self, seconds: float, stop: threading.Event | None = None) -> bool:
        with self._lock:
            self._now += seconds
            self.paused.append(seconds)
        return stop is not None and stop.is_set()


def sign_in(emulator: Emulator, client_id="", client_secret="") -> Cloud:
    """A cloud in which whoever owns the secret is signed in; without one, the emulator's own deployer."""
    credential = ClientSecretCredential(
        emulator.tenant,
        client_id or emulator.client_id,
        client_secret or emulator.client_secret,
        authority=emulator.address,
        connection_verify=str(emulator.ca),
    )
    return Cloud(
        f"emulator@{emulator.date}",
        arm=emulator.address,
        audience="https://management.azure.com",
        authority=emulator.address,
        credential=credential,
        today=emulator.date,
        ca=emulator.ca,
        is_loopback=True,
    )


@dataclass
class Stage:
    """An empty emulator with somebody signed in: look at it, plan and apply."""

    emulator: Emulator
    cloud: Cloud

    @property
    def scope(self) -> Scope:
        return Scope(self.emulator.subscription, "rg-voice")

    def want(self, *resources: Resource, soft_delete=SoftDelete.RECOVER, **fields) -> DesiredState:
        state: DesiredState = desired(*resources, soft_delete=soft_delete, **fields)
        return replace(state, scope=self.scope)

    def look(self, wanted: DesiredState | None = None, *, roles=True, group_contents=False) -> Seen:
        every = accounts(wanted.resources) if wanted else ()
        return look(
            self.cloud,
            self.scope,
            accounts=[(one.name, one.location, one.kind or "") for one in every],
            roles=roles,
            group_contents=group_contents,
        )

    def plan(self, wanted: DesiredState, **options) -> Plan:
        return make_plan(wanted, self.look(wanted, **options).observed)

    def apply(self, wanted: DesiredState, stop=None, **options) -> list[Event]:
        """Make it so; unless told otherwise on a clock on which waiting takes no time."""
        plan = self.plan(wanted, group_contents=True)
        options = {"clock": FakeClock(), **options}
        return list(SdkEngine(self.cloud, **options).apply(plan, stop or threading.Event()))

    def left(self, wanted: DesiredState) -> list[str]:
        """What a second look still wants changed."""
        return [str(change) for change in self.plan(wanted, group_contents=True).writes]

    def set(self, **settings: object) -> None:
        self.emulator.ask("PATCH", "settings", settings)

    def fault(self, kind: str, **fields: object) -> None:
        self.emulator.ask("POST", "faults", {"kind": kind, "times": 1, **fields})

    def journal(self) -> list[dict[str, object]]:
        entries: list[dict[str, object]] = self.emulator.ask("GET", "journal")["entries"]
        return [one for one in entries if one["plane"] == "control"]

    def writes(self) -> list[dict[str, object]]:
        return [one for one in self.journal() if one["write"]]

    def clear(self) -> None:
        """Begin anew: nothing exists, nothing is broken, quota is ample."""
        self.emulator.ask("POST", "reset")
        quota = {f"OpenAI.GlobalStandard.{name}": 1000 for name in _MODELS}
        self.set(**_QUICK, quota=quota)

    def forget(self) -> None:
        self.emulator.ask("DELETE", "journal")


@pytest.fixture(scope="session")
def _signed_in(tmp_path_factory) -> Iterator[tuple[Emulator, Cloud]]:
    with Emulator.open(tmp_path_factory.mktemp("cloud"), FIRST_DAY) as emulator:
        cloud = sign_in(emulator)
        yield emulator, cloud
        cloud.close()
        emulator.ask("GET", "health")  # by its answer the server has seen our connections close


@pytest.fixture
def stage(_signed_in) -> Stage:
    """An empty emulator on the day of the first snapshot; operations take a moment, but no more."""
    found = Stage(*_signed_in)
    found.clear()
    return found


_MODELS = ("gpt-4o-realtime-preview", "gpt-4o-mini-realtime-preview", "gpt-4o-audio-preview")
_QUICK = {
    "accountSeconds": 0.02,
    "deploymentSeconds": 0.005,
    "deleteSeconds": 0.005,
    "groupSeconds": 0.02,
    "lockLinger": 0.0,
    "pollMilliseconds": 10,
}
