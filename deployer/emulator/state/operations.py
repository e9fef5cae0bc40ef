"""Long-running operations: what a client polls until a time is over. Nothing runs; the time decides."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.state.clock import Clock, read_stamp, stamp, whole_seconds
from deployer.emulator.state.records import JsonObject, Operation, subscription_id
from deployer.emulator.state.store import Store, new_guid

_YEAR_ONE = datetime(1, 1, 1, tzinfo=UTC)

KEPT = 10_000
"""How many operations are remembered, at most; the oldest tenth goes when there are more."""


class Operations:
    """The operations, kept like the resources that they speak of: what was acknowledged can be polled after a restart."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._count = len(store.operations())

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
        """Begin an operation whose status reads `running` until its end.

        Inside `Store.together` it is kept in one transaction with what it speaks of, as an acknowledged one has to be.
        """
        operation = Operation(
            name=new_guid(),
            location=location,
            running=running,
            started=stamp(self._clock.now()),
            ends_at=ends_at,
            failure=failure.body["error"] if isinstance(failure, ArmError) else failure,
            status=failure.status if isinstance(failure, ArmError) else 200,
            result=result,
            resource=resource,
        )
        if self._count >= KEPT:
            known = sorted(self._store.operations(), key=lambda one: one.ends_at)
            self._store.remove(*known[: -KEPT * 9 // 10])
            self._count = len(self._store.operations())
        self._store.put(operation)
        self._count += 1
        return operation

    def find(self, name: str) -> Operation | None:
        return self._store.operation(name)

    def fail(self, name: str, failure: ArmError) -> None:
        """Let an operation that was to end well end in a failure."""
        found = self.find(name)
        if found is not None:
            error = failure.body["error"]
            self._store.put(replace(found, failure=error, status=failure.status))

    def is_running(self, operation: Operation) -> bool:
        return operation.ends_at > self._clock.wall()

    def end(self, wanted: Callable[[float], bool]) -> None:
        """Let those end now whose end, as wall time, is wanted."""
        now = self._clock.wall()
        self._store.put(
            *(replace(one, ends_at=now) for one in self._store.operations() if wanted(one.ends_at))
        )

    def body(self, operation: Operation) -> JsonObject:
        """The poll's body: `Creating` while running, as recorded, never `InProgress`."""
        identity = f"{subscription_id()}/providers/Microsoft.CognitiveServices/locations/{operation.location}"
        started = read_stamp(operation.started)
        body: JsonObject = {
            "id": f"{identity}/operationResults/{operation.name}",
            "name": operation.name,
            "status": operation.running,
            "startTime": whole_seconds(started),
        }
        if not self.is_running(operation):
            body["status"] = "Failed" if operation.failure else "Succeeded"
            body["endTime"] = whole_seconds(max(started, self._end(operation)))
            if operation.failure:
                body["error"] = operation.failure
        return body

    def _end(self, operation: Operation) -> datetime:
        ago = self._clock.wall() - operation.ends_at
        return self._clock.now() - timedelta(seconds=ago)


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
        read_stamp(operation.started),
    )


def group_operation_path(operation: Operation, api_version: str) -> str:
    """Where a group's deletion is polled: the job's id in base64."""
    job = base64.urlsafe_b64encode(operation.name.encode()).decode().rstrip("=")
    path = f"{subscription_id()}/operationresults/{job}?api-version={api_version}"
    return signed(path, read_stamp(operation.started))


def signed(path: str, moment: datetime) -> str:
    """An address to poll, made as long as Azure's: 3.3 kB of ticks, certificate, signature, hash (recorded 2025-10, 2026-04)."""
    ticks = (moment - _YEAR_ONE) // timedelta(microseconds=1) * 10
    lengths = {"c": 2069, "s": 256, "h": 32}
    extras = "".join(f"&{name}={secrets.token_urlsafe(size)}" for name, size in lengths.items())
    return f"{path}&t={ticks}{extras}"


def operation_of_job(job: str) -> str:
    """The operation's name in a group's job id; raises ValueError."""
    return base64.urlsafe_b64decode(job + "=" * (-len(job) % 4)).decode()
