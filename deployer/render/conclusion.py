"""What is true now, in one sentence: the last line of every report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from deployer.core.events import Done, Failed, NotDone
from deployer.core.plan import Action
from deployer.core.problems import Severity, errors
from deployer.core.report import Ending, Outcome, Report, heard
from deployer.core.resources import Account, Deployment
from deployer.core.state import accounts
from deployer.core.verdicts import Answer
from deployer.errors import ExitCode
from deployer.render.wording import counted, joined, seconds

_DEEDS = {
    Action.CREATE: "created",
    Action.UPDATE: "changed",
    Action.REPLACE: "replaced",
    Action.DELETE: "deleted",
    Action.RECOVER: "recovered",
    Action.PURGE: "purged",
}


def conclusion(report: Report) -> str:
    """One sentence that says what is true now."""
    if report.exit_code is ExitCode.CONFIGURATION:
        return f"The configuration is invalid: {counted(len(errors(report.problems)), 'problem')}."
    match report.ending:
        case Ending.DECLINED:
            return "Declined. Nothing was changed."
        case Ending.INTERRUPTED:
            return _interrupted(report)
        case Ending.BLOCKED:
            return _blocked(report)
        case Ending.COMPLETED:
            return _completed(report)


def _blocked(report: Report) -> str:
    found = counted(len(errors(report.problems)), "problem")
    if report.events:
        done, _, _ = _progress(report)
        return f"Stopped: {counted(done, 'change')} done. Run the same command again to go on."
    if report.exit_code is ExitCode.BLOCKED:
        return f"Blocked before the first write by {found}. Nothing was changed."
    return "Stopped. Nothing was changed."


def _interrupted(report: Report) -> str:
    done, _, _ = _progress(report)
    if not report.events and not report.checks:
        return "Interrupted. Nothing was changed."
    if not report.events:
        skipped = sum(check.outcome is Outcome.SKIPPED for check in report.checks)
        return f"Interrupted while checking: {counted(skipped, 'check')} left out."
    if report.plan is None:
        return f"Interrupted: {counted(done, 'change')} done. Run the same command again to go on."
    return (
        f"Interrupted: {done} of {counted(len(report.plan.writes), 'change')} done. "
        "Run the same command again to go on."
    )


def _completed(report: Report) -> str:
    if errors(report.problems):
        return _blocked(report)
    done, failed, left = _progress(report)
    if failed or left:
        return (
            f"Apply failed: {done} done, {failed} failed, {left} not begun. "
            "Run the same command again to go on."
        )
    if report.remaining is not None and not report.remaining.is_empty:
        count = counted(len(report.remaining.writes), "change")
        return f"Everything was applied, and yet {count} remain. Run the same command again."
    match report.verb:
        case "validate":
            warnings = sum(problem.severity is Severity.WARNING for problem in report.problems)
            noted = f", with {counted(warnings, 'warning')}" if warnings else ""
            return f"The configuration is valid{noted}."
        case "plan":
            return _planned(report)
        case "drift":
            writes = len(report.plan.writes) if report.plan else 0
            return f"Drift: {counted(writes, 'change')} would undo it." if writes else "No drift."
        case "preflight":
            return _asked(report)
        case "status":
            seen = len(accounts(report.state.resources.values() if report.state else ()))
            return f"{counted(seen, 'account')}, {counted(len(report.observed), 'deployment')}."
        case _:
            return _carried_out(report)


def _planned(report: Report) -> str:
    writes = len(report.plan.writes) if report.plan else 0
    if not writes:
        return "Nothing has to change."
    return f"{counted(writes, 'change')} to make; nothing stands in the way."


def _asked(report: Report) -> str:
    unverified = sum(verdict.answer is Answer.UNVERIFIED for verdict in report.verdicts)
    if not report.verdicts:
        return "Nothing has to change, so nothing was asked."
    asked = counted(len(report.verdicts), "question")
    return f"Nothing stands in the way: {asked} asked" + (
        f", {unverified} without an answer." if unverified else "."
    )


def _carried_out(report: Report) -> str:
    took = f", in {seconds(report.seconds)}." if report.seconds else "."
    deeds = list(_deeds(report))
    if report.verb == "up" and not deeds:
        deeds = ["Nothing had to change"]
    elif report.verb == "down" and not deeds:
        deeds = ["Nothing of ours is here, so nothing was deleted"]
    named = any("deployment" in deed for deed in deeds)
    return ", ".join([*deeds, *_hearing(report, named=named)]) + took


def _deeds(report: Report) -> Iterator[str]:
    done = [event.change for event in report.events if isinstance(event, Done)]
    for action, deed in _DEEDS.items():
        things = [change.resource for change in done if change.action is action]
        kinds = Counter(type(thing) for thing in things)
        named = [(Account, "account"), (Deployment, "deployment")]
        parts = [counted(kinds[kind], word) for kind, word in named if kinds[kind]]
        if not parts and things:
            parts = [counted(len(things), "resource")]
        if parts:
            yield f"{joined(parts)} {deed}"


def _hearing(report: Report, *, named: bool) -> Iterator[str]:
    """How many were heard; `named`: the sentence has said already that it speaks of deployments."""
    tried = {check.address for check in report.checks if check.outcome is not Outcome.SKIPPED}
    count = heard(report.checks)
    if tried and count == len(tried):
        yield f"{count} heard" if named else f"{counted(count, 'deployment')} heard"
    elif tried:
        yield f"{len(tried) - count} of {len(tried)} deployments not heard properly"
    elif report.checks:
        yield f"{counted(len(report.checks), 'check')} left out"


def _progress(report: Report) -> tuple[int, int, int]:
    """How many changes were done, failed, and were not begun."""
    return (
        sum(isinstance(event, Done) for event in report.events),
        sum(isinstance(event, Failed) for event in report.events),
        sum(isinstance(event, NotDone) for event in report.events),
    )
