"""How the operation that a request begins will end: when, and with which error, if a fault has decided so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.faults.faults import Fault, error_of
from deployer.emulator.faults.stuck import held_up
from deployer.emulator.router import Call
from deployer.emulator.state.records import JsonObject, Operation


@dataclass(frozen=True)
class Fate:
    """`ends_at` is wall time in seconds; `failure` an error as answers carry it, its `code` and `message`."""

    ends_at: float
    failure: JsonObject | None = None
    stuck: Fault | None = None
    """What holds the operation up, if anything does."""

    def carry_out(self, work: Callable[[], None]) -> None:
        """Do what was asked for: now, when the fault that holds it up is taken away, or never."""
        if self.stuck is not None:
            self.stuck.works.append(work)
        elif self.failure is None:
            work()


def fate(cloud: EmulatedCloud, call: Call, seconds: float) -> Fate:
    """The end of an operation that takes so many seconds, when neither `operationStuck` nor `operationFailed` strikes."""
    now = cloud.clock.wall()
    stuck = cloud.faults.striking("operationStuck", call.method, call.path)
    if stuck is not None:
        return Fate(held_up(cloud, stuck), stuck=stuck)
    failing = cloud.faults.for_request("operationFailed", call.method, call.path)
    if failing is None:
        return Fate(now + seconds)
    return Fate(now + seconds, error_of(failing))


def begin_deletion(
    cloud: EmulatedCloud, call: Call, location: str, work: Callable[[], None]
) -> tuple[Operation, Fate]:
    """Delete as the fate of the request allows, and in the same transaction begin the operation that tells of it."""
    ending = fate(cloud, call, cloud.settings.delete_seconds)
    with cloud.store.together():
        ending.carry_out(work)
        operation = cloud.operations.start(
            "Deleting", ending.ends_at, location=location, failure=ending.failure
        )
    return operation, ending
