"""Three ways to fill in the template, and the day on which each can be deployed."""

from __future__ import annotations

import datetime as dt
from typing import Any

FIRST, NEWEST = dt.date(2025, 2, 6), dt.date(2026, 4, 23)
SOMEBODY = "11111111-1111-4111-8111-111111111111"
MISSION = [
    f"gpt-4o-{name}-preview@2024-12-17"
    for name in ("audio", "mini-audio", "realtime", "mini-realtime")
]


def account(name: str, location: str) -> dict[str, Any]:
    return {
        "name": name,
        "location": location,
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "tags": {"env": "test"},
        "properties": {"customSubDomainName": name, "disableLocalAuth": True},
    }


def deployment(account: int, model: str, capacity: int = 1) -> dict[str, Any]:
    name, _, version = model.partition("@")
    described = {"format": "OpenAI", "name": name, "version": version}
    return {
        "account": account,
        "name": name,
        "tags": {"env": "test"},
        "sku": {"name": "GlobalStandard", "capacity": capacity},
        "properties": {"model": described, "versionUpgradeOption": "NoAutoUpgrade"},
    }


CURRENT: dict[str, Any] = {}
RETIRED: dict[str, Any] = {
    "models": MISSION,
    "kind": "OpenAI",
    "accountName": "voice",
    "principalIds": [SOMEBODY],
    "tags": {"env": "2025"},
}
SEVERAL: dict[str, Any] = {
    "accounts": [account("voice-east", "eastus2"), account("voice-sweden", "swedencentral")],
    "deployments": [
        deployment(0, "gpt-audio@2025-08-28", 3),
        deployment(1, "gpt-realtime@2025-08-28"),
        deployment(0, "gpt-realtime@2025-08-28"),
    ],
}
SETS = {"current": (NEWEST, CURRENT), "retired": (FIRST, RETIRED), "several": (NEWEST, SEVERAL)}
