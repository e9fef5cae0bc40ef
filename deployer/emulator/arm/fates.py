"""How the operation that a request begins will end: when, and with which error, if a fault has decided so."""

from __future__ import annotations

from dataclasses import dataclass

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.records import JsonObject
from deployer.emulator.router import Call

NEVER = 1e10
"""Seconds until the end of what does not end in our lives."""


@dataclass(frozen=True)
class Fate:
    """`ends_at` is wall time in seconds; `failure` an error as answers carry it, its `code` and `message`."""

    ends_at: float
    failure: JsonObject | None = None
    is_stuck: bool = False

    @property
    def does_its_work(self) -> bool:
        """Whether what was asked for comes about."""
        return self.failure is None and not self.is_stuck


def fate(cloud: EmulatedCloud, call: Call, seconds: float) -> Fate:
    """The end of an operation that takes so many seconds, when neither `operationStuck` nor `operationFailed` strikes."""
    now = cloud.clock.wall()
    if cloud.faults.for_request("operationStuck", call.method, call.path) is not None:
        return Fate(now + NEVER, is_stuck=True)
    failing = cloud.faults.for_request("operationFailed", call.method, call.path)
    if failing is None:
        return Fate(now + seconds)
    code = failing.get("code", "InternalServerError")
    message = failing.get("message", "A fault that was asked for.")
    return Fate(now + seconds, {"code": code, "message": message})
