"""The write lock of an account: one write in flight, everyone else is told so at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Hold:
    """A lock being held. `until` (wall time, seconds) keeps it beyond the request: an operation goes on."""

    until: float = 0.0
    wrote: bool = False


class Taken(Exception):
    """Another write is in flight on that account."""


class AccountLocks:
    """Locks by account id. The lock outlives the visible operation by `linger` seconds, as Azure's does."""

    def __init__(self, wall: Callable[[], float], linger: Callable[[], float]) -> None:
        self._wall = wall
        self._linger = linger
        self._held_until: dict[str, float] = {}
        self._works_until: dict[str, float] = {}

    @contextmanager
    def write(self, account_id: str, busy_until: float = 0.0) -> Iterator[Hold]:
        """Hold an account's lock; raises `Taken`. `busy_until`: an operation that a restart has outlived."""
        key = account_id.lower()
        if max(self._held_until.get(key, 0.0), busy_until) > self._wall():
            raise Taken
        hold = Hold()
        self._held_until[key] = self._works_until[key] = math.inf
        try:
            yield hold
        finally:
            # A write that was refused leaves no trace; one that happened lingers.
            self._works_until[key] = hold.until if hold.wrote else 0.0
            ends = max(self._wall(), hold.until) + self._linger() if hold.wrote else 0.0
            self._held_until[key] = ends

    def in_flight(self, account_id: str) -> bool:
        """Whether a request is writing to this account right now, or what it began goes on."""
        return self._works_until.get(account_id.lower(), 0.0) > self._wall()

    def held_until(self, account_id: str) -> float:
        """When this account's lock opens (wall time, seconds): in the past if it is open, infinity if no one can say."""
        return self._held_until.get(account_id.lower(), 0.0)

    def let_go(self, wanted: Callable[[float], bool]) -> None:
        """Open the locks that operations hold whose end, as wall time, is wanted; what a request holds stays."""
        for key, until in list(self._works_until.items()):
            if until != math.inf and wanted(until):
                self._held_until.pop(key, None)
                self._works_until.pop(key, None)

    def clear(self) -> None:
        """Open every lock."""
        self._held_until.clear()
        self._works_until.clear()
