"""Who holds a state directory: a file that names process and address, asked over HTTPS whether it lives.

The file alone decides nothing: whoever opens a directory first takes its election, an exclusive lock of
sqlite's that the system drops with the process that holds it, on every platform.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import sqlite3
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from deployer.emulator.serving.certificates import write_private
from deployer.errors import LockedByAnotherRun

PATIENCE = 30.0
"""Seconds to wait for another process that is opening the same directory, or for a holder that is slow."""


@dataclass(frozen=True)
class Holder:
    """The process that serves a state directory. `nonce` proves that the address still is its own."""

    pid: int
    address: str
    nonce: str


class AdministrationRefused(Exception):
    """The emulator's own interface says no; the message is its own."""


@contextmanager
def election(state: Path) -> Iterator[None]:
    """Alone among all processes while it lasts; raises `LockedByAnotherRun` after `PATIENCE`."""
    lock = sqlite3.connect(state / "holder.lock", timeout=PATIENCE, isolation_level=None)
    with contextlib.closing(lock):
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise LockedByAnotherRun(
                f"Another process has been opening the emulator in {state} for {PATIENCE:.0f} s ({error}).",
                hint="Wait for it, or end it.",
            ) from None
        yield


def visit(state: Path) -> sqlite3.Connection:
    """Be counted as a guest of the holder until this is closed, or until the process ends: the system drops the lock."""
    mark = sqlite3.connect(
        state / "guests.lock", timeout=PATIENCE, isolation_level=None, check_same_thread=False
    )
    mark.execute("BEGIN")
    mark.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return mark


def has_guests(state: Path) -> bool:
    """Whether somebody, in whatever process, has joined the holder of a state directory."""
    with contextlib.closing(
        sqlite3.connect(state / "guests.lock", timeout=0, isolation_level=None)
    ) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
    return False


def read_holder(state: Path) -> Holder | None:
    """The holder that the file names, dead or alive; None without a readable file."""
    try:
        return Holder(**json.loads((state / "holder.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def publish(state: Path, holder: Holder) -> None:
    """Name the holder, at once and whole."""
    write_private(state / "holder.json", json.dumps(asdict(holder)).encode())


def withdraw(state: Path, holder: Holder) -> None:
    """Remove the file, if it still names this holder."""
    if read_holder(state) == holder:
        (state / "holder.json").unlink(missing_ok=True)


def live_holder(state: Path, patience: float = PATIENCE) -> Holder | None:
    """The holder, if it lives; one that neither answers nor refuses raises `LockedByAnotherRun`."""
    holder = read_holder(state)
    if holder is None or not (state / "ca.pem").exists():
        return None
    try:
        health = ask(holder.address, state / "ca.pem", "GET", "health", patience=patience)
    except TimeoutError:
        raise LockedByAnotherRun(
            f"The emulator of {state} (process {holder.pid}, {holder.address}) does not answer.",
            hint=f"End process {holder.pid} and try again.",
        ) from None
    except json.JSONDecodeError:
        # Its certificate is of this directory's own authority: it lives, and fails.
        raise LockedByAnotherRun(
            f"The emulator of {state} (process {holder.pid}, {holder.address}) does not know its own health.",
            hint=f"End process {holder.pid} and try again.",
        ) from None
    except (OSError, http.client.HTTPException, ValueError, AdministrationRefused):
        return None
    return holder if health.get("nonce") == holder.nonce else None


def ask(
    address: str,
    ca: Path,
    method: str,
    path: str,
    body: object = None,
    *,
    patience: float = PATIENCE,
) -> Any:  # noqa: ANN401
    """Ask the emulator's own interface; straight to loopback, whatever proxies the environment names."""
    url = urlsplit(address)
    context = ssl.create_default_context(cafile=str(ca))
    connection = http.client.HTTPSConnection(
        url.hostname or "", url.port, timeout=patience, context=context
    )
    with contextlib.closing(connection):
        data = None if body is None else json.dumps(body).encode()
        connection.request(method, f"/_emulator/{path}", data, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = json.loads(response.read())
    if response.status != http.client.OK:
        raise AdministrationRefused(str(answer.get("error", answer)))
    return answer
