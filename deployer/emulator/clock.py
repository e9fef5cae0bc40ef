"""The emulator's calendar: a fixed date for resources and lifecycle, the time of day from the wall."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime

Wall = Callable[[], float]


class Clock:
    """What day it is in the emulated cloud. Tokens and certificates never ask here: they use the wall clock."""

    def __init__(self, today: date, wall: Wall = time.time) -> None:
        self.today = today
        self.wall = wall

    def now(self) -> datetime:
        """The emulated date at the wall's time of day, UTC."""
        return datetime.combine(self.today, datetime.fromtimestamp(self.wall(), UTC).timetz())


def stamp(moment: datetime) -> str:
    """A moment as Azure writes it: up to seven digits of a second, trailing zeros dropped."""
    fraction = f"{moment.microsecond:06d}0".rstrip("0")
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + (f".{fraction}" if fraction else "") + "Z"


def whole_seconds(moment: datetime) -> str:
    """A moment in the form that operations carry: no fraction."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def read_stamp(text: str) -> datetime:
    """The moment that `stamp` wrote, or a date-time out of a snapshot's row."""
    return datetime.fromisoformat(text)
