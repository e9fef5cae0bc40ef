"""What a verb stands before: what is wanted, what is there, and what was noticed on the way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from deployer import azure, config, smoke
from deployer.azure.cloud import Cloud
from deployer.config import Config
from deployer.core.checks import SmokeSettings
from deployer.core.events import Event
from deployer.core.offers import LiveOffers
from deployer.core.planfile import PlanFile, same_changes
from deployer.core.planning import make_plan
from deployer.core.problems import Problem, Severity
from deployer.core.resources import Scope
from deployer.core.state import DesiredState, ObservedState, Owner, accounts, role_assignments
from deployer.engines import Engine


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a verb begins: looking, planning, preflight, applying or checking; `detail` is for people."""

    name: str
    detail: str = ""


Tell = Callable[[Event | Step | smoke.CheckEvent], None]


@dataclass(frozen=True, slots=True)
class View:
    """A desired and an observed state of one scope, and how to look at it again with the same eyes."""

    name: str
    desired: DesiredState
    observed: ObservedState
    live: LiveOffers
    smoke: SmokeSettings
    problems: tuple[Problem, ...]
    with_roles: bool
    with_group_contents: bool = False

    def again(self, cloud: Cloud) -> ObservedState:
        """What is there now. Offers and soft-deleted names are not asked for a second time."""
        return azure.look(
            cloud,
            self.desired.scope,
            accounts=(),
            roles=self.with_roles,
            group_contents=self.with_group_contents,
        ).observed


def of_config(conf: Config, cloud: Cloud, engine: Engine, tell: Tell) -> View:
    """What the file wants, given what exists and what is on offer today."""
    tell(Step("looking"))
    with_roles = declares_roles(conf)
    seen = azure.look(cloud, scope_of(conf), accounts=declared_accounts(conf), roles=with_roles)
    runner = azure.identity(cloud)
    tell(Step("planning"))
    resolved = config.resolve(
        replace(conf, engine=engine.name),
        observed=seen.observed,
        live=seen.live,
        today=cloud.today,
        identity_object_id=runner.object_id,
        identity_kind=runner.kind,
    )
    problems = (*config.unanswered(conf, seen.live), *seen.problems, *resolved.problems)
    return View(
        conf.name, resolved.desired, seen.observed, seen.live, conf.smoke, problems, with_roles
    )


def offline(
    conf: Config, engine: str, today: dt.date, object_id: str | None, kind: str
) -> tuple[DesiredState, tuple[Problem, ...]]:
    """What the file wants as far as the catalogue tells, when nobody is asked; `object_id` is whom `self` means."""
    resolved = config.resolve(
        replace(conf, engine=engine),
        observed=ObservedState(scope_of(conf)),
        live={},
        today=today,
        identity_object_id=object_id,
        identity_kind=kind,
    )
    told = tuple(one for one in resolved.problems if one.severity is not Severity.UNVERIFIED)
    return resolved.desired, (*conf.problems, *told)


def of_plan_file(source: PlanFile, cloud: Cloud, tell: Tell) -> View:
    """What the plan file wants; when the changes it takes are other ones by now, the plan is stale."""
    tell(Step("looking"))
    wanted = [
        (one.name, one.location, one.kind or "") for one in accounts(source.desired.resources)
    ]
    with_roles = bool(role_assignments(source.desired.resources))
    seen = azure.look(cloud, source.scope, accounts=wanted, roles=with_roles)
    tell(Step("planning"))
    fresh = same_changes(source.plan, make_plan(source.desired, seen.observed))
    problems = seen.problems if fresh else (*seen.problems, _STALE)
    return View(
        source.name, source.desired, seen.observed, seen.live, source.smoke, problems, with_roles
    )


def of_nothing(conf: Config, cloud: Cloud, engine: Engine, tell: Tell) -> View:
    """The state that asks for nothing, in the file's scope and for its owner."""
    tell(Step("looking"))
    with_roles = declares_roles(conf)
    seen = azure.look(cloud, scope_of(conf), accounts=(), roles=with_roles, group_contents=True)
    owner = Owner(conf.name, engine.name)
    nothing = DesiredState(scope_of(conf), owner, manages_group=conf.resource_group.manage)
    tell(Step("planning"))
    return View(
        conf.name,
        nothing,
        seen.observed,
        seen.live,
        conf.smoke,
        seen.problems,
        with_roles,
        with_group_contents=True,
    )


def scope_of(conf: Config) -> Scope:
    """Where a configuration acts."""
    return Scope(conf.subscription, conf.resource_group.name)


def declared_accounts(conf: Config) -> list[tuple[str, str, str]]:
    """Name, location and kind of every account of a file."""
    return [(account.name, account.location, account.kind) for account in conf.accounts]


def declares_roles(conf: Config) -> bool:
    """Whether role assignments have to be looked at."""
    return any(account.roles for account in conf.accounts)


_STALE = Problem(
    "plan.stale",
    Severity.ERROR,
    "The plan is stale",
    "What Azure holds now asks for other changes than the ones in the plan file.",
    "Make a new plan with `deployer plan --out`, and review it.",
)
