"""Compare a stated resource with an observed one: only what is stated can differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass

from deployer.core.naming import camel
from deployer.core.resources import Resource, normal_location

Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One unequal value; `path` is Azure's own name for it (`sku.capacity`)."""

    path: str
    before: Scalar
    after: Scalar


def differences(before: Resource, after: Resource) -> tuple[Difference, ...]:
    """How `after`, where it says anything, is unlike `before`. Both are of one type and one address."""
    return tuple(_walk("", before, after))


def _walk(path: str, before: object, after: object) -> Iterator[Difference]:
    if after is None:
        return
    if is_dataclass(after):
        for one in fields(after):
            inner = f"{path}.{camel(one.name)}" if path else camel(one.name)
            yield from _walk(inner, getattr(before, one.name, None), getattr(after, one.name))
    elif isinstance(after, Mapping):
        stated_before = before if isinstance(before, Mapping) else {}
        for key, value in after.items():
            yield from _walk(f"{path}.{key}", stated_before.get(key), value)
    elif isinstance(after, str | int) and not _equal(path, before, after):
        yield Difference(path, before if isinstance(before, str | int) else None, after)


def _equal(path: str, before: object, after: object) -> bool:
    if before is None and after is False:
        return True  # Azure leaves a flag out of its answer instead of saying false (disableLocalAuth, recorded 2026-06)
    if isinstance(before, str) and isinstance(after, str):
        if path == "location":
            return normal_location(before) == normal_location(after)
        if path in {"name", "account", "kind", "customSubDomainName"}:
            return before.casefold() == after.casefold()
    return before == after
