"""The resources of a template, one by one: conditions decided, loops unrolled, children flattened, dependencies found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from deployer.emulator.templates.evaluation import Scope, Wanted, extended
from deployer.emulator.templates.expressions import FunctionCall, Member, Node, is_expression, parse
from deployer.emulator.templates.failures import Path, TemplateInvalid, told_of
from deployer.emulator.templates.kinds import is_int
from deployer.emulator.templates.places import full_id

DEPLOYMENTS = "microsoft.resources/deployments"

# What the template engine itself reads of a resource; the rest is the body of its PUT.
_OWN = frozenset(
    {
        "apiversion", "type", "name", "dependson", "condition", "copy", "scope", "comments",
        "resources", "metadata", "resourcegroup", "subscriptionid", "existing", "import",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Instance:
    """One resource to be written: where it goes, the raw body, what it can see, and the loop it is a turn of."""

    id: str
    type: str
    name: str
    api_version: str
    body: Mapping[str, Any]
    scope: Scope
    states: Mapping[str, Any]
    """The template's own object, for its dependencies."""
    at: Path = ()
    """Where its resource, or the one that it is a child of, stands in the template."""
    symbol: str = ""
    loop: str = ""
    batch: int | None = None
    """Which batch of a serial loop it belongs to."""
    included: bool = True
    existing: bool = False
    needs: frozenset[int] = field(default_factory=frozenset)
    """Positions, in the template's list, of those that must be done first."""


def instances(resources: Any, scope: Scope) -> list[Instance]:  # noqa: ANN401
    """Every resource of a template in its order, loops unrolled; raises `TemplateInvalid`. Needs are not filled in."""
    rows: list[tuple[str | int, Any]]
    if isinstance(resources, Mapping):
        rows = list(resources.items())
    elif isinstance(resources, list):
        rows = list(enumerate(resources))
    else:
        raise TemplateInvalid("The template property 'resources' is missing or no array.")
    found: list[Instance] = []
    for key, row in rows:
        at: Path = ("resources", key)
        if not isinstance(row, Mapping):
            raise TemplateInvalid("A template resource must be an object.", path=at)
        with told_of(subject_of(row, at), at):
            symbol = key if isinstance(key, str) else ""
            found += (replace(one, at=at) for one in _unrolled(row, symbol, scope))
    seen: set[str] = set()
    for one in found:
        if one.included and not one.existing and one.id.lower() in seen:
            raise TemplateInvalid(
                f"The resource '{one.id}' is defined multiple times in a template. Please see "
                "https://aka.ms/arm-syntax-resources for usage details.",
                path=one.at,
            )
        if one.included:
            seen.add(one.id.lower())
    return found


def _unrolled(row: Mapping[str, Any], symbol: str, scope: Scope) -> Iterator[Instance]:
    loop = row.get("copy")
    if not isinstance(loop, Mapping):
        yield from _with_children(row, symbol, scope, "", None)
        return
    name = str(loop.get("name", symbol))
    count, size = scope.turns(loop, name), _batch_size(loop, name, scope)
    for index in range(count):
        batch = index // size if size else None
        yield from _with_children(row, symbol, scope.looped(name, index), name, batch)


def _batch_size(loop: Mapping[str, Any], name: str, scope: Scope) -> int:
    """How many turns of a loop go side by side; 0: all of them."""
    mode = str(loop.get("mode", "parallel"))
    if mode.lower() not in ("parallel", "serial"):
        raise TemplateInvalid(f"The mode '{mode}' of the loop '{name}' is not parallel or serial.")
    size = scope.value(loop.get("batchSize", 1))
    if not is_int(size) or size < 1:
        raise TemplateInvalid(f"The batch size '{size}' of the loop '{name}' is not 1 or more.")
    return int(size) if mode.lower() == "serial" else 0


def subject_of(row: Mapping[str, Any], at: Path) -> str:
    """A resource as messages name it."""
    return f"template resource '{row.get('name', at[-1])}'"


def _with_children(
    row: Mapping[str, Any],
    symbol: str,
    scope: Scope,
    loop: str,
    batch: int | None,
    parent: Instance | None = None,
) -> Iterator[Instance]:
    kind, name = _text(row, "type", scope), _text(row, "name", scope)
    if parent is not None:
        prefix = f"{parent.type}/"
        kind = kind if kind.lower().startswith(prefix.lower()) else prefix + kind
        name = f"{parent.name}/{name}"
    # An `existing` resource is only named; a condition decides about everything else.
    one = Instance(
        id=_id(row, kind, name, scope),
        type=kind,
        name=name,
        api_version=_text(row, "apiVersion", scope),
        body={key: value for key, value in row.items() if key.lower() not in _OWN},
        scope=scope,
        states=row,
        symbol=symbol,
        loop=loop,
        batch=batch,
        included=scope.holds(row.get("condition", True)) and (parent is None or parent.included),
        existing=bool(row.get("existing", False)),
    )
    yield one
    for child in row.get("resources", []) if not isinstance(row.get("resources"), Mapping) else []:
        inner = child.get("copy")
        if isinstance(inner, Mapping):
            raise TemplateInvalid("A child resource cannot have a copy loop of its own.")
        yield from _with_children(child, "", scope, loop, batch, one)


def _id(row: Mapping[str, Any], kind: str, name: str, scope: Scope) -> str:
    place = scope.place.scope
    if "scope" in row and kind.lower() != DEPLOYMENTS:
        stated = str(scope.value(row["scope"]))
        if not stated.startswith("/"):
            stated = _relative(place, stated)
        return extended(stated, kind, name.split("/"))
    if kind.lower() == DEPLOYMENTS:
        subscription = f"/subscriptions/{scope.value(row['subscriptionId'])}" if "subscriptionId" in row else "/".join(place.split("/")[:3])  # fmt: skip
        if "resourceGroup" in row:
            place = f"{subscription}/resourceGroups/{scope.value(row['resourceGroup'])}"
        elif "subscriptionId" in row:
            place = subscription
    # A role assignment in the old form is named `account/Microsoft.Authorization/guid` after what it extends.
    outer = re.fullmatch(r"(.+)/providers/(roleAssignments|locks)", kind, re.IGNORECASE)
    if outer:
        owner, _, last = name.rpartition("/Microsoft.Authorization/")
        target = full_id(place, outer[1], owner)
        return f"{target}/providers/Microsoft.Authorization/{outer[2]}/{last}"
    return full_id(place, kind, name)


def _relative(place: str, stated: str) -> str:
    """`A.B/accounts/x`, as a scope beneath the deployment's own."""
    return f"{place}/providers/{stated}"


def _text(row: Mapping[str, Any], name: str, scope: Scope) -> str:
    value = next((value for key, value in row.items() if key.lower() == name.lower()), None)
    text = scope.value(value)
    if not isinstance(text, str) or not text:
        raise TemplateInvalid(f"The template resource's '{name}' is missing or no text.")
    return text


def calls_in(raw: Any) -> Iterator[FunctionCall]:  # noqa: ANN401
    """Every function call in every expression of a piece of a template."""
    if isinstance(raw, str):
        if is_expression(raw):
            yield from _calls(parse(raw))
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            # An inner template is evaluated where it runs; its references are its own.
            if key == "template" and isinstance(value, Mapping):
                continue
            yield from calls_in(value)
    elif isinstance(raw, list):
        for one in raw:
            yield from calls_in(one)


def _calls(node: Node) -> Iterator[FunctionCall]:
    if isinstance(node, FunctionCall):
        yield node
        for argument in node.arguments:
            yield from _calls(argument)
    elif isinstance(node, Member):
        yield from _calls(node.target)
        yield from _calls(node.key)


def referred(one: Instance) -> Iterator[str]:
    """What `reference()` and `list…()` in a resource name: ids, names or symbols."""
    for found in calls_in(one.body):
        name = found.name.lower()
        if (name == "reference" or name.startswith("list")) and found.arguments:
            try:
                yield str(one.scope._node(found.arguments[0]))
            except (TemplateInvalid, Wanted):
                continue  # only known while it runs; then it names nothing of this template
