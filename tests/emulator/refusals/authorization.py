"""Every refusal of roles, policies and locks, provoked; and the words of some, whole."""

from __future__ import annotations

from emulator.arm_client import ACCOUNT, GROUP, SUBSCRIPTION
from emulator.refusals.provoking import Provoke, asked, settings

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.refusals import AuthorizationRefusal
from deployer.emulator.state.records import TENANT_ID

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ONE, TWO = "00000000-0000-0000-0000-00000000a551", "00000000-0000-0000-0000-00000000a552"
ASSIGNMENT = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments/{ONE}"
LOCK = f"{GROUP}/providers/Microsoft.Authorization/locks/keep"


def assignment(role=READER, principal="00000000-0000-0000-0000-00000000beef", **more):
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    return {"properties": {"roleDefinitionId": definition, "principalId": principal, **more}}


def unauthorised(arm):
    return arm.principal("reader", "Reader").group()


def two_assignments(first, second, name=ONE):
    def provoke(arm):
        arm.ask("PUT", ASSIGNMENT, assignment(principalType="User", **first))
        other = ASSIGNMENT.replace(ONE, name)
        return arm.ask("PUT", other, assignment(principalType="User", **second))

    return provoke


def locked(arm):
    arm.account()
    lock_group(arm)
    return arm.ask("DELETE", ACCOUNT)


def lock_group(arm, level="CanNotDelete"):
    assert arm.ask("PUT", LOCK, {"properties": {"level": level}}).status == 201


PROVOKED: dict[Refusal, Provoke] = {
    AuthorizationRefusal.SCOPE_LOCKED: locked,
    AuthorizationRefusal.LOCK_NOT_FOUND: asked("GET", LOCK),
    AuthorizationRefusal.AUTHORIZATION_FAILED: unauthorised,
    AuthorizationRefusal.POLICY_DENIES: settings(
        deniedByPolicy=["Microsoft.CognitiveServices/accounts"]
    )(lambda arm: arm.account()),
    AuthorizationRefusal.PRINCIPAL_NOT_FOUND: asked("PUT", ASSIGNMENT, assignment()),
    AuthorizationRefusal.ASSIGNMENT_EXISTS: two_assignments({}, {}, TWO),
    AuthorizationRefusal.ASSIGNMENT_CANNOT_CHANGE: two_assignments({}, {"role": OWNER}),
    AuthorizationRefusal.ASSIGNMENT_NOT_FOUND: asked("GET", ASSIGNMENT),
    AuthorizationRefusal.ASSIGNMENT_NAME_INVALID: asked(
        "PUT", ASSIGNMENT.replace(ONE, "one"), assignment()
    ),
    AuthorizationRefusal.ROLE_NOT_FOUND: asked("PUT", ASSIGNMENT, assignment("nobody")),
}

QUOTED: dict[Refusal, str] = {
    AuthorizationRefusal.PRINCIPAL_NOT_FOUND: (
        f"Principal 0000000000000000000000000000beef does not exist in the directory {TENANT_ID}."
    ),
}
