"""Functions of the template language on numbers, and its logic.

Semantics: Azure's template function reference, as summarised in the emulation notes (2026-11), section 3.2.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

Value = Any

_LARGEST = 2**63 - 1
_LONGEST_RANGE = 10_000
_RANGE_END = 2_147_483_647


def bounded(number: int) -> int:
    """A number of 64 bits; raises ArithmeticError for one that is none."""
    if not -_LARGEST - 1 <= number <= _LARGEST:
        raise ArithmeticError("the result has more than 64 bits")
    return number


def div(one: int, other: int) -> int:
    """The quotient without its fraction, as .NET rounds: towards zero."""
    quotient = abs(one) // abs(other)
    return bounded(quotient if (one < 0) == (other < 0) else -quotient)


def mod(one: int, other: int) -> int:
    """What a division leaves over; it has the sign of the dividend."""
    return one - other * div(one, other)


def least(*parts: Value) -> int:
    """The smallest of some numbers."""
    return min(_numbers(parts))


def most(*parts: Value) -> int:
    """The largest of some numbers."""
    return max(_numbers(parts))


def int_of(value: Value) -> int:
    """A whole number out of a text or number."""
    if isinstance(value, str) and not re.fullmatch(r"\s*[+-]?\d+\s*", value, re.ASCII):
        raise ValueError(f"'{value}' is no whole number")
    return bounded(int(value))


def float_of(value: Value) -> float:
    """A number out of a text or number."""
    found = float(value)
    if not math.isfinite(found):
        raise ValueError(f"'{value}' is no number")
    return found


def range_of(start: int, count: int) -> list[int]:
    """Numbers in their order; raises ValueError beyond the documented limits."""
    if not 0 <= count <= _LONGEST_RANGE:
        raise ValueError(f"the count is a number from 0 to {_LONGEST_RANGE}")
    if start + count > _RANGE_END:
        raise ValueError(f"start and count together are at most {_RANGE_END}")
    return list(range(start, start + count))


def bool_of(value: Value) -> bool:
    """True or false out of a text or number."""
    if isinstance(value, str):
        return {"true": True, "false": False}[value.strip().lower()]
    return bool(value)


def equals(one: Value, other: Value) -> bool:
    """Whether two values are the same in kind and content, however deep; the order of members does not matter."""
    return canonical(one) == canonical(other)


def coalesce(*parts: Value) -> Value:
    """The first value that is not null."""
    return next((one for one in parts if one is not None), None)


def canonical(value: Value) -> str:
    """One text for all values that are the same."""
    return json.dumps(value, sort_keys=True)


def _numbers(parts: tuple[Value, ...]) -> list[int]:
    return list(parts[0] if isinstance(parts[0], list) else parts)
