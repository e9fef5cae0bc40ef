"""What a template is given to carry out some changes: the values of its arrays, merged with what stands there.

A PUT replaces the whole of a resource. What is updated is therefore read first, and sent as it is with what is stated
on top; accounts that are only written into are named and not written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from deployer.azure import bodies
from deployer.azure.clients import Clients, JsonObject
from deployer.azure.ids import arm_id
from deployer.core.plan import Action, Change
from deployer.core.resources import (
    Account,
    Deployment,
    RoleAssignment,
    Scope,
    account_address,
    account_of,
)
from deployer.core.state import Owner
from deployer.export import arm_items
from deployer.export.arm_items import Object, parameter_values

Bodies = Mapping[str, JsonObject]
"""What stands in Azure already, by address."""


def is_templates(change: Change) -> bool:
    """Whether the template carries the change out; everything else is done around it."""
    return change.action in (Action.CREATE, Action.UPDATE, Action.REPLACE) and isinstance(
        change.resource, Account | Deployment | RoleAssignment
    )


def present_bodies(
    clients: Clients, scope: Scope, changes: Iterable[Change]
) -> dict[str, JsonObject]:
    """What stands where the changes write; nothing for what does not. One read each; raises the SDK's exceptions."""
    found = {}
    for change in changes:
        if not isinstance(change.resource, RoleAssignment):
            body = clients.get(arm_id(scope, change.resource))
            if body is not None:
                found[change.address] = body
    return found


def values(
    changes: Sequence[Change],
    present: Bodies,
    known: Mapping[str, Account],
    scope: Scope,
    owner: Owner,
) -> Object:
    """The template's parameters for these changes. `known` are the accounts of the plan by name in lower case."""
    written = {one.address: one for one in changes if isinstance(one.resource, Account)}
    named: dict[str, str] = {}
    for change in changes:
        named.setdefault(_holder(change).casefold(), _holder(change))
    place = {name: at for at, name in enumerate(named)}
    accounts = [
        _account(written[account_address(name)], present)
        if account_address(name) in written
        else arm_items.account_item(known.get(name, Account(named[name], "")), existing=True)
        for name in named
    ]
    deployments, roles = [], []
    for change in changes:
        match change.after:
            case Deployment(account=account) as wanted:
                deployments.append(_deployment(change, wanted, place[account.casefold()], present))
            case RoleAssignment(account=account) as wanted:
                at = place[account.casefold()]
                roles.append(arm_items.role_item(wanted, at, scope, owner))
            case _:
                pass
    return parameter_values(
        {"accounts": accounts, "deployments": deployments, "roleAssignments": roles}
    )


def _holder(change: Change) -> str:
    """The name of the account that a change is in."""
    return account_of(change.resource) or ""


def _account(change: Change, present: Bodies) -> Object:
    if not isinstance(change.after, Account):
        raise TypeError(f"{change.address} is no account that is written")
    body = present.get(change.address)
    if body is None:
        return arm_items.account_item(change.after)
    from azure.mgmt.cognitiveservices import models

    merged = bodies.account_over(models.Account.deserialize(body), change.after)
    return {"name": change.after.name, **merged.serialize()}


def _deployment(change: Change, wanted: Deployment, account: int, present: Bodies) -> Object:
    body = present.get(change.address)
    if body is None or change.action is Action.REPLACE:
        return arm_items.deployment_item(wanted, account)
    from azure.mgmt.cognitiveservices import models

    merged = bodies.changed_deployment(models.Deployment.deserialize(body), wanted)
    return {"account": account, "name": wanted.name, **merged.serialize()}
