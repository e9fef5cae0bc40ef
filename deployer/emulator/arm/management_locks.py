"""Locks that an owner puts on a scope: `CanNotDelete` and `ReadOnly`, kept over everything beneath it."""

from __future__ import annotations

from deployer.emulator.arm.refusals import AuthorizationRefusal, RequestRefusal
from deployer.emulator.arm.requests import existing_scope, section, text
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call, Route
from deployer.emulator.state.records import JsonObject, ManagementLock
from deployer.emulator.state.store import covers

_LEVELS = ("CanNotDelete", "ReadOnly")
_QUESTIONS = ("validate", "whatif", "exporttemplate", "checkdomainavailability")


def check_locks(cloud: EmulatedCloud, call: Call, route: Route) -> None:
    """Raise `ScopeLocked` when a lock at the scope or above, or for a deletion beneath it, forbids a request."""
    if call.method in ("GET", "HEAD") or "/Microsoft.Authorization/locks/" in route.pattern:
        return
    locks = cloud.store.locks()
    if not locks or call.path.rpartition("/")[2].lower() in _QUESTIONS:
        return
    scope = route.scope(call)
    deletes = call.method == "DELETE"
    held = [
        one.scope
        for one in locks
        if (deletes or one.level == "ReadOnly")
        and (covers(one.scope, scope) or (deletes and covers(scope, one.scope)))
    ]
    if held:
        verb = "delete" if deletes else "write"
        raise AuthorizationRefusal.SCOPE_LOCKED.error(
            scope=scope, verb=verb, locked="','".join(held)
        )


async def put(cloud: EmulatedCloud, call: Call) -> Answer:
    """Lock a scope, or change the level of its lock."""
    scope = existing_scope(cloud, call["scope"])
    properties = section(call.body, "properties")
    level = text(properties, "level")
    if level not in _LEVELS:
        raise RequestRefusal.PROPERTY_INVALID.error(property="level", value=level)
    before = cloud.store.lock(scope, call["name"])
    lock = ManagementLock(scope, call["name"], level, text(properties, "notes"))
    cloud.store.put(lock)
    return Answer(_body(lock), 200 if before else 201)


async def get(cloud: EmulatedCloud, call: Call) -> Answer:
    """One lock."""
    lock = cloud.store.lock(call["scope"], call["name"])
    if lock is None:
        raise AuthorizationRefusal.LOCK_NOT_FOUND.error(name=call["name"])
    return Answer(_body(lock))


async def list_at(cloud: EmulatedCloud, call: Call) -> Answer:
    """The locks at a scope, above and below it."""
    scope = existing_scope(cloud, call["scope"])
    found = cloud.store.locks()
    near = [one for one in found if covers(one.scope, scope) or covers(scope, one.scope)]
    return Answer({"value": [_body(one) for one in near]})


async def delete(cloud: EmulatedCloud, call: Call) -> Answer:
    """Unlock: 200, or 204 when there was no such lock."""
    lock = cloud.store.lock(call["scope"], call["name"])
    if lock is None:
        return Answer(status=204)
    cloud.store.remove(lock)
    return Answer()


def _body(lock: ManagementLock) -> JsonObject:
    properties: JsonObject = {"level": lock.level}
    if lock.notes is not None:
        properties["notes"] = lock.notes
    return {
        "id": lock.id,
        "type": "Microsoft.Authorization/locks",
        "name": lock.name,
        "properties": properties,
    }
