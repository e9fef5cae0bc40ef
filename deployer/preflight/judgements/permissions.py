"""Whether the caller may write what the plan writes, and may call the models afterwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deployer.catalog.roles import CALLS_MODELS
from deployer.core.plan import Action, Change
from deployer.core.problems import Problem, Severity
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    account_address,
    account_of,
    title,
)
from deployer.core.state import ObservedState
from deployer.core.verdicts import Answer, Verdict
from deployer.preflight.answers import GROUP, about_permission
from deployer.preflight.judgements.case import Case, blocked, fine, unverified

_PROVIDER = "Microsoft.CognitiveServices"
_TYPES: dict[type[Resource], tuple[str, str]] = {
    ResourceGroup: ("Microsoft.Resources/subscriptions/resourceGroups", "Contributor"),
    Account: (f"{_PROVIDER}/accounts", "Cognitive Services Contributor"),
    Deployment: (f"{_PROVIDER}/accounts/deployments", "Cognitive Services Contributor"),
    RoleAssignment: (
        "Microsoft.Authorization/roleAssignments",
        "Role Based Access Control Administrator",
    ),
    DeletedAccount: (
        f"{_PROVIDER}/locations/resourceGroups/deletedAccounts",
        "Cognitive Services Contributor",
    ),
}
"""The type that actions are named after, and a built-in role that has them."""


def permissions(case: Case) -> Iterator[Verdict]:
    """One verdict for each missing action and each scope that does not tell; one for all when nothing is wrong."""
    wanted: dict[tuple[str, str], Change] = {}
    for change in case.plan.writes:
        for action in actions(change):
            wanted.setdefault((scope_of(change, case.observed), action), change)
    silent = sorted({scope for scope, _ in wanted if scope not in case.answers.grants})
    missing = [
        (action, change)
        for (scope, action), change in wanted.items()
        if scope in case.answers.grants
        and not any(grant.allows(action) for grant in case.answers.grants[scope])
    ]
    for scope in silent:
        yield _unknown(case, scope, [action for at, action in wanted if at == scope])
    for action, change in missing:
        yield _missing(case, action, change)
    if wanted and not missing and not silent:
        yield fine("permission", f"{len(wanted)} kinds of write, all allowed")


def scope_of(change: Change, observed: ObservedState) -> str:
    """Where permissions for a change are asked: at its account, if that exists, for a role may be held just there.

    The answer is the account's address, or `GROUP` for the resource group (the subscription while there is none).
    """
    name = account_of(change.resource)
    address = account_address(name) if name is not None else GROUP
    return address if address in observed.resources else GROUP


def actions(change: Change) -> tuple[str, ...]:
    """The actions, in Azure's words, that a change takes."""
    stem = _TYPES[type(change.resource)][0]
    match change.action:
        case Action.CREATE | Action.UPDATE | Action.RECOVER:
            return (f"{stem}/write",)
        case Action.DELETE | Action.PURGE:
            return (f"{stem}/delete",)
        case Action.REPLACE:
            return (f"{stem}/delete", f"{stem}/write")
        case Action.NO_OP | Action.LEAVE:
            return ()


def callers(case: Case) -> Iterator[Verdict]:
    """A warning for each account without keys where nothing we know of lets the caller call a model."""
    created = {
        change.after.account
        for change in case.plan.writes
        if change.action in (Action.CREATE, Action.REPLACE) and isinstance(change.after, Deployment)
    }
    for name in sorted(created):
        account = case.account(name)
        if account is None or not account.disable_local_auth or not case.answers.caller:
            continue
        if not _may_call(case, name):
            yield _may_not_call(case, account)


def _may_call(case: Case, account: str) -> bool:
    me = case.answers.caller.casefold()
    every = (*case.plan.desired.resources, *case.observed.resources.values())
    held = {
        (one.principal_id.casefold(), one.role.id.casefold())
        for one in every
        if isinstance(one, RoleAssignment) and one.account.casefold() == account.casefold()
    }
    return any((me, role) in held | case.observed.inherited_roles for role in CALLS_MODELS)


def _may_not_call(case: Case, account: Account) -> Verdict:
    problem = Problem(
        "permission.no-caller",
        Severity.WARNING,
        "No declared role lets you call the models of an account",
        f"{title(account)} takes no keys, and neither the file nor a role that was seen lets {case.answers.caller} "
        "call its models; Owner and Contributor do not. Membership in a group is not seen.",
        "Declare `roles: [{principal: self, can: use}]` on the account; else its smoke checks will fail.",
        case.place(account.address),
        account.address,
    )
    return Verdict("caller", Answer.UNVERIFIED, problem.detail, problem)


def _unknown(case: Case, scope: str, wanted: Sequence[str]) -> Verdict:
    silence = case.answers.silence.get(about_permission(scope), "not asked")
    return unverified(
        "permission",
        "permission.unknown",
        "Your permissions could not be read",
        f"Whether you may {', '.join(sorted(wanted))} at {scope or 'the resource group'} is unknown: {silence}.",
        "Nothing to do: applying will show.",
        case.place(scope),
        scope,
    )


def _missing(case: Case, action: str, change: Change) -> Verdict:
    role = _TYPES[type(change.resource)][1]
    return blocked(
        "permission",
        "permission.missing",
        "You may not do what the plan does",
        f"{title(change.resource)}: {action} is not among what you may do here.",
        f"Ask for a role that has it, such as {role}, on the resource group (on the subscription if the group is new).",
        case.place(change.address),
        change.address,
    )
