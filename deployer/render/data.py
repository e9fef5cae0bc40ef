"""A report as plain JSON data: the documented, stable shape behind `--output json` and `ndjson`.

formatVersion 1 promises: keys are camelCase and keep name and meaning; keys are only ever added; an address names a
resource within the run; a model is `{"name", "version", "format"}` or null; durations are seconds. `outcome`, `answer`,
`severity`, `ending` and `action` are closed sets of words; an action is one of create, update, replace, delete,
recover, purge, none, leave. What a verb has nothing to say about is null (`plan`) or empty (lists).
"""

from __future__ import annotations

from collections.abc import Iterable

from deployer.core.encoding import Json, encode
from deployer.core.events import Done, Event, Failed, NotDone, Progress, Started, Waited
from deployer.core.plan import Action, Change, Plan
from deployer.core.problems import Problem, in_order
from deployer.core.report import CheckResult, Report, heard
from deployer.core.resources import ModelVersion, account_of, title
from deployer.core.verdicts import Verdict
from deployer.render.conclusion import conclusion
from deployer.render.inventory import SeenAccount, inventory
from deployer.render.tally import AccountTally, tally
from deployer.render.wording import EXITS, deployment_names, models

FORMAT_VERSION = 1

Object = dict[str, Json]

ACTION_WORDS = {
    Action.NO_OP: "none",
    Action.CREATE: "create",
    Action.UPDATE: "update",
    Action.REPLACE: "replace",
    Action.DELETE: "delete",
    Action.RECOVER: "recover",
    Action.PURGE: "purge",
    Action.LEAVE: "leave",
}


def document(report: Report) -> Object:
    """The whole report."""
    return {
        "formatVersion": FORMAT_VERSION,
        "verb": report.verb,
        "name": report.name,
        "cloud": report.cloud,
        "exitCode": int(report.exit_code),
        "exitMeaning": EXITS[report.exit_code],
        "ending": report.ending.value,
        "seconds": round(report.seconds, 3),
        "summary": conclusion(report),
        "heard": heard(report.checks),
        "plan": plan(report.plan),
        "remaining": plan(report.remaining),
        "deployments": [
            {
                "address": row.address,
                "account": row.account,
                "name": row.name,
                "declared": _model(row.declared),
                "meant": _model(row.meant),
                "observed": _model(row.observed),
            }
            for row in models(report)
        ],
        "accounts": [_account(seen) for seen in inventory(report)],
        "verdicts": [_verdict(verdict) for verdict in report.verdicts],
        "problems": [problem(one) for one in in_order(report.problems)],
        "applied": applied(report.events),
        "checks": [check(one) for one in report.checks],
    }


def plan(value: Plan | None) -> Json:
    """Phases of changes, and how many of each action."""
    if value is None:
        return None
    counts = value.counts()
    return {
        "isEmpty": value.is_empty,
        "subscription": value.desired.scope.subscription,
        "resourceGroup": value.desired.scope.resource_group,
        "counts": {word: counts.get(action, 0) for action, word in ACTION_WORDS.items()},
        "phases": [
            {"changes": [change(one, value) for one in phase.changes]} for phase in value.phases
        ],
    }


def change(value: Change, within: Plan | None = None) -> Object:
    """One step; `successor` is there where one model stands in for another."""
    data: Object = {
        "action": ACTION_WORDS[value.action],
        "address": value.address,
        "title": title(value.resource),
        "account": account_of(value.resource),
        "reason": value.reason,
        "needs": [consent.value for consent in value.needs],
        "differences": [
            {"path": one.path, "before": one.before, "after": one.after}
            for one in value.differences
        ],
        "before": encode(value.before),
        "after": encode(value.after),
    }
    succession = within.desired.successions.get(value.address) if within else None
    if succession is not None:
        data["successor"] = {
            "declared": _model(succession.declared),
            "meant": _model(succession.meant),
            "reason": succession.reason,
        }
    return data


def problem(value: Problem) -> Object:
    """One remark, with its place as data."""
    where = value.where
    return {
        "code": value.code,
        "severity": value.severity.value,
        "summary": value.summary,
        "detail": value.detail,
        "hint": value.hint,
        "address": value.address or None,
        "where": {"file": where.file, "line": where.line, "column": where.column}
        if where
        else None,
    }


def applied(events: Iterable[Event]) -> Object:
    """What an engine did: a row per account, and each change with how it ended."""
    told = tuple(events)
    ends = [event for event in told if isinstance(event, Done | Failed | NotDone)]
    return {"accounts": [_tally(row) for row in tally(told)], "changes": [_end(e) for e in ends]}


def event(value: Event) -> Object:
    """One event of the stream."""
    data: Object = {
        "event": type(value).__name__[0].lower() + type(value).__name__[1:],
        "at": round(value.at, 3),
        "action": ACTION_WORDS[value.change.action],
        "address": value.change.address,
        "title": title(value.change.resource),
        "account": account_of(value.change.resource),
    }
    match value:
        case Started():
            pass
        case Progress(message=message):
            data["message"] = message
        case Waited(code=code, seconds=seconds):
            data |= {"code": code, "seconds": round(seconds, 3)}
        case Done(seconds=seconds, message=message):
            data |= {"seconds": round(seconds, 3), "message": message}
        case Failed(problem=failure):
            data["problem"] = problem(failure)
        case NotDone(reason=reason):
            data["reason"] = reason
    return data


def check(value: CheckResult) -> Object:
    """One check: its deployment, its figures, its diagnosis."""
    account, deployment = deployment_names(value.address)
    return {
        "check": value.check,
        "address": value.address,
        "account": account,
        "deployment": deployment,
        "outcome": value.outcome.value,
        "model": _model(value.model),
        "timings": {name: round(seconds, 4) for name, seconds in value.timings.items()},
        "evidence": encode(value.evidence),
        "diagnosis": problem(value.diagnosis) if value.diagnosis else None,
        "reason": value.reason or None,
    }


def _account(seen: SeenAccount) -> Object:
    return {
        "address": seen.account.address,
        "name": seen.account.name,
        "location": seen.account.location,
        "owner": encode(seen.owner),
        "provisioningState": seen.state or None,
        "endpoints": encode(seen.endpoints),
        "deployments": [
            {
                "address": one.deployment.address,
                "name": one.deployment.name,
                "model": _model(one.deployment.model),
                "sku": encode(one.deployment.sku),
                "owner": encode(one.owner),
                "provisioningState": one.state or None,
                "life": one.life.value if one.life else None,
                "retires": one.retires.isoformat() if one.retires else None,
            }
            for one in seen.deployments
        ],
    }


def _end(value: Done | Failed | NotDone) -> Object:
    data = event(value)
    data["outcome"] = data.pop("event")
    return data


def _verdict(value: Verdict) -> Object:
    return {
        "question": value.question,
        "answer": value.answer.value,
        "detail": value.detail,
        "problem": problem(value.problem) if value.problem else None,
    }


def _tally(row: AccountTally) -> Object:
    return {
        "account": row.account,
        "done": row.done,
        "failed": row.failed,
        "notDone": row.not_done,
        "seconds": round(row.seconds, 3),
        "waited": {
            "times": row.waits.times,
            "seconds": round(row.waits.seconds, 3),
            "conflicts": row.waits.conflicts,
            "throttles": row.waits.throttles,
            "serverErrors": row.waits.server_errors,
            "connections": row.waits.connections,
            "others": row.waits.others,
        },
    }


def _model(value: ModelVersion | None) -> Json:
    if value is None:
        return None
    return {"name": value.name, "version": value.version, "format": value.format}
