"""Waiting for a deployment that is not ready yet: the clock, how long each reason is waited for, and the pauses."""

from __future__ import annotations

import asyncio
import threading
import time

_SHORTEST = 1.0
_LONGEST = 15.0
_GROWTH = 1.5
_GLANCE = 0.2
"""Seconds between two looks at whether we were asked to stop."""


class Clock:
    """Time as the checks see it, in seconds; tests have one that does not really wait."""

    def now(self) -> float:
        return time.perf_counter()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Patience:
    """What is left of a time in which the same refusal may be met with another try; pauses grow from 1 to 15 s."""

    def __init__(self, clock: Clock, until: float) -> None:
        self._clock = clock
        self._until = until
        self._next = _SHORTEST

    def pause(self, asked: float | None) -> float | None:
        """Seconds to wait before the next try: what Azure asked for, else a growing pause.

        None: there is no time left, or Azure asks for more of it than there is.
        """
        left = self._until - self._clock.now()
        pause, self._next = self._next, min(_LONGEST, self._next * _GROWTH)
        if asked is not None:
            return asked if asked <= left else None
        return min(pause, left) if left > 0 else None


async def wait(clock: Clock, seconds: float, stop: threading.Event) -> None:
    """Let the time pass, or return early when we are asked to stop."""
    until = clock.now() + seconds
    while not stop.is_set() and (left := until - clock.now()) > 0:
        await clock.sleep(min(left, _GLANCE))
