"""Carry out one change: write, wait out what passes, and read back. A write is done when a read shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.azure import bodies, paths, reading
from deployer.azure.clients import Clients, JsonObject
from deployer.azure.failures import Failure, Refused, classify
from deployer.azure.role_assignments import assignment_body, assignment_path
from deployer.azure.waiting import Patience
from deployer.catalog import api_versions
from deployer.core.differences import differences
from deployer.core.plan import Action, Change
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    Resource,
    ResourceGroup,
    RoleAssignment,
    Scope,
    normal_location,
)
from deployer.core.state import Owner

if TYPE_CHECKING:
    from deployer.azure.polling import AdaptivePolling

SETTLING = 30.0
"""How long a read may still show something else after a write was answered, in seconds."""

RECOVERED = "was recovered with the account"
_GONE = "is not there"
_ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class Turn:
    """One change being carried out: how we wait in it, and who hears of its progress."""

    patience: Patience
    progress: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a read shows of a resource: its provisioningState, and how it is unlike what was written, if it is."""

    state: str
    unlike: str


class Writing:
    """Writes to one scope, for one owner. Every method may be called from any thread.

    They raise Refused when Azure does, or when it takes longer than the turn's patience, and Stopped when the run was
    stopped before anything was written.
    """

    def __init__(self, clients: Clients, scope: Scope, owner: Owner) -> None:
        self._clients = clients
        self._scope = scope
        self._owner = owner

    def carry_out(self, change: Change, turn: Turn, *, recovered: bool = False) -> str:
        """Do what the change says; the answer is a remark, mostly empty.

        `recovered`: its account came back from soft deletion, and what is to be created may have come with it.
        """
        match change:
            case Change(Action.PURGE, before=DeletedAccount() as deleted):
                self._write(turn, lambda: self._purge(deleted, turn), lambda: self._purged(deleted))
            case Change(Action.RECOVER, after=Account() as account):
                self._write(turn, lambda: self._restore(account, turn), lambda: self._back(account))
            case Change(Action.REPLACE, before=Deployment() as before, after=Deployment() as after):
                self._delete(before, turn)
                turn.progress("deleted, now created anew")
                self._put(None, after, turn)
            case Change(Action.DELETE, before=before) if before is not None:
                self._delete(before, turn)
            case Change(before=None, after=Deployment() as after) if recovered:
                return self._come_back(after, turn)
            case Change(before=before, after=after) if after is not None:
                self._put(before, after, turn)
            case _:
                raise ValueError(f"there is no way to carry out {change}")
        return ""

    def wait_for_account(self, name: str, turn: Turn) -> None:
        """Wait until an account's provisioningState is a final one. It is only read: a PUT would unsettle it again."""
        path = paths.account_path(self._scope, name)

        def sight() -> Sight:
            body = self._clients.get(path)
            return Sight("Succeeded" if body is None else reading.provisioning_state(body), "")

        self._read_back(turn, sight)

    def _put(self, before: Resource | None, after: Resource, turn: Turn) -> None:
        self._write(turn, lambda: self._send(before, after, turn), lambda: self._sight(after))

    def _delete(self, before: Resource, turn: Turn) -> None:
        def sight() -> Sight:
            body = self._body(before)
            return Sight("", "") if body is None else _sight(body, "is still there")

        self._write(turn, lambda: self._send_delete(before, turn), sight)

    def _come_back(self, wanted: Deployment, turn: Turn) -> str:
        """Create a deployment, unless it stands in the recovered account already."""
        body = turn.patience.through(lambda: self._body(wanted))
        present = reading.deployment(wanted.account, body) if body is not None else None
        if present is not None and not differences(present, wanted):
            return RECOVERED
        self._put(present, wanted, turn)
        return ""

    def _write(self, turn: Turn, send: Callable[[], None], sight: Callable[[], Sight]) -> None:
        """Send until Azure takes it. Where it is in doubt whether it did, look before sending again."""
        committed = turn.patience.committed
        while True:
            try:
                send()
                break
            except Exception as error:  # noqa: BLE001 - classify raises again what is not Azure's
                failure = classify(error)
                if failure.status == _ACCEPTED:
                    break
                if failure.in_doubt and self._is_on_its_way(turn, sight):
                    break
                turn.patience.committed = committed
                turn.patience.outlast(failure)
        turn.patience.succeeded()
        turn.patience.committed = True
        self._read_back(turn, sight)

    def _is_on_its_way(self, turn: Turn, sight: Callable[[], Sight]) -> bool:
        seen = turn.patience.through(sight)
        return not seen.unlike or seen.state not in (*reading.TERMINAL, "")

    def _read_back(self, turn: Turn, sight: Callable[[], Sight]) -> None:
        """Read until it is as written; give up when it is final and stays unlike. Raises Refused."""
        clock, settled = turn.patience.clock, None
        for _ in turn.patience.polls("it is not in a final state"):
            seen = turn.patience.through(sight)
            if seen.state and seen.state not in reading.TERMINAL:
                turn.progress(f"provisioningState {seen.state}")
                settled = None
                continue
            if seen.state in ("Failed", "Canceled"):
                said = f"the write was accepted, but the resource is {seen.state}"
                raise Refused(Failure("ProvisioningFailed", None, said))
            if not seen.unlike:
                return
            settled = clock.now() if settled is None else settled
            if clock.now() - settled > SETTLING:
                said = f"the write was accepted, but a read shows that it {seen.unlike}"
                raise Refused(Failure("NotAsWritten", None, said))

    def _send(self, before: Resource | None, after: Resource, turn: Turn) -> None:
        cognitive, group = self._clients.cognitive, self._scope.resource_group
        match before, after:
            case _, ResourceGroup():
                self._send_group(before, after)
            case Account(), Account():
                unlike = [one.path for one in differences(before, after)]
                body = bodies.changed_account(before, after, unlike)
                cognitive.accounts.begin_update(
                    group, after.name, body, polling=_polling(turn)
                ).wait()
            case _, Account():
                cognitive.accounts.begin_create(
                    group, after.name, bodies.new_account(after), polling=_polling(turn)
                ).wait()
            case _, Deployment():
                present = (
                    cognitive.deployments.get(group, after.account, after.name) if before else None
                )
                wanted = (
                    bodies.changed_deployment(present, after)
                    if present
                    else bodies.new_deployment(after)
                )
                cognitive.deployments.begin_create_or_update(
                    group, after.account, after.name, wanted, polling=_polling(turn)
                ).wait()
            case _, RoleAssignment():
                self._send_role(after)
            case _:
                raise ValueError(f"there is no way to write {after.address}")

    def _send_group(self, before: Resource | None, after: ResourceGroup) -> None:
        from azure.mgmt.resource.resources import models

        kept = before.tags if isinstance(before, ResourceGroup) else {}
        location = before.location if isinstance(before, ResourceGroup) else after.location
        body = models.ResourceGroup(location=location, tags={**kept, **after.tags})
        self._clients.resources.resource_groups.create_or_update(after.name, body)

    def _send_role(self, after: RoleAssignment) -> None:
        path = assignment_path(self._scope, after)
        body = assignment_body(self._scope, after, self._owner)
        try:
            self._clients.send("PUT", path, api_versions.AUTHORIZATION, body=body)
        except Exception as error:
            # The principal holds the role here already, by an assignment of another name: that is what was wanted.
            if classify(error).code != "RoleAssignmentExists":
                raise

    def _send_delete(self, before: Resource, turn: Turn) -> None:
        """Delete; what is gone already is a success."""
        cognitive, group = self._clients.cognitive, self._scope.resource_group
        try:
            match before:
                case ResourceGroup(name=name):
                    groups = self._clients.resources.resource_groups
                    groups.begin_delete(name, polling=_polling(turn)).wait()
                case Account(name=name):
                    cognitive.accounts.begin_delete(group, name, polling=_polling(turn)).wait()
                case Deployment(account=account, name=name):
                    cognitive.deployments.begin_delete(
                        group, account, name, polling=_polling(turn)
                    ).wait()
                case RoleAssignment():
                    path = assignment_path(self._scope, before)
                    self._clients.send("DELETE", path, api_versions.AUTHORIZATION)
                case DeletedAccount():
                    raise ValueError("a soft-deleted account is purged, not deleted")
        except Exception as error:
            if not classify(error).is_absence:
                raise

    def _restore(self, account: Account, turn: Turn) -> None:
        self._clients.cognitive.accounts.begin_create(
            self._scope.resource_group,
            account.name,
            bodies.restored_account(account),
            polling=_polling(turn),
        ).wait()

    def _back(self, account: Account) -> Sight:
        """A recovered account: that it is there suffices, the plan's next changes see to how it is."""
        body = self._body(account)
        return Sight("", _GONE) if body is None else _sight(body, "")

    def _purge(self, deleted: DeletedAccount, turn: Turn) -> None:
        location = normal_location(deleted.account.location)
        try:
            self._clients.cognitive.deleted_accounts.begin_purge(
                location, self._scope.resource_group, deleted.name, polling=_polling(turn)
            ).wait()
        except Exception as error:
            if not classify(error).is_absence:
                raise

    def _purged(self, deleted: DeletedAccount) -> Sight:
        body = self._body(deleted)
        return Sight("", "is still soft-deleted" if body is not None else "")

    def _sight(self, wanted: Resource) -> Sight:
        body = self._body(wanted)
        if body is None:
            return Sight("", _GONE)
        seen = _value(body, wanted)
        unlike = [
            f"has {one.path} {one.before} instead of {one.after}"
            for one in differences(seen, wanted)
        ]
        return _sight(body, ", ".join(unlike))

    def _body(self, resource: Resource) -> JsonObject | None:
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
            if (
                seen.address == wanted.address
                and str(properties["scope"]).casefold() == account.casefold()
            ):
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


def _sight(body: JsonObject, unlike: str) -> Sight:
    return Sight(reading.provisioning_state(body), unlike)


def _polling(turn: Turn) -> AdaptivePolling:
    from deployer.azure.polling import AdaptivePolling

    return AdaptivePolling(turn.patience, turn.progress)
