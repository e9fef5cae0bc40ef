"""Templates that tests deploy, and how they deploy them."""

from __future__ import annotations

import time
from typing import Any

from emulator.arm_client import GROUP, Arm, Response

RUN = f"{GROUP}/providers/Microsoft.Resources/deployments/main"
ACCOUNT_TYPE = "Microsoft.CognitiveServices/accounts"
SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"


def template(*resources: Any, **sections: Any) -> dict[str, Any]:
    sound = {"$schema": SCHEMA, "contentVersion": "1.0.0.0"}
    return {**sound, **sections, "resources": list(resources)}


def account(name: str = "voice", **changes: Any) -> dict[str, Any]:
    return {
        "type": ACCOUNT_TYPE,
        "apiVersion": "2025-06-01",
        "name": name,
        "location": "[resourceGroup().location]",
        "kind": "OpenAI",
        "sku": {"name": "S0"},
        "properties": {"customSubDomainName": name},
        **changes,
    }


def deployments(count: int = 3, *, of: str = "voice", loop: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:  # fmt: skip
    """Model deployments of an account in a copy loop, parallel unless `loop` says otherwise."""
    return {
        "type": f"{ACCOUNT_TYPE}/deployments",
        "apiVersion": "2025-06-01",
        "name": f"[concat('{of}/audio', copyIndex())]",
        "copy": {"name": "models", "count": count, **(loop or {})},
        "dependsOn": [f"[resourceId('{ACCOUNT_TYPE}', '{of}')]"],
        "sku": {"name": "GlobalStandard", "capacity": 1},
        "properties": {
            "model": {"format": "OpenAI", "name": "gpt-4o-audio-preview", "version": "2024-12-17"}
        },
        **changes,
    }


def policies(count: int = 1, *, of: str = "voice", mode: str = "Blocking") -> dict[str, Any]:
    """Content filters of an account, one after the other."""
    return {
        "type": f"{ACCOUNT_TYPE}/raiPolicies",
        "apiVersion": "2025-06-01",
        "name": f"[concat('{of}/strict', copyIndex())]",
        "copy": {"name": f"filters-{of}", "count": count, **SERIAL},
        "dependsOn": [f"[resourceId('{ACCOUNT_TYPE}', '{of}')]"],
        "properties": {"basePolicyName": "Microsoft.Default", "mode": mode, "contentFilters": []},
    }


SERIAL = {"mode": "serial", "batchSize": 1}


def request(
    what: dict[str, Any],
    parameters: dict[str, Any] | None = None,
    mode: str = "Incremental",
    shows: str | None = None,
) -> dict[str, Any]:
    given = {name: {"value": value} for name, value in (parameters or {}).items()}
    settings = {"whatIfSettings": {"resultFormat": shows}} if shows else {}
    return {"properties": {"mode": mode, "template": what, "parameters": given, **settings}}


def begin(arm: Arm, what: dict[str, Any], path: str = RUN, **more: Any) -> Response:
    return arm.ask("PUT", path, request(what, **more), **{"api-version": "2025-04-01"})


def end(arm: Arm, path: str = RUN) -> dict[str, Any]:
    """The deployment once it has ended."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        body = arm.get(path, **{"api-version": "2025-04-01"}).body
        if body["properties"]["provisioningState"] in ("Succeeded", "Failed", "Canceled"):
            return dict(body["properties"])
    raise AssertionError("the deployment does not end")


def deploy(arm: Arm, what: dict[str, Any], path: str = RUN, **more: Any) -> dict[str, Any]:
    """What a deployment shows when it has ended."""
    if "/resourceGroups/rg/" in path and arm.get(GROUP).status == 404:
        arm.group()
    answer = begin(arm, what, path, **more)
    assert answer.status in (200, 201), answer.body
    return end(arm, path)


def what_if(arm: Arm, what: dict[str, Any], **more: Any) -> dict[str, str]:
    """The kind of change by resource name."""
    return {name: row["changeType"] for name, row in rows(arm, what, **more).items()}


def rows(arm: Arm, what: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The changes by resource name."""
    return {row["resourceId"].rpartition("/")[2]: row for row in changes(arm, what, **more)}


def changes(arm: Arm, what: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    began = arm.ask("POST", f"{RUN}/whatIf", request(what, **more), **{"api-version": "2025-04-01"})
    assert began.status == 202, began.body
    answer = arm.follow(began.headers["Location"])
    assert answer.body["status"] == "Succeeded"
    return list(answer.body["properties"]["changes"])
