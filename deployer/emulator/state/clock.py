"""The emulator's calendar: a fixed date for resources and lifecycle, the time of day from the wall."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

Wall = Callable[[], float]


class Clock:
    """What day it is in the emulated cloud. Certificates never ask here: they use the wall clock."""

    def __init__(self, today: date, wall: Wall = time.time) -> None:
        self.wall = wall
        self._day = today
        self._ahead = timedelta()

    @property
    def today(self) -> date:
        """The day of `now`."""
        return self.now().date()

    def set(self, day: date, ahead: timedelta = timedelta()) -> None:
        """Go to a day, and so far ahead of the wall's time on it."""
        self._day, self._ahead = day, ahead

    def token_time(self) -> float:
        """The time by which tokens are made and checked: the wall's, and the hours put forward. Seconds."""
        return self.wall() + self._ahead.total_seconds()

    def now(self) -> datetime:
        """The day that the clock was put to at the wall's time of day, UTC, and the hours put forward since."""
        time_of_day = datetime.fromtimestamp(self.wall(), UTC).timetz()
        return datetime.combine(self._day, time_of_day) + self._ahead


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
