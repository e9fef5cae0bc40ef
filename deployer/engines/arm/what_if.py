"""What-if beside the plan: where Azure's own forecast and ours differ, in resources and in what is stated of them.

Azure's what-if is noisy about what Azure fills in by itself, so nothing else of it is compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from deployer.azure.ids import arm_id
from deployer.core.plan import Action, Change
from deployer.core.problems import Place, Problem, Severity
from deployer.core.resources import Account, Deployment, Resource, Scope

Row = Mapping[str, Any]

_NOTHING = frozenset({"Ignore", "NoChange", "NoEffect", "Unsupported"})
_CANNOT_TELL = frozenset({"Deploy", "Unsupported"})
_ABSENT = "NoChange"


def disagreements(
    changes: Sequence[Change], rows: Iterable[Row], scope: Scope, places: Mapping[str, Place]
) -> Iterator[Problem]:
    """Where a what-if says something else than the changes that it was made for."""
    said = {str(row["resourceId"]).casefold(): row for row in rows}
    for change in changes:
        row = said.pop(arm_id(scope, change.resource).casefold(), {"changeType": _ABSENT})
        ours, azures = _planned(change), _forecast(change, row)
        if row["changeType"] not in _CANNOT_TELL and ours != azures:
            yield _problem(change.address, ours, azures, places.get(change.address))
    for target, row in said.items():
        if row["changeType"] not in _NOTHING:
            yield _problem(target, "NoChange", str(row["changeType"]), None)


def counted(rows: Iterable[Row]) -> str:
    """How many rows of each kind, in Azure's words: `2 Create, 1 Modify`."""
    kinds = Counter(str(row["changeType"]) for row in rows if row["changeType"] not in _NOTHING)
    return ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())) or "no change"


def stated_paths(change: Change, row: Row) -> set[str]:
    """What of the plan's own vocabulary a row would change."""
    return {
        path
        for delta in row.get("delta") or ()
        for path in _paths(delta, "")
        if _is_stated(change.resource, path)
    }


def _planned(change: Change) -> str:
    if change.action is Action.CREATE:
        return "Create"
    return _modification(one.path for one in change.differences)


def _forecast(change: Change, row: Row) -> str:
    kind = str(row["changeType"])
    return _modification(stated_paths(change, row)) if kind in ("Modify", "NoChange") else kind


def _modification(paths: Iterable[str]) -> str:
    named = ", ".join(sorted(paths))
    return f"Modify ({named})" if named else "NoChange"


def _paths(delta: Row, above: str) -> Iterator[str]:
    """The values that a row of what-if changes, in our spelling: `sku.capacity`, `model.version`, `tags.env`."""
    path = f"{above}{delta['path']}"
    if delta.get("propertyChangeType") == "NoEffect":
        return
    if delta.get("children"):
        for child in delta["children"]:
            yield from _paths(child, f"{path}.")
        return
    for leaf in _leaves(path, delta.get("before"), delta.get("after")):
        yield leaf.removeprefix("properties.")


def _leaves(path: str, before: object, after: object) -> Iterator[str]:
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        old = before if isinstance(before, Mapping) else {}
        new = after if isinstance(after, Mapping) else {}
        for key in {**old, **new}:
            yield from _leaves(f"{path}.{key}", old.get(key), new.get(key))
    elif not _same(before, after):
        yield path


def _same(before: object, after: object) -> bool:
    if isinstance(before, str) and isinstance(after, str):
        return before.casefold() == after.casefold()
    return before == after or (before is None and after is False)


def _is_stated(resource: Resource, path: str) -> bool:
    """Whether the resource states the value at that path; the rest of a what-if is Azure's own business."""
    stated: dict[str, object]
    match resource:
        case Account():
            stated = {
                "kind": resource.kind,
                "sku.name": resource.sku,
                "customSubDomainName": resource.custom_sub_domain_name,
                "disableLocalAuth": resource.disable_local_auth,
                "publicNetworkAccess": resource.public_network_access,
            }
        case Deployment(model=model, sku=sku):
            stated = {
                "model.format": model.format,
                "model.name": model.name,
                "model.version": model.version,
                "sku.name": sku.name,
                "sku.capacity": sku.capacity,
                "versionUpgradeOption": resource.version_upgrade_option,
                "raiPolicyName": resource.rai_policy_name,
            }
        case _:
            return False
    tags = {f"tags.{name}": value for name, value in resource.tags.items()}
    return {**stated, **tags}.get(path) is not None


def _problem(address: str, ours: str, azures: str, place: Place | None) -> Problem:
    return Problem(
        "arm.disagrees",
        Severity.ERROR,
        "Azure's what-if says something else than this plan",
        f"{address}: the plan says {ours}, what-if says {azures}.",
        "Nothing was written. Plan again; if it stays, compare with `az deployment group what-if` and the parameters "
        "of `deployer export --to arm-parameters`.",
        place,
        address,
    )
