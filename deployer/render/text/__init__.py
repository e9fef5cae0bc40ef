"""A report for people at a terminal: calm, aligned, complete without colour."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.core.report import Report
from deployer.core.verdicts import Answer
from deployer.errors import ExitCode
from deployer.render import Renderer
from deployer.render.conclusion import conclusion
from deployer.render.redaction import redact
from deployer.render.text.layout import PLAIN, WIDTH, Block, Style, blocks, wrapped
from deployer.render.text.plan import plan_lines
from deployer.render.text.problems import problem_lines, verdict_lines
from deployer.render.wording import EXITS

# Parts that only some verbs show are imported by those: `validate` is called at every save of a file.


def render(report: Report, *, style: Style = PLAIN, width: int = WIDTH) -> str:
    """All of it: what was planned, asked, done and heard, and what is true now."""
    return _text([*_before(report, style, width), *_after(report, style, width)])


def render_before(report: Report, *, style: Style = PLAIN, width: int = WIDTH) -> str:
    """What there is to see before anything is written: the plan, preflight's answers, problems."""
    return _text(_before(report, style, width))


def render_after(report: Report, *, style: Style = PLAIN, width: int = WIDTH) -> str:
    """The rest, for a reader who has seen `render_before` of the same run."""
    return _text(_after(report, style, width))


def _before(report: Report, style: Style, width: int) -> Iterator[Block]:
    if report.name:
        where = f" on {report.cloud}" if report.cloud else ""
        yield [style(report.name, "strong") + where]
    if report.verb == "status":
        from deployer.render.text.state import state_lines

        yield from state_lines(report, style, width)
    if report.plan is not None:
        yield from plan_lines(report.plan, style, width, allowed=_is_all_allowed(report))
    in_full = report.verb == "preflight"
    yield list(verdict_lines(report.verdicts, style, width, in_full=in_full))
    yield from problem_lines(report.problems, style, width)


def _is_all_allowed(report: Report) -> bool:
    """Whether preflight has found every consent that the plan needs: then there is nothing to ask for."""
    answers = [one.answer for one in report.verdicts if one.question == "consent"]
    return bool(answers) and all(answer is Answer.OK for answer in answers)


def _after(report: Report, style: Style, width: int) -> Iterator[Block]:
    if report.events:
        from deployer.render.text.applied import applied_lines

        yield list(applied_lines(report, style, width))
    if report.checks:
        from deployer.render.text.checks import check_lines

        yield list(check_lines(report.checks, style, width))
    for check in report.checks:
        if check.diagnosis is not None:
            yield from problem_lines((check.diagnosis,), style, width)
    code = report.exit_code
    meaning = "good" if code is ExitCode.DONE else "strong"
    last = [style(line, meaning) for line in wrapped(conclusion(report), 0, width)]
    if code is not ExitCode.DONE:
        last.append(style(f"exit {int(code)}: {EXITS[code]}", "dim"))
    yield last


def _text(parts: Iterator[Block] | list[Block]) -> str:
    return redact(blocks(parts))


_: Renderer = render
