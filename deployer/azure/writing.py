"""Carry out one change: write, wait out what passes, and read back. A write is done when a read shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from deployer.azure import bodies, reading
from deployer.azure.clients import Clients
from deployer.azure.failures import Failure, Refused, classify
from deployer.azure.read_back import ReadBack, Sight
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
_ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class Turn:
    """One change being carried out: how we wait in it, and who hears of its progress."""

    patience: Patience
    progress: Callable[[str], None]


class Writing:
    """Writes to one scope, for one owner. Every method may be called from any thread.

    They raise Refused when Azure does, or when it takes longer than the turn's patience, and Stopped when the run was
    stopped before anything was written.
    """

    def __init__(self, clients: Clients, scope: Scope, owner: Owner) -> None:
        self._clients = clients
        self._scope = scope
        self._owner = owner
        self._back = ReadBack(clients, scope)

    def carry_out(self, change: Change, turn: Turn, *, recovered: bool = False) -> str:
        """Do what the change says; the answer is a remark, mostly empty.

        `recovered`: its account came back from soft deletion, and what is to be created may have come with it.
        """
        match change:
            case Change(Action.PURGE, before=DeletedAccount() as deleted):
                self._write(
                    turn, lambda: self._purge(deleted, turn), lambda: self._back.gone(deleted)
                )
            case Change(Action.RECOVER, after=Account() as account):
                self._write(
                    turn, lambda: self._restore(account, turn), lambda: self._back.there(account)
                )
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
        self._read_back(turn, lambda: self._back.settled(name))

    def is_as_written(self, after: Resource, turn: Turn) -> bool:
        """Whether what somebody else has written stands there by now. Raises Refused, Stopped."""
        seen = turn.patience.through(lambda: self._back.as_written(after))
        return not seen.unlike and seen.state in (*reading.TERMINAL, "")

    def confirm(self, after: Resource, turn: Turn) -> None:
        """Wait until what somebody else has written stands there. Raises Refused when it does not come to that."""
        self._read_back(turn, lambda: self._back.as_written(after))

    def _put(self, before: Resource | None, after: Resource, turn: Turn) -> None:
        self._write(
            turn, lambda: self._send(before, after, turn), lambda: self._back.as_written(after)
        )

    def _delete(self, before: Resource, turn: Turn) -> None:
        self._write(turn, lambda: self._send_delete(before, turn), lambda: self._back.gone(before))

    def _come_back(self, wanted: Deployment, turn: Turn) -> str:
        """Create a deployment, unless it stands in the recovered account already."""
        body = turn.patience.through(lambda: self._back.body(wanted))
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
                    turn.patience.count(failure)
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
                self._send_account_change(before, after, turn)
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

    def _send_account_change(self, before: Account, after: Account, turn: Turn) -> None:
        accounts, group = self._clients.cognitive.accounts, self._scope.resource_group
        unlike = [one.path for one in differences(before, after)]
        if unlike:
            body = bodies.changed_account(before, after, unlike)
            accounts.begin_update(group, after.name, body, polling=_polling(turn)).wait()
        else:  # It is as declared, but Failed: only a PUT makes Azure try again.
            present = accounts.get(group, after.name)
            accounts.begin_create(group, after.name, present, polling=_polling(turn)).wait()

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

    def _purge(self, deleted: DeletedAccount, turn: Turn) -> None:
        location = normal_location(deleted.account.location)
        try:
            self._clients.cognitive.deleted_accounts.begin_purge(
                location, self._scope.resource_group, deleted.name, polling=_polling(turn)
            ).wait()
        except Exception as error:
            if not classify(error).is_absence:
                raise


def _polling(turn: Turn) -> AdaptivePolling:
    from deployer.azure.polling import AdaptivePolling

    return AdaptivePolling(turn.patience, turn.progress)
