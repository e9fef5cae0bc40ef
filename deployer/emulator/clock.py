"""The emulator's calendar: a fixed date for resources and lifecycle, the time of day from the wall."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

Wall = Callable[[], float]


class Clock:
    """What day it is in the emulated cloud. Certificates never ask here: they use the wall clock."""

    def __init__(self, today: date, wall: Wall = time.time) -> None:
        self.today = today
        self.wall = wall
        self._ahead = timedelta()
        self._of_day = timedelta()

    def set_date(self, today: date) -> None:
        """Go to a day; hours that the clock was put forward are forgotten."""
        self.today, self._ahead, self._of_day = today, timedelta(), timedelta()

    def advance(self, hours: float) -> None:
        """Put the clock forward: soft-deleted accounts age, and so do tokens."""
        self._ahead += timedelta(hours=hours)
        whole = self._of_day + timedelta(hours=hours)
        self.today += timedelta(days=whole.days)
        self._of_day = whole - timedelta(days=whole.days)

    def token_time(self) -> float:
        """The time by which tokens are made and checked: the wall's, and the hours put forward. Seconds."""
        return self.wall() + self._ahead.total_seconds()

    def now(self) -> datetime:
        """The emulated date at the wall's time of day, UTC."""
        today = datetime.combine(self.today, datetime.fromtimestamp(self.wall(), UTC).timetz())
        return today + self._of_day


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
