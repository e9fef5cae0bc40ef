"""What the last look saw, account by account: whose it is, where it answers, how long its models will live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from deployer.core.offers import Life, find_offer
from deployer.core.report import Report
from deployer.core.resources import Account, Deployment, normal_location
from deployer.core.state import Owner, accounts, deployments


@dataclass(frozen=True, slots=True)
class SeenDeployment:
    """A deployment as it stands. `life` and `retires` are the live list's; None: it does not say."""

    deployment: Deployment
    owner: Owner | None
    state: str
    life: Life | None
    retires: dt.date | None


@dataclass(frozen=True, slots=True)
class SeenAccount:
    """An account as it stands, with the addresses that Azure names for it."""

    account: Account
    owner: Owner | None
    state: str
    endpoints: Mapping[str, str]
    deployments: tuple[SeenDeployment, ...]


def inventory(report: Report) -> tuple[SeenAccount, ...]:
    """Every account of the scope, declared or not; empty where the verb did not look."""
    state = report.state
    if state is None:
        return ()
    seen = tuple(state.resources.values())
    return tuple(
        SeenAccount(
            account,
            state.owners.get(account.address),
            state.states.get(account.address, ""),
            state.endpoints.get(account.address, {}),
            tuple(
                _deployment(one, account, report)
                for one in deployments(seen)
                if one.account.casefold() == account.name.casefold()
            ),
        )
        for account in accounts(seen)
    )


def _deployment(deployment: Deployment, account: Account, report: Report) -> SeenDeployment:
    offers = report.offers.get(normal_location(account.location), ())
    offer = find_offer(offers, deployment.model, account.kind)
    owners = report.state.owners if report.state else {}
    states = report.state.states if report.state else {}
    return SeenDeployment(
        deployment,
        owners.get(deployment.address),
        states.get(deployment.address, ""),
        offer.life if offer else None,
        offer.retires if offer else None,
    )


def whose(owner: Owner | None) -> str:
    """`managed by voice-prod (sdk)`, or that nobody says so."""
    return f"managed by {owner.name} ({owner.engine})" if owner else "not managed by deployer"


def lifetime(seen: SeenDeployment) -> str:
    """`alive, retires 2026-03-24`; unknown is said."""
    life = seen.life.value if seen.life else "life unknown"
    return f"{life}, retires {seen.retires:%Y-%m-%d}" if seen.retires else life
