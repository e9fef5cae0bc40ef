"""What the model layer says to a request it cannot take, and the checks that find out.

The same words are the body of an HTTP 400 and the `error` event of a realtime session; the checks follow
a value's place in the request (`session.audio.input`), because that place is the answer's `param`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""A value parsed from JSON, not looked at yet."""


class InvalidRequest(Exception):
    """A request that the model layer refuses; `param` is the place in it."""

    def __init__(self, message: str, *, code: str | None, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.param = param
        self.type = "invalid_request_error"

    @property
    def error(self) -> dict[str, object]:
        """The inner object of OpenAI's error shape."""
        return {
            "message": self.message,
            "type": self.type,
            "param": self.param,
            "code": self.code,
        }


Check = Callable[[Json, str], Json]
"""Takes a value and its place; returns it in the form we keep, or raises `InvalidRequest`."""

_NAMES: dict[type, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
    type(None): "null",
}


def a(kind: type) -> Check:
    """A value of that JSON type; `float` takes whole numbers too."""

    def check(value: Json, place: str) -> Json:
        fits = isinstance(value, (int, float) if kind is float else kind)
        if not fits or (isinstance(value, bool) and kind is not bool):
            # Wording recorded in livekit PR 3444: "expected boolean, got null".
            raise InvalidRequest(
                f"Invalid type for '{place}': expected {_NAMES[kind]}, got {_NAMES[type(value)]}",
                code="invalid_type",
                param=place,
            )
        return value

    return check


def one_of(*values: str) -> Check:
    """One of these words."""

    def check(value: Json, place: str) -> str:
        if value not in values:
            raise unsupported(value, place, values)
        return str(value)

    return check


def nullable(check: Check) -> Check:
    """The same, or null."""
    return lambda value, place: None if value is None else check(value, place)


def between(low: float, high: float, kind: type = float) -> Check:
    """A number within these limits, both included."""
    name = "decimal" if kind is float else "integer"

    def check(value: Json, place: str) -> Json:
        a(kind)(value, place)
        if low <= value <= high:
            return value
        side, limit, sign = (
            ("below minimum", low, ">=") if value < low else ("above maximum", high, "<=")
        )
        raise InvalidRequest(
            f"Invalid '{place}': {name} {side} value."
            f" Expected a value {sign} {limit}, but got {value} instead.",
            code=f"{name}_{side[:5]}_{side[6:9]}_value",
            param=place,
        )

    return check


def fields(
    value: Json, place: str, allowed: Mapping[str, Check], null_is_absent: bool = False
) -> dict[str, Json]:
    """The fields of an object that were given, checked; any other name is an unknown parameter."""
    a(dict)(value, place)
    for name in value:
        if name not in allowed:
            raise unknown(f"{place}.{name}")
    return {
        name: allowed[name](given, f"{place}.{name}")
        for name, given in value.items()
        if given is not None or not null_is_absent
    }


def required(value: Mapping[str, Json], name: str, place: str) -> Json:
    """The field of that name; `place` is that of the object, empty at the top."""
    if value.get(name) is None:
        raise missing(f"{place}.{name}" if place else name)
    return value[name]


def missing(place: str) -> InvalidRequest:
    """A field that must be there is not."""
    return InvalidRequest(
        f"Missing required parameter: '{place}'.", code="missing_required_parameter", param=place
    )


def unknown(place: str) -> InvalidRequest:
    """A field that there is not."""
    return InvalidRequest(f"Unknown parameter: '{place}'.", code="unknown_parameter", param=place)


def unsupported(value: object, place: str, supported: Collection[str]) -> InvalidRequest:
    """A word that is not among those the API knows."""
    known = ", ".join(f"'{word}'" for word in supported)
    return InvalidRequest(
        f"Invalid value: '{value}'. Supported values are: {known}.",
        code="invalid_value",
        param=place,
    )
