"""Content filters of an account: written at once, under the account's write lock like a deployment."""

from __future__ import annotations

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.requests import (
    created_now,
    existing_account,
    modified_now,
    section,
    write_lock,
)
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.operations import account_operation_path
from deployer.emulator.records import JsonObject, RaiPolicy, normalised
from deployer.emulator.router import Answer, Call
from deployer.emulator.store import new_guid


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Create a filter (201) or replace it (200)."""
    account = existing_account(cloud, call)
    with write_lock(cloud, account.id) as hold:
        before = cloud.store.rai_policy(account.id, call["policy"])
        data = modified_now(cloud, call, before.system_data) if before else created_now(cloud, call)
        stated = section(call.body, "properties")
        written = RaiPolicy(account.id, call["policy"], stated, f'"{new_guid()}"', data)
        cloud.store.put(written)
        hold.wrote = True
    return Answer(_body(written), 200 if before else 201)


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """A filter."""
    account = existing_account(cloud, call)
    policy = cloud.store.rai_policy(account.id, call["policy"])
    if policy is None:
        raise Refusal.NOT_FOUND.error(id=call.path)
    return Answer(_body(policy))


async def list_of_account(cloud: EmulatedCloud, call: Call) -> Answer:
    """The filters of an account, Azure's own two first."""
    account = existing_account(cloud, call)
    built_in = [
        {
            "id": f"{account.id}/raiPolicies/{name}",
            "name": name,
            "type": "Microsoft.CognitiveServices/accounts/raiPolicies",
            "properties": {"type": "SystemManaged", "mode": mode},
        }
        for name, mode in (("Microsoft.Default", "Default"), ("Microsoft.DefaultV2", "Blocking"))
    ]
    return Answer(
        {"value": built_in + [_body(one) for one in cloud.store.rai_policies(account.id)]}
    )


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Delete a filter: 202 with a location, 204 when there is none; never 200 (the SDK takes no such answer)."""
    account = existing_account(cloud, call)
    policy = cloud.store.rai_policy(account.id, call["policy"])
    if policy is None:
        return Answer(status=204)
    with write_lock(cloud, account.id) as hold:
        cloud.store.remove(policy)
        hold.wrote = True
    ends_at = cloud.clock.wall() + cloud.settings.seconds(cloud.settings.delete_seconds)
    place = normalised(account.location)
    operation = cloud.operations.start("Deleting", ends_at, location=place)
    address = (
        f"{cloud.address}{account_operation_path(operation)}&operationResultResponseType=Location"
    )
    return Answer(status=202, headers={"location": address, **cloud.settings.poll_headers()})


def _body(policy: RaiPolicy) -> JsonObject:
    return {
        "id": policy.id,
        "name": policy.name,
        "type": "Microsoft.CognitiveServices/accounts/raiPolicies",
        "properties": {"type": "UserManaged", **policy.properties},
        "systemData": dict(policy.system_data),
        "etag": policy.etag,
    }
