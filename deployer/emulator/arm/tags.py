"""`Microsoft.Resources/tags/default`: the tags of a subscription, a group or an account by themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.arm.requests import existing_scope, section, tags_of, text, write_lock
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.records import JsonObject, SubscriptionTags

Tags = Mapping[str, str]


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """The tags of a scope."""
    scope = _scope(cloud, call)
    return Answer(_body(scope, _tags(cloud, scope)))


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Replace all tags of a scope."""
    return _written(cloud, call, _CHANGES["replace"])


async def patch(cloud: EmulatedCloud, call: Call) -> Answer:
    """Merge tags into those of a scope, replace them, or delete some by name, or by name and value."""
    operation = text(call.body, "operation") or ""
    change = _CHANGES.get(operation.lower())
    if change is None:
        raise RequestRefusal.PROPERTY_INVALID.error(property="operation", value=operation)
    return _written(cloud, call, change)


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Take every tag of a scope away."""
    scope = _scope(cloud, call)
    _keep(cloud, scope, {})
    return Answer()


def _written(cloud: EmulatedCloud, call: Call, change: Callable[[Tags, Tags], Tags]) -> Answer:
    scope = _scope(cloud, call)
    stated = tags_of(section(call.body, "properties")) or {}
    tags = change(_tags(cloud, scope), stated)
    _keep(cloud, scope, tags)
    return Answer(_body(scope, tags))


def _scope(cloud: EmulatedCloud, call: Call) -> str:
    """The scope whose tags are meant, in canonical case; raises `ArmError` for any other name than `default`."""
    if call["name"].lower() != "default":
        raise RequestRefusal.NOT_FOUND.error(id=call.path)
    return existing_scope(cloud, call["scope"])


def _tags(cloud: EmulatedCloud, scope: str) -> Tags:
    account = cloud.store.account(scope)
    if account is not None:
        return account.tags or {}
    group = _group_name(scope)
    found = cloud.store.group(group) if group else None
    return (found.tags or {}) if found else cloud.store.subscription_tags()


def _keep(cloud: EmulatedCloud, scope: str, tags: Tags) -> None:
    """Give a scope these tags; those of an account are its provider's to write, one write at a time."""
    account = cloud.store.account(scope)
    if account is not None:
        with write_lock(cloud, account.id) as hold:
            cloud.store.put(replace(account, tags=tags))
            hold.wrote = True
        return
    group = _group_name(scope)
    found = cloud.store.group(group) if group else None
    cloud.store.put(replace(found, tags=tags) if found else SubscriptionTags(tags))


def _group_name(scope: str) -> str:
    return scope.split("/")[4] if scope.count("/") >= 4 else ""


def _merged(held: Tags, stated: Tags) -> Tags:
    """Names are the same in any case; the later writing of one wins."""
    kept = {name: value for name, value in held.items() if not _named(stated, name)}
    return {**kept, **stated}


def _without(held: Tags, stated: Tags) -> Tags:
    return {
        name: value
        for name, value in held.items()
        if not any(one in ("", value) for one in _named(stated, name))
    }


def _named(tags: Tags, wanted: str) -> list[str]:
    return [value for name, value in tags.items() if name.lower() == wanted.lower()]


_CHANGES: Mapping[str, Callable[[Tags, Tags], Tags]] = {
    "merge": _merged,
    "replace": lambda _held, stated: stated,
    "delete": _without,
}


def _body(scope: str, tags: Tags) -> JsonObject:
    return {
        "id": f"{scope}/providers/Microsoft.Resources/tags/default",
        "name": "default",
        "type": "Microsoft.Resources/tags",
        "properties": {"tags": dict(tags)},
    }
