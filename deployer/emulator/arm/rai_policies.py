"""Content filters of an account: written at once, under the account's write lock like a deployment."""

from __future__ import annotations

from deployer.emulator.arm.built_in_filters import CONTENT_FILTERS
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

_NO_BLOCKLISTS: tuple[str, list[JsonObject]] = ("customBlocklists", [])


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Create a filter (201) or replace it (200); an empty list of blocklists is not kept (recorded 2025-01-17)."""
    account = existing_account(cloud, call)
    with write_lock(cloud, account.id) as hold:
        before = cloud.store.rai_policy(account.id, call["policy"])
        data = modified_now(cloud, call, before.system_data) if before else created_now(cloud, call)
        properties = section(call.body, "properties")
        stated = {name: one for name, one in properties.items() if (name, one) != _NO_BLOCKLISTS}
        written = RaiPolicy(account.id, call["policy"], stated, f'"{new_guid()}"', data)
        cloud.store.put(written)
        hold.wrote = True
    return Answer(_body(written), 200 if before else 201, {"ETag": written.etag})


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """A filter."""
    account = existing_account(cloud, call)
    policy = cloud.store.rai_policy(account.id, call["policy"])
    if policy is None:
        raise Refusal.NOT_FOUND.error(id=call.path)
    return Answer(_body(policy), headers={"ETag": policy.etag})


async def list_of_account(cloud: EmulatedCloud, call: Call) -> Answer:
    """The filters of an account, Azure's own last; only here does each say whose it is (recorded 2025-01-17)."""
    account = existing_account(cloud, call)
    built_in = [
        {
            "id": f"{account.id}/raiPolicies/{name}",
            "name": name,
            "type": "Microsoft.CognitiveServices/accounts/raiPolicies",
            "properties": {"type": "SystemManaged", "mode": "Blocking", "contentFilters": filters},
        }
        for name, filters in CONTENT_FILTERS.items()
    ]
    own = [_body(one) for one in cloud.store.rai_policies(account.id)]
    for one in own:
        one["properties"] = {"type": "UserManaged", **one["properties"]}
    return Answer({"value": own + built_in})


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Delete a filter: 202 with two addresses to poll, 204 when there is none; never 200 (the SDK takes no such answer)."""
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
    version = call.query["api-version"]
    headers = {
        "azure-asyncoperation": cloud.address + account_operation_path(operation, version=version),
        "location": cloud.address
        + account_operation_path(operation, by_location=True, version=version),
        **cloud.settings.poll_headers(),
    }
    return Answer(status=202, headers=headers)


def _body(policy: RaiPolicy) -> JsonObject:
    return {
        "id": policy.id,
        "name": policy.name,
        "type": "Microsoft.CognitiveServices/accounts/raiPolicies",
        "properties": dict(policy.properties),
        "systemData": dict(policy.system_data),
        "etag": policy.etag,
    }
