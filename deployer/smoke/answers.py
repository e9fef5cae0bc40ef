"""Reading what a service answered without trusting its form."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from deployer.smoke.diagnoses import CheckFailed


def read_object(content: bytes | str) -> dict[str, Any]:
    """A JSON object. Raises CheckFailed."""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise CheckFailed("smoke.not-understood", "An answer is not a JSON object.")
    return value


def part(value: object, *names: str) -> dict[str, Any]:
    """The object at these names inside an object, the first one of a list; empty where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
        value = value[0] if isinstance(value, list) and value else value
    return value if isinstance(value, dict) else {}


def text(value: Mapping[str, Any], name: str) -> str:
    """The text of that name; empty where there is none."""
    found = value.get(name)
    return found if isinstance(found, str) else ""


def read_base64(data: str) -> bytes:
    """The bytes of base64. Raises CheckFailed."""
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise CheckFailed("smoke.not-understood", "The audio of an answer is not base64.") from None
