"""The verbs, as named steps. This is the table of contents: who has read it knows where everything is.

They prompt nobody and print nothing: `tell` hears what happens, `approve` decides, `stop` ends the run early.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from deployer import __version__, azure, preflight, smoke, views
from deployer.azure.cloud import Cloud
from deployer.config import Config
from deployer.core.checks import SmokeSettings
from deployer.core.events import Failed, NotDone
from deployer.core.plan import Consent
from deployer.core.planfile import PlanFile, digest
from deployer.core.planning import make_plan
from deployer.core.problems import Problem, Severity, errors, in_order
from deployer.core.report import CheckResult, Ending, Outcome, Report
from deployer.core.resources import Account, Deployment, account_address
from deployer.core.state import deployments
from deployer.core.verdicts import Verdict
from deployer.engines import Engine
from deployer.views import Step, Tell, View

Approve = Callable[[Report], bool]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user allowed and asked for beside the file."""

    allowed: frozenset[Consent] = frozenset()
    run_smoke: bool = True
    save_audio: Path | None = None


def plan(conf: Config, cloud: Cloud, engine: Engine, options: Options, tell: Tell) -> Report:
    """Say what `up` would do, and whether it can succeed. Writes nothing."""
    view = views.of_config(conf, cloud, engine, tell)
    return _planned("plan", view, cloud, engine, options, tell)


def preflight_only(
    conf: Config, cloud: Cloud, engine: Engine, options: Options, tell: Tell
) -> Report:
    """Say whether `up` can succeed, and which question could not be asked. Writes nothing."""
    view = views.of_config(conf, cloud, engine, tell)
    return _planned("preflight", view, cloud, engine, options, tell)


def drift(conf: Config, cloud: Cloud, engine: Engine, tell: Tell) -> Report:
    """Say how Azure differs from the file. Asks no preflight question, writes nothing."""
    view = views.of_config(conf, cloud, engine, tell)
    return replace(_compared("drift", view, cloud), changes_are_news=True)


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
    if isinstance(source, PlanFile):
        view = views.of_plan_file(source, cloud, tell)
    else:
        view = views.of_config(source, cloud, engine, tell)
    report = _planned("up", view, cloud, engine, options, tell)
    report = _applied(report, view, cloud, engine, approve, tell, stop)
    if options.run_smoke and _is_as_desired(report):
        declared = deployments(view.desired.resources)
        report = _heard(report, view.smoke, declared, cloud, options, tell, stop)
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
    view = views.of_nothing(conf, cloud, engine, tell)
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
    seen = azure.look(cloud, views.scope_of(conf), accounts=(), roles=False)
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
    seen = azure.look(
        cloud, views.scope_of(conf), accounts=views.declared_accounts(conf), roles=False
    )
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
        scope=views.scope_of(conf),
        config=str(conf.file.resolve()),
        config_digest=conf.digest,
        desired=report.plan.desired,
        phases=report.plan.phases,
        observed_digest=digest(report.state),
        smoke=conf.smoke,
        pulumi=conf.pulumi,
    )


def _compared(verb: str, view: View, cloud: Cloud) -> Report:
    made = make_plan(view.desired, view.observed)
    return Report(
        verb,
        view.name,
        made,
        in_order(view.problems),
        state=view.observed,
        offers=view.live,
        cloud=cloud.name,
    )


def _planned(
    verb: str, view: View, cloud: Cloud, engine: Engine, options: Options, tell: Tell
) -> Report:
    report = _compared(verb, view, cloud)
    if report.plan is None:
        return report
    asked: tuple[Verdict, ...] = ()
    if not report.plan.is_empty:
        tell(Step("preflight"))
        asked = preflight.preflight(cloud, report.plan, view.observed, view.live, options.allowed)
    verdicts = (*asked, *engine.check(report.plan))
    told = {(problem.code, problem.address) for problem in view.problems}
    found = [
        verdict.problem
        for verdict in verdicts
        if verdict.problem and (verdict.problem.code, verdict.problem.address) not in told
    ]
    problems = in_order((*view.problems, *found))
    return replace(report, verdicts=verdicts, problems=problems)


def _applied(
    report: Report,
    view: View,
    cloud: Cloud,
    engine: Engine,
    approve: Approve,
    tell: Tell,
    stop: threading.Event,
) -> Report:
    if errors(report.problems):
        return replace(report, ending=Ending.BLOCKED)
    if report.plan is None or (report.plan.is_empty and not engine.has_more_to_do(report.plan)):
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
    left = report.remaining if report.remaining is not None else report.plan
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
    there = report.state.resources if report.state else {}
    targets, missing = [], []
    for one in declared:
        seen, account = there.get(one.address), there.get(account_address(one.account))
        if report.state and isinstance(seen, Deployment) and isinstance(account, Account):
            access = azure.access(cloud, account, report.state)
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
    return CheckResult("exists", declared.address, Outcome.FAILED, diagnosis=diagnosis)
