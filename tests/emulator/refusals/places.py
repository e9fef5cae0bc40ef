"""Every refusal of where something is to be, provoked."""

from __future__ import annotations

from emulator.arm_client import ACCOUNT, DEPLOYMENT, GROUP, PROVIDER
from emulator.refusals.provoking import Provoke, asked

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.refusals import PlaceRefusal


def unregistered(arm):
    arm.emulator.ask("PATCH", "settings", {"providerRegistered": False})
    return arm.get(f"{PROVIDER}/deletedAccounts")


def group_elsewhere(arm):
    arm.group()
    return arm.group(location="swedencentral")


def group_being_deleted(arm):
    arm.group()
    arm.emulator.ask("PATCH", "settings", {"pacing": "fast", "groupSeconds": 60})
    arm.ask("DELETE", GROUP)
    return arm.group()


def group_with_deployments(arm):
    arm.account()
    arm.deployment()
    answer = arm.follow(arm.ask("DELETE", GROUP).headers["Location"])
    assert arm.get(DEPLOYMENT).status == 200, "the deletion must have been rolled back"
    assert [one["code"] for one in answer.body["error"]["details"]] == [
        "CannotDeleteAccountWithDeployments"
    ]
    return answer


PROVOKED: dict[Refusal, Provoke] = {
    PlaceRefusal.SUBSCRIPTION_NOT_FOUND: asked("GET", "/subscriptions/other/resourceGroups/rg"),
    PlaceRefusal.PROVIDER_NOT_REGISTERED: unregistered,
    PlaceRefusal.LOCATION_REQUIRED: asked("PUT", GROUP, {}),
    PlaceRefusal.LOCATION_UNKNOWN: lambda arm: arm.account(location="atlantis"),
    PlaceRefusal.GROUP_LOCATION_UNKNOWN: asked("PUT", GROUP, {"location": "atlantis"}),
    PlaceRefusal.GROUP_NAME_INVALID: lambda arm: arm.group(f"{GROUP}+1"),
    PlaceRefusal.GROUP_NAME_REFUSED: lambda arm: arm.group(f"{GROUP}."),
    PlaceRefusal.GROUP_NOT_FOUND: asked("GET", ACCOUNT),
    PlaceRefusal.GROUP_ELSEWHERE: group_elsewhere,
    PlaceRefusal.GROUP_BEING_DELETED: group_being_deleted,
    PlaceRefusal.GROUP_DELETION_BLOCKED: group_with_deployments,
}
