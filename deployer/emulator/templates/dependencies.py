"""Which resource of a template waits for which: stated, implied by `reference()`, and batch after batch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from deployer.emulator.templates.evaluation import Scope
from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.instances import Instance, referred


def with_needs(found: Sequence[Instance]) -> list[Instance]:
    """The same resources, each knowing the positions of those it waits for; raises `TemplateInvalid`."""
    known = _index(found)
    ordered = []
    for at, one in enumerate(found):
        needs = {position for name in _stated(one) for position in _positions(known, one, name)}
        for name in referred(one):
            needs |= set(known.get(name.lower(), ()))
        if one.batch:
            needs |= {
                position
                for position, other in enumerate(found)
                if other.loop == one.loop and other.batch == one.batch - 1
            }
        ordered.append(replace(one, needs=frozenset(needs - {at})))
    _check_for_circles(ordered)
    return ordered


def names(found: Sequence[Instance]) -> dict[str, str]:
    """Ids by everything that `reference()` may call a resource; a name that two have names neither."""
    return {
        name: found[positions[0]].id
        for name, positions in _index(found).items()
        if len(positions) == 1
    }


def levels(found: Sequence[Instance]) -> Iterator[int]:
    """Positions in an order in which everything comes after what it waits for."""
    done: set[int] = set()
    while len(done) < len(found):
        ready = [at for at, one in enumerate(found) if at not in done and one.needs <= done]
        if not ready:
            return
        done.update(ready)
        yield from ready


def _index(found: Sequence[Instance]) -> Mapping[str, list[int]]:
    known: dict[str, list[int]] = {}
    for at, one in enumerate(found):
        for name in {one.id, one.name, one.symbol, one.loop, f"{one.type}/{one.name}"} - {""}:
            known.setdefault(name.lower(), []).append(at)
    return known


def _stated(one: Instance) -> Iterator[str]:
    scope: Scope = one.scope
    stated: Any = next(
        (value for key, value in one.states.items() if key.lower() == "dependson"), []
    )
    for each in stated or []:
        value = scope.value(each)
        for name in value if isinstance(value, list) else [value]:
            if not isinstance(name, str):
                raise TemplateInvalid(f"'{one.id}' depends on what is no name.", path=one.at)
            yield name


def _positions(known: Mapping[str, list[int]], one: Instance, name: str) -> list[int]:
    canonical = name.replace("/providers/Microsoft.Resources/resourceGroups/", "/resourceGroups/")
    found = known.get(name.lower()) or known.get(canonical.lower())
    if found is None:
        raise TemplateInvalid(
            f"The resource '{name}' is not defined in the template. Please see "
            f"https://aka.ms/arm-syntax for usage details. It is needed by '{one.id}'.",
            path=one.at,
        )
    return found


def _check_for_circles(found: Sequence[Instance]) -> None:
    reached = set(levels(found))
    for at, one in enumerate(found):
        if at not in reached:
            raise TemplateInvalid(
                f"Circular dependency detected on resource: '{one.id}'. Please see "
                "https://aka.ms/arm-syntax-resources for usage details.",
                path=one.at,
            )
