"""The pure functions of the template language: strings, numbers, logic, arrays, objects. Names are lower-cased.

Semantics: Azure's template function reference, as summarised in the emulation notes (2026-11), section 3.2.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote, urljoin

from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.hashing import guid, unique_string

Value = Any
Function = Callable[..., Value]


def call(name: str, arguments: Sequence[Value]) -> Value:
    """The value of a function; raises `TemplateInvalid` for an unknown one or for arguments that do not fit."""
    function = FUNCTIONS.get(name.lower())
    if function is None:
        raise TemplateInvalid(
            f"The template function '{name}' is not valid. Please see "
            "https://aka.ms/arm-functions for usage details."
        )
    try:
        return function(*arguments)
    except (TypeError, ValueError, AttributeError, IndexError, KeyError, ArithmeticError):
        raise TemplateInvalid(
            f"Unable to evaluate template language function '{name}': the arguments do not fit. "
            "Please see https://aka.ms/arm-functions for usage details."
        ) from None


def text_of(value: Value) -> str:
    """A value inside a text: as it is, or as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def item(holder: Value, name: Value) -> Value:
    """A member of an object, its name in any case, or of an array; raises KeyError or IndexError."""
    if isinstance(holder, Mapping):
        wanted = str(name).lower()
        for key, value in holder.items():
            if key.lower() == wanted:
                return value
        raise KeyError(name)
    if isinstance(holder, list) and isinstance(name, int) and name >= 0:
        return holder[name]
    raise KeyError(name)


def _concat(*parts: Value) -> Value:
    if parts and all(isinstance(part, list) for part in parts):
        return [one for part in parts for one in part]
    return "".join(text_of(part) for part in parts)


def _format(pattern: str, *values: Value) -> str:
    def filled(gap: re.Match[str]) -> str:
        if gap[0] in ("{{", "}}"):
            return gap[0][0]
        value = text_of(values[int(gap[1])])
        if gap[3] and gap[3][0] in "Dd" and gap[3][1:].isdigit():
            value = value.zfill(int(gap[3][1:]))
        if gap[2]:
            wide = int(gap[2])
            value = value.rjust(wide) if wide > 0 else value.ljust(-wide)
        return value

    return re.sub(r"\{\{|\}\}|\{(\d+)(?:,(-?\d+))?(?::([^}]*))?\}", filled, pattern)


def _equals(one: Value, other: Value) -> bool:
    # A text never equals a number, and `true` is not 1.
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _contains(holder: Value, wanted: Value) -> bool:
    if isinstance(holder, Mapping):
        return str(wanted).lower() in {key.lower() for key in holder}
    return bool(wanted in holder)


def _union(*parts: Value) -> Value:
    if all(isinstance(part, Mapping) for part in parts):
        merged: dict[str, Value] = {}
        for part in parts:
            for key, value in part.items():
                both = isinstance(merged.get(key), Mapping) and isinstance(value, Mapping)
                merged[key] = _union(merged[key], value) if both else value
        return merged
    return _distinct(one for part in parts for one in part)


def _intersection(first: Value, *others: Value) -> Value:
    if isinstance(first, Mapping):
        return {
            key: value
            for key, value in first.items()
            if all(key in other and other[key] == value for other in others)
        }
    return [one for one in _distinct(first) if all(one in other for other in others)]


def _distinct(values: Any) -> list[Value]:  # noqa: ANN401
    found: list[Value] = []
    for one in values:
        if one not in found:
            found.append(one)
    return found


def _pairs(*parts: Value) -> dict[str, Value]:
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _numbers(*parts: Value) -> list[int]:
    return list(parts[0] if len(parts) == 1 and isinstance(parts[0], list) else parts)


def _divided(one: int, other: int) -> int:
    quotient = abs(one) // abs(other)
    return quotient if (one < 0) == (other < 0) else -quotient


def _whole(value: Value) -> int:
    if isinstance(value, bool):
        raise TypeError
    return int(value)


def _bool(value: Value) -> bool:
    if isinstance(value, str):
        return {"true": True, "false": False}[value.strip().lower()]
    return bool(value)


def _substring(text: str, start: int, length: int | None = None) -> str:
    end = len(text) if length is None else start + length
    if not 0 <= start <= end <= len(text):
        raise IndexError
    return text[start:end]


def _split(text: str, by: Value) -> list[str]:
    signs = by if isinstance(by, list) else [by]
    return re.split("|".join(re.escape(one) for one in signs), text)


def _skip(values: Value, count: int) -> Value:
    return values[max(count, 0) :]


def _take(values: Value, count: int) -> Value:
    return values[: max(count, 0)]


def _ends(values: Value, index: int) -> Value:
    return values[index] if len(values) else ("" if isinstance(values, str) else None)


def _flatten(values: Value) -> list[Value]:
    return [one for part in values for one in (part if isinstance(part, list) else [part])]


FUNCTIONS: Mapping[str, Function] = {
    # strings
    "concat": _concat,
    "format": _format,
    "string": lambda value: value if isinstance(value, str) else text_of(value),
    "tolower": lambda text: text.lower(),
    "toupper": lambda text: text.upper(),
    "trim": lambda text: text.strip(),
    "replace": lambda text, old, new: text.replace(old, new),
    "split": _split,
    "join": lambda values, by: by.join(text_of(one) for one in values),
    "substring": _substring,
    "startswith": lambda text, start: text.lower().startswith(start.lower()),
    "endswith": lambda text, end: text.lower().endswith(end.lower()),
    "indexof": lambda text, part: (
        text.index(part) if isinstance(text, list) and part in text
        else -1 if isinstance(text, list) else text.lower().find(part.lower())
    ),
    "lastindexof": lambda text, part: text.lower().rfind(part.lower()),
    "padleft": lambda value, wide, sign=" ": text_of(value).rjust(wide, sign),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64tostring": lambda text: base64.b64decode(text, validate=True).decode(),
    "uri": urljoin,
    "uricomponent": lambda text: quote(text, safe="-_.!~*'()"),
    "uricomponenttostring": unquote,
    "uniquestring": lambda *parts: unique_string(*map(text_of, parts)),
    "guid": lambda *parts: guid(*map(text_of, parts)),
    "json": json.loads,
    # numbers
    "add": lambda one, other: one + other,
    "sub": lambda one, other: one - other,
    "mul": lambda one, other: one * other,
    "div": _divided,
    "mod": lambda one, other: one - other * _divided(one, other),
    "int": _whole,
    "min": lambda *parts: min(_numbers(*parts)),
    "max": lambda *parts: max(_numbers(*parts)),
    "range": lambda start, count: list(range(start, start + count)),
    # logic
    "and": lambda *parts: all(map(_bool, parts)),
    "or": lambda *parts: any(map(_bool, parts)),
    "not": lambda value: not _bool(value),
    "bool": _bool,
    "true": lambda: True,
    "false": lambda: False,
    "null": lambda: None,
    "equals": _equals,
    "less": lambda one, other: one < other,
    "lessorequals": lambda one, other: one <= other,
    "greater": lambda one, other: one > other,
    "greaterorequals": lambda one, other: one >= other,
    "coalesce": lambda *parts: next((one for one in parts if one is not None), None),
    # arrays and objects
    "empty": lambda value: value is None or len(value) == 0,
    "length": len,
    "contains": _contains,
    "union": _union,
    "intersection": _intersection,
    "createarray": lambda *parts: list(parts),
    "array": lambda value: value if isinstance(value, list) else [value],
    "createobject": _pairs,
    "first": lambda values: _ends(values, 0),
    "last": lambda values: _ends(values, -1),
    "skip": _skip,
    "take": _take,
    "flatten": _flatten,
    "items": lambda value: [{"key": key, "value": value[key]} for key in sorted(value)],
    "objectkeys": lambda value: sorted(value),
    "shallowmerge": lambda values: {key: one[key] for one in values for key in one},
    "tryget": lambda holder, *names: _tried(holder, names),
}  # fmt: skip


def _tried(holder: Value, names: Sequence[Value]) -> Value:
    try:
        for name in names:
            holder = item(holder, name)
    except (KeyError, IndexError):
        return None
    return holder
