"""The id in Azure of each of our resources."""

from __future__ import annotations

from deployer.azure import paths
from deployer.azure.role_assignments import assignment_path
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    Scope,
)


def arm_id(scope: Scope, resource: Resource) -> str:
    """Where it stands in a scope."""
    match resource:
        case ResourceGroup():
            return paths.group_path(scope)
        case Account(name=name):
            return paths.account_path(scope, name)
        case Deployment(account=account, name=name):
            return paths.deployment_path(scope, account, name)
        case RoleAssignment():
            return assignment_path(scope, resource)
        case DeletedAccount(account=Account(name=name, location=location)):
            return paths.deleted_account_path(scope, location, name)
