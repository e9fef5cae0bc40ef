"""How two sets of inputs differ, the plugin's way: by path, and whether a difference replaces the resource."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
_ABSENT = object()


@dataclass(frozen=True)
class Difference:
    """One difference: `add`, `update` or `delete` at a path like `properties.model.version`."""

    path: str
    kind: str
    replaces: bool


def difference(old: Json, new: Json, replacing: set[str]) -> list[Difference]:
    """Every difference; `location` is compared without case and blanks."""
    found = []
    for path, kind in _walk(old, new):
        top = path.partition(".")[0].partition("[")[0]
        if path == "location" and kind == "update" and _place(old) == _place(new):
            continue
        found.append(Difference(path, kind, top in replacing))
    return found


def merged(inputs: Json, before: Json, after: Json) -> Json:
    """Inputs with what changed between two projections of outputs applied to them, and nothing else."""
    result = {k: v for k, v in inputs.items() if k in after or k not in before}
    for name, value in after.items():
        if name not in before:
            result[name] = value
        elif before[name] != value:
            result[name] = _moved(inputs.get(name, _ABSENT), before[name], value)
    return result


def _moved(base: Any, before: Any, after: Any) -> Any:
    if isinstance(base, dict) and isinstance(before, dict) and isinstance(after, dict):
        return merged(base, before, after)
    if isinstance(base, list) and isinstance(before, list) and isinstance(after, list):
        return [
            _moved(base[index], before[index], one)
            if index < len(base) and index < len(before)
            else one
            for index, one in enumerate(after)
        ]
    return after


def _walk(old: Any, new: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted({*old, *new}):
            where = f"{path}.{name}" if path else name
            yield from _walk(old.get(name, _ABSENT), new.get(name, _ABSENT), where)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            before, after = (one[index] if index < len(one) else _ABSENT for one in (old, new))
            yield from _walk(before, after, f"{path}[{index}]")
    elif old is _ABSENT:
        yield path, "add"
    elif new is _ABSENT:
        yield path, "delete"
    elif old != new:
        yield path, "update"


def _place(inputs: Json) -> str:
    return str(inputs["location"]).replace(" ", "").lower()
