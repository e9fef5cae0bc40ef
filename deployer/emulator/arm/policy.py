"""What a policy denies: types whose writes, or single actions, that the switch `deniedByPolicy` names."""

from __future__ import annotations

import json

from deployer.emulator.arm.refusals import AuthorizationRefusal
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.roles import matches
from deployer.emulator.router import Call, Route
from deployer.emulator.state.records import subscription_id


def check_policy(cloud: EmulatedCloud, call: Call, route: Route) -> None:
    """Raise `RequestDisallowedByPolicy` for a request that a policy denies; reading is denied by none."""
    if call.method in ("GET", "HEAD"):
        return
    for denied in cloud.settings.denied_by_policy:
        if matches(denied, route.action) or matches(f"{denied}/write", route.action):
            name = "denied-by-emulator"
            place = f"{subscription_id()}/providers/Microsoft.Authorization"
            policy = {
                "policyAssignment": {"name": name, "id": f"{place}/policyAssignments/{name}"},
                "policyDefinition": {"name": name, "id": f"{place}/policyDefinitions/{name}"},
            }
            identifiers = json.dumps([policy], separators=(",", ":"))
            resource = route.scope(call).rpartition("/")[2]
            raise AuthorizationRefusal.POLICY_DENIES.error(resource=resource, policies=identifiers)
