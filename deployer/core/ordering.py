"""Put changes into phases and an order that Azure accepts: parents first, children deleted first, quota freed first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from deployer.core.plan import Action, Change, Phase
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    account_address,
    account_of,
    normal_location,
)
from deployer.core.state import DesiredState, ObservedState


def phases(
    desired: DesiredState, observed: ObservedState, changes: Sequence[Change]
) -> tuple[Phase, ...]:
    """Deal the changes out to as few phases as they allow.

    A resource that needs two writes gets the second in a later phase. Where one account frees quota that another one
    in the same region takes, the freeing has a phase of its own, because accounts run side by side.
    """
    first, later = _split_second_writes(changes)
    freeing = (
        [change for change in first if _frees(change)]
        if _quota_moves(first, desired, observed)
        else []
    )
    rest = [change for change in first if change not in freeing]
    state = dict(observed.resources)
    dealt = []
    for part in (freeing, rest, later):
        if part:
            ordered = tuple(sorted(part, key=_order(desired, observed)))
            _apply(state, ordered)
            dealt.append(Phase(_managed(state, desired, observed), ordered))
    return tuple(dealt)


def _split_second_writes(changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    first: dict[str, Change] = {}
    later: list[Change] = []
    for change in changes:
        if change.address in first:
            later.append(change)
        else:
            first[change.address] = change
    return list(first.values()), later


def _quota_moves(changes: Sequence[Change], desired: DesiredState, observed: ObservedState) -> bool:
    """Whether one account frees what another account of its region takes."""
    locations = {
        account.address: normal_location(account.location)
        for account in (*observed.resources.values(), *desired.resources)
        if isinstance(account, Account)
    }
    frees = {_account(change) for change in changes if _frees(change)}
    takes = {_account(change) for change in changes if _takes(change)}
    return any(
        giver != taker and locations.get(giver) == locations.get(taker)
        for giver in frees
        for taker in takes
    )


def _frees(change: Change) -> bool:
    match change:
        case Change(Action.DELETE, before=Deployment()):
            return True
        case Change(Action.UPDATE, before=Deployment(sku=before), after=Deployment(sku=after)):
            return (after.capacity or 0) < (before.capacity or 0)
        case _:
            return False


def _takes(change: Change) -> bool:
    match change:
        case Change(Action.CREATE | Action.REPLACE, after=Deployment()):
            return True
        case Change(Action.UPDATE, before=Deployment(sku=before), after=Deployment(sku=after)):
            return (after.capacity or 0) > (before.capacity or 0)
        case _:
            return False


def _account(change: Change) -> str:
    return account_address(account_of(change.resource) or "")


def _order(
    desired: DesiredState, observed: ObservedState
) -> Callable[[Change], tuple[int, int, int]]:
    everything: list[Resource] = [*desired.resources, *observed.resources.values()]
    position = {
        resource.address: place for place, resource in reversed(list(enumerate(everything)))
    }
    last = len(everything)

    def key(change: Change) -> tuple[int, int, int]:
        rank = _rank(change)
        if isinstance(change.resource, ResourceGroup):
            return (-1 if change.action is not Action.DELETE else last + 1, rank, 0)
        return (position.get(_account(change), last), rank, position.get(change.address, last))

    return key


def _rank(change: Change) -> int:
    """The place of a change in its account's queue. Roles come early: they take minutes to reach the data plane."""
    match change:
        case Change(before=DeletedAccount(), after=None):
            return 0
        case Change(Action.DELETE, before=Account()):
            return 5
        case _ if isinstance(change.resource, RoleAssignment):
            return 2
        case _ if isinstance(change.resource, Deployment):
            return 3 if _frees(change) else 4
        case _:
            return 1


def _apply(state: dict[str, Resource], changes: Sequence[Change]) -> None:
    for change in changes:
        if change.after is None:
            state.pop(change.address, None)
        else:
            state[change.address] = change.after


def _managed(
    state: dict[str, Resource], desired: DesiredState, observed: ObservedState
) -> tuple[Resource, ...]:
    """What a declarative engine has to declare: the wanted first, in their order, then what of ours still stands."""
    wanted = [resource.address for resource in desired.resources]
    ours = [
        address
        for address in state
        if observed.is_ours(address, desired.owner) and address not in wanted
    ]
    return tuple(state[address] for address in (*wanted, *ours) if address in state)
