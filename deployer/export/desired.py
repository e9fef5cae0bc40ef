"""A desired state as plain JSON: what the Pulumi program in infra/ reads. A key that is absent leaves it to Azure."""

from __future__ import annotations

import json
from typing import Any

from deployer.core.resources import Account, Deployment, ResourceGroup, RoleAssignment
from deployer.core.role_names import assignment_name, definition, described
from deployer.core.state import DesiredState, accounts, deployments, role_assignments

FORMAT_VERSION = 1

Object = dict[str, Any]


def text(desired: DesiredState) -> str:
    """The document as a file."""
    return json.dumps(document(desired), indent=2, ensure_ascii=False) + "\n"


def document(desired: DesiredState, *, protect: bool = True) -> Object:
    """The document. `protect`: Pulumi refuses to delete the accounts and their group until it is taken back."""
    return {
        "formatVersion": FORMAT_VERSION,
        "name": desired.owner.name,
        "subscription": desired.scope.subscription,
        "resourceGroup": _group(desired),
        "protect": protect,
        "accounts": [_account(one, desired) for one in accounts(desired.resources)],
    }


def _group(desired: DesiredState) -> Object:
    group = next((one for one in desired.resources if isinstance(one, ResourceGroup)), None)
    if group is None:
        return {"name": desired.scope.resource_group, "manage": False}
    return {
        "name": group.name,
        "location": group.location,
        "manage": True,
        "tags": dict(group.tags),
    }


def _account(account: Account, desired: DesiredState) -> Object:
    inside = account.name.casefold()
    return _stated(
        name=account.name,
        location=account.location,
        kind=account.kind,
        sku=account.sku,
        customSubDomainName=account.custom_sub_domain_name,
        disableLocalAuth=account.disable_local_auth,
        publicNetworkAccess=account.public_network_access,
        tags=dict(account.tags),
        raiPolicies=[],
        deployments=[
            _deployment(one)
            for one in deployments(desired.resources)
            if one.account.casefold() == inside
        ],
        roles=[
            _role(one, desired)
            for one in role_assignments(desired.resources)
            if one.account.casefold() == inside
        ],
    )


def _deployment(deployment: Deployment) -> Object:
    model, sku = deployment.model, deployment.sku
    return _stated(
        name=deployment.name,
        model={"format": model.format, "name": model.name, "version": model.version},
        sku=_stated(name=sku.name, capacity=sku.capacity),
        versionUpgradeOption=deployment.version_upgrade_option,
        raiPolicyName=deployment.rai_policy_name,
        tags=dict(deployment.tags),
    )


def _role(role: RoleAssignment, desired: DesiredState) -> Object:
    return _stated(
        name=assignment_name(desired.scope, role),
        roleDefinitionId=definition(desired.scope, role),
        principalId=role.principal_id,
        principalType=role.principal_type,
        description=described(desired.owner),
    )


def _stated(**values: object) -> Object:
    return {name: value for name, value in values.items() if value is not None}
