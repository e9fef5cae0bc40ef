"""What goes on after an account was written: how long, how it ends, and where it is polled."""

from __future__ import annotations

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.operations import account_operation_path
from deployer.emulator.records import Account, JsonObject
from deployer.emulator.router import Call

NEVER = 1e10
"""Seconds that nobody lives to see the end of."""


def ends_at(cloud: EmulatedCloud, call: Call) -> float:
    """The wall time at which the operation of a write ends; with the fault `operationStuck` it does not in our lives."""
    if cloud.faults.for_request("operationStuck", call.method, call.path):
        return cloud.clock.wall() + NEVER
    return cloud.clock.wall() + cloud.settings.seconds(cloud.settings.account_seconds)


def failure_of(cloud: EmulatedCloud, call: Call) -> JsonObject | None:
    """How the operation of a PUT ends when a fault makes it."""
    failing = cloud.faults.for_request("operationFailed", call.method, call.path)
    return failing and {"code": failing.get("code"), "message": failing.get("message")}


def begin(
    cloud: EmulatedCloud, account: Account, running: str, *, by_location: bool = False
) -> dict[str, str]:
    """Begin the operation that makes an account ready, and say where it is polled: at one address, or either of two."""
    operation = cloud.operations.start(
        running,
        account.ready_at,
        location=account.location,
        failure=account.failure,
        resource=account.id if by_location else "",
    )
    headers = {"azure-asyncoperation": cloud.address + account_operation_path(operation)}
    if by_location:
        path = account_operation_path(operation, by_location=True)
        headers["Location"] = cloud.address + path
    return headers
