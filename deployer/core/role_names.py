"""What a role assignment is called, which role it means and how it says whose it is: the same for every engine.

An assignment's name is a GUID that its writer chooses. Ours follow from what they grant, by ARM's own function, so that
a template, a Pulumi program and the SDK mean one and the same assignment, and writing it is repeatable.
"""

from __future__ import annotations

import uuid

from deployer.core.resources import RoleAssignment, Scope
from deployer.core.state import ENGINE_TAG, OWNER_TAG, Owner

# The namespace of ARM's guid() function (Bicep's documentation of string functions).
_GUID = uuid.UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")


def guid(*parts: str) -> str:
    """ARM's guid(): the same name that a template would give."""
    return str(uuid.uuid5(_GUID, "-".join(parts)))


def assignment_name(scope: Scope, assignment: RoleAssignment) -> str:
    """The assignment's own name: guid(account, principal, role)."""
    group = f"/subscriptions/{scope.subscription}/resourceGroups/{scope.resource_group}"
    account = f"{group}/providers/Microsoft.CognitiveServices/accounts/{assignment.account}"
    return guid(account, assignment.principal_id, definition(scope, assignment))


def definition(scope: Scope, assignment: RoleAssignment) -> str:
    """The id of the role's definition."""
    definitions = "providers/Microsoft.Authorization/roleDefinitions"
    return f"/subscriptions/{scope.subscription}/{definitions}/{assignment.role.id}"


def described(owner: Owner) -> str:
    """The mark of ownership on a role assignment, which has no tags but a description."""
    return f"{OWNER_TAG}={owner.name}; {ENGINE_TAG}={owner.engine}"
