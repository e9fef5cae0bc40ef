"""The regions about which the catalogue holds facts. Other regions exist; about them it says nothing."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.core.resources import normal_location

DISPLAY_NAMES: Mapping[str, str] = {"eastus2": "East US 2", "swedencentral": "Sweden Central"}


def is_known(location: str) -> bool:
    """Whether the catalogue has facts about a location, however it is spelled (`East US 2`, `EastUS2`)."""
    return normal_location(location) in DISPLAY_NAMES


def display_name(location: str) -> str:
    """Azure's display name of a location; what was given when it is not one of ours."""
    return DISPLAY_NAMES.get(normal_location(location), location)
