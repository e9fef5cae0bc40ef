"""Waiting for Azure: short pauses that grow, what Azure asks for instead, a budget, and an end when we are stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from deployer.azure.failures import NOT_SENT, Failure, Refused, classify

T = TypeVar("T")

FIRST, GROWTH, LONGEST = 0.1, 1.5, 8.0
"""The first pause between two polls in seconds, by how much each next one is longer, and the longest."""

BUDGET = 900.0
"""How long one change may be waited for, in seconds: the patience of the Azure Verified Modules with an account."""

READING = 60.0
"""How long a look may repeat a read while the connection or Azure fails, in seconds."""

_SHORTER = {NOT_SENT: 120.0, "PrincipalNotFound": 300.0}


class Clock(Protocol):
    """Time as the waits see it; tests have their own."""

    def now(self) -> float:
        """Seconds from an arbitrary beginning."""
        ...

    def pause(self, seconds: float, stop: threading.Event | None = None) -> bool:
        """Let time pass; whether `stop` was set before or meanwhile."""
        ...


class SystemClock:
    """The clock on the wall of this process."""

    def now(self) -> float:
        return time.monotonic()

    def pause(self, seconds: float, stop: threading.Event | None = None) -> bool:
        if stop is None:
            time.sleep(seconds)
            return False
        return stop.wait(seconds)


class Stopped(Exception):
    """The run was stopped while nothing of ours was in flight."""


def pauses() -> Iterator[float]:
    """Seconds between polls: well under one at first, since most operations are short."""
    seconds = FIRST
    while True:
        yield seconds
        seconds = min(seconds * GROWTH, LONGEST)


class Patience:
    """How we wait in the course of one change (or one look).

    `waited(code, seconds)` hears every pause that an error of Azure's costs. As long as nothing was written, `stop`
    ends a pause at once; when `committed`, the write is finished and read back first.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        budget: float = BUDGET,
        stop: threading.Event | None = None,
        waited: Callable[[str, float], None] | None = None,
    ) -> None:
        self.clock = clock
        self.budget = budget
        self.committed = False
        self._stop = stop
        self._waited = waited or (lambda _code, _seconds: None)
        self._since: float | None = None
        self._pauses = pauses()

    def through(self, call: Callable[[], T]) -> T:
        """What a call returns that may be repeated, once passing failures have passed. Raises Refused, Stopped."""
        while True:
            try:
                answer = call()
            except Exception as error:  # noqa: BLE001 - classify raises again what is not Azure's
                self.outlast(classify(error))
            else:
                self.succeeded()
                return answer

    def outlast(self, failure: Failure) -> None:
        """Pause because of a failure that passes. Raises Refused when it does not, or not in time; Stopped."""
        if not failure.passes:
            raise Refused(failure)
        now = self.clock.now()
        self._since = now if self._since is None else self._since
        seconds = failure.retry_after if failure.retry_after is not None else next(self._pauses)
        budget = min(self.budget, _SHORTER.get(failure.code, self.budget))
        if now + seconds - self._since > budget:
            raise Refused(failure, timed_out=True)
        self._waited(failure.code, seconds)
        self.pause(seconds)

    def count(self, failure: Failure) -> None:
        """Tell of a failure that cost no pause: the call had been carried out all the same."""
        self._waited(failure.code, 0.0)

    def succeeded(self) -> None:
        """Azure answered: the next failure is a new one."""
        self._since, self._pauses = None, pauses()

    def pause(self, seconds: float) -> None:
        """Let time pass. Raises Stopped if we may stop here."""
        if self.clock.pause(seconds, None if self.committed else self._stop):
            raise Stopped

    def polls(self, what: str) -> Iterator[None]:
        """Turns of a loop that asks again and again, at growing distances. Raises Refused when the budget is spent."""
        ends = self.clock.now() + self.budget
        for seconds in pauses():
            yield
            if self.clock.now() + seconds > ends:
                raise Refused(
                    Failure("NotReady", None, f"{what} after {self.budget:g} s"), timed_out=True
                )
            self.pause(seconds)
