"""Accounts: created over a while, updated by replacing, deleted softly, restored at once."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import replace

from deployer.emulator.arm.account_answers import account_body, shown_etag, waiting_headers
from deployer.emulator.arm.account_operations import begin
from deployer.emulator.arm.account_requests import identity_of, stated_of
from deployer.emulator.arm.account_rules import (
    check_name,
    check_new_subdomain,
    check_place,
    check_subdomain,
    check_together,
    wanted_kind,
    wanted_sku,
)
from deployer.emulator.arm.fates import Fate, fate
from deployer.emulator.arm.groups import RETAINED
from deployer.emulator.arm.headers import fan_out
from deployer.emulator.arm.preconditions import check_preconditions
from deployer.emulator.arm.refusals import AccountRefusal, PlaceRefusal, RequestRefusal
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
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.faults.stuck import NEVER
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.clock import stamp
from deployer.emulator.state.locks import Hold
from deployer.emulator.state.records import Account, Group, JsonObject, normalised


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Create, update or restore an account."""
    group = existing_group(cloud, call)
    if group.gone_at is not None:
        raise PlaceRefusal.GROUP_BEING_DELETED.error(group=group.name)
    check_name(cloud, call["account"])
    here = account_id(group, call)
    with write_lock(cloud, here) as hold:
        check_place(call.body)
        location = required_location(call.body)
        live = cloud.store.account(here)
        before = live or cloud.store.deleted_account(here)
        if before is not None and normalised(before.location) != normalised(location):
            raise AccountRefusal.ACCOUNT_ELSEWHERE.error(
                account=before.name, there=before.location, group=group.name, wanted=location
            )
        check_preconditions(cloud, call, shown_etag(cloud, live) if live else None)
        restore = section(call.body, "properties").get("restore") is True
        if before is not None and before.deleted_at is not None:
            if not restore:
                raise AccountRefusal.SOFT_DELETED.error(account=before.id)
            return _restore(cloud, call, before, hold)
        if before is not None:
            if restore and not cloud.settings.live_accounts_can_be_restored:
                raise AccountRefusal.RESTORING_THE_LIVING.error()
            return _update(cloud, call, before, hold)
        if restore:
            raise AccountRefusal.NOTHING_TO_RESTORE.error()
        return _create(cloud, call, group, location, hold)


def _create(cloud: EmulatedCloud, call: Call, group: Group, location: str, hold: Hold) -> Answer:
    kind, sku = wanted_kind(cloud, call.body, None), wanted_sku(call.body, None)
    if kind in cloud.settings.gated_kinds:
        raise AccountRefusal.KIND_GATED.error(kind=kind, sku=sku)
    properties, identity = stated_of(call.body), identity_of(call.body)
    check_together(kind, properties, identity)
    check_subdomain(cloud, properties)
    if not cloud.quota.has_room_for_account(location, kind):
        raise AccountRefusal.TOO_MANY_ACCOUNTS.error(account=call["account"])
    ending = fate(cloud, call, _seconds(cloud, properties))
    account = Account(
        group=group.name,
        name=call["account"],
        location=location,
        kind=kind,
        sku=sku,
        properties=properties,
        key1=_key(cloud),
        key2=_key(cloud),
        internal_id=secrets.token_hex(16),
        created=stamp(cloud.clock.now()),
        etag=_etag(cloud),
        # Azure writes an account once more when it is ready (recorded 2025-10-28).
        etag_when_ready=_etag(cloud, ending.ends_at),
        system_data=created_now(cloud, call),
        ready_at=ending.ends_at,
        tags=tags_of(call.body),
        identity=identity,
        failure=ending.failure,
    )
    with cloud.store.together():
        cloud.store.put(account)
        headers = {**begin(cloud, account, "Creating"), "ETag": account.etag}
    hold.wrote, hold.until = True, ending.ends_at
    return Answer(account_body(cloud, account, "Creating"), 201, headers)


def _update(cloud: EmulatedCloud, call: Call, before: Account, hold: Hold) -> Answer:
    """Replace what was stated. Even a PUT that changes nothing puts the account to Accepted for a while."""
    properties = stated_of(call.body)
    if before.subdomain and not properties.get("customSubDomainName"):
        properties["customSubDomainName"] = before.subdomain
    identity = identity_of(call.body, before)
    kind, sku = wanted_kind(cloud, call.body, before), wanted_sku(call.body, before)
    check_together(kind, properties, identity)
    check_new_subdomain(cloud, before, properties)
    ending = fate(cloud, call, _seconds(cloud, properties, before))
    account = replace(
        before,
        kind=kind,
        sku=sku,
        properties=properties,
        tags=tags_of(call.body),
        identity=identity,
        etag=_etag(cloud),
        etag_when_ready="",
        system_data=modified_now(cloud, call, before.system_data),
        ready_at=ending.ends_at,
        is_new=before.is_new and before.failure is not None,
        failure=ending.failure,
    )
    cloud.store.put(account)
    hold.wrote, hold.until = True, account.ready_at
    headers = {"ETag": account.etag, **waiting_headers(cloud, account)}
    if cloud.settings.account_update_has_operation:
        headers |= begin(cloud, account, "Accepted")
    return Answer(account_body(cloud, account), headers=headers)


def _restore(cloud: EmulatedCloud, call: Call, before: Account, hold: Hold) -> Answer:
    """Bring a soft-deleted account back: at once, with everything it had (recorded 2023-06-19)."""
    account = replace(
        before,
        deleted_at=None,
        purge_at=None,
        etag=_etag(cloud),
        etag_when_ready="",
        ready_at=cloud.clock.wall(),
        system_data=created_now(cloud, call),
    )
    cloud.store.put(account)
    hold.wrote = True
    return Answer(account_body(cloud, account, "Succeeded"), 201, {"ETag": account.etag})


async def patch(cloud: EmulatedCloud, call: Call) -> Answer:
    """Change some of an account: tags, most properties and sku at once, identity and network by an operation (202)."""
    before = existing_account(cloud, call)
    with write_lock(cloud, before.id) as hold:
        check_preconditions(cloud, call, shown_etag(cloud, before))
        stated = stated_of(call.body)
        properties = {**before.properties, **stated}
        identity = identity_of(call.body, before) or before.identity
        sku = wanted_sku(call.body, before)
        check_together(before.kind, properties, identity)
        check_new_subdomain(cloud, before, properties)
        tags = tags_of(call.body)
        if tags is None:
            tags = dict(before.tags) if before.tags is not None else None
        elif cloud.settings.patch_merges_tags:
            tags = {**(before.tags or {}), **tags}
        account = replace(
            before,
            sku=sku,
            properties=properties,
            tags=tags,
            identity=identity,
            etag=_etag(cloud),
            etag_when_ready="",
            system_data=modified_now(cloud, call, before.system_data),
        )
        if call.body.get("identity") is not None or "networkAcls" in stated:
            ending = fate(cloud, call, _seconds(cloud, properties, before))
            return _begin_update(cloud, account, ending, hold)
        cloud.store.put(account)
        hold.wrote = True
        await asyncio.sleep(cloud.settings.deployment_seconds)
        return Answer(account_body(cloud, account, "Succeeded"), headers={"ETag": account.etag})


def _begin_update(cloud: EmulatedCloud, account: Account, ending: Fate, hold: Hold) -> Answer:
    """202, polled at either of two addresses (recorded 2025-10-28 of an identity, 2024-04-18 of networkAcls; tags alone were 200 in 2022 and 2023)."""
    account = replace(account, is_new=False, ready_at=ending.ends_at, failure=ending.failure)
    with cloud.store.together():
        cloud.store.put(account)
        headers = begin(cloud, account, "Updating", by_location=True)
    hold.wrote, hold.until = True, account.ready_at
    headers["ETag"] = account.etag
    return Answer(account_body(cloud, account, "Accepted"), 202, headers)


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """An account."""
    account = existing_account(cloud, call)
    headers = {"ETag": shown_etag(cloud, account), **waiting_headers(cloud, account)}
    return Answer(account_body(cloud, account), headers=headers)


async def list_of_group(cloud: EmulatedCloud, call: Call) -> Answer:
    """The accounts of a group."""
    group = existing_group(cloud, call)
    return Answer({"value": [account_body(cloud, one) for one in cloud.store.accounts(group.name)]})


async def list_all(cloud: EmulatedCloud, _call: Call) -> Answer:
    """The accounts of the subscription; a fan-out over the regions that have some, as its header tells."""
    accounts = cloud.store.accounts()
    regions = {normalised(one.location) for one in accounts}
    body = {"value": [account_body(cloud, one) for one in accounts]}
    return Answer(body, headers=fan_out(len(regions)))


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Delete an account softly: it leaves every live list, and keeps its name, subdomain and quota."""
    group = existing_group(cloud, call)
    account = cloud.store.account(account_id(group, call))
    if account is None:
        return Answer(status=204)
    with write_lock(cloud, account.id) as hold:
        check_preconditions(cloud, call, shown_etag(cloud, account))
        if account.name.lower() in {one.lower() for one in cloud.settings.accounts_with_projects}:
            nested = f"{account.id}/projects/project"
            raise AccountRefusal.HAS_PROJECTS.error(nested=nested)
        deployed = cloud.store.deployments(account.id)
        if deployed and cloud.settings.cannot_delete_account_with_deployments:
            raise AccountRefusal.HAS_DEPLOYMENTS.error(account=account.name)
        hold.wrote = True
        await asyncio.sleep(cloud.settings.delete_seconds)
        now = cloud.clock.now()
        cloud.store.soft_delete(account, stamp(now), stamp(now + RETAINED))
    return Answer()


async def list_keys(cloud: EmulatedCloud, call: Call) -> Answer:
    """Both keys; refused when key authentication is off (status and code unverified)."""
    account = existing_account(cloud, call)
    if account.properties.get("disableLocalAuth"):
        raise AccountRefusal.KEYS_DISABLED.error()
    return Answer({"key1": account.key1, "key2": account.key2})


async def regenerate_key(cloud: EmulatedCloud, call: Call) -> Answer:
    """Make one key anew; the etag changes with it (recorded 2023-07-25)."""
    account = existing_account(cloud, call)
    name = (text(call.body, "keyName") or "").lower()
    if name not in ("key1", "key2"):
        raise RequestRefusal.PROPERTY_INVALID.error(property="keyName", value=name)
    if not cloud.settings.regenerating_takes_the_lock:
        return _regenerated(cloud, account, name)
    with write_lock(cloud, account.id) as hold:
        hold.wrote = True
        return _regenerated(cloud, account, name)


def _regenerated(cloud: EmulatedCloud, account: Account, name: str) -> Answer:
    fresh = _key(cloud)
    changed = replace(
        account,
        key1=fresh if name == "key1" else account.key1,
        key2=fresh if name == "key2" else account.key2,
        etag=_etag(cloud),
        etag_when_ready="",
    )
    cloud.store.put(changed)
    return Answer({"key1": changed.key1, "key2": changed.key2})


def _key(cloud: EmulatedCloud) -> str:
    length = cloud.settings.key_characters
    return secrets.token_hex((length + 1) // 2)[:length]


def _seconds(cloud: EmulatedCloud, stated: JsonObject, before: Account | None = None) -> float:
    """How long a PUT goes on: longer when the account gets a subdomain by it."""
    gets_subdomain = stated.get("customSubDomainName") and not (before and before.subdomain)
    extra = cloud.settings.subdomain_seconds if gets_subdomain else 0.0
    return cloud.settings.account_seconds + extra


def _etag(cloud: EmulatedCloud, at: float | None = None) -> str:
    """An etag in the form of Cosmos DB's, whose last group begins with the time of the write: now, or `at` (wall time)."""
    ahead = 0.0 if at is None else min(at - cloud.clock.wall(), NEVER / 10)
    seconds = int(cloud.clock.now().timestamp() + ahead)
    return f'"{secrets.token_hex(4)}-0000-2300-0000-{seconds:08x}0000"'
