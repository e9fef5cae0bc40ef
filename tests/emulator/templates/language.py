"""Opening templates in a test without a server, and the value of one expression."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from emulator.templates.templates import template

from deployer.emulator.templates.date_functions import Once
from deployer.emulator.templates.places import Place
from deployer.emulator.templates.template import OpenTemplate, open_template

S = "/subscriptions/00000000-0000-0000-0000-000000000000"
NOW = datetime(2020, 4, 7, 14, 53, 14, tzinfo=UTC)
PLACE = Place(
    scope=f"{S}/resourceGroups/rg",
    subscription={"id": S, "subscriptionId": "0", "tenantId": "t"},
    group={"id": f"{S}/resourceGroups/rg", "name": "rg", "location": "eastus2"},
    deployment={"name": "main"},
    environment={"name": "here"},
    tenant={"tenantId": "t"},
    deployer={"objectId": "o"},
    providers={"a.b": [{"resourceType": "c", "locations": ["here"]}]},
)


def once() -> Once:
    """Guids that are counted: `guid-1`, `guid-2`, and always the same moment."""
    numbers = count(1)
    return Once(lambda: f"guid-{next(numbers)}", NOW)


def opened(what: dict[str, Any] | None = None, **given: Any) -> OpenTemplate:
    values = {name: {"value": value} for name, value in given.items()}
    return open_template(what or template(), values, PLACE, once())


def value(expression: Any, **sections: Any) -> Any:
    what = template(**sections, outputs={"it": {"type": "array", "value": [expression]}})
    return opened(what).outputs({})["it"]["value"][0]


def default(expression: str) -> Any:
    """What a parameter's default comes to, where `newGuid` and `utcNow` may stand."""
    declared = {"p": {"type": "string", "defaultValue": expression}}
    return opened(template(parameters=declared)).parameters["p"]["value"]
