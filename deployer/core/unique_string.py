"""`uniqueString`, as an Azure template computes it: so that names made here equal names made there.

The hash is a Murmur variant of Azure's own; results of the real engine are in Bicep's and other public tests.
"""

from __future__ import annotations

_WORD = 0xFFFFFFFF
_FIRST, _SECOND = 2869860233, 597399067
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def unique_string(*values: str) -> str:
    """Thirteen characters that follow from the values, which are joined with dashes. Case counts."""
    number = hash_64("-".join(values).encode())
    groups = [_ALPHABET[number >> shift & 31] for shift in range(59, 0, -5)]
    return "".join(groups) + _ALPHABET[number << 1 & 31]


def hash_64(data: bytes) -> int:
    """The 64-bit hash behind it."""
    a = b = 0
    whole = len(data) - len(data) % 8
    for start in range(0, whole, 8):
        a = a ^ _mixed(_number(data[start : start + 4]), _SECOND, 15, _FIRST)
        a = ((_rotated(a, 19) + b) * 5 + 1444728091) & _WORD
        b = b ^ _mixed(_number(data[start + 4 : start + 8]), _FIRST, 17, _SECOND)
        b = ((_rotated(b, 13) + a) * 5 + 197830471) & _WORD
    a ^= _mixed(_number(data[whole : whole + 4]), _SECOND, 15, _FIRST)
    b ^= _mixed(_number(data[whole + 4 :]), _FIRST, 17, _SECOND)
    a, b = a ^ len(data), b ^ len(data)
    a, b = _added(a, b)
    a, b = _added(_finished(a), _finished(b))
    return b << 32 | a


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _mixed(word: int, before: int, turn: int, after: int) -> int:
    return _rotated(word * before & _WORD, turn) * after & _WORD


def _added(a: int, b: int) -> tuple[int, int]:
    a = (a + b) & _WORD
    return a, (b + a) & _WORD


def _rotated(word: int, turn: int) -> int:
    return (word << turn | word >> (32 - turn)) & _WORD


def _finished(word: int) -> int:
    word = (word ^ word >> 16) * 2246822507 & _WORD
    word = (word ^ word >> 13) * 3266489909 & _WORD
    return word ^ word >> 16
