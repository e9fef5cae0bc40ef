"""What we tell people when something is not right: what, where, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is. UNVERIFIED: the question could not be asked; nothing is known to be wrong."""

    ERROR = "error"
    WARNING = "warning"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in which file; line and column count from one."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark. `summary` never contains the user's own names, so that the same problem always reads the same.

    `code` is stable and dotted (`config.unknown-key`, `quota.insufficient`); `detail` says in full sentences what is
    wrong here and why that is a problem; `hint` says what to do next.
    """

    code: str
    severity: Severity
    summary: str
    detail: str = ""
    hint: str = ""
    where: Place | None = None
    address: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.summary}" if self.where else self.summary


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By place in the file, errors first where places are equal; what has no place comes last."""
    severities = tuple(Severity)
    return tuple(
        sorted(
            problems,
            key=lambda p: (
                p.where is None,
                p.where or Place("", 0, 0),
                severities.index(p.severity),
            ),
        )
    )


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that stop us."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)
