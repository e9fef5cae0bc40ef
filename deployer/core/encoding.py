"""Frozen values to plain JSON data and back, with Azure's camelCase keys.

A field that has its default is left out, so files stay short and a field added later does not break an older file.
Unions of resources carry their kind under `type`.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from deployer.core.naming import camel
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    ResourceGroup,
    RoleAssignment,
)

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
T = TypeVar("T")

_KINDS: dict[str, type] = {
    "resourceGroup": ResourceGroup,
    "account": Account,
    "deployment": Deployment,
    "roleAssignment": RoleAssignment,
    "deletedAccount": DeletedAccount,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def encode(value: object) -> Json:
    """A value as JSON data. Mapping keys are data and keep their spelling."""
    match value:
        case Enum():
            return cast("Json", value.value)
        case None | bool() | int() | float() | str():
            return value
        case dt.datetime() | dt.date():
            return value.isoformat()
        case Mapping():
            return {str(key): encode(item) for key, item in value.items()}
        case frozenset():
            return sorted((encode(item) for item in value), key=str)
        case Sequence():
            return [encode(item) for item in value]
        case _:
            return _encode_fields(value)


def _encode_fields(value: object) -> Json:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} has no JSON form")
    data: dict[str, Json] = {"type": _NAMES[type(value)]} if type(value) in _NAMES else {}
    for one in fields(value):
        item = getattr(value, one.name)
        if item != _default(one):
            data[camel(one.name)] = encode(item)
    return data


def decode(kind: type[T], data: Json) -> T:
    """The value that `encode` made `data` of. Raises ValueError, naming the key, where the data does not fit."""
    return cast("T", _decode(kind, data, ""))


def _decode(kind: Any, data: Json, path: str) -> object:  # noqa: ANN401 - a type hint has no narrower type
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if data is None and type(None) in arguments:
            return None
        named = data.get("type") if isinstance(data, dict) else None
        if isinstance(named, str) and named in _KINDS:
            return _decode(_KINDS[named], data, path)
        return _decode_first([one for one in arguments if one is not type(None)], data, path)
    if origin is tuple:
        _expect(isinstance(data, list), path, "a list")
        item = arguments[0]
        return tuple(
            _decode(item, one, f"{path}[{i}]") for i, one in enumerate(cast("list[Json]", data))
        )
    if origin is not None and issubclass(origin, Mapping):
        _expect(isinstance(data, dict), path, "a mapping")
        entries = cast("dict[str, Json]", data)
        return {key: _decode(arguments[1], one, f"{path}.{key}") for key, one in entries.items()}
    if is_dataclass(kind):
        return _decode_fields(cast("type", kind), data, path)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind is dt.datetime or kind is dt.date:
        _expect(isinstance(data, str), path, "a date")
        return kind.fromisoformat(cast("str", data))
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    _expect(
        isinstance(kind, type) and isinstance(data, kind),
        path,
        getattr(kind, "__name__", str(kind)),
    )
    return data


def _decode_first(kinds: Sequence[object], data: Json, path: str) -> object:
    complaints = []
    for kind in kinds:
        try:
            return _decode(kind, data, path)
        except ValueError as complaint:
            complaints.append(str(complaint))
    raise ValueError(complaints[0])


def _decode_fields(kind: type, data: Json, path: str) -> object:
    _expect(isinstance(data, dict), path, "a mapping")
    entries = {key: one for key, one in cast("dict[str, Json]", data).items() if key != "type"}
    hints, arguments = _hints(kind), {}
    for one in fields(kind):
        key = camel(one.name)
        if key in entries:
            arguments[one.name] = _decode(
                hints[one.name], entries.pop(key), f"{path}.{key}".lstrip(".")
            )
        elif one.default is MISSING and one.default_factory is MISSING:
            raise ValueError(f"{path or 'value'}: {key} is missing")
    _expect(not entries, path, f"no {', '.join(entries)}")
    return kind(**arguments)


def _expect(holds: bool, path: str, what: str) -> None:
    if not holds:
        raise ValueError(f"{path or 'value'}: expected {what}")


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _default(one: Field[Any]) -> object:
    if one.default is not MISSING:
        return one.default
    return one.default_factory() if one.default_factory is not MISSING else MISSING
