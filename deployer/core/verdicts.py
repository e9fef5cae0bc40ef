"""The answers of preflight: every question that a plan raised, with ok, blocked or unverified."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deployer.core.problems import Problem, Severity


class Answer(StrEnum):
    """UNVERIFIED: the question could not be asked, or Azure did not know. It never stops a run."""

    OK = "ok"
    BLOCKED = "blocked"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question (`quota`, `model`, `subdomain`, `soft-deleted`, `permission`, `consent` ...) and its answer.

    `detail` carries the numbers ("6 of 6 free in eastus2, 6 needed"); `problem` is there unless the answer is ok.
    """

    question: str
    answer: Answer
    detail: str
    problem: Problem | None = None

    @classmethod
    def against(cls, question: str, problem: Problem) -> Verdict:
        """The answer that a problem gives to a question."""
        blocked = problem.severity is Severity.ERROR
        answer = Answer.BLOCKED if blocked else Answer.UNVERIFIED
        return cls(question, answer, problem.detail or problem.summary, problem)


FORECASTS = ("preview", "what-if")
"""What an engine's own tool foresees, held against the plan: the questions of Pulumi and of Azure's templates."""
