"""What several operations ask of a request: the group and account it names, its stamps, typed parts of its body."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.refusals import AccountRefusal, PlaceRefusal, RequestRefusal
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Call
from deployer.emulator.state.catalogue import REGIONS
from deployer.emulator.state.clock import stamp
from deployer.emulator.state.locks import Hold, Taken
from deployer.emulator.state.records import (
    ACCOUNT_TYPE,
    Account,
    Group,
    JsonObject,
    normalised,
    subscription_id,
)
from deployer.emulator.state.store import covers

_ACCOUNT_SCOPE = re.compile(
    r"/subscriptions/[^/]+/resourceGroups/[^/]+/providers"
    r"/Microsoft\.CognitiveServices/accounts/[^/]+",
    re.IGNORECASE,
)
_GROUP_SCOPE = re.compile(r"/subscriptions/[^/]+/resourceGroups/([^/]+)", re.IGNORECASE)


def existing_group(cloud: EmulatedCloud, call: Call) -> Group:
    """The group in the path; raises `ArmError` when there is none."""
    group = cloud.store.group(call["group"])
    if group is None:
        raise PlaceRefusal.GROUP_NOT_FOUND.error(group=call["group"])
    return group


def account_id(group: Group, call: Call) -> str:
    """The id that an account of the path's name has, or would have, in a group."""
    return f"{group.id}/providers/{ACCOUNT_TYPE}/{call['account']}"


def existing_account(cloud: EmulatedCloud, call: Call) -> Account:
    """The live account in the path; raises `ArmError` when there is none."""
    group = existing_group(cloud, call)
    account = cloud.store.account(account_id(group, call))
    if account is None:
        raise AccountRefusal.ACCOUNT_NOT_FOUND.error(account=call["account"], group=group.name)
    return account


def existing_parent(cloud: EmulatedCloud, call: Call, child: str) -> Account:
    """The live account under which a child of that type is to be written; raises `ArmError` when there is none."""
    group = existing_group(cloud, call)
    wanted = account_id(group, call)
    account = cloud.store.account(wanted)
    if account is None:
        raise RequestRefusal.PARENT_NOT_FOUND.error(type=child, account=wanted)
    return account


@contextmanager
def write_lock(cloud: EmulatedCloud, locked: str) -> Iterator[Hold]:
    """The write lock of the account with that id, or the refusal that says it is taken."""
    account = cloud.store.account(locked)
    try:
        with cloud.locks.write(locked, account.ready_at if account else 0.0) as hold:
            yield hold
    except Taken:
        goes_on = account is not None and account.ready_at > cloud.clock.wall()
        if account is not None and goes_on and cloud.settings.conflicts_name_the_state:
            state = "Creating" if account.is_new else "Accepted"
            raise AccountRefusal.ACCOUNT_NOT_READY.error(account=account.id, state=state) from None
        raise AccountRefusal.REQUEST_CONFLICT.error(
            account=account.id if account else locked
        ) from None


def required_location(body: Mapping[str, Any]) -> str:
    """The location of a body, as written; raises `ArmError` for one that does not exist."""
    location = text(body, "location")
    if location is None:
        raise PlaceRefusal.LOCATION_REQUIRED.error()
    if normalised(location) not in REGIONS:
        regions = ",".join(REGIONS)
        raise PlaceRefusal.LOCATION_UNKNOWN.error(
            location=location, type=ACCOUNT_TYPE, regions=regions
        )
    return location


def text(body: Mapping[str, Any], name: str) -> str | None:
    """A text of a body, None when absent; raises `ArmError` for anything else."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise RequestRefusal.CONTENT_INVALID.error(why=f"{name} must be a string")
    return value


def section(body: Mapping[str, Any], name: str) -> JsonObject:
    """An object of a body, empty when absent; raises `ArmError` for anything else."""
    value = body.get(name)
    if value is not None and not isinstance(value, dict):
        raise RequestRefusal.CONTENT_INVALID.error(why=f"{name} must be an object")
    return value or {}


def tags_of(body: Mapping[str, Any]) -> dict[str, str] | None:
    """The tags of a body; None when it has none. Raises `ArmError` for one that is no text."""
    if body.get("tags") is None:
        return None
    tags = section(body, "tags")
    for name, value in tags.items():
        if not isinstance(value, str):
            raise mistyped(value, "System.String", f"tags.{name}")
    return tags


def mistyped(value: object, type_name: str, path: str) -> ArmError:
    """What is said of a value of another type than its property has, in the words of the library that reads it."""
    shown = json.dumps(value) if isinstance(value, bool | dict | list) else str(value)
    return RequestRefusal.PROPERTY_MISTYPED.error(value=shown, type=type_name, path=path)


def created_now(cloud: EmulatedCloud, call: Call) -> JsonObject:
    """The systemData of a resource that is written for the first time."""
    (who, kind), when = call.caller.author, stamp(cloud.clock.now())
    return {
        "createdBy": who,
        "createdByType": kind,
        "createdAt": when,
        "lastModifiedBy": who,
        "lastModifiedByType": kind,
        "lastModifiedAt": when,
    }


def modified_now(cloud: EmulatedCloud, call: Call, before: JsonObject) -> JsonObject:
    """The systemData of a resource that is written again."""
    now = created_now(cloud, call)
    return {**before, **{name: value for name, value in now.items() if name.startswith("last")}}


def existing_scope(cloud: EmulatedCloud, scope: str) -> str:
    """The scope in canonical case; raises `ArmError` when what it names does not exist."""
    if scope.lower() == subscription_id():
        return subscription_id()
    if _ACCOUNT_SCOPE.fullmatch(scope):
        account = cloud.store.account(scope)
        if account is not None:
            return account.id
        parts = scope.split("/")
        raise AccountRefusal.ACCOUNT_NOT_FOUND.error(account=parts[-1], group=parts[4])
    named = _GROUP_SCOPE.match(scope)
    group = cloud.store.group(named[1]) if named else None
    if named and group is None:
        raise PlaceRefusal.GROUP_NOT_FOUND.error(group=named[1])
    if group is not None and covers(scope, group.id):
        return group.id
    raise RequestRefusal.NOT_FOUND.error(id=scope)
