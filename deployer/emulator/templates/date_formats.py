"""The formats of .NET for dates, of the culture en-US that Azure's documented examples show.

Source: Microsoft's reference of standard and custom date and time format strings.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_STANDARD = {
    "d": "M/d/yyyy",
    "D": "dddd, MMMM d, yyyy",
    "f": "dddd, MMMM d, yyyy h:mm tt",
    "F": "dddd, MMMM d, yyyy h:mm:ss tt",
    "g": "M/d/yyyy h:mm tt",
    "G": "M/d/yyyy h:mm:ss tt",
    "M": "MMMM d",
    "m": "MMMM d",
    "O": "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    "o": "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
    "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
    "s": "yyyy-MM-dd'T'HH:mm:ss",
    "t": "h:mm tt",
    "T": "h:mm:ss tt",
    "u": "yyyy-MM-dd HH:mm:ss'Z'",
    "U": "dddd, MMMM d, yyyy h:mm:ss tt",
    "Y": "MMMM yyyy",
    "y": "MMMM yyyy",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_PART = re.compile(r"'[^']*'|\"[^\"]*\"|\\.|%|d+|f+|F+|g+|h+|H+|K|m+|M+|s+|t+|y+|z+|.", re.DOTALL)


def formatted_date(moment: datetime, form: str) -> str:
    """A moment of UTC in a standard or custom format; raises ValueError for an unknown standard one."""
    if len(form) == 1:
        if form not in _STANDARD:
            raise ValueError(f"the format '{form}' of dates is not known")
        form = _STANDARD[form]
    now = moment.astimezone(UTC)
    return "".join(_written(now, part) for part in _PART.findall(form))


def _written(now: datetime, part: str) -> str:
    letter, wide = part[0], len(part)
    if letter in "'\"":
        if wide < 2:
            raise ValueError("a quotation mark has no second")
        return part[1:-1]
    if letter == "\\":
        return part[1:]
    hour = now.hour % 12 or 12
    numbers = {"h": hour, "H": now.hour, "m": now.minute, "s": now.second}
    if letter in numbers:
        return f"{numbers[letter]:0{min(wide, 2)}d}"
    if letter == "d":
        name = _DAYS[now.weekday()]
        return {1: str(now.day), 2: f"{now.day:02d}", 3: name[:3]}.get(wide, name)
    if letter == "M":
        name = _MONTHS[now.month - 1]
        return {1: str(now.month), 2: f"{now.month:02d}", 3: name[:3]}.get(wide, name)
    if letter == "y":
        return f"{now.year % 100:0{wide}d}" if wide < 3 else f"{now.year:0{wide}d}"
    if letter in "fF":
        if wide > 7:
            raise ValueError("a second has seven digits at most")
        digits = f"{now.microsecond:06d}0"[:wide]
        return digits if letter == "f" else digits.rstrip("0")
    if letter == "t":
        return ("AM" if now.hour < 12 else "PM")[:wide]
    if letter == "z":
        return {1: "+0", 2: "+00"}.get(wide, "+00:00")
    return {"K": "Z", "g": "A.D.", "%": ""}.get(letter, part)
