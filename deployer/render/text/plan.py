"""The plan, grouped by account: a mark, the thing, what is asked for, and why."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.core.plan import Action, Change, Plan
from deployer.core.resources import (
    DeletedAccount,
    Deployment,
    Resource,
    RoleAssignment,
    account_address,
    account_of,
)
from deployer.core.state import accounts
from deployer.render.text.layout import Block, Style, hanging, wrapped
from deployer.render.wording import description, noun, own_name, plan_counts, worth_showing

_MEANINGS = {
    Action.CREATE: "create",
    Action.RECOVER: "create",
    Action.UPDATE: "change",
    Action.REPLACE: "replace",
    Action.DELETE: "delete",
    Action.PURGE: "delete",
    Action.NO_OP: "dim",
    Action.LEAVE: "dim",
}
_NOUN = len("soft-deleted") + 1
_LONGEST_NAME = 30

Row = tuple[int, Change]
"""The phase that a change belongs to, counted from one, and the change."""


def plan_lines(plan: Plan, style: Style, width: int, *, allowed: bool = False) -> Iterator[Block]:
    """A block per account and one for the counts; when all is `allowed`, what had to be is left out."""
    rows = [
        (number, change)
        for number, phase in enumerate(plan.phases, 1)
        for change in phase.changes
        if worth_showing(change, plan)
    ]
    column = _name_column([change for _, change in rows], width)
    for account, mine in _by_account(rows).items():
        yield [
            style(_heading(account, plan), "strong"),
            *(line for row in mine for line in _lines(row, plan, column, style, width, allowed)),
        ]
    yield list(wrapped(plan_counts(plan), 0, width))


def _by_account(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(account_of(row[1].resource) or "", []).append(row)
    return groups


def _heading(account: str, plan: Plan) -> str:
    if not account:
        return f"resource group {plan.desired.scope.resource_group}"
    known: list[Resource] = [*plan.desired.resources, *(change.resource for change in plan)]
    known += [one.account for one in known if isinstance(one, DeletedAccount)]
    locations = [
        one.location for one in accounts(known) if one.name.casefold() == account.casefold()
    ]
    return f"{account} in {locations[0]}" if locations else account


def _name_column(changes: list[Change], width: int) -> int:
    """Where the third column starts: wide enough for most names, never most of the line."""
    names = [
        len(own_name(change.resource))
        for change in changes
        if not isinstance(change.resource, RoleAssignment)
    ]
    longest = max(names, default=0)
    return 4 + _NOUN + min(longest, _LONGEST_NAME, max(width // 4, 8)) + 2


def _lines(
    row: Row, plan: Plan, column: int, style: Style, width: int, allowed: bool
) -> Iterator[str]:
    number, change = row
    meaning = _MEANINGS[change.action]
    name = own_name(change.resource)
    lead = f"  {style(change.action.value, meaning)} {noun(change.resource):<{_NOUN}}" + name.ljust(
        column - 4 - _NOUN
    )
    what = _what(change)
    if number > 1 and change.action.writes:
        what += f"  (step {number})"
    end = 4 + _NOUN + len(name) + 2
    if end <= column:
        yield from hanging(lead, what, column, width)
    elif end + len(what) <= width:
        yield f"{lead}  {what}"
    else:
        yield lead
        yield from wrapped(what, column, width)
    for aside in _asides(change, plan, what):
        yield from (style(line, "dim") for line in wrapped(aside, column, width))
    if change.needs and not allowed:
        asked = f"needs {' '.join(change.needs)}"
        yield from (style(line, "warn") for line in wrapped(asked, column, width))


def _what(change: Change) -> str:
    match change:
        case Change(Action.UPDATE, reason=reason) if reason:
            return reason
        case Change(
            Action.REPLACE, before=Deployment(model=before), after=Deployment(model=after)
        ) if before != after:
            return f"{before} -> {after}"
        case _:
            return description(change.resource)


def _asides(change: Change, plan: Plan, said: str) -> Iterator[str]:
    """What else there is to know: whom a model stands in for, and the reason, once."""
    succession = plan.desired.successions.get(change.address)
    if succession is not None:
        declared, meant, reason = succession.declared, succession.meant, succession.reason
        if reason.startswith(str(declared)) and str(meant) in reason:
            yield f"declared: {reason}"
        else:
            yield f"declared {declared}, meant {meant}"
            yield reason
        if change.reason == reason:
            return
    if change.reason and change.reason not in said and not _goes_with_its_account(change, plan):
        yield change.reason


def _goes_with_its_account(change: Change, plan: Plan) -> bool:
    """Whether the deletion of its account is reason enough."""
    account = account_address(account_of(change.resource) or "")
    return (
        change.action is Action.DELETE
        and change.address != account
        and any(other.address == account and other.action is Action.DELETE for other in plan)
    )
