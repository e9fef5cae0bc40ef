"""A cloud that is a dictionary, and an engine that writes to it: for trying the laws of planning a thousand times.

It fills in what Azure fills in and refuses what Azure refuses. Nothing in it takes time, and nothing is sent.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from deployer.azure.failures import Failure, problem
from deployer.core.differences import differences
from deployer.core.events import Done, Event, Failed, NotDone, Started
from deployer.core.plan import Action, Change, Plan
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
from deployer.core.state import ObservedState, Owner
from deployer.core.verdicts import Verdict


class Refusal(Exception):
    """What Azure would not do, with its code for that."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class MemoryCloud:
    """A scope in memory, begun with what was observed."""

    def __init__(self, observed: ObservedState) -> None:
        self._first = observed
        self._resources = dict(observed.resources)
        self._owners = dict(observed.owners)
        self._deleted = dict(observed.deleted)

    def look(self) -> ObservedState:
        """What is there now; whose it is is read from tags, as in Azure."""
        owners = {
            address: owner
            for address, resource in self._resources.items()
            if (owner := self._owner(address, resource)) is not None
        }
        return replace(
            self._first,
            resources=dict(self._resources),
            owners=owners,
            states=dict.fromkeys(self._resources, "Succeeded"),
            deleted=dict(self._deleted),
        )

    def carry_out(self, change: Change, owner: Owner) -> None:
        """Do one change for an owner. Raises Refusal."""
        match change:
            case Change(Action.PURGE, before=DeletedAccount(account=account)):
                self._deleted.pop(account.address, None)
            case Change(Action.RECOVER, after=Account() as account):
                self._recover(account)
            case Change(Action.REPLACE, before=before, after=after) if before and after:
                self._remove(before)
                self._put(after, owner)
            case Change(Action.DELETE, before=before) if before is not None:
                self._remove(before)
            case Change(after=after) if after is not None:
                self._put(after, owner)
            case _:
                raise ValueError(f"there is no way to carry out {change}")

    def _owner(self, address: str, resource: Resource) -> Owner | None:
        if isinstance(resource, RoleAssignment):
            return self._owners.get(address)
        return None if isinstance(resource, DeletedAccount) else Owner.of(resource.tags)

    def _recover(self, account: Account) -> None:
        deleted = self._deleted.pop(account.address, None)
        if deleted is None:
            raise Refusal("ResourceNotFound", "there is nothing to recover")
        self._resources[account.address] = deleted.account

    def _remove(self, resource: Resource) -> None:
        held = self._children(resource.address)
        if isinstance(resource, Account) and any("/deployment/" in address for address in held):
            raise Refusal("CannotDeleteAccountWithDeployments", "it still holds deployments")
        if isinstance(resource, ResourceGroup):
            held = [address for address in self._resources if address != resource.address]
        for address in (resource.address, *held):
            gone = self._resources.pop(address, None)
            if isinstance(gone, Account):
                self._deleted[address] = DeletedAccount(gone, self._first.scope.resource_group)

    def _put(self, wanted: Resource, owner: Owner) -> None:
        seen = self._resources.get(wanted.address)
        if seen is None:
            self._check_parent(wanted)
            self._resources[wanted.address] = _filled_in(wanted)
            self._owners[wanted.address] = owner
        else:
            _check_change(seen, wanted)
            self._resources[wanted.address] = _merged(seen, wanted)

    def _check_parent(self, wanted: Resource) -> None:
        if isinstance(wanted, Account):
            if wanted.address in self._deleted:
                raise Refusal("FlagMustBeSetForRestore", "an account of that name is soft-deleted")
        elif isinstance(wanted, Deployment | RoleAssignment):
            parent = account_address(wanted.account)
            if parent not in self._resources:
                raise Refusal("ParentResourceNotFound", f"there is no {parent}")

    def _children(self, address: str) -> list[str]:
        return [other for other in self._resources if other.startswith(f"{address}/")]


class MemoryEngine:
    """Carries a plan out in a memory cloud, one change after the other."""

    name = "memory"

    def __init__(self, cloud: MemoryCloud) -> None:
        self._cloud = cloud

    def check(self, plan: Plan) -> Sequence[Verdict]:  # noqa: ARG002 - the protocol asks for it
        """Nothing: what a plan can ask for, this engine can do."""
        return ()

    def has_more_to_do(self, plan: Plan) -> bool:  # noqa: ARG002 - the protocol asks for it
        """No: Azure is the state."""
        return False

    def apply(self, plan: Plan, stop: threading.Event) -> Iterator[Event]:
        """Every change in order; a failure ends its account's part of the plan, or with the group everything."""
        began, failed = time.monotonic(), set[str | None]()
        for change in plan.writes:
            account = account_of(change.resource)
            at = time.monotonic() - began
            if stop.is_set():
                yield NotDone(change, at, "the run was stopped")
            elif None in failed or account in failed or (account is None and failed):
                yield NotDone(change, at, "an earlier change that it needs failed")
            else:
                yield Started(change, at)
                try:
                    self._cloud.carry_out(change, plan.desired.owner)
                except Refusal as refusal:
                    failed.add(account)
                    said = problem(
                        Failure(refusal.code, 409, refusal.message),
                        address=change.address,
                        where=plan.desired.places.get(change.address),
                    )
                    yield Failed(change, at, said)
                else:
                    yield Done(change, at, time.monotonic() - began - at)


def _check_change(seen: Resource, wanted: Resource) -> None:
    """What Azure refuses to change in place, or in one write."""
    paths = {one.path for one in differences(seen, wanted)}
    if isinstance(wanted, Deployment):
        if paths & {"model.name", "model.format"}:
            raise Refusal("CannotChangeDeploymentModel", "The model cannot be changed.")
        if {"sku.capacity", "model.version"} <= paths:
            raise Refusal("InvalidResourceProperties", "capacity and model at the same time")
    if isinstance(seen, Account) and isinstance(wanted, Account):
        if normal_location(seen.location) != normal_location(wanted.location):
            raise Refusal("InvalidResourceLocation", "the account exists in another location")
        if seen.custom_sub_domain_name and "customSubDomainName" in paths:
            raise Refusal("InvalidResourceProperties", "a subdomain is there to stay")


def _filled_in(wanted: Resource) -> Resource:
    """A new resource with what Azure chooses where nothing is said (recorded 2025-10 and 2026-03)."""
    match wanted:
        case Account():
            return replace(
                wanted,
                kind=wanted.kind or "OpenAI",
                sku=wanted.sku or "S0",
                public_network_access=wanted.public_network_access or "Enabled",
                disable_local_auth=wanted.disable_local_auth or None,
            )
        case Deployment():
            option = wanted.version_upgrade_option or "OnceNewDefaultVersionAvailable"
            return replace(
                wanted,
                sku=replace(wanted.sku, capacity=wanted.sku.capacity or 1),
                version_upgrade_option=option,
                rai_policy_name=wanted.rai_policy_name or "Microsoft.DefaultV2",
            )
        case _:
            return wanted


def _merged(seen: Resource, wanted: Resource) -> Resource:
    """What stands there, and over it what is stated."""
    match seen, wanted:
        case Account(), Account():
            return replace(
                seen,
                kind=wanted.kind or seen.kind,
                sku=wanted.sku or seen.sku,
                custom_sub_domain_name=wanted.custom_sub_domain_name or seen.custom_sub_domain_name,
                disable_local_auth=seen.disable_local_auth
                if wanted.disable_local_auth is None
                else wanted.disable_local_auth or None,
                public_network_access=wanted.public_network_access or seen.public_network_access,
                tags={**seen.tags, **wanted.tags},
            )
        case Deployment(), Deployment():
            capacity = seen.sku.capacity if wanted.sku.capacity is None else wanted.sku.capacity
            return replace(
                wanted,
                sku=replace(wanted.sku, capacity=capacity),
                version_upgrade_option=wanted.version_upgrade_option or seen.version_upgrade_option,
                rai_policy_name=wanted.rai_policy_name or seen.rai_policy_name,
                tags={**seen.tags, **wanted.tags},
            )
        case ResourceGroup(), ResourceGroup():
            return replace(seen, tags={**seen.tags, **wanted.tags})
        case _:
            return seen
