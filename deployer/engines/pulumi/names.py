"""What Pulumi calls our resources: types and logical names on one side, our addresses on the other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    account_address,
    deployment_address,
    group_address,
)

GROUP = "azure-native:resources:ResourceGroup"
ACCOUNT = "azure-native:cognitiveservices:Account"
DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
ROLE = "azure-native:authorization:RoleAssignment"

_KINDS = {GROUP: "group", ACCOUNT: "account", DEPLOYMENT: "deployment", ROLE: "role"}


def address(urn: str) -> str | None:
    """Our address of what a URN names; None for what is no resource of Azure's (the stack, a component, a provider)."""
    _, _, kind, name = urn.split("::", 3)
    return address_of(kind.rpartition("$")[2], name)


def address_of(kind: str, name: str) -> str | None:
    """Our address of a type and a logical name."""
    match _KINDS.get(kind), name.split("/"):
        case "group", [group]:
            return group_address(group)
        case "account", [account]:
            return account_address(account)
        case "deployment", [account, deployment]:
            return deployment_address(account, deployment)
        case "role", [account, role, principal]:
            return f"{account_address(account)}/role/{role}/{principal}"
        case _:
            return None


def name_of(resource: Resource) -> tuple[str, str]:
    """The type and the logical name under which infra's program declares a resource."""
    match resource:
        case ResourceGroup(name=name):
            return GROUP, name.casefold()
        case Account(name=name):
            return ACCOUNT, name.casefold()
        case Deployment(account=account, name=name):
            return DEPLOYMENT, f"{account}/{name}".casefold()
        case RoleAssignment(account=account, role=role, principal_id=principal):
            return ROLE, f"{account}/{role.id}/{principal}".casefold()
        case DeletedAccount():
            raise ValueError("a soft-deleted account cannot be declared")


def held(deployment: Mapping[str, Any]) -> frozenset[str]:
    """The addresses of all that an exported state holds. What waits there to be deleted is not held any more."""
    found = (
        address(one["urn"])
        for one in deployment.get("resources") or ()
        if one.get("custom") and not one.get("delete")
    )
    return frozenset(one for one in found if one is not None)
