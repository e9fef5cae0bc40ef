"""Content filters of an account: written at once, under the account's write lock like a deployment."""

from __future__ import annotations

from deployer.emulator.arm.built_in_filters import CONTENT_FILTERS
from deployer.emulator.arm.fates import begin_deletion
from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.arm.requests import (
    created_now,
    existing_account,
    existing_parent,
    modified_now,
    section,
    text,
    write_lock,
)
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.operations import account_operation_path
from deployer.emulator.state.records import Account, JsonObject, RaiPolicy
from deployer.emulator.state.store import new_guid

_NO_BLOCKLISTS: tuple[str, list[JsonObject]] = ("customBlocklists", [])

MODES = ("Default", "Deferred", "Blocking", "Asynchronous_filter")
"""What a filter does with what it finds (PutRaiPolicy.json)."""


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Create a filter (201) or replace it (200); an empty list of blocklists is not kept (recorded 2025-01-17)."""
    account = existing_parent(cloud, call, "raiPolicies")
    if _built_in_name(call["policy"]) is not None:
        raise RequestRefusal.PROPERTY_INVALID.error(property="name", value=call["policy"])
    with write_lock(cloud, account.id) as hold:
        before = cloud.store.rai_policy(account.id, call["policy"])
        data = modified_now(cloud, call, before.system_data) if before else created_now(cloud, call)
        properties = section(call.body, "properties")
        stated = {name: one for name, one in properties.items() if (name, one) != _NO_BLOCKLISTS}
        mode = text(stated, "mode")
        if mode is not None and mode not in MODES:
            raise RequestRefusal.PROPERTY_INVALID.error(property="mode", value=mode)
        written = RaiPolicy(account.id, call["policy"], stated, f'"{new_guid()}"', data)
        cloud.store.put(written)
        hold.wrote = True
        accepted = cloud.settings.accepted_seconds
        hold.until = cloud.clock.wall() + accepted
    return Answer(_body(written), 200 if before else 201, {"ETag": written.etag})


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """A filter."""
    account = existing_account(cloud, call)
    built_in = _built_in_name(call["policy"])
    if built_in is not None:
        return Answer(_built_in(account, built_in))
    policy = cloud.store.rai_policy(account.id, call["policy"])
    if policy is None:
        raise RequestRefusal.NOT_FOUND.error(id=call.path)
    return Answer(_body(policy), headers={"ETag": policy.etag})


async def list_of_account(cloud: EmulatedCloud, call: Call) -> Answer:
    """The filters of an account, Azure's own last; only here does each say whose it is (recorded 2025-01-17)."""
    account = existing_account(cloud, call)
    own = [_owned(_body(one), "UserManaged") for one in cloud.store.rai_policies(account.id)]
    built_in = [_owned(_built_in(account, name), "SystemManaged") for name in CONTENT_FILTERS]
    return Answer({"value": own + built_in})


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Delete a filter: 202 with two addresses to poll, 204 when there is none; never 200 (the SDK takes no such answer)."""
    account = existing_account(cloud, call)
    policy = cloud.store.rai_policy(account.id, call["policy"])
    if policy is None:
        return Answer(status=204)
    with write_lock(cloud, account.id) as hold:
        operation, _ = begin_deletion(
            cloud, call, account.location, lambda: cloud.store.remove(policy)
        )
        hold.wrote = True
    version = call.query["api-version"]
    headers = {
        "azure-asyncoperation": cloud.address + account_operation_path(operation, version=version),
        "location": cloud.address
        + account_operation_path(operation, by_location=True, version=version),
        **cloud.settings.poll_headers(),
    }
    return Answer(status=202, headers=headers)


def _built_in_name(policy: str) -> str | None:
    """The name of one of Azure's own filters as Azure writes it."""
    return {name.lower(): name for name in CONTENT_FILTERS}.get(policy.lower())


def _built_in(account: Account, name: str) -> JsonObject:
    """One of Azure's own filters."""
    return {
        "id": f"{account.id}/raiPolicies/{name}",
        "name": name,
        "type": "Microsoft.CognitiveServices/accounts/raiPolicies",
        "properties": {"mode": "Blocking", "contentFilters": CONTENT_FILTERS[name]},
    }


def _owned(filter_: JsonObject, owner: str) -> JsonObject:
    return {**filter_, "properties": {"type": owner, **filter_["properties"]}}


def _body(policy: RaiPolicy) -> JsonObject:
    return {
        "id": policy.id,
        "name": policy.name,
        "type": "Microsoft.CognitiveServices/accounts/raiPolicies",
        "properties": dict(policy.properties),
        "systemData": dict(policy.system_data),
        "etag": policy.etag,
    }
