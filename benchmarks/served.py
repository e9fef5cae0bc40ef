"""A whole emulator in a process of its own, as `deployer emulator start` runs it, with an account and two deployments.

It stays on the first core where the system lets us choose, and whoever measures on the second.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import multiprocessing
import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from requests_by_hand import Socket, signed_in  # type: ignore[import-not-found]  # beside this file

ACCOUNT = "voice"
MODELS = {"realtime": "gpt-realtime", "audio": "gpt-audio"}
"""Version 2025-08-28, by the name of the deployment."""

_GROUP = "/subscriptions/00000000-0000-0000-0000-00000000a2a0/resourceGroups/benchmark"
_ACCOUNT = f"{_GROUP}/providers/Microsoft.CognitiveServices/accounts/{ACCOUNT}"
_VERSION = "?api-version=2025-09-01"


@dataclass(frozen=True)
class Served:
    """Where the emulator is, the account's key, and what its process has used."""

    address: str
    plain_address: str
    ca: Path
    key: str
    pipe: Connection

    def used(self) -> tuple[float, float]:
        """Resident megabytes now (its highest where that is not told), and the processor's seconds so far."""
        self.pipe.send("used")
        found: tuple[float, float] = self.pipe.recv()
        return found

    def ask(self, method: str, path: str, body: object) -> None:
        """Ask the emulator's own interface."""
        self.pipe.send((method, path, body))
        self.pipe.recv()


@contextlib.contextmanager
def served() -> Iterator[Served]:
    """A new emulator, which is gone afterwards."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        process = context.Process(target=_serve, args=(theirs, state), daemon=True)
        process.start()
        address, plain_address, secret = ours.recv()
        pinned(1)
        try:
            key = asyncio.run(_made(address, state / "ca.pem", secret))
            yield Served(address, plain_address, state / "ca.pem", key, ours)
        finally:
            process.terminate()
            process.join()


def pinned(core: int) -> None:
    """Stay on one core, where the system has more than one and lets us choose."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _serve(parent: Connection, state: Path) -> None:
    import time

    from deployer.emulator import Emulator
    from deployer.emulator.serving.foreground import serve

    def answer(emulator: Emulator) -> None:
        while asked := parent.recv():
            if asked == "used":
                parent.send((_memory(), time.process_time()))
            else:
                parent.send(emulator.ask(*asked))

    def ready(emulator: Emulator) -> None:
        emulator.ask("PATCH", "settings", {"lockLinger": 0})  # written to by one socket only
        plain = emulator.ask("GET", "environment")["plainAddress"]
        parent.send((emulator.address, plain, (emulator.client_id, emulator.client_secret)))
        threading.Thread(target=answer, args=(emulator,), daemon=True).start()

    pinned(0)
    serve(state, None, 0, ready)


def _memory() -> float:
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


async def _made(address: str, ca: Path, secret: tuple[str, str]) -> str:
    """Make the account and its deployments; a key of it."""
    header = await signed_in(address, ca, secret)
    socket = await Socket.open(address, ca)

    async def put(path: str, body: object) -> None:
        await socket.send("PUT", path + _VERSION, json.dumps(body).encode(), header)

    await put(_GROUP, {"location": "eastus2"})
    account = {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}}
    await put(_ACCOUNT, account)
    while await _state(socket, header) != "Succeeded":
        await asyncio.sleep(0.05)
    for name, model in MODELS.items():
        wanted = {"format": "OpenAI", "name": model, "version": "2025-08-28"}
        sku = {"name": "GlobalStandard", "capacity": 1}
        await put(f"{_ACCOUNT}/deployments/{name}", {"sku": sku, "properties": {"model": wanted}})
    listed = await socket.send("POST", f"{_ACCOUNT}/listKeys{_VERSION}", b"", header)
    key: str = json.loads(listed)["key1"]
    return key


async def _state(socket: Any, header: str) -> str:  # noqa: ANN401
    found = json.loads(await socket.send("GET", _ACCOUNT + _VERSION, b"", header))
    state: str = found["properties"]["provisioningState"]
    return state
