"""Functions of the template language on dates, and what gives a value of its own at each call.

Semantics: Azure's template function reference of dates (general knowledge, its examples are in the tests).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from deployer.emulator.templates.date_formats import formatted_date

_DEFAULT_NOW = "yyyyMMdd'T'HHmmss'Z'"
_DEFAULT_SUM = "G"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_READ = ("%Y%m%dT%H%M%S%z", "%Y-%m-%d %H:%M:%S%z", "%m/%d/%Y %I:%M:%S %p")


@dataclass(frozen=True)
class Once:
    """What the defaults of parameters may ask for: a guid of its own for each call, and the time of the request."""

    new_guid: Callable[[], str]
    now: datetime

    def __call__(self, name: str, form: str | None = None) -> str:
        """The value of `newGuid` or `utcNow`; raises ValueError for a format that is none."""
        if name.lower() == "newguid":
            return self.new_guid()
        return formatted_date(self.now, form or _DEFAULT_NOW)


def date_time_add(base: str, duration: str, form: str | None = None) -> str:
    """A moment and a duration of ISO 8601, which may be negative; a year has 365 days, a month 30 (documented).

    Without a format the sum is written as the reference's table of outputs shows it; its text says otherwise.
    """
    found = _DURATION.fullmatch(duration)
    if found is None or not any(found.groups()[1:]):
        raise ValueError(f"'{duration}' is no duration of ISO 8601")
    sign = -1 if found[1] else 1
    years, months, weeks, days, hours, minutes = (int(one or 0) for one in found.groups()[1:7])
    span = timedelta(
        days=365 * years + 30 * months + 7 * weeks + days,
        hours=hours,
        minutes=minutes,
        seconds=float(found[8] or 0),
    )
    return formatted_date(_read(base) + sign * span, form or _DEFAULT_SUM)


def date_time_to_epoch(text: str) -> int:
    """Whole seconds since 1970."""
    return int(_read(text).timestamp())


def date_time_from_epoch(seconds: int) -> str:
    """The moment in ISO 8601."""
    # Not `fromtimestamp`: what that raises for a far year is the system's to choose.
    moment = _EPOCH + timedelta(seconds=seconds)
    return formatted_date(moment, "yyyy-MM-dd'T'HH:mm:ss'Z'")


def _read(text: str) -> datetime:
    """A moment, of UTC where it does not say; raises ValueError."""
    for form in _READ:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
