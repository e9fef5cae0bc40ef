"""Whether the quota suffices for what changes: new capacity less what the same plan frees, by region and usage name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from deployer.core.offers import Usage
from deployer.core.plan import Action, Change
from deployer.core.resources import Account, Deployment, normal_location, title
from deployer.core.verdicts import Verdict
from deployer.preflight.answers import about_quota
from deployer.preflight.judgements.case import Case, blocked, fine, unverified


@dataclass
class Demand:
    """What a plan asks of one row of quota. `unsure` may be held already, by an account in soft deletion."""

    needed: int = 0
    unsure: int = 0
    takers: dict[str, Change] = field(default_factory=dict)


def quota(case: Case) -> Iterator[Verdict]:
    """One verdict for every row of quota of which the plan needs more than it frees."""
    for (location, name), demand in sorted(demands(case).items()):
        if demand.needed > 0:
            yield _row(case, location, name, demand)


def demands(case: Case) -> dict[tuple[str, str], Demand]:
    """What the plan needs more of, by location and usage name; negative where it frees."""
    rows: dict[tuple[str, str], Demand] = {}
    back = case.accounts_with(Action.RECOVER) | case.accounts_with(Action.PURGE)
    for change, before, after in case.deployment_writes():
        for deployment, sign in ((before, -1), (after, 1)):
            if deployment is None:
                continue
            key, units = _draws_on(case, deployment)
            row = rows.setdefault(key, Demand())
            row.needed += sign * units
            if sign > 0:
                row.takers[change.address] = change
                row.unsure += units if deployment.account.casefold() in back else 0
    for change in case.plan.writes:
        if change.action is Action.CREATE and isinstance(change.after, Account):
            account = change.after
            for name in ("AccountCount", f"{account.kind}.{account.sku}.AccountCount"):
                row = rows.setdefault((normal_location(account.location), name), Demand())
                row.needed += 1
                row.unsure += account.name.casefold() in back
                row.takers[change.address] = change
    return rows


def _draws_on(case: Case, deployment: Deployment) -> tuple[tuple[str, str], int]:
    """The row of quota that a deployment draws on, and how many units; the row has no name when none is known."""
    offer = case.offer(deployment)
    sku = offer.sku(deployment.sku.name) if offer else None
    usage_name = sku.usage_name if sku else ""
    default = (sku.default if sku else None) or 1
    capacity = deployment.sku.capacity
    return (case.location(deployment), usage_name), default if capacity is None else capacity


def _row(case: Case, location: str, name: str, demand: Demand) -> Verdict:
    change = max(demand.takers.values(), key=lambda one: (_units(one), one.address))
    where, address = case.place(change.address), change.address
    usages = case.answers.usages.get(location)
    usage = next((one for one in usages or () if one.name == name), None)
    if usage is None and name.endswith("AccountCount"):
        return fine("quota", f"{location} states no limit on {name}")
    if usage is None:
        silence = case.answers.silence.get(about_quota(location), "there is no row for it")
        return unverified(
            "quota",
            "quota.unknown",
            "The quota could not be read",
            f"{name or 'quota of an unlisted model'} in {location}, {demand.needed} needed: {silence}.",
            "Nothing to do: creating it will show.",
            where,
            address,
        )
    numbers = f"{name} in {location}: {_number(usage.free)} of {_number(usage.limit)} free, {demand.needed} needed"
    if demand.needed <= usage.free:
        return fine("quota", numbers)
    if demand.needed - demand.unsure <= usage.free:
        return unverified(
            "quota",
            "quota.perhaps-held",
            "The quota suffices only if a soft-deleted account holds part of it",
            f"{numbers}, {demand.unsure} of it in accounts that are recovered or purged first.",
            "Nothing to do: applying will show.",
            where,
            address,
        )
    return _too_little(numbers, usage, demand, change, case)


def _too_little(numbers: str, usage: Usage, demand: Demand, change: Change, case: Case) -> Verdict:
    takers = ", ".join(f"{title(one.resource)} {_wants(one)}" for one in demand.takers.values())
    possible = max(0, int(usage.free))
    lower = f"Lower the capacity, in sum by {demand.needed - possible}"
    if isinstance(change.resource, Account):
        lower = "Remove accounts, or purge soft-deleted ones"
    return blocked(
        "quota",
        "quota.insufficient",
        "The quota does not suffice",
        f"{numbers} ({takers}; {_number(usage.used)} in use).",
        f"{lower}; or ask for more quota (Azure portal, Quotas), or use another region.",
        case.place(change.address),
        change.address,
    )


def _wants(change: Change) -> str:
    if not isinstance(change.after, Deployment):
        return "(1)"
    before = change.before.sku.capacity if isinstance(change.before, Deployment) else None
    was = f"{before} -> " if before is not None else ""
    return f"(capacity {was}{change.after.sku.capacity})"


def _units(change: Change) -> int:
    return change.after.sku.capacity or 1 if isinstance(change.after, Deployment) else 1


def _number(value: float) -> str:
    return f"{value:g}"
