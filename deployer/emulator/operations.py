"""Long-running operations: what a client polls until a time is over. Nothing runs; the time decides."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.clock import Clock, whole_seconds
from deployer.emulator.records import JsonObject, subscription_id
from deployer.emulator.store import new_guid

_YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)

KEPT = 10_000
"""How many operations are remembered."""


@dataclass(frozen=True)
class Operation:
    """One operation. `ends_at` is wall time in seconds; `failure` is what it ends with when not well.

    `location` is as the caller wrote it (recorded 2025-10-28).
    """

    name: str
    location: str
    running: str
    started: datetime
    ends_at: float
    failure: ArmError | JsonObject | None = None
    result: JsonObject | None = None
    """What a poll answers when all is well, for operations whose outcome is no resource."""
    resource: str = ""
    """The id of the resource that the operation writes, for those that can be polled by `Location`."""


class Operations:
    """The operations of this holder's life; they do not survive it, the resources do."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: dict[str, Operation] = {}

    def start(
        self,
        running: str,
        ends_at: float,
        *,
        location: str = "",
        failure: ArmError | JsonObject | None = None,
        result: JsonObject | None = None,
        resource: str = "",
    ) -> Operation:
        """Begin an operation whose status reads `running` until its end."""
        began = self._clock.now()
        operation = Operation(
            new_guid(), location, running, began, ends_at, failure, result, resource
        )
        self._known[operation.name] = operation
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]
        return operation

    def find(self, name: str) -> Operation | None:
        return self._known.get(name.lower())

    def fail(self, name: str, failure: ArmError) -> None:
        """Let an operation that was to end well end in a failure."""
        found = self._known.get(name)
        if found is not None:
            self._known[name] = replace(found, failure=failure)

    def is_running(self, operation: Operation) -> bool:
        return operation.ends_at > self._clock.wall()

    def body(self, operation: Operation) -> JsonObject:
        """The poll's body: `Creating` while running, as recorded, never `InProgress`."""
        identity = f"{subscription_id()}/providers/Microsoft.CognitiveServices/locations/{operation.location}"
        body: JsonObject = {
            "id": f"{identity}/operationResults/{operation.name}",
            "name": operation.name,
            "status": operation.running,
            "startTime": whole_seconds(operation.started),
        }
        if not self.is_running(operation):
            body["status"] = "Failed" if operation.failure else "Succeeded"
            body["endTime"] = whole_seconds(self._end(operation))
            if isinstance(operation.failure, dict):
                body["error"] = operation.failure
        return body

    def _end(self, operation: Operation) -> datetime:
        ago = self._clock.wall() - operation.ends_at
        return max(operation.started, self._clock.now() - timedelta(seconds=ago))


def account_operation_path(
    operation: Operation, *, by_location: bool = False, version: str = "2017-04-18"
) -> str:
    """Where an account's operation is polled: always in this api-version, whatever the caller used (recorded 2025).

    Those of content filters have the caller's (recorded 2025-01-17).
    """
    kind = "&operationResultResponseType=Location" if by_location else ""
    return signed(
        f"{subscription_id()}/providers/Microsoft.CognitiveServices/locations/{quote(operation.location)}"
        f"/operationResults/{operation.name}?api-version={version}{kind}",
        operation.started,
    )


def group_operation_path(operation: Operation, api_version: str) -> str:
    """Where a group's deletion is polled: the job's id in base64."""
    job = base64.urlsafe_b64encode(operation.name.encode()).decode().rstrip("=")
    path = f"{subscription_id()}/operationresults/{job}?api-version={api_version}"
    return signed(path, operation.started)


def signed(path: str, moment: datetime) -> str:
    """An address to poll, made as long as Azure's: 3.3 kB of ticks, certificate, signature, hash (recorded 2025-10, 2026-04)."""
    ticks = (moment - _YEAR_ONE) // timedelta(microseconds=1) * 10
    lengths = {"c": 2069, "s": 256, "h": 32}
    extras = "".join(f"&{name}={secrets.token_urlsafe(size)}" for name, size in lengths.items())
    return f"{path}&t={ticks}{extras}"


def operation_of_job(job: str) -> str:
    """The operation's name in a group's job id; raises ValueError."""
    return base64.urlsafe_b64decode(job + "=" * (-len(job) % 4)).decode()
