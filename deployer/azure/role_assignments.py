"""Role assignments on accounts, by path: one PUT and one DELETE are not worth another SDK package."""

from __future__ import annotations

from deployer.azure import paths
from deployer.azure.clients import JsonObject
from deployer.core.resources import RoleAssignment, Scope
from deployer.core.role_names import assignment_name, definition, described
from deployer.core.state import Owner


def assignment_path(scope: Scope, assignment: RoleAssignment) -> str:
    """Where the assignment stands."""
    account = paths.account_path(scope, assignment.account)
    name = assignment_name(scope, assignment)
    return f"{account}/providers/Microsoft.Authorization/roleAssignments/{name}"


def assignment_body(scope: Scope, assignment: RoleAssignment, owner: Owner) -> JsonObject:
    """What is PUT. Saying the principal's type spares the wait for a directory that replicates."""
    properties = {
        "roleDefinitionId": definition(scope, assignment),
        "principalId": assignment.principal_id,
        "description": described(owner),
    }
    if assignment.principal_type:
        properties["principalType"] = assignment.principal_type
    return {"properties": properties}
