"""What goes on after an account was written, and where it is polled."""

from __future__ import annotations

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.state.operations import account_operation_path
from deployer.emulator.state.records import Account


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
