"""What happens while a plan is carried out: one stream for the terminal, NDJSON, reports and every engine."""

from __future__ import annotations

from dataclasses import dataclass

from deployer.core.plan import Change
from deployer.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Started:
    """A change has begun. `at` counts seconds since the run began, here and below."""

    change: Change
    at: float


@dataclass(frozen=True, slots=True)
class Progress:
    """A change goes on; `message` says how (`provisioningState Creating`)."""

    change: Change
    at: float
    message: str


@dataclass(frozen=True, slots=True)
class Waited:
    """Azure asked us to wait, and we did: `code` is its error code, `seconds` the pause that follows."""

    change: Change
    at: float
    code: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Done:
    """A change was carried out and read back, `seconds` after it began."""

    change: Change
    at: float
    seconds: float
    message: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """A change did not succeed; what follows it in the same account is not tried."""

    change: Change
    at: float
    problem: Problem


@dataclass(frozen=True, slots=True)
class NotDone:
    """A change was not begun: the run was stopped, or one that it needs failed."""

    change: Change
    at: float
    reason: str


Event = Started | Progress | Waited | Done | Failed | NotDone
