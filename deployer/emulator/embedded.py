"""The emulator as a cloud that one line opens: joins whoever holds the state directory, or serves it itself."""

from __future__ import annotations

import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deployer.emulator.catalogue import clock_date
from deployer.emulator.certificates import certificates
from deployer.emulator.holder import Holder, ask, election, live_holder, publish, withdraw
from deployer.emulator.service import Service
from deployer.errors import LockedByAnotherRun, UsageError


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

        `date` sets the clock (None: the newest snapshot's day), the holder's too when joining; resources stay.
        Raises `UsageError` for a date before the first snapshot, `LockedByAnotherRun` for a holder that hangs.
        """
        day = clock_date(date)
        state = made(state)
        with election(state):
            holder = live_holder(state)
            if holder is None:
                return cls._served(state, day, port)
        emulator = cls(state, holder, None)
        if emulator.date != day:
            emulator.set_date(day)
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

    def close(self) -> None:
        """Stop serving; a joined emulator goes on."""
        if self._service is not None:
            self._service.stop()
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
