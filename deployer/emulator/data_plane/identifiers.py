"""Ids in the forms of the service. They have to differ, not to be secret: keys are made of better chance elsewhere."""

from __future__ import annotations

import random
import string

_BASE62 = string.digits + string.ascii_letters
# Chance of the operating system's costs a system call each time, and some requests need twenty.
_chance = random.Random()  # noqa: S311


def hexadecimal(digits: int) -> str:
    """So many digits."""
    return f"{_chance.getrandbits(4 * digits):0{digits}x}"


def base62(length: int) -> str:
    """So many digits and letters."""
    return "".join(_chance.choices(_BASE62, k=length))


def guid() -> str:
    """Like a random UUID."""
    digits = hexadecimal(32)
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"
