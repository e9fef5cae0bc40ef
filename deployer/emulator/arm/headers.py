"""The headers of every answer of Resource Manager, and those of the providers behind it (recorded 2025-10 to 2026-06)."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.refusals import (
    AccountRefusal,
    AuthorizationRefusal,
    PlaceRefusal,
    RequestRefusal,
)
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.token_endpoint import ADFS
from deployer.emulator.journal import Entry
from deployer.emulator.router import Answer
from deployer.emulator.state.catalogue import REGIONS
from deployer.emulator.state.records import TENANT_ID
from deployer.emulator.state.store import new_guid

FAN_OUT = "x-ms-original-request-ids"

_AT_THE_GATEWAY = frozenset(
    one.wire_name
    for one in {
        RequestRefusal.TOKEN_MISSING,
        RequestRefusal.TOKEN_INVALID,
        RequestRefusal.TOKEN_EXPIRED,
        RequestRefusal.TOKEN_AUDIENCE,
        AuthorizationRefusal.AUTHORIZATION_FAILED,
        AuthorizationRefusal.POLICY_DENIES,
        RequestRefusal.SUBSCRIPTION_THROTTLED,
        PlaceRefusal.SUBSCRIPTION_NOT_FOUND,
        PlaceRefusal.PROVIDER_NOT_REGISTERED,
        RequestRefusal.API_VERSION_MISSING,
        RequestRefusal.API_VERSION_INVALID,
        RequestRefusal.PROVIDER_VERSION_UNKNOWN,
        RequestRefusal.METHOD_NOT_ALLOWED,
        RequestRefusal.CONTENT_INVALID,
        RequestRefusal.INTERNAL,
        RequestRefusal.TYPE_UNKNOWN,
        RequestRefusal.NAMESPACE_NOT_PLAYED,
        RequestRefusal.FILTER_INVALID,
        PlaceRefusal.GROUP_LOCATION_UNKNOWN,
        PlaceRefusal.GROUP_NAME_INVALID,
        PlaceRefusal.GROUP_NAME_REFUSED,
        PlaceRefusal.LOCATION_REQUIRED,
        PlaceRefusal.LOCATION_UNKNOWN,
        PlaceRefusal.GROUP_NOT_FOUND,
        PlaceRefusal.GROUP_ELSEWHERE,
        PlaceRefusal.GROUP_BEING_DELETED,
        AccountRefusal.ACCOUNT_NOT_FOUND,
        RequestRefusal.PARENT_NOT_FOUND,
        AccountRefusal.ACCOUNT_ELSEWHERE,
        AuthorizationRefusal.SCOPE_LOCKED,
    }
)
"""What Resource Manager refuses by itself, before a provider is asked."""

_REMAINING = {"PUT": "writes", "PATCH": "writes", "POST": "writes", "DELETE": "deletes"}
_BUCKETS = {"reads": (249, 3749), "writes": (199, 2999), "deletes": (199, 2999)}
_COGNITIVE = "microsoft.cognitiveservices/"
_AUTHORIZATION = "microsoft.authorization/"
# Paths of the provider that Resource Manager answers out of what it knows (skus: recorded 2026-06-22).
_ITS_OWN = (
    "/microsoft.cognitiveservices/skus",
    "/microsoft.cognitiveservices/register",
    "/microsoft.cognitiveservices/unregister",
)


def fan_out(regions: int = len(REGIONS)) -> dict[str, str]:
    """What an answer put together from several regions' carries: the id of each one's."""
    return {FAN_OUT: ",".join(new_guid() for _ in range(max(regions, 1)))}


def error_answer(cloud: EmulatedCloud, error: ArmError) -> Answer:
    """A refusal as an answer. It says who refused: recorded of a group that is not there (2020-07-14), else general knowledge.

    One of a token says where to get a better one.
    """
    headers = dict(error.headers)
    if error.name in _AT_THE_GATEWAY:
        headers["x-ms-failure-cause"] = "gateway"
    if error.status == 401:
        headers["WWW-Authenticate"] = (
            f'Bearer authorization_uri="{cloud.address}/{ADFS}", error="invalid_token", '
            f'error_description="{error.message}"'
        )
    if error.is_page:
        return Answer(error.message, error.status, {**headers, "Content-Type": "text/html"})
    return Answer(error.body, error.status, headers)


def arm_headers(
    cloud: EmulatedCloud, entry: Entry, answer: Answer, error: ArmError | None = None
) -> dict[str, str]:
    """The headers of the answer to a journalled request; `error` is the refusal that it tells, if it is one."""
    request_id, path = new_guid(), entry.path.lower()
    found = {
        "Cache-Control": "no-cache",
        "Pragma": "no-cache",
        "Expires": "-1",
        "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Cache": "CONFIG_NOCACHE",
        "X-MSEdge-Ref": f"Ref A: {secrets.token_hex(16).upper()}",
        "x-ms-request-id": request_id,
        "x-ms-correlation-request-id": request_id,
        "x-ms-routing-request-id": f"EMULATOR:{cloud.clock.now():%Y%m%dT%H%M%SZ}:{request_id}",
        **_remaining(entry.method, path),
    }
    provider = path.rpartition("/providers/")[2]
    if error is not None and error.name in _AT_THE_GATEWAY:
        return found
    if provider.startswith(_COGNITIVE) and not _is_resource_managers(path, answer.headers):
        found["x-envoy-upstream-service-time"] = "1"
    if provider.startswith((_COGNITIVE, _AUTHORIZATION)):
        caller = f"tenantId={TENANT_ID},objectId={entry.caller}"
        found["x-ms-operation-identifier"] = f"{caller}/emulator/{new_guid()}"
    return found


def _is_resource_managers(path: str, headers: Mapping[str, str]) -> bool:
    """Whether Resource Manager has made an answer itself, or out of several; that of one region it hands on as it is.

    Recorded with the provider's header and one id (cloud-custodian, 2026-03-20), without it and with several (azure-cli, 2025-10-28).
    """
    return path.rstrip("/").endswith(_ITS_OWN) or "," in headers.get(FAN_OUT, "")


def _remaining(method: str, path: str) -> dict[str, str]:
    """What is left of the caller's tokens, which the emulator never uses up."""
    kind = _REMAINING.get(method, "reads")
    ordinary, everywhere = _BUCKETS[kind]
    if not path.startswith("/subscriptions/"):
        return {f"x-ms-ratelimit-remaining-tenant-{kind}": str(ordinary)}
    return {
        f"x-ms-ratelimit-remaining-subscription-{kind}": str(ordinary),
        f"x-ms-ratelimit-remaining-subscription-global-{kind}": str(everywhere),
    }
