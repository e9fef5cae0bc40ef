"""Make a plan: compare a desired with an observed state. Pure, and silent about what Azure fills in by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from deployer.core.differences import Difference, differences
from deployer.core.ordering import phases
from deployer.core.plan import Action, Change, Consent, Plan
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    account_address,
    normal_location,
)
from deployer.core.state import DesiredState, ObservedState, SoftDelete

NO_AUTO_UPGRADE = "NoAutoUpgrade"
_REPLACING = frozenset({"model.name", "model.format", "sku.name"})
_LABELS = {"sku.capacity": "capacity", "model.version": "model version", "model.name": "model"}


def make_plan(desired: DesiredState, observed: ObservedState) -> Plan:
    """What leads from the observed to the desired state, in an order that Azure accepts."""
    wanted = desired.by_address()
    changes = [
        change
        for resource in desired.resources
        for change in _for_wanted(resource, desired, observed)
    ]
    changes += [
        change
        for address, resource in observed.resources.items()
        if address not in wanted
        for change in _for_unwanted(resource, desired, observed)
    ]
    changes += _for_group(desired, observed, changes)
    return Plan(desired, phases(desired, observed, changes))


def _for_wanted(
    wanted: Resource, desired: DesiredState, observed: ObservedState
) -> Iterator[Change]:
    seen = observed.resources.get(wanted.address)
    match wanted, seen:
        case Account(), None:
            yield from _absent_account(wanted, desired, observed)
        case RoleAssignment(), None:
            yield _absent_role(wanted, observed)
        case Deployment(), None:
            yield _absent_deployment(wanted, desired)
        case ResourceGroup(), None:
            yield Change(Action.CREATE, wanted.address, None, wanted)
        case Deployment(), Deployment():
            yield from _present_deployment(seen, wanted, desired, observed)
        case RoleAssignment(), _:
            yield Change(Action.NO_OP, wanted.address, seen, wanted)
        case ResourceGroup(), ResourceGroup() if not observed.is_ours(
            wanted.address, desired.owner
        ):
            yield Change(
                Action.NO_OP, wanted.address, seen, wanted, reason="exists, not made by us"
            )
        case _, None:
            raise ValueError(f"a plan cannot make {wanted.address}")
        case _, present:
            yield from _present(present, wanted, differences(present, wanted), desired, observed)


def _absent_account(
    wanted: Account, desired: DesiredState, observed: ObservedState
) -> Iterator[Change]:
    deleted = observed.deleted.get(wanted.address)
    policy = desired.soft_delete.get(wanted.address, SoftDelete.FAIL)
    if deleted is None or policy is SoftDelete.FAIL:
        yield Change(Action.CREATE, wanted.address, None, wanted)
    elif policy is SoftDelete.PURGE or not _same_place(deleted.account, wanted):
        # An account cannot come back in another region: there recovering is no choice, and preflight says so.
        yield Change(Action.PURGE, deleted.address, deleted, None, reason=_until(deleted))
        yield Change(
            Action.CREATE,
            wanted.address,
            None,
            wanted,
            reason="after its soft-deleted namesake is purged",
        )
    else:
        yield Change(
            Action.RECOVER, wanted.address, deleted, deleted.account, reason=_until(deleted)
        )
        unlike = differences(deleted.account, wanted)
        if unlike:
            reason = f"{_said(unlike)}, once recovered"
            yield Change(Action.UPDATE, wanted.address, deleted.account, wanted, unlike, reason)


def _absent_role(wanted: RoleAssignment, observed: ObservedState) -> Change:
    if (wanted.principal_id.casefold(), wanted.role.id.casefold()) in observed.inherited_roles:
        return Change(
            Action.NO_OP,
            wanted.address,
            None,
            wanted,
            reason="held already, from the group or above",
        )
    return Change(Action.CREATE, wanted.address, None, wanted)


def _absent_deployment(wanted: Deployment, desired: DesiredState) -> Change:
    succession = desired.successions.get(wanted.address)
    return Change(
        Action.CREATE, wanted.address, None, wanted, reason=succession.reason if succession else ""
    )


def _present_deployment(
    seen: Deployment, wanted: Deployment, desired: DesiredState, observed: ObservedState
) -> Iterator[Change]:
    upgraded = azure_upgraded(seen, wanted)
    if upgraded:
        wanted = replace(wanted, model=seen.model)
    unlike = differences(seen, wanted)
    for change in _present(seen, wanted, unlike, desired, observed):
        if upgraded and not unlike:
            reason = f"Azure upgraded it to {seen.model.version} by itself ({wanted.version_upgrade_option})"
            yield replace(change, reason=reason)
        else:
            yield change


def azure_upgraded(seen: Deployment, wanted: Deployment) -> bool:
    """Whether a newer version than the declared one is Azure's own doing, as the declared option lets it be."""
    return (
        wanted.version_upgrade_option not in (None, NO_AUTO_UPGRADE)
        and seen.model.name == wanted.model.name
        and seen.model.version > wanted.model.version
    )


def _present(
    seen: Resource,
    wanted: Resource,
    unlike: Sequence[Difference],
    desired: DesiredState,
    observed: ObservedState,
) -> Iterator[Change]:
    address = wanted.address
    failed = observed.states.get(address) == "Failed"
    ours = observed.is_ours(address, desired.owner)
    needs = () if ours else (Consent.ADOPT,)
    if not unlike and not failed and ours:
        yield Change(Action.NO_OP, address, seen, wanted)
    elif any(one.path in _REPLACING for one in unlike):
        succession = desired.successions.get(address)
        reason = (
            succession.reason if succession else f"{_said(unlike)}; Azure refuses that in place"
        )
        yield Change(
            Action.REPLACE, address, seen, wanted, tuple(unlike), reason, (*needs, Consent.REPLACE)
        )
    else:
        for step in _writes(seen, wanted, unlike):
            reason = _said(step.differences) or (
                "its provisioningState is Failed" if failed else "taken over as it is"
            )
            if not ours:
                reason = f"not ours so far: {reason}"
            if len(step.differences) < len(unlike):
                reason += ", in a write of its own"
            yield replace(step, reason=reason, needs=needs)


def _writes(seen: Resource, wanted: Resource, unlike: Sequence[Difference]) -> Iterator[Change]:
    """One update, or two where Azure refuses version and capacity in one PUT; what frees quota goes first."""
    paths = {one.path for one in unlike}
    if not (
        isinstance(seen, Deployment)
        and isinstance(wanted, Deployment)
        and {"sku.capacity", "model.version"} <= paths
    ):
        yield Change(Action.UPDATE, wanted.address, seen, wanted, tuple(unlike))
        return
    capacity = tuple(one for one in unlike if one.path == "sku.capacity")
    rest = tuple(one for one in unlike if one.path != "sku.capacity")
    if _units(wanted) < _units(seen):
        between = replace(seen, sku=wanted.sku)
        yield Change(Action.UPDATE, wanted.address, seen, between, capacity)
        yield Change(Action.UPDATE, wanted.address, between, wanted, rest)
    else:
        between = replace(wanted, sku=seen.sku)
        yield Change(Action.UPDATE, wanted.address, seen, between, rest)
        yield Change(Action.UPDATE, wanted.address, between, wanted, capacity)


def _for_unwanted(
    seen: Resource, desired: DesiredState, observed: ObservedState
) -> Iterator[Change]:
    ours = observed.is_ours(seen.address, desired.owner)
    match seen:
        case Deployment() if ours:
            yield Change(Action.DELETE, seen.address, seen, None, reason="ours, and not declared")
        # A role follows its account: once another configuration has adopted that, its roles are that one's.
        case RoleAssignment() if ours and _account_is_ours(seen, desired, observed):
            yield Change(Action.DELETE, seen.address, seen, None, reason="ours, and not declared")
        case Account() if ours and (strange := _strange_deployments(seen, desired, observed)):
            reason = f"ours, and not declared, but what is in it is not all ours ({strange})"
            yield Change(Action.LEAVE, seen.address, seen, seen, reason=reason)
        case Account() if ours:
            reason = "ours, and not declared; soft-deleted for 48 hours"
            yield Change(
                Action.DELETE, seen.address, seen, None, reason=reason, needs=(Consent.DELETE,)
            )
        case Account() | Deployment():
            reason = _other_engine(seen, desired, observed) or "not declared, not ours"
            yield Change(Action.LEAVE, seen.address, seen, seen, reason=reason)
        case ResourceGroup() | RoleAssignment() | DeletedAccount():
            pass


def _other_engine(seen: Resource, desired: DesiredState, observed: ObservedState) -> str:
    """What to say of a resource that this configuration made by another engine; empty of any other."""
    owner = observed.owners.get(seen.address)
    if owner is None or owner.name != desired.owner.name:
        return ""
    return f"made by the engine {owner.engine}: run with --engine {owner.engine}, or adopt it first"


def _account_is_ours(role: RoleAssignment, desired: DesiredState, observed: ObservedState) -> bool:
    """Whether it is, or will be: a declared account is adopted before its roles are looked at."""
    address = account_address(role.account)
    return observed.is_ours(address, desired.owner) or address in desired.by_address()


def _strange_deployments(account: Account, desired: DesiredState, observed: ObservedState) -> str:
    """How many deployments in this account are not ours, as words; empty when none."""
    inside = f"{account.address}/deployment/"
    strange = [
        address
        for address in observed.resources
        if address.startswith(inside) and not observed.is_ours(address, desired.owner)
    ]
    return f"{len(strange)} deployment{'s'[: len(strange) > 1]}" if strange else ""


def _for_group(
    desired: DesiredState, observed: ObservedState, changes: Iterable[Change]
) -> Iterator[Change]:
    """The group goes last, and only when we made it and everything else in it goes too."""
    group = next((r for r in observed.resources.values() if isinstance(r, ResourceGroup)), None)
    declared = any(isinstance(resource, ResourceGroup) for resource in desired.resources)
    if group is None or declared or not desired.manages_group:
        return
    stays = sum(isinstance(c.resource, Account) and c.action is not Action.DELETE for c in changes)
    if not observed.is_ours(group.address, desired.owner):
        yield Change(Action.LEAVE, group.address, group, group, reason="not made by us")
    elif stays or observed.strangers is None or observed.strangers:
        yield Change(
            Action.LEAVE, group.address, group, group, reason="it holds more than what is ours"
        )
    else:
        yield Change(
            Action.DELETE,
            group.address,
            group,
            None,
            reason="made by us, and nothing else is in it",
        )


def _same_place(one: Account, other: Account) -> bool:
    return normal_location(one.location) == normal_location(other.location)


def _until(deleted: DeletedAccount) -> str:
    if deleted.purged_by is None:
        return "soft-deleted"
    return f"soft-deleted; Azure purges it on {deleted.purged_by:%Y-%m-%d %H:%M} UTC"


def _said(unlike: Iterable[Difference]) -> str:
    return ", ".join(
        f"{_LABELS.get(one.path, one.path.replace('tags.', 'tag '))} {_shown(one.before)} -> {_shown(one.after)}"
        for one in unlike
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value is None else str(value)


def _units(deployment: Deployment) -> int:
    return deployment.sku.capacity or 0
