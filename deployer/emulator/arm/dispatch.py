"""One request to the control plane, from its path to its answer: version, route, permission, locks, operation.

Templates come through here too: what they write meets everything that a request of its own would meet.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from deployer.emulator.arm.api_versions import is_known, refused_version, warning
from deployer.emulator.arm.errors import ArmError, played
from deployer.emulator.arm.groups import settle_deletions
from deployer.emulator.arm.management_locks import check_locks
from deployer.emulator.arm.policy import check_policy
from deployer.emulator.arm.refusals import AuthorizationRefusal, PlaceRefusal, RequestRefusal
from deployer.emulator.arm.routes import ROUTES
from deployer.emulator.arm.subscriptions import is_registered
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.router import Answer, Call, Router
from deployer.emulator.state.records import SUBSCRIPTION
from deployer.emulator.state.store import new_guid

_LOG = logging.getLogger(__name__)
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
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Carry out a request; raises `ArmError`, one of Resource Manager's own for a mistake of the emulator's."""
    try:
        return await _perform(cloud, method, path, query, body, caller, headers or {})
    except ArmError as error:
        raise played(error, cloud.settings.refusals) from None
    except Exception:  # noqa: BLE001 - whatever it is, a caller is told of it in Azure's form
        tracking = new_guid()
        _LOG.exception("%s %s went wrong (tracking id %s).", method, path, tracking)
        moment = f"{cloud.clock.now():%Y%m%dT%H%M%SZ}"
        raise RequestRefusal.INTERNAL.error(
            moment=moment, subscription=SUBSCRIPTION, tracking=tracking
        ) from None


async def _perform(
    cloud: EmulatedCloud,
    method: str,
    path: str,
    query: Mapping[str, str],
    body: Any,  # noqa: ANN401
    caller: Caller,
    headers: Mapping[str, str],
) -> Answer:
    settle_deletions(cloud)
    cloud.store.settle()
    version = query.get("api-version")
    if not version:
        raise RequestRefusal.API_VERSION_MISSING.error()
    if not _VERSION.fullmatch(version):
        raise RequestRefusal.API_VERSION_INVALID.error(version=version)
    route, parameters = _router().find(method, path)
    subscription = parameters.get("subscription", SUBSCRIPTION)
    if subscription.lower() != SUBSCRIPTION:
        raise PlaceRefusal.SUBSCRIPTION_NOT_FOUND.error(subscription=subscription)
    of_provider = _COGNITIVE.fullmatch(path) is not None
    cloud.throttling.check(route.action, of_provider)
    if of_provider and not is_registered(cloud):
        raise PlaceRefusal.PROVIDER_NOT_REGISTERED.error()
    known = is_known(version, route.pattern)
    if cloud.settings.strict_api_versions and not known:
        raise refused_version(version, route.pattern, body)
    if not isinstance(body, dict):
        raise RequestRefusal.CONTENT_INVALID.error(why="the body must be an object")
    call = Call(method, path, parameters, query, body, caller, headers)
    scope = route.scope(call)
    if route.action and not cloud.authorization.may(caller.object_id, route.action, scope):
        raise AuthorizationRefusal.AUTHORIZATION_FAILED.error(
            client=caller.user_name or caller.client_id,
            object=caller.object_id,
            action=route.action,
            scope=scope,
        )
    check_locks(cloud, call, route)
    check_policy(cloud, call, route)
    answer = await route.operation(cloud, call)
    if known:
        return answer
    return replace(answer, headers={**answer.headers, **warning(version)})


@cache
def _router() -> Router:
    return Router(ROUTES)
