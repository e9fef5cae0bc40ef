"""The headers of every answer of Resource Manager, and those of the providers behind it (recorded 2025-10 to 2026-06)."""

from __future__ import annotations

import secrets

from deployer.emulator.arm.errors import ArmError, Refusal
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.journal import Entry
from deployer.emulator.records import TENANT_ID
from deployer.emulator.store import new_guid

_AT_THE_GATEWAY = frozenset(
    {
        Refusal.TOKEN_MISSING,
        Refusal.TOKEN_INVALID,
        Refusal.TOKEN_EXPIRED,
        Refusal.TOKEN_AUDIENCE,
        Refusal.AUTHORIZATION_FAILED,
        Refusal.SUBSCRIPTION_NOT_FOUND,
        Refusal.PROVIDER_NOT_REGISTERED,
        Refusal.API_VERSION_MISSING,
        Refusal.API_VERSION_INVALID,
        Refusal.TYPE_UNKNOWN,
        Refusal.LOCATION_REQUIRED,
        Refusal.LOCATION_UNKNOWN,
        Refusal.GROUP_NOT_FOUND,
        Refusal.GROUP_ELSEWHERE,
        Refusal.GROUP_BEING_DELETED,
        Refusal.ACCOUNT_NOT_FOUND,
        Refusal.PARENT_NOT_FOUND,
        Refusal.ACCOUNT_ELSEWHERE,
        Refusal.SCOPE_LOCKED,
    }
)
"""What Resource Manager refuses by itself, before a provider is asked."""
_REMAINING = {"PUT": "writes", "PATCH": "writes", "POST": "writes", "DELETE": "deletes"}
_BUCKETS = {"reads": (249, 3749), "writes": (199, 2999), "deletes": (199, 2999)}
_COGNITIVE = "/providers/microsoft.cognitiveservices/"
_AUTHORIZATION = "/providers/microsoft.authorization/"


def arm_headers(cloud: EmulatedCloud, entry: Entry) -> dict[str, str]:
    """The headers of the answer to a journalled request."""
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
    if _COGNITIVE in path:
        found["x-envoy-upstream-service-time"] = "1"
    if _COGNITIVE in path or _AUTHORIZATION in path:
        caller = f"tenantId={TENANT_ID},objectId={entry.caller}"
        found["x-ms-operation-identifier"] = f"{caller}/emulator/{new_guid()}"
    return found


def failure_headers(error: ArmError) -> dict[str, str]:
    """Who refused: recorded of a group that is not there (2020-07-14), general knowledge of the other refusals."""
    itself = any(one.wire_name == error.name for one in _AT_THE_GATEWAY)
    return {"x-ms-failure-cause": "gateway"} if itself else {}


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
