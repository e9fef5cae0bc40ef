"""A run that ended before it had anything to report: its error, as a report that every format can show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deployer.core.events import Event
from deployer.core.problems import Problem, Severity
from deployer.core.report import Ending, Report
from deployer.errors import DeployerError, ExitCode

_CODES = {
    ExitCode.CONFIGURATION: "config.invalid",
    ExitCode.PERMISSION: "permission.sign-in",
    ExitCode.POLICY: "policy.refused",
    ExitCode.BLOCKED: "blocked",
    ExitCode.TIMEOUT: "timeout",
    ExitCode.LOCKED: "locked",
    ExitCode.USAGE: "usage",
    ExitCode.INTERRUPTED: "interrupted",
}


@dataclass(frozen=True, slots=True)
class Refusal(Report):
    """A report whose exit code is the error's, because no other fact decides it."""

    refused_with: ExitCode = ExitCode.UNCLASSIFIED

    @property
    def exit_code(self) -> ExitCode:
        return self.refused_with


def refusal(
    verb: str,
    error: DeployerError,
    events: Sequence[Event] = (),
    known: Report | None = None,
) -> Refusal:
    """The error as a report. An error that carries no problems becomes one itself.

    `events` are what was told before it ended: what has been done stays done, and the report says so. `known` is the
    report that the run had got to: its name, cloud and plan are still true.
    """
    problems = tuple(problem for problem in error.problems if isinstance(problem, Problem))
    if not problems:
        code = _CODES.get(error.exit_code, "unclassified")
        problems = (Problem(code, Severity.ERROR, error.message, hint=error.hint),)
    ending = Ending.INTERRUPTED if error.exit_code is ExitCode.INTERRUPTED else Ending.BLOCKED
    known = known or Report(verb, "")
    return Refusal(
        verb,
        known.name,
        known.plan,
        cloud=known.cloud,
        state=known.state,
        offers=known.offers,
        verdicts=known.verdicts,
        problems=problems,
        events=tuple(events),
        ending=ending,
        refused_with=error.exit_code,
    )
