"""What a template would change: each resource as it is beside what a trial in the shadow has made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.template_opening import Request
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.state.records import JsonObject
from deployer.emulator.templates.secret_texts import masked

_API_VERSION = "2025-09-01"

_NAMES = frozenset({"id", "name", "type", "apiVersion", "location"})

# Azure's own parts of a resource, which differ at every write and are nobody's change.
_NOBODYS = frozenset({"etag", "systemData"})
_GIVEN = ("principalId", "tenantId")
_NOBODYS_PROPERTIES = frozenset(
    {
        "provisioningState", "endpoint", "endpoints", "internalId", "dateCreated", "callRateLimit",
        "capabilities", "isMigrated", "privateEndpointConnections", "currentCapacity", "rateLimits",
        "createdOn", "updatedOn", "createdBy", "updatedBy",
    }
)  # fmt: skip


async def changes(
    cloud: EmulatedCloud, shadow: EmulatedCloud, caller: Caller, request: Request
) -> list[JsonObject]:
    """One row for each resource that the template writes, and for each that it leaves alone or removes."""
    versions = {one.id.lower(): one.api_version for one in request.opened.resources}
    rows = []
    for target in dict.fromkeys(shadow.written):
        version = versions.get(target.lower(), _API_VERSION)
        before = await _seen(cloud, target, version, caller)
        after = await _seen(shadow, target, version, caller)
        if before is None and after is not None:
            after = _stated(after, shadow.stated.get(target.lower(), {}))
        rows.append(_row(target, before, _without_new_principal(before, after)))
    written = {one.lower() for one in shadow.written}
    parts = request.scope.split("/")
    for account in cloud.store.accounts(parts[4]) if len(parts) > 4 else []:
        if account.id.lower() not in written:
            left = await _seen(cloud, account.id, _API_VERSION, caller)
            kind = "Delete" if request.mode == "Complete" else "Ignore"
            rows.append({"resourceId": account.id, "changeType": kind, "before": left})
    ordered = sorted(rows, key=lambda row: str(row["resourceId"]).lower())
    if request.result_format == "ResourceIdOnly":
        return [_id_only(row) for row in ordered]
    return [_hidden(row, (*shadow.hidden, *request.opened.secrets)) for row in ordered]


def difference(before: Any, after: Any, path: str = "") -> list[JsonObject]:  # noqa: ANN401
    """The changes between two values: objects member by member, everything else as a whole."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        found = []
        for name in sorted({**before, **after}):
            inner = f"{path}.{name}" if path else name
            if name not in before:
                found.append(_delta(inner, "Create", None, after[name]))
            elif name not in after:
                found.append(_delta(inner, "Delete", before[name], None))
            else:
                found += difference(before[name], after[name], inner)
        return found
    return [] if before == after else [_delta(path, "Modify", before, after)]


def _row(target: str, before: JsonObject | None, after: JsonObject | None) -> JsonObject:
    if before is None:
        return {"resourceId": target, "changeType": "Create", "after": after}
    delta = difference(before, after)
    kind = "Modify" if delta else "NoChange"
    row: JsonObject = {"resourceId": target, "changeType": kind, "before": before, "after": after}
    return {**row, "delta": delta} if delta else row


def _id_only(row: JsonObject) -> JsonObject:
    """A row without its resource; whether one that is there would change is then not told (specified)."""
    told = row["changeType"] in ("Modify", "NoChange")
    kind = "Deploy" if told else row["changeType"]
    return {"resourceId": row["resourceId"], "changeType": kind}


def _hidden(row: JsonObject, secrets: Sequence[str]) -> JsonObject:
    """A row that shows nothing of secure parameters; what a resource is called stays as it is."""
    hidden = dict(row)
    for side in ("before", "after"):
        hidden |= {side: _hidden_body(row[side], secrets)} if side in row else {}
    if "delta" in row:
        hidden["delta"] = [
            {name: masked(one[name], secrets) if name in ("before", "after") else one[name] for name in one}
            for one in row["delta"]
        ]  # fmt: skip
    return hidden


def _hidden_body(body: JsonObject | None, secrets: Sequence[str]) -> JsonObject | None:
    if body is None:
        return None
    return {
        name: value if name in _NAMES else masked(value, secrets) for name, value in body.items()
    }


def _stated(made: JsonObject, stated: JsonObject) -> JsonObject:
    """A new resource as its template states it: nobody knows yet what Azure will fill in."""
    names = {name: made[name] for name in ("apiVersion", "id", "name", "type")}
    return dict(sorted({**stated, **names}.items()))


def _without_new_principal(
    before: JsonObject | None, after: JsonObject | None
) -> JsonObject | None:
    """An identity that is only now given has no principal yet; the trial's own would be invented."""
    identity = (after or {}).get("identity")
    if after is None or not isinstance(identity, Mapping):
        return after
    known = ((before or {}).get("identity") or {}).keys()
    kept = {name: identity[name] for name in identity if name not in _GIVEN or name in known}
    return {**after, "identity": kept}


def _delta(path: str, kind: str, before: Any, after: Any) -> JsonObject:  # noqa: ANN401
    return {"path": path, "propertyChangeType": kind, "before": before, "after": after}


async def _seen(
    cloud: EmulatedCloud, target: str, version: str, caller: Caller
) -> JsonObject | None:
    """A resource without what is Azure's alone, members by name; None when it is not there."""
    # Imported here: the table of routes, which that module reads, names this one.
    from deployer.emulator.arm.dispatch import perform

    try:
        answer = await perform(cloud, "GET", target, {"api-version": version}, {}, caller)
    except ArmError as error:
        if error.status == 404:
            return None
        raise
    return shown(answer.body, version)


def shown(body: Mapping[str, Any], version: str) -> JsonObject:
    """A resource in the form that what-if shows."""
    kept = {name: value for name, value in body.items() if name not in _NOBODYS}
    properties = kept.get("properties", {})
    kept["properties"] = {
        name: properties[name] for name in sorted(properties) if name not in _NOBODYS_PROPERTIES
    }
    return dict(sorted({**kept, "apiVersion": version}.items()))
