"""Accounts: created over a while, updated by replacing, deleted softly, restored at once."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import replace

from deployer.emulator.arm.account_answers import account_body
from deployer.emulator.arm.account_requests import (
    check_new_subdomain,
    check_subdomain,
    identity_of,
    stated_of,
)
from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.groups import RETAINED
from deployer.emulator.arm.requests import (
    account_id,
    created_now,
    existing_account,
    existing_group,
    modified_now,
    required_location,
    section,
    tags_of,
    text,
    write_lock,
)
from deployer.emulator.clock import stamp
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.locks import Hold
from deployer.emulator.operations import account_operation_path
from deployer.emulator.records import Account, Group, normalised
from deployer.emulator.router import Answer, Call
from deployer.emulator.store import new_guid

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}")
_NEVER = 1e10
_KINDS_THAT_CHANGE = {"OpenAI", "AIServices"}


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Create, update or restore an account."""
    group = existing_group(cloud, call)
    if group.gone_at is not None:
        raise Refusal.GROUP_BEING_DELETED.error(group=group.name)
    if not _NAME.fullmatch(call["account"]):
        raise Refusal.ACCOUNT_NAME_INVALID.error(account=call["account"])
    here = account_id(group, call)
    with write_lock(cloud, here) as hold:
        if normalised(text(call.body, "location") or "") == "global":
            sku = text(section(call.body, "sku"), "name")
            raise Refusal.ACCOUNT_SKU_NOT_THERE.error(location=call.body["location"], sku=sku)
        location = required_location(call.body)
        before = cloud.store.account(here) or cloud.store.deleted_account(here)
        if before is not None and normalised(before.location) != normalised(location):
            raise Refusal.ACCOUNT_ELSEWHERE.error(
                account=before.name, there=before.location, group=group.name, wanted=location
            )
        restore = section(call.body, "properties").get("restore") is True
        if before is not None and before.deleted_at is not None:
            if not restore:
                raise Refusal.SOFT_DELETED.error(account=before.id)
            return _restore(cloud, call, before, hold)
        if before is not None:
            return _update(cloud, call, before, hold)
        if restore:
            raise Refusal.NOTHING_TO_RESTORE.error(account=here)
        return _create(cloud, call, group, location, hold)


def _create(cloud: EmulatedCloud, call: Call, group: Group, location: str, hold: Hold) -> Answer:
    kind = text(call.body, "kind") or ""
    sku = text(section(call.body, "sku"), "name") or ""
    if kind not in cloud.catalogue.kinds:
        raise Refusal.KIND_INVALID.error(kind=kind)
    if sku != "S0":
        raise Refusal.ACCOUNT_SKU_INVALID.error(sku=sku)
    stated = stated_of(call.body)
    check_subdomain(cloud, stated)
    if not cloud.quota.has_room_for_account(location, kind):
        raise Refusal.TOO_MANY_ACCOUNTS.error(account=call["account"])
    failing = cloud.faults.for_request("operationFailed", call.method, call.path)
    failure = failing and {"code": failing.get("code"), "message": failing.get("message")}
    ready_at = _ends_at(cloud, call)
    account = Account(
        group=group.name,
        name=call["account"],
        location=location,
        kind=kind,
        sku=sku,
        properties=stated,
        key1=secrets.token_hex(42),
        key2=secrets.token_hex(42),
        internal_id=secrets.token_hex(16),
        created=stamp(cloud.clock.now()),
        etag=_etag(cloud),
        system_data=created_now(cloud, call),
        ready_at=ready_at,
        tags=tags_of(call.body),
        identity=identity_of(call.body),
        failure=failure,
    )
    cloud.store.put(account)
    hold.wrote, hold.until = True, ready_at
    place = normalised(location)
    operation = cloud.operations.start("Creating", ready_at, location=place, failure=failure)
    headers = {
        "azure-asyncoperation": cloud.address + account_operation_path(operation),
        "ETag": account.etag,
    }
    return Answer(account_body(cloud, account, "Creating"), 201, headers)


def _update(cloud: EmulatedCloud, call: Call, before: Account, hold: Hold) -> Answer:
    """Replace what was stated. Even a PUT that changes nothing puts the account to Accepted for a while."""
    kind = text(call.body, "kind") or before.kind
    if kind != before.kind and not {kind, before.kind} <= _KINDS_THAT_CHANGE:
        raise Refusal.KIND_INVALID.error(kind=kind)
    stated = stated_of(call.body)
    if before.subdomain and not stated.get("customSubDomainName"):
        stated["customSubDomainName"] = before.subdomain
    check_new_subdomain(cloud, before, stated)
    failing = cloud.faults.for_request("operationFailed", call.method, call.path)
    account = replace(
        before,
        kind=kind,
        properties=stated,
        tags=tags_of(call.body),
        identity=identity_of(call.body, before),
        etag=_etag(cloud),
        system_data=modified_now(cloud, call, before.system_data),
        ready_at=_ends_at(cloud, call),
        is_new=before.is_new and before.failure is not None,
        failure=failing and {"code": failing.get("code"), "message": failing.get("message")},
    )
    cloud.store.put(account)
    hold.wrote, hold.until = True, account.ready_at
    return Answer(account_body(cloud, account), headers={"ETag": account.etag})


def _restore(cloud: EmulatedCloud, call: Call, before: Account, hold: Hold) -> Answer:
    """Bring a soft-deleted account back: at once, with everything it had (recorded 2023-06-19)."""
    account = replace(
        before,
        deleted_at=None,
        purge_at=None,
        etag=_etag(cloud),
        ready_at=cloud.clock.wall(),
        system_data=created_now(cloud, call),
    )
    cloud.store.put(account)
    hold.wrote = True
    return Answer(account_body(cloud, account, "Succeeded"), 201, {"ETag": account.etag})


async def patch(cloud: EmulatedCloud, call: Call) -> Answer:
    """Change some of an account: tags and most properties at once, identity and network by an operation (202)."""
    before = existing_account(cloud, call)
    with write_lock(cloud, before.id) as hold:
        stated = {**before.properties, **stated_of(call.body)}
        check_new_subdomain(cloud, before, stated)
        tags = tags_of(call.body)
        if tags is None:
            tags = dict(before.tags) if before.tags is not None else None
        elif cloud.settings.patch_merges_tags:
            tags = {**(before.tags or {}), **tags}
        account = replace(
            before,
            properties=stated,
            tags=tags,
            identity=identity_of(call.body, before) or before.identity,
            etag=_etag(cloud),
            system_data=modified_now(cloud, call, before.system_data),
        )
        if call.body.get("identity") is not None or "networkAcls" in stated_of(call.body):
            return _begin_update(cloud, replace(account, ready_at=_ends_at(cloud, call)), hold)
        cloud.store.put(account)
        hold.wrote = True
        await asyncio.sleep(cloud.settings.seconds(cloud.settings.deployment_seconds))
        return Answer(account_body(cloud, account, "Succeeded"), headers={"ETag": account.etag})


def _begin_update(cloud: EmulatedCloud, account: Account, hold: Hold) -> Answer:
    """202, polled at either of two addresses (recorded 2025-10-28 of an identity, 2024-04-18 of networkAcls; tags alone were 200 in 2022 and 2023)."""
    account = replace(account, is_new=False)
    cloud.store.put(account)
    hold.wrote, hold.until = True, account.ready_at
    place = normalised(account.location)
    operation = cloud.operations.start(
        "Updating", account.ready_at, location=place, resource=account.id
    )
    headers = {
        "azure-asyncoperation": cloud.address + account_operation_path(operation),
        "Location": cloud.address + account_operation_path(operation, by_location=True),
        "ETag": account.etag,
    }
    return Answer(account_body(cloud, account, "Accepted"), 202, headers)


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """An account."""
    account = existing_account(cloud, call)
    return Answer(account_body(cloud, account), headers={"ETag": account.etag})


async def list_of_group(cloud: EmulatedCloud, call: Call) -> Answer:
    """The accounts of a group."""
    group = existing_group(cloud, call)
    return Answer({"value": [account_body(cloud, one) for one in cloud.store.accounts(group.name)]})


async def list_all(cloud: EmulatedCloud, _call: Call) -> Answer:
    """The accounts of the subscription; a fan-out, as its header tells."""
    body = {"value": [account_body(cloud, one) for one in cloud.store.accounts()]}
    return Answer(body, headers={"x-ms-original-request-ids": new_guid()})


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Delete an account softly: it leaves every live list, and keeps its name, subdomain and quota."""
    group = existing_group(cloud, call)
    account = cloud.store.account(account_id(group, call))
    if account is None:
        return Answer(status=204)
    with write_lock(cloud, account.id) as hold:
        deployed = cloud.store.deployments(account.id)
        if deployed and cloud.settings.cannot_delete_account_with_deployments:
            raise Refusal.HAS_DEPLOYMENTS.error(account=account.name)
        hold.wrote = True
        await asyncio.sleep(cloud.settings.seconds(cloud.settings.delete_seconds))
        now = cloud.clock.now()
        cloud.store.soft_delete(account, stamp(now), stamp(now + RETAINED))
    return Answer()


async def list_keys(cloud: EmulatedCloud, call: Call) -> Answer:
    """Both keys; refused when key authentication is off (status and code unverified)."""
    account = existing_account(cloud, call)
    if account.properties.get("disableLocalAuth"):
        raise Refusal.KEYS_DISABLED.error()
    return Answer({"key1": account.key1, "key2": account.key2})


async def regenerate_key(cloud: EmulatedCloud, call: Call) -> Answer:
    """Make one key anew; the etag changes with it (recorded 2023-07-25)."""
    account = existing_account(cloud, call)
    name = (text(call.body, "keyName") or "").lower()
    if name not in ("key1", "key2"):
        raise Refusal.PROPERTY_INVALID.error(property="keyName", value=name)
    fresh = secrets.token_hex(42)
    changed = replace(
        account,
        key1=fresh if name == "key1" else account.key1,
        key2=fresh if name == "key2" else account.key2,
        etag=_etag(cloud),
    )
    cloud.store.put(changed)
    return Answer({"key1": changed.key1, "key2": changed.key2})


def _ends_at(cloud: EmulatedCloud, call: Call) -> float:
    """The wall time at which the operation of a PUT ends; with the fault `operationStuck` it does not in our lives."""
    if cloud.faults.for_request("operationStuck", call.method, call.path):
        return cloud.clock.wall() + _NEVER
    return cloud.clock.wall() + cloud.settings.seconds(cloud.settings.account_seconds)


def _etag(cloud: EmulatedCloud) -> str:
    """An etag in the form of Cosmos DB's, whose last group begins with the time of the write."""
    seconds = int(cloud.clock.now().timestamp())
    return f'"{secrets.token_hex(4)}-0000-2300-0000-{seconds:08x}0000"'
