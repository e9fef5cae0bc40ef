"""Problems in the house style (what, where, why, what to do next) and preflight's answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from deployer.core.problems import Problem, Severity, in_order
from deployer.core.verdicts import FORECASTS, Answer, Verdict
from deployer.render.text.layout import Block, Style, hanging, wrapped

_SEVERITIES = {Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.UNVERIFIED: "warn"}
_ANSWERS = {Answer.OK: "good", Answer.BLOCKED: "bad", Answer.UNVERIFIED: "warn"}


def problem_lines(problems: Iterable[Problem], style: Style, width: int) -> Iterator[Block]:
    """A block per problem, in the order of the file; problems that differ only in place and detail share one."""
    alike: dict[tuple[Severity, str, str, str], list[Problem]] = {}
    for problem in in_order(problems):
        key = (problem.severity, problem.code, problem.summary, problem.hint)
        alike.setdefault(key, []).append(problem)
    for group in alike.values():
        yield list(_problem(group, style, width))


def _problem(alike: Sequence[Problem], style: Style, width: int) -> Iterator[str]:
    first = alike[0]
    label = style(f"{first.severity}:", _SEVERITIES[first.severity])
    times = f"  {len(alike)} times" if len(alike) > 1 else ""
    yield f"{label} {style(first.summary, 'strong')}  {style(f'[{first.code}]', 'dim')}{times}"
    place = None
    for problem in alike:
        if problem.where is not None and problem.where != place:
            place = problem.where
            yield f"  {place}"
        if problem.detail:
            yield from wrapped(problem.detail, 4 if len(alike) > 1 else 2, width)
    if first.hint:
        yield from hanging(f"  {style('hint:', 'good')} ", first.hint, len("  hint: "), width)


def verdict_lines(
    verdicts: Sequence[Verdict], style: Style, width: int, *, in_full: bool
) -> Iterator[str]:
    """Preflight's questions, counted by answer; a line for each, or just for forecasts.

    What is not ok is a problem too, and told there.
    """
    if not verdicts:
        return
    answers = [verdict.answer for verdict in verdicts]
    counts = [f"{answers.count(answer)} {answer}" for answer in Answer if answer in answers]
    yield f"{style('Preflight', 'strong')}: {', '.join(counts)}"
    verdicts = [one for one in verdicts if in_full or one.question in FORECASTS]
    if not verdicts:
        return
    answers = [verdict.answer for verdict in verdicts]
    words = max(len(answer) for answer in answers)
    questions = max(len(verdict.question) for verdict in verdicts)
    indent = 2 + words + 2 + questions + 2
    for verdict in verdicts:
        answer = style(verdict.answer.ljust(words), _ANSWERS[verdict.answer])
        lead = f"  {answer}  {verdict.question.ljust(questions)}  "
        yield from hanging(lead, verdict.detail, indent, width)
