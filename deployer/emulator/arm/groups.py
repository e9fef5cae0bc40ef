"""Resource groups: written at once, deleted over a while, with everything in them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from deployer.emulator.arm.errors import ArmError, played
from deployer.emulator.arm.fates import Fate, fate
from deployer.emulator.arm.names import check_group_name
from deployer.emulator.arm.refusals import AccountRefusal, PlaceRefusal, RequestRefusal
from deployer.emulator.arm.requests import existing_group, tags_of, text
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.regions import AZURE_REGIONS
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.clock import stamp
from deployer.emulator.state.operations import group_operation_path, operation_of_job
from deployer.emulator.state.records import (
    ACCOUNT_TYPE,
    Account,
    Group,
    JsonObject,
    normalised,
    subscription_id,
)

RETAINED = timedelta(hours=48)
"""How long a deleted account can be restored (recorded 2025-10-28)."""

REAL_POLLS = {"Retry-After": "15"}
"""How Azure paces polls at `operationresults` (recorded 2021-11-18; later recordings hide the number)."""

_PATIENCE = 600.0
"""How long, in seconds, a group's deletion waits for an account's lock; Azure's own patience is not known."""

_TAG_FILTER = re.compile(r"tagName eq '([^']*)'(?: and tagValue eq '([^']*)')?", re.IGNORECASE)


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Create a group, or replace its tags."""
    check_group_name(call["group"])
    location = _location(call)
    group = cloud.store.group(call["group"])
    if group is not None and group.gone_at is not None:
        raise PlaceRefusal.GROUP_BEING_DELETED.error(group=group.name)
    if group is not None and group.location != location:
        raise PlaceRefusal.GROUP_ELSEWHERE.error(wanted=location, there=group.location)
    name = group.name if group else call["group"]
    managed_by = text(call.body, "managedBy")
    written = Group(name, location, tags_of(call.body), managed_by=managed_by)
    cloud.store.put(written)
    return Answer(group_body(written), 200 if group else 201)


async def patch(cloud: EmulatedCloud, call: Call) -> Answer:
    """Change a group's tags."""
    group = existing_group(cloud, call)
    tags = tags_of(call.body)
    written = replace(group, tags=group.tags if tags is None else tags)
    cloud.store.put(written)
    return Answer(group_body(written))


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """A group."""
    return Answer(group_body(existing_group(cloud, call)))


async def head(cloud: EmulatedCloud, call: Call) -> Answer:
    """Whether a group exists: 204 or 404."""
    existing_group(cloud, call)
    return Answer(status=204)


async def list_all(cloud: EmulatedCloud, call: Call) -> Answer:
    """The groups of the subscription, or those with a tag."""
    return Answer({"value": _with_tag(call, [group_body(one) for one in cloud.store.groups()])})


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Begin a group's deletion. Its accounts are soft-deleted as their locks open; one that may not be stops it."""
    group = existing_group(cloud, call)
    accounts = cloud.store.accounts(group.name)
    blocking = [one for one in accounts if _may_not_go(cloud, one)]
    ending = fate(cloud, call, cloud.settings.group_seconds)
    failure = _failure(cloud, group, blocking, ending)
    ends_at = _ends_at(cloud, accounts, ending.ends_at)
    with cloud.store.together():
        operation = cloud.operations.start("Running", ends_at, failure=failure)
        if failure is None:
            cloud.store.put(replace(group, gone_at=ends_at, deletion=operation.name))
            _delete_accounts(cloud, group)
    location = cloud.address + group_operation_path(operation, call.query["api-version"])
    headers = {"Location": location, **cloud.settings.poll_headers(REAL_POLLS)}
    return Answer(status=202, headers=headers)


async def deletion_result(cloud: EmulatedCloud, call: Call) -> Answer:
    """Poll a group's deletion, or a what-if: 202 with the same headers until it ends in 200, or in an error."""
    try:
        operation = cloud.operations.find(operation_of_job(call["job"]))
    except ValueError:
        operation = None
    if operation is None:
        raise RequestRefusal.NOT_FOUND.error(id=call.path)
    if cloud.operations.is_running(operation):
        location = cloud.address + group_operation_path(operation, call.query["api-version"])
        headers = {"Location": location, **cloud.settings.poll_headers(REAL_POLLS)}
        return Answer(status=202, headers=headers)
    if operation.failure is not None:
        code, message = operation.failure["code"], operation.failure["message"]
        details = operation.failure.get("details", ())
        raise ArmError(operation.status, code, message, details=details)
    return Answer(operation.result)


def _location(call: Call) -> str:
    """Where a group is to lie; raises `ArmError`."""
    stated = text(call.body, "location")
    if stated is None:
        raise PlaceRefusal.LOCATION_REQUIRED.error()
    location = normalised(stated)
    if location not in AZURE_REGIONS:
        regions = ",".join(AZURE_REGIONS)
        raise PlaceRefusal.GROUP_LOCATION_UNKNOWN.error(location=stated, regions=regions)
    return location


def _with_tag(call: Call, bodies: list[JsonObject]) -> list[JsonObject]:
    """What the filter of azd and az leaves: `tagName eq 'a' and tagValue eq 'b'` (recorded 2026-04-09)."""
    asked = _TAG_FILTER.search(call.query.get("$filter", ""))
    if asked is None:
        return bodies
    name, value = asked[1].lower(), asked[2]
    return [
        one
        for one in bodies
        if any(
            key.lower() == name and value in (None, held)
            for key, held in one.get("tags", {}).items()
        )
    ]


def settle_deletions(cloud: EmulatedCloud) -> None:
    """Carry on with the deletion of groups: delete the accounts whose locks have opened; at the end, roll back or let go."""
    now = cloud.clock.wall()
    for group in cloud.store.groups():
        if group.gone_at is None or not cloud.store.accounts(group.name):
            continue
        _delete_accounts(cloud, group)
        left = cloud.store.accounts(group.name)
        if left and group.gone_at <= now:
            with cloud.store.together():
                cloud.store.put(replace(group, gone_at=None, deletion=""))
                cloud.operations.fail(group.deletion, _blocked(cloud, group, left))


def _delete_accounts(cloud: EmulatedCloud, group: Group) -> None:
    """Soft-delete every account of a group that nobody writes to."""
    now, wall = cloud.clock.now(), cloud.clock.wall()
    for account in cloud.store.accounts(group.name):
        if _opens_at(cloud, account) <= wall and not _may_not_go(cloud, account):
            cloud.store.soft_delete(account, stamp(now), stamp(now + RETAINED))


def _ends_at(cloud: EmulatedCloud, accounts: list[Account], planned: float) -> float:
    """The wall time at which a deletion ends: it waits for locks that will open, not for those that hang."""
    wall = cloud.clock.wall()
    opening = [_opens_at(cloud, one) for one in accounts]
    return max([planned, *(one for one in opening if one < wall + _PATIENCE)])


def _opens_at(cloud: EmulatedCloud, account: Account) -> float:
    """When an account's lock opens (wall time), as far as a deletion heeds it."""
    if not cloud.settings.group_deletion_waits:
        return 0.0
    return max(account.ready_at, cloud.locks.held_until(account.id))


def _may_not_go(cloud: EmulatedCloud, account: Account) -> bool:
    forbidden = cloud.settings.cannot_delete_account_with_deployments
    return forbidden and bool(cloud.store.deployments(account.id))


def _failure(
    cloud: EmulatedCloud, group: Group, blocking: list[Account], ending: Fate
) -> ArmError | None:
    if blocking:
        return _blocked(cloud, group, blocking)
    if ending.failure is not None:
        return ArmError(409, ending.failure["code"], ending.failure["message"])
    return None


def _blocked(cloud: EmulatedCloud, group: Group, blocking: list[Account]) -> ArmError:
    """What a deletion ends with; as `refusals` has it, for it is kept as it is answered."""
    causes = [
        (
            AccountRefusal.HAS_DEPLOYMENTS.error(account=one.name)
            if _may_not_go(cloud, one)
            else AccountRefusal.REQUEST_CONFLICT.error(account=one.id)
        ).body["error"]
        for one in blocking
    ]
    resources = ",".join(f"{ACCOUNT_TYPE}/{one.name}" for one in blocking)
    refused = PlaceRefusal.GROUP_DELETION_BLOCKED.error(
        group=group.name, resources=resources, details=causes
    )
    return played(refused, cloud.settings.refusals)


def group_body(group: Group) -> JsonObject:
    """A group as GET answers it."""
    state = "Succeeded" if group.gone_at is None else "Deleting"
    body: JsonObject = {
        "id": f"{subscription_id()}/resourceGroups/{group.name}",
        "name": group.name,
        "type": "Microsoft.Resources/resourceGroups",
        "location": group.location,
        "properties": {"provisioningState": state},
    }
    if group.managed_by is not None:
        body["managedBy"] = group.managed_by
    if group.tags is not None:
        body["tags"] = dict(group.tags)
    return body
