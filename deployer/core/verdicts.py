"""The answers of preflight: every question that a plan raised, with ok, blocked or unverified."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from deployer.core.problems import Problem


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
