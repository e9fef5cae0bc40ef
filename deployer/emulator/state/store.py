"""The state of the emulated cloud: records in memory, written through to disk. Knows nothing of HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from deployer.emulator.state.clock import Clock, read_stamp
from deployer.emulator.state.database import KINDS, Database
from deployer.emulator.state.records import (
    Account,
    Calendar,
    Deployment,
    Group,
    ManagementLock,
    Operation,
    Principal,
    QuotaTier,
    RaiPolicy,
    Record,
    RoleAssignment,
    StatedSettings,
    SubscriptionTags,
    TemplateDeployment,
    normalised,
    subscription_id,
)

R = TypeVar("R", bound=Record)


class Store:
    """Records by lower-cased id. Soft-deleted accounts stay, with their deployments, until purged."""

    def __init__(self, database: Database | None, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._records: dict[type[Any], dict[str, Record]] = {kind: {} for kind in KINDS.values()}
        # Lists over many accounts stay linear only if none of them searches for its parts.
        self._children: dict[str, dict[str, Deployment]] = {}
        self._namesakes: dict[str, set[str]] = {}
        self._gathered: dict[tuple[type[Record], str], Record | None] | None = None
        for key, record in database.load() if database else ():
            self._keep(key, record)

    def copy(self) -> Store:
        """The same records in memory only; no operation goes on in them."""
        other = Store(None, self._clock)
        for kind, records in self._records.items():
            if kind is Operation:
                continue
            for key, one in records.items():
                if isinstance(one, Account) and one.ready_at:
                    other._keep(key, replace(one, ready_at=0.0))
                else:
                    other._keep(key, one)
        return other

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever is written inside is on disk at its end, all or none. Nothing may be awaited inside."""
        if self._gathered is not None:
            yield
            return
        self._gathered = {}
        try:
            yield
        finally:
            gathered, self._gathered = self._gathered, None
            self._write(gathered)

    def put(self, *records: Record) -> None:
        """Keep these records, all or none."""
        keyed = [(_key(record), record) for record in records]
        self._write({(type(record), key): record for key, record in keyed})
        for key, record in keyed:
            self._keep(key, record)

    def remove(self, *records: Record) -> None:
        """Forget these records, all or none."""
        keyed = [(type(record), _key(record)) for record in records]
        self._write(dict.fromkeys(keyed))
        for kind, key in keyed:
            self._records[kind].pop(key, None)
        for record in records:
            if isinstance(record, Deployment):
                self._children.get(record.account_id.lower(), {}).pop(_key(record), None)
            elif isinstance(record, Account):
                self._namesakes.get(record.name.lower(), set()).discard(_key(record))

    def settle(self) -> None:
        """Let time pass: groups whose deletion has ended and accounts whose 48 hours are over vanish."""
        wall, now = self._clock.wall(), self._clock.now()
        for group in self._all(Group):
            if group.gone_at is not None and group.gone_at <= wall:
                locks = [one for one in self.locks() if covers(group.id, one.scope)]
                runs = self.template_deployments(group.id)
                self.remove(group, *locks, *runs, *self.assignments_under(group.id))
        for account in self._all(Account):
            if account.purge_at is not None and read_stamp(account.purge_at) <= now:
                self.purge(account)

    def groups(self) -> list[Group]:
        """The groups that are there; one that is being deleted still is."""
        return self._all(Group)

    def group(self, name: str) -> Group | None:
        return self._get(Group, f"{subscription_id()}/resourceGroups/{name}")

    def accounts(self, group: str | None = None) -> list[Account]:
        """The live accounts, of one group or of all."""
        live = (account for account in self._all(Account) if account.deleted_at is None)
        return [one for one in live if group is None or one.group.lower() == group.lower()]

    def account(self, account_id: str) -> Account | None:
        found = self._get(Account, account_id)
        return found if found and found.deleted_at is None else None

    def deleted_accounts(self) -> list[Account]:
        return [account for account in self._all(Account) if account.deleted_at is not None]

    def deleted_account(self, account_id: str) -> Account | None:
        found = self._get(Account, account_id)
        return found if found and found.deleted_at is not None else None

    def account_at(self, segment: str) -> Account | None:
        """The live account that is reached under `https://host/<segment>`: by subdomain, else by name."""
        wanted = segment.lower()
        for key in sorted(self._namesakes.get(wanted, ())):
            named = self.account(key)
            if named is not None and self.segment(named).lower() == wanted:
                return named
        for account in self.accounts():
            if self.segment(account).lower() == wanted:
                return account
        for account in self.accounts():
            if (account.subdomain or "").lower() == wanted:
                return account
        return None

    def segment(self, account: Account) -> str:
        """Where an account's endpoint lies: its name, unless an account of another group has that name too."""
        keys = self._namesakes.get(account.name.lower(), ())
        namesakes = len(keys) > 1 and sum(self.account(key) is not None for key in keys) > 1
        return account.subdomain or account.internal_id if namesakes else account.name

    def subdomain_holder(self, subdomain: str) -> Account | None:
        """The account, alive or soft-deleted, that holds a custom subdomain."""
        wanted = subdomain.lower()
        held = (one for one in self._all(Account) if (one.subdomain or "").lower() == wanted)
        return next(held, None)

    def soft_delete(self, account: Account, deleted_at: str, purge_at: str) -> None:
        """Take an account out of the live lists; what it holds stays held."""
        with self.together():
            self.remove(*self.assignments_under(account.id))
            self.put(replace(account, deleted_at=deleted_at, purge_at=purge_at))

    def purge(self, account: Account) -> None:
        """Forget an account for good."""
        self.remove(account, *self.deployments(account.id), *self.rai_policies(account.id))

    def deployments(self, account_id: str | None = None) -> list[Deployment]:
        """Deployments of one account, or of all, soft-deleted ones included."""
        if account_id is None:
            return self._all(Deployment)
        return list(self._children.get(account_id.lower(), {}).values())

    def deployment(self, account_id: str, name: str) -> Deployment | None:
        return self._get(Deployment, f"{account_id}/deployments/{name}")

    def rai_policies(self, account_id: str) -> list[RaiPolicy]:
        wanted = account_id.lower()
        return [one for one in self._all(RaiPolicy) if one.account_id.lower() == wanted]

    def rai_policy(self, account_id: str, name: str) -> RaiPolicy | None:
        return self._get(RaiPolicy, f"{account_id}/raiPolicies/{name}")

    def template_deployments(self, scope: str) -> list[TemplateDeployment]:
        """The runs of templates at exactly this scope."""
        wanted = scope.lower()
        return [one for one in self._all(TemplateDeployment) if one.scope.lower() == wanted]

    def template_deployment(self, scope: str, name: str) -> TemplateDeployment | None:
        return self._get(
            TemplateDeployment, f"{scope}/providers/Microsoft.Resources/deployments/{name}"
        )

    def unfinished_template_deployments(self) -> list[TemplateDeployment]:
        """Runs that have not come to an end."""
        going = ("Accepted", "Running")
        return [one for one in self._all(TemplateDeployment) if one.state in going]

    def deployments_in(self, location: str) -> Iterator[Deployment]:
        """Every deployment that counts against a location's quota."""
        here = {
            one.id for one in self._all(Account) if normalised(one.location) == normalised(location)
        }
        return (one for one in self._all(Deployment) if one.account_id in here)

    def assignments(self) -> list[RoleAssignment]:
        return self._all(RoleAssignment)

    def assignment(self, scope: str, name: str) -> RoleAssignment | None:
        return self._get(
            RoleAssignment, f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
        )

    def assignments_under(self, scope: str) -> Iterable[RoleAssignment]:
        """Assignments at a scope and below it."""
        return [one for one in self.assignments() if covers(scope, one.scope)]

    def locks(self) -> list[ManagementLock]:
        return self._all(ManagementLock)

    def lock(self, scope: str, name: str) -> ManagementLock | None:
        return self._get(ManagementLock, f"{scope}/providers/Microsoft.Authorization/locks/{name}")

    def quota_tier(self) -> QuotaTier:
        """The subscription's tier, as Azure gives it until someone states a policy."""
        return next(iter(self._all(QuotaTier)), QuotaTier())

    def subscription_tags(self) -> Mapping[str, str]:
        """The tags of the subscription itself."""
        return next((one.tags for one in self._all(SubscriptionTags)), {})

    def principals(self) -> list[Principal]:
        return self._all(Principal)

    def principal(self, name: str) -> Principal | None:
        return self._get(Principal, name)

    def operations(self) -> list[Operation]:
        """The operations that are remembered."""
        return self._all(Operation)

    def operation(self, name: str) -> Operation | None:
        return self._get(Operation, name)

    def calendar(self) -> Calendar | None:
        """Where the clock stood, None in a new directory."""
        return next(iter(self._all(Calendar)), None)

    def stated_settings(self) -> StatedSettings:
        """The switches that somebody has set."""
        return next(iter(self._all(StatedSettings)), StatedSettings({}))

    def clear(self) -> None:
        """Forget every resource; principals stay, with the roles that they hold at the subscription."""
        known = {one.object_id for one in self.principals()}
        gone = [
            one
            for one in self.assignments()
            if one.scope != subscription_id() or one.principal_id not in known
        ]
        with self.together():
            self.remove(*self._all(Group), *self._all(Account), *self._all(Deployment), *gone)
            self.remove(*self.locks(), *self._all(RaiPolicy), *self._all(TemplateDeployment))
            self.remove(*self._all(QuotaTier), *self._all(SubscriptionTags))
            self.remove(*self._all(Operation), *self._all(StatedSettings))

    def _write(self, changes: Mapping[tuple[type[Record], str], Record | None]) -> None:
        """Write through to disk, or gather for the end of `together`; None stands for a record that is gone."""
        if self._gathered is not None:
            self._gathered.update(changes)
        elif self._database and changes:
            puts = [(key, record) for (_, key), record in changes.items() if record is not None]
            gone = [where for where, record in changes.items() if record is None]
            self._database.write(puts, gone)

    def _keep(self, key: str, record: Record) -> None:
        self._records[type(record)][key] = record
        if isinstance(record, Deployment):
            self._children.setdefault(record.account_id.lower(), {})[key] = record
        elif isinstance(record, Account):
            self._namesakes.setdefault(record.name.lower(), set()).add(key)

    def _get(self, kind: type[R], key: str) -> R | None:
        found = self._records[kind].get(key.lower())
        return found if isinstance(found, kind) else None

    def _all(self, kind: type[R]) -> list[R]:
        return [record for record in self._records[kind].values() if isinstance(record, kind)]

    def close(self) -> None:
        if self._database:
            self._database.close()


def covers(scope: str, inner: str) -> bool:
    """Whether `inner` is `scope` or lies under it."""
    outer = scope.rstrip("/").lower()
    return inner.lower() == outer or inner.lower().startswith(outer + "/")


def new_guid() -> str:
    """A random guid as Azure writes it."""
    return str(uuid.uuid4())


def _key(record: Record) -> str:
    return (record.name if isinstance(record, Principal) else record.id).lower()
