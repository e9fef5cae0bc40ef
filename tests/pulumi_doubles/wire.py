"""Values between protobuf and plain data: integers stay integers, secrets and unknowns keep their marks."""

from __future__ import annotations

from typing import Any

from google.protobuf import struct_pb2
from google.protobuf.json_format import MessageToDict, ParseDict
from pulumi_doubles.marks import OUTPUT, SECRET, SIGNATURE, UNKNOWN, Json, secret

_KNOWN_MARKS = {SECRET, OUTPUT}


def decoded(struct: struct_pb2.Struct) -> Json:
    """A struct as plain data without nulls; marks are left as they are."""
    plain: Json = _plain(MessageToDict(struct))
    return plain


def encoded(values: Json) -> struct_pb2.Struct:
    return ParseDict(values, struct_pb2.Struct())


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
