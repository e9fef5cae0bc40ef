"""The emulator as a cloud that one line opens: joins whoever holds the state directory, or serves it itself."""

from __future__ import annotations

import datetime
import sqlite3
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deployer.emulator.serving.certificates import certificates
from deployer.emulator.serving.holder import (
    Holder,
    ask,
    election,
    has_guests,
    live_holder,
    publish,
    visit,
    withdraw,
)
from deployer.emulator.serving.service import Service
from deployer.emulator.state.catalogue import clock_date
from deployer.errors import LockedByAnotherRun, UsageError

_LOOKS_FOR_GUESTS = 0.1
"""Seconds between looks for guests that have not left yet."""


class Emulator:
    """An open emulator: where it is, whom to trust, and who to be. Made by `open`."""

    address: str
    """`https://localhost:PORT`: Resource Manager, Entra and, under `/<account>`, the data plane."""
    ca: Path
    """The certificate authority to trust, PEM."""
    date: datetime.date
    """The day it is in the emulated cloud."""
    tenant: str
    """The tenant to sign in to: `adfs`, which spares clients asking the public cloud about it."""
    client_id: str
    client_secret: str
    subscription: str
    joined: bool
    """Whether someone else serves it, in this process or another."""

    def __init__(self, state: Path, holder: Holder, service: Service | None) -> None:
        self._state = state
        self._holder = holder
        self._service = service
        self._mark: sqlite3.Connection | None = None
        self.address = holder.address
        self.ca = state / "ca.pem"
        self.joined = service is None
        environment = self.ask("GET", "environment")
        self.date = datetime.date.fromisoformat(environment["date"])
        self.tenant = environment["tenant"]
        self.client_id = environment["clientId"]
        self.client_secret = environment["clientSecret"]
        self.subscription = environment["subscription"]

    @classmethod
    def open(cls, state: Path, date: datetime.date | None = None, *, port: int = 0) -> Emulator:
        """Join the live holder of a state directory, or serve it from this process.

        `date` sets the clock (None: the newest snapshot's day), the holder's too when joining; resources stay. Where
        the last run asked for the same date, the clock stays where it has been moved since.
        Raises `UsageError` for a date before the first snapshot, `LockedByAnotherRun` for a holder that hangs.
        """
        day = clock_date(date)
        state = made(state)
        with election(state):
            holder = live_holder(state)
            if holder is None:
                return cls._served(state, day, port)
            # Marked before the election ends, so that the holder cannot leave between.
            mark = visit(state)
        emulator = cls(state, holder, None)
        emulator._mark = mark
        opened = emulator.ask("POST", "clock", {"opened": str(day)})
        emulator.date = datetime.date.fromisoformat(opened["date"])
        return emulator

    @classmethod
    def serve(cls, state: Path, date: datetime.date | None = None, *, port: int = 0) -> Emulator:
        """Serve a state directory that nobody holds; raises `LockedByAnotherRun` when somebody does."""
        day = clock_date(date)
        state = made(state)
        with election(state):
            holder = live_holder(state)
            if holder is not None:
                raise LockedByAnotherRun(
                    f"The emulator of {state} is already running: {holder.address}, process {holder.pid}.",
                    hint="Use it as it is, or stop it with `deployer emulator stop`.",
                )
            return cls._served(state, day, port)

    @classmethod
    def _served(cls, state: Path, day: datetime.date, port: int) -> Emulator:
        service = Service(state, day, certificates(state), port)
        service.start()
        publish(state, service.holder)
        return cls(state, service.holder, service)

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """Ask the emulator's own interface: `ask("PATCH", "settings", {"accountSeconds": 1})`."""
        return ask(self.address, self.ca, method, path, body)

    def set_date(self, day: datetime.date) -> None:
        """Move the clock; resources stay, models age."""
        self.ask("POST", "clock", {"date": str(day)})
        self.date = day

    def wait(self) -> None:
        """Wait until a served emulator has been stopped."""
        if self._service is not None:
            self._service.wait()

    @property
    def has_guests(self) -> bool:
        """Whether another run uses what this one serves."""
        return self._service is not None and self._service.is_running and has_guests(self._state)

    def close(self) -> None:
        """Leave. Whoever serves waits until its guests have left, or until it is told to stop."""
        if self._mark is not None:
            self._mark.close()
        if self._service is None:
            return
        while self._service.is_running:
            with election(self._state):
                if not has_guests(self._state):
                    self._service.stop()
                    break
            time.sleep(_LOOKS_FOR_GUESTS)
        withdraw(self._state, self._holder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Emulator({self.address}, date={self.date}, joined={self.joined})"


def made(state: Path) -> Path:
    """The state directory, made where it is missing. Raises UsageError where it cannot be."""
    state = state.resolve()
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"The emulator keeps its state in {state}, and that cannot be made: {error.strerror}.",
            hint="Copy the configuration into a folder that you may write to.",
        ) from None
    return state
