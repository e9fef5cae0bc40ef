"""Reading one resource after a write: how far it is, and whether it is what was written."""

from __future__ import annotations

from dataclasses import dataclass

from deployer.azure import paths, reading
from deployer.azure.clients import Clients, JsonObject
from deployer.catalog import api_versions
from deployer.core.differences import differences
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    Scope,
)

_ABSENT = "is not there"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a read shows of a resource.

    `state` is its provisioningState, empty where there is none to wait for; `unlike` says how it is not what was
    written, and is empty when it is.
    """

    state: str
    unlike: str


class ReadBack:
    """Reads in one scope. Each is a single attempt and raises the SDK's exceptions."""

    def __init__(self, clients: Clients, scope: Scope) -> None:
        self._clients = clients
        self._scope = scope

    def as_written(self, wanted: Resource) -> Sight:
        """Whether all that is stated stands there."""
        body = self.body(wanted)
        if body is None:
            return Sight("", _ABSENT)
        unlike = (
            f"has {one.path} {one.before} instead of {one.after}"
            for one in differences(_value(body, wanted), wanted)
        )
        return Sight(reading.provisioning_state(body), ", ".join(unlike))

    def there(self, account: Account) -> Sight:
        """Whether a recovered account is back; how it is, the plan's next changes see to."""
        body = self.body(account)
        return Sight("", _ABSENT) if body is None else Sight(reading.provisioning_state(body), "")

    def gone(self, before: Resource) -> Sight:
        """Whether nothing stands there any more; one that failed is as little gone as any other."""
        body = self.body(before)
        return Sight("", "") if body is None else _settled(body, "is still there")

    def settled(self, account: str) -> Sight:
        """Whether an account is in a final state, a failed one or none at all included."""
        body = self._clients.get(paths.account_path(self._scope, account))
        return Sight("", "") if body is None else _settled(body, "")

    def body(self, resource: Resource) -> JsonObject | None:
        """What a read of the resource answers; None when it is not there."""
        scope = self._scope
        match resource:
            case ResourceGroup():
                return self._clients.get(paths.group_path(scope), api_versions.RESOURCE_GROUPS)
            case Account(name=name):
                return self._clients.get(paths.account_path(scope, name))
            case Deployment(account=account, name=name):
                return self._clients.get(paths.deployment_path(scope, account, name))
            case DeletedAccount(account=account):
                return self._clients.get(
                    paths.deleted_account_path(scope, account.location, account.name)
                )
            case RoleAssignment():
                return self._assignment(resource)

    def _assignment(self, wanted: RoleAssignment) -> JsonObject | None:
        """The assignment of the role to the principal on the account, whatever its name is."""
        account = paths.account_path(self._scope, wanted.account)
        every = self._clients.items(
            f"{account}/providers/Microsoft.Authorization/roleAssignments",
            api_versions.AUTHORIZATION,
            {"$filter": f"principalId eq '{wanted.principal_id}'"},
        )
        for one in every:
            properties = one["properties"]
            seen = reading.role_assignment(wanted.account, properties)
            is_here = str(properties["scope"]).casefold() == account.casefold()
            if is_here and seen.address == wanted.address:
                return one
        return None


def _value(body: JsonObject, wanted: Resource) -> Resource:
    match wanted:
        case ResourceGroup():
            return reading.group(body)
        case Account():
            return reading.account(body)
        case Deployment():
            return reading.deployment(wanted.account, body)
        case RoleAssignment():
            return wanted
        case DeletedAccount():
            return reading.deleted_account(body)


def _settled(body: JsonObject, unlike: str) -> Sight:
    """Where any final state will do, a failed one too. A soft-deleted account has no other."""
    state = reading.provisioning_state(body)
    return Sight("" if state in reading.TERMINAL else state, unlike)
