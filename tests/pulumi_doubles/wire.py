"""Values between protobuf and plain data: integers stay integers, secrets and unknowns keep their marks."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from pulumi.runtime.rpc import UNKNOWN

Json = dict[str, Any]
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
_KNOWN_MARKS = {SECRET, OUTPUT}


def decoded(struct: struct_pb2.Struct) -> Json:
    """A struct as plain data without nulls; marks are left as they are."""
    plain: Json = _plain(MessageToDict(struct))
    return plain


def encoded(values: Json) -> struct_pb2.Struct:
    return ParseDict(values, struct_pb2.Struct())


def secret(value: Any) -> Json:
    """A value marked as secret, unless it is already."""
    return value if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(SIGNATURE) == SECRET


def has_secret(value: Any) -> bool:
    """Whether anything in a value is secret."""
    if isinstance(value, dict):
        return is_secret(value) or any(has_secret(one) for one in value.values())
    return isinstance(value, list) and any(has_secret(one) for one in value)


def has_unknown(value: Any) -> bool:
    """Whether anything in a value is not known yet."""
    if isinstance(value, dict):
        return any(has_unknown(one) for one in value.values())
    if isinstance(value, list):
        return any(has_unknown(one) for one in value)
    return bool(value == UNKNOWN)


def bare(value: Any) -> Any:
    """A value without its marks of secrecy."""
    if is_secret(value):
        return bare(value["value"])
    if isinstance(value, dict):
        return {name: bare(one) for name, one in value.items()}
    return [bare(one) for one in value] if isinstance(value, list) else value


def as_secret_as(inputs: Json, outputs: Json) -> Json:
    """Outputs, secret wherever the input of the same name is: what the engine does for this plugin."""
    return {
        name: secret(value) if has_secret(inputs.get(name)) else value
        for name, value in outputs.items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        mark = value.get(SIGNATURE)
        if mark is not None and mark not in _KNOWN_MARKS:
            raise ValueError(f"the double knows no value marked {mark}")
        if mark == OUTPUT:
            return _of_output(value)
        return {name: _plain(one) for name, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _of_output(value: Json) -> Any:
    """An output value: what it holds or that it is unknown, and whether it is secret."""
    held = _plain(value["value"]) if "value" in value else UNKNOWN
    return secret(held) if value.get("secret") else held
