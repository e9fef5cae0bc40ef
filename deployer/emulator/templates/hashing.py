"""Azure's own values of `uniqueString`, `guid` and `templateHash`.

The hash is a private relative of Murmur with two lanes of 32 bits. Vectors of the real engine are in the tests
(emulation notes, 2026-11; Azure/bicep's snapshot tests, azure-cli's recordings of deployments).
"""

from __future__ import annotations

import json
import uuid
from typing import Any

_ONE, _TWO = 2869860233, 597399067
_BITS = 0xFFFFFFFF
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_NAMESPACE = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
"""The namespace of `guid`, documented with Bicep's string functions."""


def unique_string(*parts: str) -> str:
    """Thirteen letters and digits that are the same for the same parts, case mattering."""
    number = hash64("-".join(parts).encode())
    letters = [_ALPHABET[number >> shift & 31] for shift in range(59, -1, -5)]
    return "".join(letters) + _ALPHABET[(number & 15) << 1 & 31]


def guid(*parts: str) -> str:
    """The name-based guid of the parts."""
    return str(uuid.uuid5(_NAMESPACE, "-".join(parts)))


def template_hash(template: Any) -> str:  # noqa: ANN401
    """What `properties.templateHash` says of a template: comments gone, order and metadata kept."""
    return str(hash64(minified(template).encode()))


def minified(template: Any) -> str:  # noqa: ANN401
    """A template in the form that is hashed: without blanks, in capitals."""
    return json.dumps(template, separators=(",", ":"), ensure_ascii=False).upper()


def hash64(data: bytes) -> int:
    """The 64-bit hash."""
    first = second = 0
    whole = len(data) - len(data) % 8
    for at in range(0, whole, 8):
        low = int.from_bytes(data[at : at + 4], "little")
        high = int.from_bytes(data[at + 4 : at + 8], "little")
        first = _rotated(first ^ _mixed(low, _TWO, 15, _ONE), 19) + second
        first = (first * 5 + 1444728091) & _BITS
        second = _rotated(second ^ _mixed(high, _ONE, 17, _TWO), 13) + first
        second = (second * 5 + 197830471) & _BITS
    tail = data[whole:]
    if tail:
        first ^= _mixed(int.from_bytes(tail[:4], "little"), _TWO, 15, _ONE)
    if len(tail) > 4:
        second ^= _mixed(int.from_bytes(tail[4:], "little"), _ONE, 17, _TWO)
    first, second = first ^ len(data), second ^ len(data)
    first = first + second & _BITS
    second = first + second & _BITS
    first, second = _finished(first), _finished(second)
    first = first + second & _BITS
    second = first + second & _BITS
    return second << 32 | first


def _rotated(value: int, by: int) -> int:
    value &= _BITS
    return (value << by | value >> (32 - by)) & _BITS


def _mixed(value: int, before: int, by: int, after: int) -> int:
    return _rotated(value * before, by) * after & _BITS


def _finished(value: int) -> int:
    value = (value ^ value >> 16) * 2246822507 & _BITS
    value = (value ^ value >> 13) * 3266489909 & _BITS
    return value ^ value >> 16
