"""From a Config, and what was seen, to the desired state. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from deployer.catalog.queries import AS_OF
from deployer.catalog.roles import CAN
from deployer.config.configuration import AccountConfig, Config, DeploymentConfig
from deployer.config.retirement import Choice, Market, choose
from deployer.core.offers import LiveOffers
from deployer.core.problems import Place, Problem, Severity, in_order
from deployer.core.resources import (
    Account,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    Scope,
    account_address,
    deployment_address,
    group_address,
    normal_location,
)
from deployer.core.state import DesiredState, ObservedState, Owner, Succession

SELF = "self"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What should exist, and what there is to say about how it was decided."""

    desired: DesiredState
    problems: tuple[Problem, ...]


def resolve(
    config: Config,
    *,
    observed: ObservedState,
    live: LiveOffers,
    today: dt.date,
    identity_object_id: str | None,
    identity_kind: str,
) -> Resolved:
    """Decide what every declared deployment shall be today. The identity is the principal that `self` means.

    Where nobody knows it (None), roles of `self` are left out, and a problem says so.
    """
    owner = Owner(config.name, config.engine)
    resources: list[Resource] = []
    places: dict[str, Place] = {
        group_address(config.resource_group.name): config.resource_group.place
    }
    successions: dict[str, Succession] = {}
    problems: list[Problem] = []
    if config.resource_group.manage:
        group = config.resource_group
        resources.append(ResourceGroup(group.name, group.location, {**config.tags, **owner.tags}))
    for account in config.accounts:
        offers = live.get(normal_location(account.location))
        market = Market(account.location, account.kind, today, offers)
        resources.append(_account(account, config, owner))
        places[account_address(account.name)] = account.place
        if identity_object_id is None and any(one.principal == SELF for one in account.roles):
            problems.append(_nobody(account))
        for role, place in _roles(account, identity_object_id, identity_kind):
            if role.address not in places:
                resources.append(role)
                places[role.address] = place
        if offers is None and account.deployments:
            problems.append(_unasked(account))
        for one in account.deployments:
            address = deployment_address(account.name, one.name)
            seen = observed.resources.get(address)
            existing = seen if isinstance(seen, Deployment) else None
            choice = choose(one, existing, market, config.lifecycle, account.name)
            resources.append(_deployment(account, one, choice, config, owner))
            places[address] = one.place
            problems.extend(choice.problems)
            if choice.succession:
                successions[address] = choice.succession
    desired = DesiredState(
        scope=Scope(config.subscription, config.resource_group.name),
        owner=owner,
        resources=tuple(resources),
        soft_delete={account_address(one.name): one.soft_delete for one in config.accounts},
        successions=successions,
        places=places,
        manages_group=config.resource_group.manage,
    )
    return Resolved(desired, in_order(problems))


def _account(account: AccountConfig, config: Config, owner: Owner) -> Account:
    return Account(
        name=account.name,
        location=account.location,
        kind=account.kind,
        sku=account.sku,
        custom_sub_domain_name=account.custom_sub_domain_name,
        disable_local_auth=account.auth == "entra",
        public_network_access=account.public_network_access,
        tags={**config.tags, **account.tags, **owner.tags},
    )


def _deployment(
    account: AccountConfig, one: DeploymentConfig, choice: Choice, config: Config, owner: Owner
) -> Deployment:
    return Deployment(
        account=account.name,
        name=one.name,
        model=choice.model,
        sku=replace(one.sku, capacity=choice.capacity),
        version_upgrade_option=one.version_upgrade_option,
        rai_policy_name=one.rai_policy_name,
        tags={**config.tags, **one.tags, **owner.tags},
    )


def _roles(
    account: AccountConfig, identity_object_id: str | None, identity_kind: str
) -> Iterator[tuple[RoleAssignment, Place]]:
    for one in account.roles:
        own = one.principal == SELF
        principal = identity_object_id if own else one.principal
        kind = identity_kind if own else one.principal_type
        if principal is not None:
            yield RoleAssignment(account.name, CAN[one.can], principal, kind), one.place


def _nobody(account: AccountConfig) -> Problem:
    return Problem(
        "role.self-unknown",
        Severity.WARNING,
        "A role for `self` is left out",
        f"Nobody is signed in, so it is not known whom `self` means on {account.name}.",
        "Name the principal with --self-id OBJECT_ID.",
        account.place,
        account_address(account.name),
    )


def _unasked(account: AccountConfig) -> Problem:
    return Problem(
        "model.unverified",
        Severity.UNVERIFIED,
        "The live model list could not be read",
        f"What {account.location} offers today is not known; the catalogue of {AS_OF} decides for {account.name}.",
        "Check that you may read the subscription's model list.",
        account.place,
        account_address(account.name),
    )
