"""The verbs, as named steps. This is the table of contents: who has read it knows where everything is.

They prompt nobody and print nothing: `tell` hears what happens, `approve` decides, `stop` ends the run early.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from deployer import __version__, azure, config, preflight, smoke
from deployer.azure.cloud import Cloud
from deployer.config import Config
from deployer.core.checks import SmokeSettings
from deployer.core.events import Event, Failed, NotDone
from deployer.core.offers import LiveOffers
from deployer.core.plan import Consent, Plan
from deployer.core.planfile import PlanFile, digest, same_changes
from deployer.core.planning import make_plan
from deployer.core.problems import Problem, Severity, errors, in_order
from deployer.core.report import CheckResult, Ending, Outcome, Report
from deployer.core.resources import Account, Deployment, Scope, account_address
from deployer.core.state import (
    DesiredState,
    ObservedState,
    Owner,
    accounts,
    deployments,
    role_assignments,
)
from deployer.core.verdicts import Verdict
from deployer.engines import Engine


@dataclass(frozen=True, slots=True)
class Options:
    """What the user allowed and asked for beside the file."""

    allowed: frozenset[Consent] = frozenset()
    run_smoke: bool = True
    save_audio: Path | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a verb begins; `name` is one of the words below, `detail` for people."""

    name: str
    detail: str = ""


Tell = Callable[[Event | Step | smoke.CheckEvent], None]
Approve = Callable[[Report], bool]


def validate(conf: Config) -> Report:
    """Say what is noteworthy about a file that could be loaded; asks nobody."""
    return Report("validate", conf.name, problems=conf.problems, cloud=conf.cloud)


def plan(conf: Config, cloud: Cloud, engine: Engine, options: Options, tell: Tell) -> Report:
    """Say what `up` would do, and whether it can succeed. Writes nothing."""
    return _planned("plan", _from_config(conf, cloud, engine, tell), cloud, engine, options, tell)


def preflight_only(
    conf: Config, cloud: Cloud, engine: Engine, options: Options, tell: Tell
) -> Report:
    """Say whether `up` can succeed, and which question could not be asked. Writes nothing."""
    return _planned(
        "preflight", _from_config(conf, cloud, engine, tell), cloud, engine, options, tell
    )


def drift(conf: Config, cloud: Cloud, engine: Engine, tell: Tell) -> Report:
    """Say how Azure differs from the file. Asks no preflight question, writes nothing."""
    view = _from_config(conf, cloud, engine, tell)
    return replace(_reported("drift", view), changes_are_news=True)


def up(
    source: Config | PlanFile,
    cloud: Cloud,
    engine: Engine,
    options: Options,
    *,
    approve: Approve,
    tell: Tell,
    stop: threading.Event,
) -> Report:
    """Make Azure what the file says, and hear every deployment of it speak."""
    began = time.monotonic()
    view = (
        _from_plan_file(source, cloud, tell)
        if isinstance(source, PlanFile)
        else _from_config(source, cloud, engine, tell)
    )
    report = _planned("up", view, cloud, engine, options, tell)
    report = _applied(report, view, cloud, engine, approve, tell, stop)
    if _is_as_desired(report) and options.run_smoke:
        report = _heard(
            report, view.smoke, deployments(view.desired.resources), cloud, options, tell, stop
        )
    return replace(report, seconds=time.monotonic() - began)


def down(
    conf: Config,
    cloud: Cloud,
    engine: Engine,
    options: Options,
    *,
    approve: Approve,
    tell: Tell,
    stop: threading.Event,
) -> Report:
    """`up` to a state that asks for nothing: what is ours goes, what is not stays."""
    began = time.monotonic()
    view = _for_nothing(conf, cloud, engine, tell)
    allowed = replace(options, allowed=options.allowed | {Consent.DELETE})
    report = _planned("down", view, cloud, engine, allowed, tell)
    report = _applied(report, view, cloud, engine, approve, tell, stop)
    return replace(report, seconds=time.monotonic() - began)


def smoke_only(
    conf: Config, cloud: Cloud, options: Options, tell: Tell, stop: threading.Event
) -> Report:
    """Hear every deployment of the file, as it stands."""
    began = time.monotonic()
    tell(Step("looking"))
    seen = azure.look(cloud, _scope(conf), accounts=(), roles=False)
    report = Report(
        "smoke", conf.name, problems=conf.problems, state=seen.observed, cloud=cloud.name
    )
    declared = [
        Deployment(account.name, one.name, one.model, one.sku)
        for account in conf.accounts
        for one in account.deployments
    ]
    report = _heard(report, conf.smoke, declared, cloud, options, tell, stop)
    return replace(report, seconds=time.monotonic() - began)


def status(conf: Config, cloud: Cloud, tell: Tell) -> Report:
    """Say what exists in the scope, whose it is, and how long its models will live."""
    tell(Step("looking"))
    wanted = [(account.name, account.location, account.kind) for account in conf.accounts]
    seen = azure.look(cloud, _scope(conf), accounts=wanted, roles=False)
    return Report(
        "status",
        conf.name,
        problems=seen.problems,
        state=seen.observed,
        offers=seen.live,
        cloud=cloud.name,
    )


def plan_file(conf: Config, report: Report, engine: Engine) -> PlanFile:
    """What `plan --out` keeps of a report. Raises ValueError when the verb made no plan."""
    if report.plan is None or report.state is None:
        raise ValueError(f"{report.verb} made no plan")
    return PlanFile(
        tool=__version__,
        name=conf.name,
        cloud=conf.cloud,
        engine=engine.name,
        scope=_scope(conf),
        config_digest=conf.digest,
        desired=report.plan.desired,
        phases=report.plan.phases,
        observed_digest=digest(report.state),
        smoke=conf.smoke,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """What a verb stands before: what is wanted, what is there, and what was noticed on the way."""

    name: str
    desired: DesiredState
    observed: ObservedState
    live: LiveOffers
    smoke: SmokeSettings
    problems: tuple[Problem, ...]
    looked_for: tuple[tuple[str, str, str], ...] = ()
    looks_for_roles: bool = False
    group_contents: bool = False

    def again(self, cloud: Cloud) -> ObservedState:
        """What is there now, seen with the same eyes."""
        seen = azure.look(
            cloud,
            self.desired.scope,
            accounts=(),
            roles=self.looks_for_roles,
            group_contents=self.group_contents,
        )
        return seen.observed


def _from_config(conf: Config, cloud: Cloud, engine: Engine, tell: Tell) -> _View:
    tell(Step("looking"))
    wanted = tuple((account.name, account.location, account.kind) for account in conf.accounts)
    with_roles = any(account.roles for account in conf.accounts)
    seen = azure.look(cloud, _scope(conf), accounts=wanted, roles=with_roles)
    self = azure.identity(cloud)
    tell(Step("planning"))
    resolved = config.resolve(
        replace(conf, engine=engine.name),
        observed=seen.observed,
        live=seen.live,
        today=cloud.today,
        identity_object_id=self.object_id,
        identity_kind=self.kind,
    )
    problems = (*conf.problems, *seen.problems, *resolved.problems)
    return _View(
        conf.name,
        resolved.desired,
        seen.observed,
        seen.live,
        conf.smoke,
        problems,
        wanted,
        with_roles,
    )


def _from_plan_file(source: PlanFile, cloud: Cloud, tell: Tell) -> _View:
    """Look and plan again from the file's own desired state; another outcome is a stale plan."""
    tell(Step("looking"))
    wanted = tuple(
        (one.name, one.location, one.kind or "") for one in accounts(source.desired.resources)
    )
    with_roles = bool(role_assignments(source.desired.resources))
    seen = azure.look(cloud, source.scope, accounts=wanted, roles=with_roles)
    tell(Step("planning"))
    moved = not same_changes(source.plan, make_plan(source.desired, seen.observed))
    stale = Problem(
        "plan.stale",
        Severity.ERROR,
        "The plan is stale",
        "What Azure holds now asks for other changes than the ones in the plan file.",
        "Make a new plan with `deployer plan --out`, and review it.",
    )
    problems = (*seen.problems, *((stale,) if moved else ()))
    return _View(
        source.name,
        source.desired,
        seen.observed,
        seen.live,
        source.smoke,
        problems,
        wanted,
        with_roles,
    )


def _for_nothing(conf: Config, cloud: Cloud, engine: Engine, tell: Tell) -> _View:
    tell(Step("looking"))
    with_roles = any(account.roles for account in conf.accounts)
    seen = azure.look(cloud, _scope(conf), accounts=(), roles=with_roles, group_contents=True)
    nothing = DesiredState(
        _scope(conf), Owner(conf.name, engine.name), manages_group=conf.resource_group.manage
    )
    tell(Step("planning"))
    return _View(
        conf.name,
        nothing,
        seen.observed,
        seen.live,
        conf.smoke,
        seen.problems,
        (),
        with_roles,
        group_contents=True,
    )


def _reported(verb: str, view: _View) -> Report:
    made = make_plan(view.desired, view.observed)
    return Report(
        verb, view.name, made, in_order(view.problems), state=view.observed, offers=view.live
    )


def _planned(
    verb: str, view: _View, cloud: Cloud, engine: Engine, options: Options, tell: Tell
) -> Report:
    report = replace(_reported(verb, view), cloud=cloud.name)
    if report.plan is None or report.plan.is_empty:
        return report
    tell(Step("preflight"))
    verdicts = preflight.preflight(cloud, report.plan, view.observed, view.live, options.allowed)
    found = (*view.problems, *_problems(verdicts), *engine.check(report.plan))
    return replace(report, verdicts=verdicts, problems=in_order(found))


def _applied(
    report: Report,
    view: _View,
    cloud: Cloud,
    engine: Engine,
    approve: Approve,
    tell: Tell,
    stop: threading.Event,
) -> Report:
    if errors(report.problems):
        return replace(report, ending=Ending.BLOCKED)
    if report.plan is None or report.plan.is_empty:
        return report
    if not approve(report):
        return replace(report, ending=Ending.DECLINED)
    tell(Step("applying", f"{len(report.plan.writes)} changes"))
    events = []
    for event in engine.apply(report.plan, stop):
        tell(event)
        events.append(event)
    report = replace(report, events=tuple(events))
    if stop.is_set():
        return replace(report, ending=Ending.INTERRUPTED)
    tell(Step("looking", "again"))
    observed = view.again(cloud)
    return replace(report, remaining=make_plan(view.desired, observed), state=observed)


def _is_as_desired(report: Report) -> bool:
    """Whether there is any point in listening: nothing blocked, failed, stopped or left to do."""
    failed = any(isinstance(event, Failed | NotDone) for event in report.events)
    left: Plan | None = report.remaining if report.remaining is not None else report.plan
    return report.ending is Ending.COMPLETED and not failed and left is not None and left.is_empty


def _heard(
    report: Report,
    settings: SmokeSettings,
    declared: Iterable[Deployment],
    cloud: Cloud,
    options: Options,
    tell: Tell,
    stop: threading.Event,
) -> Report:
    """Listen to every declared deployment; one that is not there cannot be heard, and that is a failure."""
    state = report.state
    if state is None:
        return report
    targets, missing = [], []
    for one in declared:
        seen = state.resources.get(one.address)
        account = state.resources.get(account_address(one.account))
        if isinstance(seen, Deployment) and isinstance(account, Account):
            access = azure.access(cloud, account, state)
            targets.append(smoke.Target(one.address, one.account, seen, access))
        else:
            missing.append(_not_there(one))
    tell(Step("checking", f"{len(targets)} deployments"))
    checks = smoke.run(targets, settings, tell=tell, stop=stop, save_audio=options.save_audio)
    ending = Ending.INTERRUPTED if stop.is_set() else report.ending
    return replace(report, checks=(*missing, *checks), ending=ending)


def _not_there(declared: Deployment) -> CheckResult:
    diagnosis = Problem(
        "smoke.not-deployed",
        Severity.ERROR,
        "The deployment does not exist",
        f"{declared.account}/{declared.name} is in the file, but not in Azure.",
        "Create it with `deployer up`.",
        address=declared.address,
    )
    return CheckResult(
        "exists", declared.address, Outcome.FAILED, declared.model, diagnosis=diagnosis
    )


def _problems(verdicts: Iterable[Verdict]) -> Iterable[Problem]:
    return (verdict.problem for verdict in verdicts if verdict.problem is not None)


def _scope(conf: Config) -> Scope:
    return Scope(conf.subscription, conf.resource_group.name)
