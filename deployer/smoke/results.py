"""From attempts to the result that is shown: explained, counted, and without secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from deployer.catalog import queries, roles
from deployer.core.problems import Problem
from deployer.core.report import CheckResult, Outcome
from deployer.smoke.attempts import Attempt
from deployer.smoke.diagnoses import CheckFailed
from deployer.smoke.redaction import redact, secrets_of
from deployer.smoke.targets import Target


@dataclass
class Waits:
    """What one check waited for: seconds and pauses by diagnosis."""

    seconds: dict[str, float] = field(default_factory=dict)
    pauses: dict[str, int] = field(default_factory=dict)
    last: str = ""

    def add(self, code: str, seconds: float) -> None:
        """One more pause."""
        self.seconds[code] = self.seconds.get(code, 0.0) + seconds
        self.pauses[code] = self.pauses.get(code, 0) + 1
        self.last = code

    @property
    def evidence(self) -> dict[str, int | float]:
        """Counted for the report: pauses are in no other time of it."""
        if not self.pauses:
            return {}
        return {
            "waited": round(sum(self.seconds.values()), 1),
            "attempts": 1 + sum(self.pauses.values()),
            "throttled": self.pauses.get("smoke.throttled", 0),
        }


def heard(check: str, attempt: Attempt, failure: CheckFailed | None, waits: Waits) -> CheckResult:
    """The result of a check's last attempt. What the service sent may repeat our secrets: none of it is shown."""
    secrets = secrets_of(attempt.authorisation)
    target = attempt.target
    problem = _explained(failure, target, waits) if failure else None
    evidence = {
        name: redact(value, secrets) if isinstance(value, str) else value
        for name, value in (attempt.evidence | waits.evidence).items()
    }
    return CheckResult(
        check,
        target.address,
        Outcome.FAILED if problem else Outcome.PASSED,
        target.deployment.model,
        {name: round(seconds, 4) for name, seconds in attempt.timings.items()},
        evidence,
        problem and replace(problem, detail=redact(problem.detail, secrets)),
    )


def skipped(check: str, target: Target, reason: str) -> CheckResult:
    """The result of a check that was not carried out."""
    return CheckResult(
        check, target.address, Outcome.SKIPPED, target.deployment.model, reason=reason
    )


def _explained(failure: CheckFailed, target: Target, waits: Waits) -> Problem:
    """The problem, with who, what else and how long where that matters."""
    problem = failure.problem(target.address)
    sentences = [problem.detail, *_particulars(failure.code, target, waits.seconds)]
    return replace(problem, detail=" ".join(sentences))


def _particulars(code: str, target: Target, waited: Mapping[str, float]) -> list[str]:
    said = []
    if code == "smoke.role-missing":
        who = target.access.principal or "the caller"
        role = roles.CAN["use"].name
        said.append(f'Missing is the role "{role}" on account {target.account} for {who}.')
    if code == "smoke.retired-model":
        model = target.deployment.model
        successor = queries.successor(model)
        said.append(f"{model} is succeeded by {successor or 'a model that nobody has named yet'}.")
    if code in waited:
        said.append(f"It was waited for, {waited[code]:.0f} s.")
    return said
