"""Whether names can be had: soft-deleted accounts, subdomains, and what an account or a group can never change."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.core.differences import Difference
from deployer.core.plan import Action, Change
from deployer.core.problems import Problem, Severity
from deployer.core.resources import Account, ResourceGroup, normal_location, title
from deployer.core.state import SoftDelete
from deployer.core.verdicts import Answer, Verdict
from deployer.preflight.answers import about_subdomain
from deployer.preflight.judgements.case import Case, blocked, fine, unverified

_UPGRADES = frozenset({"openai", "aiservices"})


def names(case: Case) -> Iterator[Verdict]:
    """Verdicts on the group, and on every account that is created or changed."""
    yield from _group(case)
    for change in case.plan.writes:
        match change:
            case Change(Action.CREATE, after=Account() as account):
                yield from _soft_deleted(case, change, account)
                yield from _subdomain(case, change, account)
            case Change(Action.UPDATE, before=Account() as before, after=Account() as account):
                yield from _immutable(case, change, account)
                if account.custom_sub_domain_name and not before.custom_sub_domain_name:
                    yield from _subdomain(case, change, account)
            case _:
                pass


def _group(case: Case) -> Iterator[Verdict]:
    desired, name = case.plan.desired, case.plan.desired.scope.resource_group
    wanted = next((one for one in desired.resources if isinstance(one, ResourceGroup)), None)
    seen = next((o for o in case.observed.resources.values() if isinstance(o, ResourceGroup)), None)
    if seen is None and wanted is None and not case.plan.is_empty:
        yield blocked(
            "group",
            "group.missing",
            "The resource group does not exist",
            f"There is no resource group {name}, and resourceGroup.manage is false.",
            "Create the group, or set resourceGroup.manage to true.",
            None,
            f"group/{name.casefold()}",
        )
    elif seen and wanted and normal_location(seen.location) != normal_location(wanted.location):
        yield _elsewhere(case, seen, wanted)


def _elsewhere(case: Case, seen: ResourceGroup, wanted: ResourceGroup) -> Verdict:
    """A group elsewhere stops us only where we would write it."""
    writes = any(change.address == wanted.address for change in case.plan.writes)
    problem = Problem(
        "group.location",
        Severity.ERROR if writes else Severity.WARNING,
        "The resource group is in another region",
        f"{wanted.name} is in {seen.location}, the file says {wanted.location}; a group cannot move.",
        f"Say location: {seen.location}. What is in the group may be elsewhere.",
        case.place(wanted.address),
        wanted.address,
    )
    return Verdict("group", Answer.BLOCKED if writes else Answer.OK, problem.detail, problem)


def _soft_deleted(case: Case, change: Change, account: Account) -> Iterator[Verdict]:
    deleted = case.observed.deleted.get(change.address)
    if deleted is None:
        return
    policy = case.plan.desired.soft_delete.get(change.address, SoftDelete.FAIL)
    if policy is SoftDelete.PURGE:
        yield fine("soft-deleted", f"{title(account)}: its soft-deleted namesake is purged first")
        return
    moved = normal_location(deleted.account.location) != normal_location(account.location)
    cannot = (
        f"it was in {deleted.account.location} and can be recovered only there"
        if policy is SoftDelete.RECOVER and moved
        else f"softDelete is {policy}"
    )
    until = f" until {deleted.purged_by:%Y-%m-%d %H:%M} UTC" if deleted.purged_by else ""
    yield blocked(
        "soft-deleted",
        "name.soft-deleted",
        "A soft-deleted account holds this name",
        f"{title(account)} lies in soft deletion{until}, and {cannot}.",
        "Set softDelete: purge to lose it for good and start afresh"
        + (", or use its old location." if moved else ", or softDelete: recover to bring it back."),
        case.place(change.address),
        change.address,
    )


def _subdomain(case: Case, change: Change, account: Account) -> Iterator[Verdict]:
    name = account.custom_sub_domain_name
    if name is None:
        return
    if holds_itself(case, account):
        yield fine("subdomain", f"{name}: held by the soft-deleted account that is purged first")
    elif name not in case.answers.free_subdomains:
        yield unverified(
            "subdomain",
            "name.subdomain-unknown",
            "Whether the subdomain is free could not be asked",
            f"{title(account)}: {case.answers.silence.get(about_subdomain(name), 'not asked')}.",
            "Nothing to do: creating the account will show.",
            case.place(change.address),
            change.address,
        )
    elif case.answers.free_subdomains[name]:
        yield fine("subdomain", f"{name} is free")
    else:
        yield blocked(
            "subdomain",
            "name.subdomain-taken",
            "The custom subdomain is taken",
            f"{title(account)}: {name} belongs to another account somewhere in Azure, perhaps a soft-deleted one.",
            "Choose another customSubDomainName (${unique} in it helps), or purge the deleted account that holds it.",
            case.place(change.address),
            change.address,
        )


def holds_itself(case: Case, account: Account) -> bool:
    """Whether the subdomain is held by the account's own soft-deleted namesake, which the plan purges."""
    deleted = case.observed.deleted.get(account.address)
    held = (deleted.account.custom_sub_domain_name or "") if deleted else ""
    wanted = (account.custom_sub_domain_name or "").casefold()
    return held.casefold() == wanted and account.name.casefold() in case.accounts_with(Action.PURGE)


def _immutable(case: Case, change: Change, account: Account) -> Iterator[Verdict]:
    for one in change.differences:
        reason = _cannot(one)
        if reason:
            yield blocked(
                "account",
                "name.cannot-change",
                "An account cannot change this",
                f"{title(account)}: {one.path} is {one.before}, the file says {one.after}. {reason}",
                "State what is there, or give the account another name.",
                case.place(change.address),
                change.address,
            )


def _cannot(one: Difference) -> str:
    """Why Azure does not change it in place; empty when it does."""
    if one.path == "location":
        return "An account cannot move."
    if one.path == "customSubDomainName" and one.before is not None:
        return "A subdomain can be set once."
    if (
        one.path == "kind"
        and not {str(one.before).casefold(), str(one.after).casefold()} <= _UPGRADES
    ):
        return "Only OpenAI and AIServices turn into each other."
    return ""
