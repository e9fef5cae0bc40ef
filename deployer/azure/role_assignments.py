"""Role assignments on accounts, by path: one PUT and one DELETE are not worth another SDK package."""

from __future__ import annotations

import uuid

from deployer.azure import paths, reading
from deployer.azure.clients import JsonObject
from deployer.core.resources import RoleAssignment, Scope
from deployer.core.state import Owner

# The namespace of ARM's guid() function (Bicep's documentation of string functions).
_GUID = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")


def guid(*parts: str) -> str:
    """ARM's guid(): the same name that a template would give, so every engine means the same assignment."""
    return str(uuid.uuid5(_GUID, "-".join(parts)))


def definition(scope: Scope, assignment: RoleAssignment) -> str:
    """The id of the role's definition."""
    definitions = "providers/Microsoft.Authorization/roleDefinitions"
    return f"{paths.subscription_path(scope.subscription)}/{definitions}/{assignment.role.id}"


def assignment_path(scope: Scope, assignment: RoleAssignment) -> str:
    """Where the assignment stands: named guid(account, principal, role), which makes writing it repeatable."""
    account = paths.account_path(scope, assignment.account)
    name = guid(account, assignment.principal_id, definition(scope, assignment))
    return f"{account}/providers/Microsoft.Authorization/roleAssignments/{name}"


def assignment_body(scope: Scope, assignment: RoleAssignment, owner: Owner) -> JsonObject:
    """What is PUT. Saying the principal's type spares the wait for a directory that replicates."""
    properties = {
        "roleDefinitionId": definition(scope, assignment),
        "principalId": assignment.principal_id,
        "description": reading.described(owner),
    }
    if assignment.principal_type:
        properties["principalType"] = assignment.principal_type
    return {"properties": properties}
