"""Every refusal of the control plane by its subject, with the status, code and words that Azure was seen or reported to use.

Sources: control plane notes of 2026-11-22, section 2; each row cites its own.
"""

from __future__ import annotations

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.refusals.accounts import AccountRefusal
from deployer.emulator.arm.refusals.authorization import AuthorizationRefusal
from deployer.emulator.arm.refusals.deployments import DeploymentRefusal
from deployer.emulator.arm.refusals.places import PlaceRefusal
from deployer.emulator.arm.refusals.requests import RequestRefusal
from deployer.emulator.arm.refusals.templates import TemplateRefusal

REFUSALS: tuple[Refusal, ...] = (
    *RequestRefusal,
    *PlaceRefusal,
    *AccountRefusal,
    *DeploymentRefusal,
    *TemplateRefusal,
    *AuthorizationRefusal,
)
"""All of them. The setting `refusals` knows each by its wire name, so no two have the same."""

__all__ = [
    "REFUSALS",
    "AccountRefusal",
    "AuthorizationRefusal",
    "DeploymentRefusal",
    "PlaceRefusal",
    "RequestRefusal",
    "TemplateRefusal",
]
