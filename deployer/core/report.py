"""What a run has to show, and the exit code that follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from deployer.core.events import Event, Failed, NotDone
from deployer.core.offers import LiveOffers
from deployer.core.plan import Plan
from deployer.core.problems import Problem, errors
from deployer.core.resources import ModelVersion
from deployer.core.state import ObservedState, deployments
from deployer.core.verdicts import Verdict
from deployer.errors import ExitCode


class Outcome(StrEnum):
    """How a check ended. SKIPPED always says why."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one smoke check heard from one deployment.

    `timings` are seconds by name (`firstByte`, `firstAudio`, `total`); `evidence` are facts that were measured
    (`audioSeconds`, `bytes`, `transcript`, `sessionModel` ...), no secret among them; `diagnosis` says what is wrong.
    """

    check: str
    address: str
    outcome: Outcome
    model: ModelVersion | None = None
    timings: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, str | int | float | bool] = field(default_factory=dict)
    diagnosis: Problem | None = None
    reason: str = ""


class Ending(StrEnum):
    """Where a run stopped. COMPLETED: it went as far as the verb goes."""

    COMPLETED = "completed"
    BLOCKED = "blocked"
    DECLINED = "declined"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a verb has to say. `remaining` is the plan made after applying; None: not looked again.

    `problems` are all that stand against the run, preflight's among them; `verdicts` are preflight's answers.
    `state` and `offers` are what the last look saw, where the verb looked.
    """

    verb: str
    name: str
    plan: Plan | None = None
    problems: tuple[Problem, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    events: tuple[Event, ...] = ()
    remaining: Plan | None = None
    checks: tuple[CheckResult, ...] = ()
    state: ObservedState | None = None
    offers: LiveOffers = field(default_factory=dict)
    ending: Ending = Ending.COMPLETED
    seconds: float = 0.0
    cloud: str = ""
    changes_are_news: bool = False

    @property
    def observed(self) -> Mapping[str, ModelVersion]:
        """The model that was seen in each deployment, by address, at the last look."""
        seen = self.state.resources.values() if self.state else ()
        return {one.address: one.model for one in deployments(seen)}

    @property
    def exit_code(self) -> ExitCode:
        """The one number for callers; the first that applies."""
        if self.ending is Ending.BLOCKED or (
            self.ending is Ending.COMPLETED and errors(self.problems)
        ):
            return ExitCode.BLOCKED
        if self.ending in (Ending.DECLINED, Ending.INTERRUPTED):
            return ExitCode.INTERRUPTED
        failure = next((event for event in self.events if isinstance(event, Failed)), None)
        if failure is not None:
            return _apply_exit(failure.problem)
        if any(isinstance(event, NotDone) for event in self.events) or (
            self.remaining and not self.remaining.is_empty
        ):
            return ExitCode.APPLY_FAILED
        if any(check.outcome is Outcome.FAILED for check in self.checks):
            return ExitCode.SMOKE_FAILED
        if self.changes_are_news and self.plan is not None and not self.plan.is_empty:
            return ExitCode.CHANGES
        return ExitCode.DONE


def _apply_exit(problem: Problem) -> ExitCode:
    kinds = {
        "permission": ExitCode.PERMISSION,
        "policy": ExitCode.POLICY,
        "timeout": ExitCode.TIMEOUT,
    }
    return kinds.get(problem.code.partition(".")[0], ExitCode.APPLY_FAILED)


def heard(checks: Sequence[CheckResult]) -> int:
    """How many deployments were really heard: every check of theirs passed."""
    by_address: dict[str, bool] = {}
    for check in checks:
        if check.outcome is not Outcome.SKIPPED:
            by_address[check.address] = (
                by_address.get(check.address, True) and check.outcome is Outcome.PASSED
            )
    return sum(by_address.values())
