"""The items of the template's arrays: resources as ARM writes them, less the type and the api-version.

What is absent from an item is absent from the PUT, so Azure may choose it. An account that stands already and is only
named has `existing: true`. Deployments and roles name their account by its position in the array.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deployer.core.resources import Account, Deployment, RoleAssignment, Scope
from deployer.core.role_names import assignment_name, definition, described
from deployer.core.state import DesiredState, Owner, accounts, deployments, role_assignments

Object = dict[str, Any]

KIND, ACCOUNT_SKU = "AIServices", "S0"
"""What an account is when nobody says: Azure asks for both at creation."""


def of_state(desired: DesiredState) -> dict[str, list[Object]]:
    """A whole state as the values of the three array parameters."""
    holders = accounts(desired.resources)
    place = positions(holders)
    return {
        "accounts": [account_item(one) for one in holders],
        "deployments": [
            deployment_item(one, place[one.account.casefold()])
            for one in deployments(desired.resources)
        ],
        "roleAssignments": [
            role_item(one, place[one.account.casefold()], desired.scope, desired.owner)
            for one in role_assignments(desired.resources)
        ],
    }


def positions(holders: Sequence[Account]) -> dict[str, int]:
    """Where in the array each account stands, by its name in lower case."""
    return {account.name.casefold(): at for at, account in enumerate(holders)}


def account_item(account: Account, *, existing: bool = False) -> Object:
    """An account; `existing`: it is only named, and not written."""
    item: Object = {
        "name": account.name,
        "location": account.location,
        "kind": account.kind or KIND,
        "sku": {"name": account.sku or ACCOUNT_SKU},
        "tags": dict(account.tags),
        "properties": _stated(
            customSubDomainName=account.custom_sub_domain_name,
            disableLocalAuth=account.disable_local_auth,
            publicNetworkAccess=account.public_network_access,
        ),
    }
    return {**item, "existing": True} if existing else item


def deployment_item(deployment: Deployment, account: int) -> Object:
    """A deployment in the account at that position."""
    model, sku = deployment.model, deployment.sku
    return {
        "account": account,
        "name": deployment.name,
        "tags": dict(deployment.tags),
        "sku": _stated(name=sku.name, capacity=sku.capacity),
        "properties": _stated(
            model={"format": model.format, "name": model.name, "version": model.version},
            versionUpgradeOption=deployment.version_upgrade_option,
            raiPolicyName=deployment.rai_policy_name,
        ),
    }


def role_item(role: RoleAssignment, account: int, scope: Scope, owner: Owner) -> Object:
    """A role assignment on the account at that position."""
    return {
        "account": account,
        "name": assignment_name(scope, role),
        "properties": _stated(
            roleDefinitionId=definition(scope, role),
            principalId=role.principal_id,
            principalType=role.principal_type,
            description=described(owner),
        ),
    }


def parameter_values(items: Mapping[str, Any]) -> Object:
    """Values as a deployment takes them, and a parameter file holds them."""
    return {name: {"value": value} for name, value in items.items()}


def _stated(**values: object) -> Object:
    return {name: value for name, value in values.items() if value is not None}
