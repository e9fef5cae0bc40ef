"""The few questions that a plan raises, asked side by side. One that fails stays unanswered; it is never fatal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from deployer.azure.clients import Clients, clients
from deployer.azure.cloud import Cloud
from deployer.azure.failures import Refused, redacted
from deployer.azure.identity import identity
from deployer.azure.paths import (
    PROVIDER,
    account_path,
    group_path,
    location_path,
    subscription_path,
)
from deployer.azure.reading import usages
from deployer.azure.waiting import Patience, SystemClock
from deployer.catalog import api_versions
from deployer.core.offers import Usage
from deployer.core.plan import Action, Plan
from deployer.core.resources import Account, Deployment, ResourceGroup, Scope, normal_location
from deployer.core.state import ObservedState, accounts
from deployer.errors import DeployerError
from deployer.preflight.answers import (
    GROUP,
    Answers,
    Grant,
    about_permission,
    about_quota,
    about_subdomain,
)
from deployer.preflight.judgements.case import Case
from deployer.preflight.judgements.names import holds_itself
from deployer.preflight.judgements.permissions import scope_of

T = TypeVar("T")

PATIENCE = 20.0
"""How long one question may be repeated, in seconds: a run can do without its answer."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What has to be asked for a plan."""

    locations: frozenset[str] = frozenset()
    subdomains: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()


def raised(plan: Plan, observed: ObservedState) -> Questions:
    """The questions that the plan's changes raise: quota where capacity grows, subdomains that are new, permissions."""
    case = Case(plan, observed, {})
    locations, subdomains = set(), set()
    for change in plan.writes:
        match change.before, change.after:
            case before, Deployment() as after:
                if change.action is not Action.UPDATE or _grows(before, after):
                    locations.add(case.location(after))
            case None, Account() as account if change.action is Action.CREATE:
                locations.add(normal_location(account.location))
                if account.custom_sub_domain_name and not holds_itself(case, account):
                    subdomains.add(account.custom_sub_domain_name)
            case Account(custom_sub_domain_name=None), Account(custom_sub_domain_name=str(name)):
                subdomains.add(name)
            case _:
                pass
    scopes = frozenset(scope_of(change, observed) for change in plan.writes)
    return Questions(frozenset(locations), frozenset(subdomains), scopes)


def ask(cloud: Cloud, plan: Plan, observed: ObservedState) -> Answers:
    """Ask what the plan raises."""
    questions, scope = raised(plan, observed), plan.desired.scope
    arm = clients(cloud, scope.subscription)
    places = _places(scope, observed)
    silence: dict[str, str] = {}

    def answered(about: str, call: Callable[[], T]) -> T | None:
        try:
            return Patience(SystemClock(), budget=PATIENCE).through(call)
        except Refused as refused:
            silence[about] = f"{refused.failure.code}: {redacted(refused.failure.message)}"
            return None

    def quota(location: str) -> tuple[Usage, ...] | None:
        path = location_path(scope, location, "usages")
        return answered(about_quota(location), lambda: usages(arm.items(path)))

    def is_free(name: str) -> bool | None:
        return answered(about_subdomain(name), lambda: _is_free(arm, scope, name))

    def grants(at: str) -> tuple[Grant, ...] | None:
        return answered(about_permission(at), lambda: _grants(arm, places[at]))

    with ThreadPoolExecutor(max_workers=16, thread_name_prefix="ask") as pool:
        quotas = _all(pool, quota, questions.locations)
        subdomains = _all(pool, is_free, questions.subdomains)
        if cloud.acts_for is not None:
            # Azure tells everybody only their own permissions.
            elsewhere = "they are those of another identity, for which this plan is made"
            silence.update((about_permission(at), elsewhere) for at in questions.permissions)
        mine = questions.permissions if cloud.acts_for is None else frozenset()
        permissions = _all(pool, grants, mine)
        return Answers(
            usages=_told(quotas),
            free_subdomains=_told(subdomains),
            grants=_told(permissions),
            caller=_caller(cloud),
            silence=silence,
        )


def _all(
    pool: ThreadPoolExecutor, question: Callable[[str], T], about: Iterable[str]
) -> dict[str, Future[T]]:
    return {one: pool.submit(question, one) for one in about}


def _told(futures: Mapping[str, Future[T | None]]) -> dict[str, T]:
    """The answers of those that gave one."""
    return {
        one: answer for one, future in futures.items() if (answer := future.result()) is not None
    }


def _places(scope: Scope, observed: ObservedState) -> dict[str, str]:
    """The ids of the scopes at which permissions are asked."""
    ids = {
        one.address: account_path(scope, one.name) for one in accounts(observed.resources.values())
    }
    has_group = any(isinstance(one, ResourceGroup) for one in observed.resources.values())
    above = group_path(scope) if has_group else subscription_path(scope.subscription)
    return {GROUP: above, **ids}


def _grows(before: object, after: Deployment) -> bool:
    """Whether an update takes more capacity, or capacity of another kind."""
    if not isinstance(before, Deployment):
        return True
    same = (before.model.name, before.sku.name) == (after.model.name, after.sku.name)
    return not same or (after.sku.capacity or 0) > (before.sku.capacity or 0)


def _is_free(arm: Clients, scope: Scope, name: str) -> bool:
    path = f"{subscription_path(scope.subscription)}/{PROVIDER}/checkDomainAvailability"
    body = {"subdomainName": name, "type": "Microsoft.CognitiveServices/accounts"}
    return bool(arm.send("POST", path, api_versions.ARM, body=body).get("isSubdomainAvailable"))


def _grants(arm: Clients, at: str) -> tuple[Grant, ...]:
    path = f"{at}/providers/Microsoft.Authorization/permissions"
    return tuple(
        Grant(tuple(row.get("actions") or ()), tuple(row.get("notActions") or ()))
        for row in arm.items(path, api_versions.AUTHORIZATION)
    )


def _caller(cloud: Cloud) -> str:
    try:
        return identity(cloud).object_id
    except DeployerError:
        return ""
