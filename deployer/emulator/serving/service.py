"""The server in a thread of its own, with its own event loop, on the loopback addresses of one port."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import threading
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

from deployer.emulator.serving.certificates import Certificates
from deployer.emulator.serving.holder import Holder
from deployer.emulator.serving.kept_port import kept_sockets
from deployer.emulator.serving.loopback import loopback_sockets

_FAREWELL = 1.0
"""Seconds that requests in flight get when the server stops."""


class Service:
    """One running emulator. Made by `start`; lives until `stop`, or until it is told so over its own interface."""

    def __init__(self, state: Path, today: date, certificates: Certificates, port: int) -> None:
        self._state = state
        self._today = today
        self._certificates = certificates
        self._port = port
        self._listening = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ending: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="deployer emulator", daemon=True)
        self.holder = Holder(os.getpid(), "", secrets.token_hex(16))

    def start(self) -> None:
        """Return when the server listens; raises OSError when it cannot."""
        self._thread.start()
        self._listening.wait()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """End the server and wait for that."""
        if self._loop is not None and self._ending is not None:
            with contextlib.suppress(RuntimeError):  # the loop has ended by itself
                self._loop.call_soon_threadsafe(self._ending.set)
        self._thread.join()

    @property
    def is_running(self) -> bool:
        """Whether it still serves."""
        return self._thread.is_alive()

    def wait(self) -> None:
        """Wait until the server has ended; in slices, so that Ctrl-C is heard on every platform."""
        while self._thread.is_alive():
            self._thread.join(0.2)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._serve())
        except BaseException as failure:  # noqa: BLE001 - handed to whoever waits in start()
            self._failure = failure
        finally:
            self._listening.set()

    async def _serve(self) -> None:
        # Imported here: whoever only joins a running emulator needs no server.
        from aiohttp import web

        from deployer.emulator.admin import Administration
        from deployer.emulator.cloud import EmulatedCloud
        from deployer.emulator.server import Server
        from deployer.emulator.serving.open_files import most_open_files
        from deployer.emulator.serving.ports import AccountPorts

        self._loop, self._ending = asyncio.get_running_loop(), asyncio.Event()
        sockets = kept_sockets(self._state, self._port)
        port = sockets[0].getsockname()[1]
        self.holder = Holder(os.getpid(), f"https://localhost:{port}", self.holder.nonce)
        cloud = EmulatedCloud(self._state, self._today, address=self.holder.address)
        administration = Administration(cloud, self.holder.nonce, self.holder.pid, self._ending.set)
        server = Server(cloud, administration)
        runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=_FAREWELL)
        await runner.setup()
        context = self._certificates.server_context()
        for one in sockets:
            await web.SockSite(runner, one, ssl_context=context).start()
        plain = web.AppRunner(server.plain(), access_log=None, shutdown_timeout=_FAREWELL)
        await plain.setup()
        open_sockets = loopback_sockets(0)
        for one in open_sockets:
            await web.SockSite(plain, one).start()
        cloud.plain_address = f"http://localhost:{open_sockets[0].getsockname()[1]}"
        account_ports = AccountPorts(cloud, server, context, most_open_files())
        ports = asyncio.create_task(account_ports.follow())
        self._listening.set()
        await self._ending.wait()
        ports.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await ports
        kept_alive = [one.transport for one in runner.server.connections] if runner.server else []
        await runner.cleanup()
        await plain.cleanup()
        # Clients that keep connections alive do not answer TLS's goodbye; the loop would end before it.
        for transport in kept_alive:
            if transport is not None:
                transport.abort()
        await asyncio.sleep(0)
        cloud.close()


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed: twice the speed, and a third of the memory for each TLS socket."""
    try:
        factory: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
    except ImportError:
        return None
    return factory
