"""The words that every format shares: actions, exit codes, models per deployment, numbers with their noun."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deployer.core.plan import Action, Change, Plan
from deployer.core.report import Report
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    ModelVersion,
    Resource,
    ResourceGroup,
    RoleAssignment,
)
from deployer.core.state import deployments
from deployer.errors import ExitCode

ACTIONS = {
    Action.CREATE: "create",
    Action.UPDATE: "change",
    Action.REPLACE: "replace",
    Action.DELETE: "delete",
    Action.RECOVER: "recover",
    Action.PURGE: "purge",
    Action.NO_OP: "keep",
    Action.LEAVE: "leave",
}

EXITS = {
    ExitCode.DONE: "done",
    ExitCode.UNCLASSIFIED: "unclassified failure",
    ExitCode.CHANGES: "there are changes",
    ExitCode.CONFIGURATION: "the configuration is invalid",
    ExitCode.PERMISSION: "sign-in or permission is missing",
    ExitCode.POLICY: "a policy refuses it",
    ExitCode.BLOCKED: "blocked before the first write",
    ExitCode.APPLY_FAILED: "apply failed; run the same command again to go on",
    ExitCode.SMOKE_FAILED: "a check failed; the infrastructure is fine",
    ExitCode.TIMEOUT: "Azure did not answer in time",
    ExitCode.LOCKED: "another run holds what this one needs",
    ExitCode.USAGE: "the command line asks for something that cannot be",
    ExitCode.INTERRUPTED: "interrupted or declined",
}


@dataclass(frozen=True, slots=True)
class DeploymentModels:
    """Which model one deployment declares, means and was seen to have; None: not said, or not seen."""

    address: str
    account: str
    name: str
    declared: ModelVersion | None
    meant: ModelVersion | None
    observed: ModelVersion | None


def models(report: Report) -> tuple[DeploymentModels, ...]:
    """A row per deployment that the report knows of, the declared ones first."""
    rows: dict[str, DeploymentModels] = {}
    desired = report.plan.desired if report.plan is not None else None
    for wanted in deployments(desired.resources if desired else ()):
        succession = desired.successions.get(wanted.address) if desired else None
        rows[wanted.address] = DeploymentModels(
            wanted.address,
            wanted.account,
            wanted.name,
            succession.declared if succession else wanted.model,
            wanted.model,
            report.observed.get(wanted.address),
        )
    for address, model in report.observed.items():
        account, name = deployment_names(address)
        rows.setdefault(address, DeploymentModels(address, account, name, None, None, model))
    return tuple(rows.values())


def deployment_names(address: str) -> tuple[str, str]:
    """The account and the deployment that an address names, as it spells them."""
    _, _, rest = address.partition("account/")
    account, _, name = rest.partition("/deployment/")
    return account, name


def short_name(address: str) -> str:
    """`account/voice/deployment/audio` as people say it: voice/audio."""
    account, name = deployment_names(address)
    return f"{account}/{name}" if name else account or address


def noun(resource: Resource) -> str:
    """What kind of thing it is."""
    match resource:
        case ResourceGroup():
            return "group"
        case Account():
            return "account"
        case Deployment():
            return "deployment"
        case RoleAssignment():
            return "role"
        case DeletedAccount():
            return "soft-deleted"


def own_name(resource: Resource) -> str:
    """Its name within its account."""
    return resource.role.name if isinstance(resource, RoleAssignment) else resource.name


def description(resource: Resource) -> str:
    """What was asked for of it, in a few words."""
    match resource:
        case ResourceGroup(location=location):
            return location
        case Account() as account:
            bought = " ".join(word for word in (account.kind, account.sku) if word)
            return ", ".join(part for part in (bought, account.location) if part)
        case Deployment(model=model, sku=sku):
            capacity = "" if sku.capacity is None else f" {sku.capacity}"
            return f"{model}, {sku.name}{capacity}"
        case RoleAssignment(principal_id=principal):
            return f"for {principal}"
        case DeletedAccount(account=account):
            return account.location


def counted(number: int, singular: str, plural: str = "") -> str:
    """`1 account`, `2 accounts`."""
    return f"{number} {singular if number == 1 else plural or singular + 's'}"


def joined(parts: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = list(parts) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def seconds(value: float) -> str:
    """A duration for people: `0.31 s`, `12.3 s`, `4 min 05 s`."""
    if value < 10:
        return f"{value:.2f} s" if value < 1 else f"{value:.1f} s"
    if value < 120:
        return f"{value:.1f} s"
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s"


def plan_counts(plan: Plan) -> str:
    """`Plan: 9 to create, 1 to change; 2 unchanged, 1 left alone.`, or that there are no changes."""
    counts = plan.counts()
    doing = [f"{counts[action]} to {ACTIONS[action]}" for action in Action if _does(action, counts)]
    kept, left = counts.get(Action.NO_OP, 0), counts.get(Action.LEAVE, 0)
    aside = f"{left} left alone" if left else ""
    if not doing:
        asked = counted(kept, "resource is", "resources are") + " as declared" if kept else ""
        rest = ", ".join(part for part in (asked, aside) if part)
        return f"No changes. {rest[0].upper()}{rest[1:]}." if rest else "No changes."
    rest = ", ".join(part for part in (f"{kept} unchanged" if kept else "", aside) if part)
    return f"Plan: {', '.join(doing)}{'; ' if rest else ''}{rest}."


def _does(action: Action, counts: dict[Action, int]) -> bool:
    return action.writes and action in counts


def worth_showing(change: Change, plan: Plan) -> bool:
    """Whether a reader of the plan has to see it: writes, what is left alone, and what is kept for a reason."""
    return (
        change.action is not Action.NO_OP
        or bool(change.reason)
        or change.address in plan.desired.successions
    )
