"""The engine for teams that live in ARM templates: azuredeploy.json with the plan's values, one run for each phase.

What a template cannot do is done around it, step by step: the resource group, deletes, recovery and purge, and the
first half of a replacement.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

from deployer.azure.clients import Clients, clients
from deployer.azure.cloud import Cloud
from deployer.azure.failures import Failure, Refused, problem
from deployer.azure.template_deployments import TemplateDeployments
from deployer.azure.waiting import BUDGET, Clock, Patience, SystemClock
from deployer.azure.writing import Writing
from deployer.core.events import Done, Event, Failed, NotDone, Progress, Started
from deployer.core.plan import Action, Change, Phase, Plan
from deployer.core.problems import Problem, Severity
from deployer.core.resources import ResourceGroup
from deployer.core.state import accounts
from deployer.core.verdicts import Answer, Verdict
from deployer.engines.arm.record import Record, account
from deployer.engines.arm.run import ArmRun
from deployer.engines.arm.values import is_templates, present_bodies, values
from deployer.engines.arm.what_if import counted, disagreements
from deployer.engines.background import side_by_side
from deployer.engines.sdk import SdkEngine
from deployer.export.arm import template

MOST_RESOURCES = 800
"""How many resources a template may hold, every turn of its loops counted (Azure's limits of templates, 2026)."""

FORECAST = 180.0
"""How long a what-if may take, in seconds; half a minute to one and a half is usual (azd's notes on speed, 2026)."""

_DELETED = "deleted, now created anew"


class ArmEngine:
    """Carry out a plan by template deployments. `budget` is how long one change may be waited for, in seconds."""

    name = "arm"

    def __init__(self, cloud: Cloud, *, budget: float = BUDGET, clock: Clock | None = None) -> None:
        self._cloud = cloud
        self._budget = budget
        self._clock = clock or SystemClock()

    def check(self, plan: Plan) -> Sequence[Verdict]:
        """What a template cannot hold, and what Azure's what-if of the first phase says to the plan."""
        too_many = [
            Verdict.against("template", _too_many(number))
            for phase in plan.phases
            if (number := sum(map(_in_template, phase.changes))) > MOST_RESOURCES
        ]
        return too_many or list(self._forecast(plan))

    def has_more_to_do(self, plan: Plan) -> bool:  # noqa: ARG002 - the protocol asks for it
        """No: Azure is the state."""
        return False

    def apply(self, plan: Plan, stop: threading.Event) -> Generator[Event, None, None]:
        """Carry the plan out, phase by phase. Whoever leaves the stream early stops the run."""
        connections, scope = self._open(plan), plan.desired.scope
        record = Record(plan, self._clock, self._budget, stop)
        templates = TemplateDeployments(connections, scope, template({}))
        run = ArmRun(
            record, connections, templates, Writing(connections, scope, plan.desired.owner)
        )
        finished = False
        try:
            for phase in plan.phases:
                yield from self._phase(run, phase)
            finished = True
        finally:
            if not finished:
                stop.set()

    def _phase(self, run: ArmRun, phase: Phase) -> Iterator[Event]:
        record, submitted = run.record, []
        writes = [change for change in phase.changes if change.action.writes]
        yield from self._around(record, [one for one in writes if not _only_template(one)])
        for change in filter(_in_template, writes):
            if change.action is Action.REPLACE and change.address not in record.cleared:
                continue  # why it was not deleted is told already
            reason = record.reason_not_to(change)
            if reason:
                yield NotDone(change, record.now(), reason)
            else:
                submitted.append(change)
        if submitted:
            yield from side_by_side([lambda tell: run.carry_out(submitted, tell)], parallel=1)

    def _around(self, record: Record, changes: Sequence[Change]) -> Iterator[Event]:
        """Step by step what no template does. Of a replacement that is the deletion: its creation is the template's."""
        allowed = []
        for change in changes:
            reason = record.reason_not_to(change)
            if reason:
                yield NotDone(change, record.now(), reason)
            else:
                allowed.append(change)
        if not allowed:
            return
        halves = {one.address: one for one in allowed if one.action is Action.REPLACE}
        steps = [_deletion(one) if one.address in halves else one for one in allowed]
        engine = SdkEngine(self._cloud, budget=self._budget, clock=self._clock)
        began = record.now()
        by_hand = Plan(record.plan.desired, (Phase((), tuple(steps)),))
        for event in engine.apply(by_hand, record.stop):
            change = halves.get(event.change.address, event.change)
            told = replace(event, at=event.at + began, change=change)
            match told:
                case Started():
                    record.started[change.address] = told.at
                case Done() if change.address in halves:
                    record.cleared.add(change.address)
                    told = Progress(change, told.at, _DELETED)
                case Done() if change.action is Action.RECOVER:
                    record.recovered.add(account(change))
                case Failed() | NotDone():
                    record.failed.add(account(change))
                case _:
                    pass
            yield told

    def _forecast(self, plan: Plan) -> Iterator[Verdict]:
        """What Azure's what-if has to say. A group that is not there, or a change that must wait for others, it cannot see."""
        changes = _foreseeable(plan)
        if not changes:
            return
        connections, scope = self._open(plan), plan.desired.scope
        known = {one.name.casefold(): one for one in accounts(plan.desired.resources)}
        patience = Patience(self._clock, budget=FORECAST)
        tried = TemplateDeployments(connections, scope, template({}))
        try:
            updates = [change for change in changes if change.action is Action.UPDATE]
            present = patience.through(lambda: present_bodies(connections, scope, updates))
            given = values(changes, present, known, scope, plan.desired.owner)
            rows = patience.through(lambda: tried.what_if("deployer-what-if", given, patience))
        except Refused as given_up:
            yield Verdict.against("what-if", _unverified(given_up.failure))
        else:
            differing = list(disagreements(changes, rows, scope, plan.desired.places))
            yield from (Verdict.against("what-if", one) for one in differing)
            if not differing:
                yield Verdict("what-if", Answer.OK, f"Azure says the same: {counted(rows)}")

    def _open(self, plan: Plan) -> Clients:
        return clients(self._cloud, plan.desired.scope.subscription)


def _in_template(change: Change) -> bool:
    return change.action.writes and is_templates(change)


def _only_template(change: Change) -> bool:
    return _in_template(change) and change.action is not Action.REPLACE


def _deletion(change: Change) -> Change:
    return Change(Action.DELETE, change.address, change.before, None)


def _foreseeable(plan: Plan) -> list[Change]:
    """The first phase's changes that do not wait for anything that is done around the template."""
    phase = next(iter(plan.phases), None)
    group = [change for change in plan.writes if isinstance(change.resource, ResourceGroup)]
    if phase is None or any(change.action is Action.CREATE for change in group):
        return []
    waits = {account(one) for one in phase.changes if one.action.writes and not _only_template(one)}
    return [one for one in phase.changes if _only_template(one) and account(one) not in waits]


def _too_many(number: int) -> Problem:
    return Problem(
        "arm.too-many-resources",
        Severity.ERROR,
        "A template cannot hold so many resources",
        f"A phase of this plan writes {number} resources, and a template holds {MOST_RESOURCES}.",
        "Use --engine sdk, or divide the configuration.",
    )


def _unverified(failure: Failure) -> Problem:
    """What-if was refused. Where the template itself is at fault that is an error, for its run would be refused too."""
    told = problem(failure)
    if failure.status == 400:
        return told
    return replace(
        told,
        code="arm.what-if-unverified",
        severity=Severity.UNVERIFIED,
        summary="Azure's what-if could not be asked",
    )
