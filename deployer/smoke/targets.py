"""What is checked, and what is told while it goes on. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from deployer.azure.access import Access
from deployer.core.report import CheckResult
from deployer.core.resources import Deployment


@dataclass(frozen=True, slots=True)
class Target:
    """One deployment as it was observed, the name of its account, and how to call it."""

    address: str
    account: str
    deployment: Deployment
    access: Access


@dataclass(frozen=True, slots=True)
class CheckStarted:
    """A check has begun. `at` counts seconds since the checks began, here and below."""

    address: str
    check: str
    at: float


@dataclass(frozen=True, slots=True)
class CheckWaited:
    """The deployment is not ready or asked for patience: `code` says why, `seconds` is the pause that follows."""

    address: str
    check: str
    at: float
    code: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CheckDone:
    """A check has its result; a skipped one never began."""

    address: str
    check: str
    at: float
    result: CheckResult


CheckEvent = CheckStarted | CheckWaited | CheckDone
