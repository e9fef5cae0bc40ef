"""A report for the comment of a pull request: what changes on top, what is long folded away."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence

from deployer.core.plan import Change, Plan
from deployer.core.problems import Problem, in_order
from deployer.core.report import CheckResult, Outcome, Report
from deployer.core.resources import account_of
from deployer.core.verdicts import Answer, Verdict
from deployer.errors import ExitCode
from deployer.render import Renderer
from deployer.render.conclusion import conclusion
from deployer.render.inventory import inventory, lifetime, whose
from deployer.render.redaction import redact
from deployer.render.tally import tally
from deployer.render.text.applied import waiting
from deployer.render.text.checks import figures
from deployer.render.wording import (
    EXITS,
    description,
    noun,
    own_name,
    plan_counts,
    seconds,
    short_name,
    worth_showing,
)

_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_[]|#~"})
_OUTCOMES = {Outcome.PASSED: "ok", Outcome.FAILED: "**failed**", Outcome.SKIPPED: "skipped"}
_OPEN_ROWS = 25
"""A longer plan is folded."""


def render(report: Report) -> str:
    """Headings, tables and folds of GitHub's Markdown."""
    return "\n\n".join(_parts(report)) + "\n"


def _parts(report: Report) -> Iterator[str]:
    about = f": {text(report.name)}" if report.name else ""
    where = f" on {text(report.cloud)}" if report.cloud else ""
    yield f"### deployer {report.verb}{about}{where}"
    code = report.exit_code
    ending = "" if code is ExitCode.DONE else f" (exit {int(code)}: {EXITS[code]})"
    yield f"**{text(conclusion(report))}**{ending}"
    yield from (_problem(problem) for problem in in_order(report.problems))
    if report.plan is not None:
        yield from _plan(report.plan)
    if report.verb == "status":
        yield _inventory(report)
    if report.events:
        yield _folded("Applied", _applied(report))
    if report.verdicts:
        yield _folded(_preflight_summary(report.verdicts), _verdicts(report.verdicts))
    if report.checks:
        yield _checks(report.checks)
        yield from (_problem(check.diagnosis) for check in report.checks if check.diagnosis)


def _plan(plan: Plan) -> Iterator[str]:
    yield text(plan_counts(plan))
    rows = [_change(change, plan) for change in plan if worth_showing(change, plan)]
    if rows:
        drawn = _table(("", "resource", "account", "what", "why"), rows)
        yield drawn if len(rows) <= _OPEN_ROWS else _folded(f"{len(rows)} rows", drawn)


def _change(change: Change, plan: Plan) -> Sequence[str]:
    resource = change.resource
    succession = plan.desired.successions.get(change.address)
    reasons = [change.reason]
    if succession is not None:
        reasons.append(f"declared {succession.declared}, meant {succession.meant}")
        if succession.reason != change.reason:
            reasons.append(succession.reason)
    if change.needs:
        reasons.append(f"needs {' '.join(change.needs)}")
    return (
        code_span(change.action.value),
        f"{noun(resource)} {code_span(own_name(resource))}",
        code_span(account_of(resource) or ""),
        text(description(resource)),
        "; ".join(text(reason) for reason in reasons if reason),
    )


def _problem(problem: Problem) -> str:
    where = f" at {code_span(str(problem.where))}" if problem.where else ""
    lines = [
        f"> **{problem.severity}: {text(problem.summary)}**{where} ({code_span(problem.code)})",
        *(f"> {text(line)}" for line in problem.detail.splitlines()),
    ]
    if problem.hint:
        lines.append(f"> *hint:* {text(' '.join(problem.hint.splitlines()))}")
    return "  \n".join(lines)


def _applied(report: Report) -> str:
    rows = [
        (
            code_span(row.account or "resource group"),
            str(row.done),
            str(row.failed),
            str(row.not_done),
            seconds(row.seconds),
            waiting(row.waits) if row.waits.times else "",
        )
        for row in tally(report.events)
    ]
    return _table(("account", "done", "failed", "not begun", "took", "waited"), rows)


def _preflight_summary(verdicts: Sequence[Verdict]) -> str:
    answers = [verdict.answer for verdict in verdicts]
    counts = (f"{answers.count(answer)} {answer}" for answer in Answer if answer in answers)
    return f"Preflight: {', '.join(counts)}"


def _verdicts(verdicts: Iterable[Verdict]) -> str:
    rows = [(v.answer.value, text(v.question), text(v.detail)) for v in verdicts]
    return _table(("answer", "question", "detail"), rows)


def _checks(checks: Iterable[CheckResult]) -> str:
    rows = [
        (
            _OUTCOMES[check.outcome],
            code_span(short_name(check.address)),
            text(check.check),
            code_span(str(check.model)) if check.model else "",
            *(figures(check) if check.outcome is Outcome.PASSED else ("", "", "", "")),
        )
        for check in checks
    ]
    heads = ("", "deployment", "check", "model heard", "first audio", "total", "audio", "factor")
    return _table(heads, rows)


def _inventory(report: Report) -> str:
    rows = [
        (
            code_span(seen.account.name),
            code_span(one.deployment.name),
            code_span(str(one.deployment.model)),
            text(lifetime(one)),
            text(whose(one.owner)),
        )
        for seen in inventory(report)
        for one in seen.deployments
    ]
    return _table(("account", "deployment", "model", "life", "whose"), rows)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _folded(summary: str, body: str) -> str:
    return f"<details><summary>{html.escape(summary)}</summary>\n\n{body}\n\n</details>"


def text(value: str) -> str:
    """Foreign words as words: nothing in them is markup. Redacted first, for an escaped secret looks like none."""
    return html.escape(" ".join(redact(value).split()), quote=False).translate(_SPECIAL)


def code_span(value: str) -> str:
    """A name in a fixed-width face; a table's bar and a backtick cannot break out of it."""
    if not value:
        return ""
    flat = " ".join(redact(value).split()).replace("`", "'").replace("|", "\\|")
    return f"`{flat}`"


_: Renderer = render
