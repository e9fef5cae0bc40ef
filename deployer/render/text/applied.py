"""What was carried out: a line per account, then every change that failed or was not begun."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.core.events import Failed, NotDone
from deployer.core.report import Report
from deployer.core.resources import title
from deployer.render.tally import AccountTally, Waits, tally
from deployer.render.text.layout import Style, hanging, wrapped
from deployer.render.text.problems import problem_lines
from deployer.render.wording import counted, seconds


def applied_lines(report: Report, style: Style, width: int) -> Iterator[str]:
    """Nothing, where nothing was tried."""
    rows = tally(report.events)
    if not rows:
        return
    yield style("Applied", "strong")
    names = max(len(_name(row)) for row in rows)
    for row in rows:
        yield f"  {_name(row).ljust(names)}  {_deeds(row, style)}"
        if row.waits.times:
            yield from (
                style(line, "dim") for line in wrapped(waiting(row.waits), names + 4, width)
            )
    for event in report.events:
        match event:
            case Failed(change=change, problem=problem):
                yield ""
                yield from hanging(f"{style('!', 'bad')} ", title(change.resource), 2, width)
                for block in problem_lines((problem,), style, width - 2):
                    yield from (f"  {line}" for line in block)
            case NotDone(change=change, reason=reason):
                yield from wrapped(f"not begun: {title(change.resource)}: {reason}", 2, width)
            case _:
                pass
    ended_badly = any(isinstance(event, Failed | NotDone) for event in report.events)
    if report.remaining is not None and not report.remaining.is_empty and not ended_badly:
        yield ""
        yield style("Still to do", "strong")
        for change in report.remaining.writes:
            yield from wrapped(str(change), 2, width)


def waiting(waits: Waits) -> str:
    """`waited 3 times, 1.2 s: 2 conflicts, 1 throttle`."""
    causes = [
        counted(number, word)
        for number, word in (
            (waits.conflicts, "conflict"),
            (waits.throttles, "throttle"),
            (waits.server_errors, "server error"),
            (waits.connections, "broken connection"),
            (waits.others, "other cause"),
        )
        if number
    ]
    return f"waited {counted(waits.times, 'time')}, {seconds(waits.seconds)}: {', '.join(causes)}"


def _name(row: AccountTally) -> str:
    return row.account or "resource group"


def _deeds(row: AccountTally, style: Style) -> str:
    parts = [f"{row.done} done"]
    if row.failed:
        parts.append(style(f"{row.failed} failed", "bad"))
    if row.not_done:
        parts.append(style(f"{row.not_done} not begun", "warn"))
    return f"{', '.join(parts)}, {seconds(row.seconds)}"
