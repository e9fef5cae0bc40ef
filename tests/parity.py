"""What a run has left in the emulator, in a form in which the roads that lead there can be compared.

Left out is what Azure writes by itself and differs at every run: etags, times, internal ids, addresses and random keys.
The engine's own name in the marks of ownership is written as ENGINE, because that is the one difference that is meant.
"""

from __future__ import annotations

from typing import Any

from emulator.arm_client import PROVIDER, SUBSCRIPTION, Arm

from deployer.emulator import Emulator

ENGINES = ("sdk", "pulumi", "arm")
_AZURES_OWN = frozenset(
    {
        "callRateLimit",
        "capabilities",
        "createdBy",
        "createdOn",
        "dateCreated",
        "deletionDate",
        "endpoint",
        "endpoints",
        "internalId",
        "principalId",
        "scheduledPurgeDate",
        "tenantId",
        "updatedBy",
        "updatedOn",
    }
)


def settled(emulator: Emulator) -> dict[str, Any]:
    """Everything in the emulator's subscription by id: groups, accounts, deployments, roles, soft-deleted accounts."""
    arm = Arm(emulator)
    found: dict[str, Any] = {}

    def keep(body: dict[str, Any]) -> None:
        found[body["id"].casefold()] = _without_what_differs(body)

    for group in arm.get(f"{SUBSCRIPTION}/resourceGroups").body["value"]:
        keep(group)
    for account in arm.get(f"{PROVIDER}/accounts").body["value"]:
        keep(account)
        for deployment in arm.get(f"{account['id']}/deployments").body["value"]:
            keep(deployment)
        roles = f"{account['id']}/providers/Microsoft.Authorization/roleAssignments"
        for role in arm.get(roles).body["value"]:
            scope = role["properties"]["scope"]
            if scope.casefold() == account["id"].casefold():
                found[role["id"].casefold()] = _role(role)
    for deleted in arm.get(f"{PROVIDER}/deletedAccounts").body["value"]:
        keep(deleted)
    return found


def _without_what_differs(body: dict[str, Any]) -> dict[str, Any]:
    named = ("location", "kind", "sku")
    kept: dict[str, Any] = {name: body[name] for name in named if name in body}
    properties = body.get("properties", {})
    stated = {name: value for name, value in properties.items() if name not in _AZURES_OWN}
    marks = {name: _unmarked(value) for name, value in (body.get("tags") or {}).items()}
    identity = (body.get("identity") or {}).get("type")
    return {**kept, "tags": marks, "identity": identity, "properties": stated}


def _role(body: dict[str, Any]) -> dict[str, Any]:
    properties = body["properties"]
    kept = ("roleDefinitionId", "principalId", "principalType")
    description = _unmarked(properties.get("description"))
    return {**{name: properties[name] for name in kept}, "description": description}


def _unmarked(value: str | None) -> str | None:
    if value in ENGINES:
        return "ENGINE"
    for engine in ENGINES:
        if value is not None and value.endswith(f"deployer-engine={engine}"):
            return value.removesuffix(engine) + "ENGINE"
    return value
