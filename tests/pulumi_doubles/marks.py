"""Marks on values of the wire: what is secret, and what is not known yet. Nothing is imported, so that commands are quick."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"


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
