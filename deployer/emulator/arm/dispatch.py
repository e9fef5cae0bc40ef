"""One request to the control plane, from its path to its answer: version, route, permission, locks, operation.

Templates come through here too: what they write meets everything that a request of its own would meet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from deployer.emulator.arm.api_versions import is_known
from deployer.emulator.arm.errors import ArmError, Refusal, played
from deployer.emulator.arm.management_locks import check_locks
from deployer.emulator.arm.routes import ROUTES
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity import Caller
from deployer.emulator.records import SUBSCRIPTION
from deployer.emulator.router import Answer, Call, Router

_VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(-[a-z]+)?", re.IGNORECASE)
_COGNITIVE = re.compile(
    r"/subscriptions/[^/]+/(resourceGroups/[^/]+/)?providers/Microsoft\.CognitiveServices/(?!(un)?register).+",
    re.IGNORECASE,
)


async def perform(
    cloud: EmulatedCloud,
    method: str,
    path: str,
    query: Mapping[str, str],
    body: Any,  # noqa: ANN401
    caller: Caller,
) -> Answer:
    """Carry out a request; raises `ArmError`."""
    try:
        return await _perform(cloud, method, path, query, body, caller)
    except ArmError as error:
        raise played(error, cloud.settings.refusals) from None


async def _perform(
    cloud: EmulatedCloud,
    method: str,
    path: str,
    query: Mapping[str, str],
    body: Any,  # noqa: ANN401
    caller: Caller,
) -> Answer:
    cloud.store.settle()
    version = query.get("api-version")
    if not version:
        raise Refusal.API_VERSION_MISSING.error()
    if not _VERSION.fullmatch(version):
        raise Refusal.API_VERSION_INVALID.error(version=version)
    route, parameters = _router().find(method, path)
    subscription = parameters.get("subscription", SUBSCRIPTION)
    if subscription.lower() != SUBSCRIPTION:
        raise Refusal.SUBSCRIPTION_NOT_FOUND.error(subscription=subscription)
    if not cloud.settings.provider_registered and _COGNITIVE.fullmatch(path):
        raise Refusal.PROVIDER_NOT_REGISTERED.error()
    if cloud.settings.strict_api_versions and not is_known(version, route.pattern):
        raise Refusal.API_VERSION_INVALID.error(version=version)
    if not isinstance(body, dict):
        raise Refusal.CONTENT_INVALID.error(why="the body must be an object")
    call = Call(method, path, parameters, query, body, caller)
    scope = route.scope(call)
    if route.action and not cloud.authorization.may(caller.object_id, route.action, scope):
        raise Refusal.AUTHORIZATION_FAILED.error(
            client=caller.client_id, object=caller.object_id, action=route.action, scope=scope
        )
    check_locks(cloud, call, route)
    return await route.operation(cloud, call)


@cache
def _router() -> Router:
    return Router(ROUTES)
