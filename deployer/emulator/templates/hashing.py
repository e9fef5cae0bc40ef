"""Azure's own values of `uniqueString`, `guid` and `templateHash`.

The hash is a private relative of Murmur with two lanes of 32 bits. Vectors of the real engine are in the tests
(emulation notes, 2026-11; Azure/bicep's snapshot tests, azure-cli's recordings of deployments).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

_ONE, _TWO = 2869860233, 597399067
_BITS = 0xFFFFFFFF
_ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
_SECTIONS = (
    "$schema", "languageVersion", "contentVersion", "parameters", "variables", "resources", "outputs", "metadata",
)  # fmt: skip
_OF_A_PARAMETER = ("minLength", "maxLength", "defaultValue", "nullable", "type", "metadata")
_OF_A_RESOURCE = (
    "type", "apiVersion", "name", "location", "identity", "dependsOn", "tags", "sku", "kind", "properties",
    "resourceGroup",
)  # fmt: skip
_OF_AN_OUTPUT = ("nullable", "type", "value", "metadata")
"""The order in which Azure writes members before it hashes: what fourteen templates and their hashes that azd recorded
in 2026 leave possible. Others, as `condition` and `copy`, were not among them and come last here."""
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
    """What `properties.templateHash` says of a template, and Bicep of what it generates."""
    shown = _in_order(template)
    generator = shown.get("metadata", {}).get("_generator")
    if isinstance(generator, dict):
        # Bicep writes the hash into what it is the hash of.
        unhashed = {name: one for name, one in generator.items() if name != "templateHash"}
        shown["metadata"] = {**shown["metadata"], "_generator": unhashed}
    return str(hash64(_compact(shown).encode()))


def minified(template: Any) -> str:  # noqa: ANN401
    """A template as it is hashed: its members in Azure's order, without blanks and comments, in capitals."""
    return _compact(_in_order(template))


def _compact(template: Any) -> str:  # noqa: ANN401
    return json.dumps(template, separators=(",", ":"), ensure_ascii=False).upper()


def _in_order(template: Any) -> dict[str, Any]:  # noqa: ANN401
    """A template with the members of its sections in Azure's order; what is within properties stays as it is."""
    if not isinstance(template, Mapping):
        return {}
    shown: dict[str, Any] = _ordered(template, _SECTIONS)
    for section, order in (
        ("parameters", _OF_A_PARAMETER),
        ("resources", _OF_A_RESOURCE),
        ("outputs", _OF_AN_OUTPUT),
    ):
        members = shown.get(section)
        if isinstance(members, Mapping):
            shown[section] = {name: _ordered(one, order) for name, one in members.items()}
        elif isinstance(members, list):
            shown[section] = [_ordered(one, order) for one in members]
    if not isinstance(shown.get("metadata", {}), Mapping):
        del shown["metadata"]
    return shown


def _ordered(members: Any, order: tuple[str, ...]) -> Any:  # noqa: ANN401
    if not isinstance(members, Mapping):
        return members
    known = {name: members[name] for name in order if name in members}
    return {**known, **members}


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
