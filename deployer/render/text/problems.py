"""Problems in the house style (what, where, why, what to do next) and preflight's answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deployer.core.problems import Problem, Severity, in_order
from deployer.core.verdicts import Answer, Verdict
from deployer.render.text.layout import Block, Style, hanging, wrapped
from deployer.render.wording import counted

_SEVERITIES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.UNVERIFIED: "warn"}
_ANSWERS = {Answer.OK: "good", Answer.BLOCKED: "bad", Answer.UNVERIFIED: "warn"}


def problem_lines(problems: Iterable[Problem], style: Style, width: int) -> Iterator[Block]:
    """A block per problem, in the order of the file."""
    for problem in in_order(problems):
        yield list(_problem(problem, style, width))


def _problem(problem: Problem, style: Style, width: int) -> Iterator[str]:
    label = style(f"{problem.severity}:", _SEVERITIES[problem.severity])
    yield f"{label} {style(problem.summary, 'strong')}  {style(f'[{problem.code}]', 'dim')}"
    if problem.where is not None:
        yield f"  {problem.where}"
    if problem.detail:
        yield from wrapped(problem.detail, 2, width)
    if problem.hint:
        yield from hanging(f"  {style('hint:', 'good')} ", problem.hint, len("  hint: "), width)


def verdict_lines(
    verdicts: Sequence[Verdict], style: Style, width: int, *, in_full: bool
) -> Iterator[str]:
    """A line per question that preflight asked; unless `in_full`, those that are ok are only counted."""
    if not verdicts:
        return
    heading = style("Preflight", "strong")
    if in_full:
        yield heading
    else:
        fine = sum(verdict.answer is Answer.OK for verdict in verdicts)
        left = len(verdicts) - fine
        yield f"{heading}: " + (
            f"{fine} ok, {left} not" if left else f"{counted(fine, 'question')}, all ok"
        )
        verdicts = [verdict for verdict in verdicts if verdict.answer is not Answer.OK]
        if not verdicts:
            return
    words = max(len(verdict.answer) for verdict in verdicts)
    questions = max(len(verdict.question) for verdict in verdicts)
    indent = 2 + words + 2 + questions + 2
    for verdict in verdicts:
        answer = style(verdict.answer.ljust(words), _ANSWERS[verdict.answer])
        lead = f"  {answer}  {verdict.question.ljust(questions)}  "
        yield from hanging(lead, verdict.detail, indent, width)
