"""The emulated cloud as one object: state, clock, rules and switches, with what is known of its address."""

from __future__ import annotations

import asyncio
import copy
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deployer.emulator.faults.faults import Faults
from deployer.emulator.identity.authorization import Authorization
from deployer.emulator.identity.device_codes import DeviceCodes
from deployer.emulator.identity.roles import OWNER, Role
from deployer.emulator.identity.tokens import TokenAuthority
from deployer.emulator.journal import Journal
from deployer.emulator.state.catalogue import Catalogue
from deployer.emulator.state.clock import Clock, stamp
from deployer.emulator.state.database import Database
from deployer.emulator.state.locks import AccountLocks
from deployer.emulator.state.operations import Operations
from deployer.emulator.state.quota import Quota
from deployer.emulator.state.records import (
    USER,
    Calendar,
    JsonObject,
    Principal,
    RoleAssignment,
    subscription_id,
)
from deployer.emulator.state.settings import Settings, known
from deployer.emulator.state.store import Store, new_guid
from deployer.emulator.state.throttling import Throttling

if TYPE_CHECKING:
    from deployer.emulator.arm.template_runs import Run

DEPLOYER = Principal(
    name="deployer",
    client_id="00000000-0000-0000-0000-0000000c11e4",
    object_id="00000000-0000-0000-0000-000000000b1d",
    secret="",
)
"""The principal that is always there: Owner of the subscription, its secret random for each state directory."""

_CUT_OFF = {
    "provisioningState": "Failed",
    "error": {
        "code": "InternalServerError",
        "message": "The emulator ended while this deployment ran.",
    },
}


class EmulatedCloud:
    """Everything that a request can meet. Belongs to one thread, the server's."""

    def __init__(
        self, state: Path, today: date, *, address: str = "", wall: Callable[[], float] = time.time
    ) -> None:
        self.address = address
        self.ports: dict[str, int] = {}
        self.clock = Clock(today, wall)
        self.store = Store(Database(state / "state.db"), self.clock)
        self.settings = Settings()
        self.state_settings(known(self.store.stated_settings().values))
        self.open_day(today)
        self.catalogue = Catalogue(self.clock, lambda: self.settings)
        self.quota = Quota(self.store, self.catalogue, lambda: self.settings)
        self.authorization = Authorization(self.store, self.clock, lambda: self.settings)
        self.tokens = TokenAuthority(state / "signing-key.pem", self.clock.token_time)
        self.locks = AccountLocks(wall, lambda: self.settings.lock_linger)
        self.operations = Operations(self.store, self.clock)
        self.throttling = Throttling(wall, lambda: self.settings)
        self.faults = Faults()
        self.journal = Journal()
        self.runs: dict[str, tuple[asyncio.Task[None], Run]] = {}
        """Templates that run, by the id of their deployment."""
        if self.store.principal(DEPLOYER.name) is None:
            self.set_principal(DEPLOYER.name, [OWNER])
        for one in self.store.unfinished_template_deployments():
            self.store.put(replace(one, properties={**one.properties, **_CUT_OFF}))

        self.device_codes = DeviceCodes(self.clock.token_time)
        self.plain_address = ""
        """`http://localhost:PORT`, for the few clients that Azure itself lets speak without TLS."""
        self.identity_header = secrets.token_hex(16)
        """What a caller of the managed identity endpoint must say, as in App Service."""
        self.is_shadow = False
        self.written: list[str] = []
        """In a shadow: the ids that templates have written, in order."""
        self.unforeseen: set[str] = set()
        """In a shadow: the ids, lower-cased, of content filters that templates have made there."""
        self.hidden: set[str] = set()
        """In a shadow: the texts that secure parameters of its templates hold."""
        self.stated: dict[str, JsonObject] = {}
        """In a shadow: what templates have stated of each resource, by its id in lower case."""

    def shadow(self) -> EmulatedCloud:
        """The same cloud to try things out in: instant, without locks held, and nothing done there is kept."""
        other = copy.copy(self)
        other.is_shadow, other.written, other.stated = True, [], {}
        other.unforeseen, other.hidden = set(), set()
        other.settings = self.settings.at_once()
        other.store = self.store.copy()
        other.quota = Quota(other.store, self.catalogue, lambda: other.settings)
        other.authorization = Authorization(other.store, self.clock, lambda: other.settings)
        other.locks = AccountLocks(self.clock.wall, lambda: 0.0)
        other.operations = Operations(other.store, self.clock)
        other.throttling = Throttling(self.clock.wall, Settings)
        other.faults = Faults()
        other.runs = {}
        return other

    def set_principal(
        self,
        name: str,
        roles: list[Role],
        federated: list[JsonObject] | None = None,
        kind: str | None = None,
    ) -> Principal:
        """Create a principal, or change the roles that it holds at the subscription, whom it believes, what it is."""
        principal = self.store.principal(name) or Principal(
            name=name,
            client_id=DEPLOYER.client_id if name == DEPLOYER.name else new_guid(),
            object_id=DEPLOYER.object_id if name == DEPLOYER.name else new_guid(),
            secret=secrets.token_urlsafe(30),
        )
        if federated is not None:
            principal = replace(principal, federated=federated)
        if kind is not None:
            principal = replace(principal, kind=kind)
        held = [
            one
            for one in self.store.assignments()
            if one.principal_id == principal.object_id
            and one.scope.lower() == subscription_id().lower()
        ]
        given = [
            RoleAssignment(
                scope=subscription_id(),
                name=new_guid(),
                role=role.id,
                principal_id=principal.object_id,
                principal_type="User" if principal.kind == USER else "ServicePrincipal",
                created=stamp(self.clock.now()),
                created_by=principal.object_id,
                created_at=self.clock.wall(),
            )
            for role in roles
        ]
        with self.store.together():
            self.store.remove(*held)
            self.store.put(principal, *given)
        return principal

    def open_day(self, day: date) -> None:
        """Go to the day that a run asks for, unless the last one asked for the same: the clock goes on from where it is."""
        kept = self.store.calendar()
        if kept is None or kept.opened != str(day):
            self._move(Calendar(opened=str(day), day=str(day)))
        else:
            self._move(kept)

    def set_day(self, day: date) -> None:
        """Go to a day; hours that the clock was put forward are forgotten."""
        self._move(replace(self._calendar(), day=str(day), ahead=0.0))

    def advance(self, hours: float) -> None:
        """Put the clock forward: soft-deleted accounts age, and so do tokens."""
        kept = self._calendar()
        self._move(replace(kept, ahead=kept.ahead + hours * 3600))

    def _calendar(self) -> Calendar:
        today = str(self.clock.today)
        return self.store.calendar() or Calendar(opened=today, day=today)

    def _move(self, calendar: Calendar) -> None:
        self.store.put(calendar)
        self.clock.set(date.fromisoformat(calendar.day), timedelta(seconds=calendar.ahead))

    def state_settings(self, stated: Mapping[str, Any]) -> None:
        """Let these settings be stated, by their names on the wire, and no other; raises `InvalidSetting`."""
        self.settings = Settings.of(stated)
        self.store.put(replace(self.store.stated_settings(), values=dict(stated)))

    @property
    def registered_at(self) -> float | None:
        """The wall time (seconds) at which a registration of the provider that has begun is done."""
        return self.store.stated_settings().registered_at

    def register(self, at: float | None) -> None:
        """Let the registration be done at that wall time; None: none is on its way."""
        self.store.put(replace(self.store.stated_settings(), registered_at=at))

    def reset(self) -> None:
        """Forget every resource, fault, setting and journal entry; principals keep their subscription roles."""
        self.store.clear()
        self.state_settings({})
        self.faults.clear()
        self.journal.clear()
        self.locks.clear()
        self.throttling.clear()
        for task, _ in self.runs.values():
            task.cancel()
        self.runs.clear()

    def close(self) -> None:
        """Close what is open on disk."""
        self.store.close()
