"""A template opened offline, with the emulator's evaluator: the resources as they would be sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from deployer.emulator.templates.date_functions import Once
from deployer.emulator.templates.places import Place
from deployer.emulator.templates.template import open_template

SUBSCRIPTION = "00000000-0000-4000-8000-000000000000"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-voice"
PLACE = Place(
    scope=GROUP,
    subscription={"id": f"/subscriptions/{SUBSCRIPTION}", "subscriptionId": SUBSCRIPTION},
    group={"id": GROUP, "name": "rg-voice", "location": "eastus2"},
    deployment={"name": "main"},
    environment={},
)
ONCE = Once(lambda: "00000000-0000-4000-8000-000000000001", datetime(2026, 4, 23, tzinfo=UTC))


def expanded(
    template: Mapping[str, Any], parameters: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The bodies of the PUTs that would be sent, by id in their order."""
    given = {name: {"value": value} for name, value in (parameters or {}).items()}
    opened = open_template(template, given, PLACE, ONCE)
    return {one.id: opened.body(one, {}) for one in opened.resources if one.included}


def flat(
    template: Mapping[str, Any], parameters: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The template without expressions: what it comes to, for tools that do not evaluate."""
    given = {name: {"value": value} for name, value in (parameters or {}).items()}
    opened = open_template(template, given, PLACE, ONCE)
    resources = [
        {"type": one.type, "apiVersion": one.api_version, "name": one.name, **opened.body(one, {})}
        for one in opened.resources
        if one.included
    ]
    return {"$schema": template["$schema"], "contentVersion": "1.0.0.0", "resources": resources}
