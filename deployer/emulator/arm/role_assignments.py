"""Role assignments and definitions at any scope, and what the caller itself may do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from deployer.emulator.arm.refusals import AuthorizationRefusal
from deployer.emulator.arm.requests import existing_scope, section, text
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.authorization import same_grant
from deployer.emulator.identity.roles import ROLES, Role, find_role
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.clock import stamp
from deployer.emulator.state.records import TENANT_ID, JsonObject, RoleAssignment, subscription_id
from deployer.emulator.state.store import covers

_FILTER = re.compile(r"(principalId|assignedTo|roleName)\s*(?:eq\s*|\()'([^']*)'", re.IGNORECASE)
_BUILT_IN_SINCE = "2015-01-01T00:00:00Z"
"""Azure tells a date of each built-in role; here it is one for all, and made up."""
_NEVER_CHANGES = ("scope", "principal_id", "role")
_MAY_CHANGE = ("condition", "condition_version", "description")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Assign a role. The same name may only say the same again, with another condition or description."""
    scope = existing_scope(cloud, call["scope"])
    if not _GUID.fullmatch(call["name"]):
        raise AuthorizationRefusal.ASSIGNMENT_NAME_INVALID.error(name=call["name"])
    properties = section(call.body, "properties")
    role = find_role(text(properties, "roleDefinitionId") or "")
    if role is None:
        raise AuthorizationRefusal.ROLE_NOT_FOUND.error(role=properties.get("roleDefinitionId"))
    principal_id = text(properties, "principalId") or ""
    kind = text(properties, "principalType")
    known = any(one.object_id == principal_id for one in cloud.store.principals())
    if not known and not kind:
        bare = principal_id.replace("-", "")
        raise AuthorizationRefusal.PRINCIPAL_NOT_FOUND.error(principal=bare, tenant=TENANT_ID)
    wanted = RoleAssignment(
        scope=scope,
        name=call["name"],
        role=role.id,
        principal_id=principal_id,
        principal_type=kind or "ServicePrincipal",
        created=stamp(cloud.clock.now()),
        created_by=call.caller.object_id,
        created_at=cloud.clock.wall(),
        description=text(properties, "description"),
        condition=text(properties, "condition"),
        condition_version=text(properties, "conditionVersion"),
    )
    before = cloud.store.assignment(scope, call["name"])
    if before is not None:
        if any(getattr(before, one) != getattr(wanted, one) for one in _NEVER_CHANGES):
            raise AuthorizationRefusal.ASSIGNMENT_CANNOT_CHANGE.error()
        again = replace(before, **{one: getattr(wanted, one) for one in _MAY_CHANGE})
        cloud.store.put(again)
        return Answer(_body(again))
    if any(same_grant(one, wanted) for one in cloud.store.assignments()):
        raise AuthorizationRefusal.ASSIGNMENT_EXISTS.error()
    cloud.store.put(wanted)
    body = _body(wanted)
    # The first answer does not know who made it, every later one does (recorded 2023-08-23, 2025-04-03).
    body["properties"]["createdBy"] = None
    return Answer(body, 201)


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """One assignment."""
    assignment = cloud.store.assignment(call["scope"], call["name"])
    if assignment is None:
        raise AuthorizationRefusal.ASSIGNMENT_NOT_FOUND.error(name=call["name"])
    return Answer(_body(assignment))


async def list_at(cloud: EmulatedCloud, call: Call) -> Answer:
    """Assignments at a scope, above it and, unless the filter is `atScope()`, below it."""
    scope = existing_scope(cloud, call["scope"])
    asked = call.query.get("$filter", "")
    found = cloud.store.assignments()
    above = [one for one in found if covers(one.scope, scope)]
    below = [one for one in found if covers(scope, one.scope) and one not in above]
    listed = above if "atscope()" in asked.lower() else above + below
    keeps = _filter(asked)
    return Answer({"value": [_body(one) for one in listed if keeps(one)]})


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Take a role away: 200 with what it was, 204 when there was none."""
    assignment = cloud.store.assignment(call["scope"], call["name"])
    if assignment is None:
        return Answer(status=204)
    cloud.store.remove(assignment)
    return Answer(_body(assignment))


async def list_definitions(_cloud: EmulatedCloud, call: Call) -> Answer:
    """The built-in roles, all or the one that the filter names."""
    named = _FILTER.search(call.query.get("$filter", ""))
    wanted = named[2].lower() if named and named[1].lower() == "rolename" else None
    named_role = find_role(wanted) if wanted else None
    roles = [one for one in ROLES if wanted is None or one is named_role]
    return Answer({"value": [_definition(one) for one in roles]})


async def get_definition(_cloud: EmulatedCloud, call: Call) -> Answer:
    """One built-in role."""
    role = find_role(call["name"])
    if role is None:
        raise AuthorizationRefusal.ROLE_NOT_FOUND.error(role=call["name"])
    return Answer(_definition(role))


async def permissions(cloud: EmulatedCloud, call: Call) -> Answer:
    """What the caller may do at a scope: one row for each role it holds there or above."""
    scope = existing_scope(cloud, call["scope"])
    return Answer({"value": cloud.authorization.permissions(call.caller.object_id, scope)})


def _filter(asked: str) -> Callable[[RoleAssignment], bool]:
    named = _FILTER.search(asked)
    if named is None or named[1].lower() == "rolename":
        return lambda _: True
    wanted = named[2].lower()
    return lambda one: one.principal_id.lower() == wanted


def _body(assignment: RoleAssignment) -> JsonObject:
    return {
        "properties": {
            "roleDefinitionId": _definition_id(assignment.role),
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_type,
            "scope": assignment.scope,
            "condition": assignment.condition,
            "conditionVersion": assignment.condition_version,
            "createdOn": assignment.created,
            "updatedOn": assignment.created,
            "createdBy": assignment.created_by,
            "updatedBy": assignment.created_by,
            "delegatedManagedIdentityResourceId": None,
            "description": assignment.description,
        },
        "id": assignment.id,
        "type": "Microsoft.Authorization/roleAssignments",
        "name": assignment.name,
    }


def _definition_id(role: str) -> str:
    return f"{subscription_id()}/providers/Microsoft.Authorization/roleDefinitions/{role}"


def _definition(role: Role) -> JsonObject:
    return {
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole",
            "description": role.description,
            "assignableScopes": ["/"],
            "permissions": [role.permission()],
            "createdOn": _BUILT_IN_SINCE,
            "updatedOn": _BUILT_IN_SINCE,
            "createdBy": None,
            "updatedBy": None,
        },
        "id": _definition_id(role.id),
        "type": "Microsoft.Authorization/roleDefinitions",
        "name": role.id,
    }
