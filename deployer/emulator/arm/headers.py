"""The headers of every answer of Resource Manager, and those of the providers behind it (recorded 2025-10 to 2026-06)."""

from __future__ import annotations

import secrets

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.journal import Entry
from deployer.emulator.records import TENANT_ID
from deployer.emulator.store import new_guid

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
