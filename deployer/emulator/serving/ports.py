"""A port for each account, where it is reached without a prefix: some clients drop the path of an endpoint."""

from __future__ import annotations

import asyncio
import logging
import ssl
from itertools import islice

from aiohttp import web

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.server import Server
from deployer.emulator.serving.loopback import loopback_sockets

_LOG = logging.getLogger(__name__)
_SECONDS_BETWEEN_LOOKS = 0.1
_FILES_OF_AN_ACCOUNT = 2
"""A socket for IPv4 and one for IPv6."""


class AccountPorts:
    """Opens and closes ports as accounts come and go. They take half of `open_files`: the rest is for connections."""

    def __init__(
        self,
        cloud: EmulatedCloud,
        server: Server,
        tls: ssl.SSLContext | None,
        open_files: int,
    ) -> None:
        self._cloud = cloud
        self._server = server
        self._tls = tls
        self._most = open_files // 2 // _FILES_OF_AN_ACCOUNT
        self._runners: dict[str, web.AppRunner] = {}
        self._told = False

    async def follow(self) -> None:
        """Keep `cloud.ports` true until cancelled."""
        try:
            while True:
                await self.adjust()
                await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
        finally:
            for name in list(self._runners):
                await self._close(name)

    async def adjust(self) -> None:
        """Open what is missing and close what is no longer needed; accounts for which there is no room go without."""
        wanted = {self._cloud.store.segment(one) for one in self._cloud.store.accounts()}
        for name in self._runners.keys() - wanted:
            await self._close(name)
        missing = sorted(wanted - self._runners.keys())
        room = self._most - len(self._runners)
        try:
            for name in islice(missing, max(room, 0)):
                await self._open(name)
        except OSError as error:
            self._tell(str(error))
        else:
            if len(missing) > room:
                self._tell(f"there is room for {self._most}")

    def _tell(self, why: str) -> None:
        """Say once that some account has no port of its own."""
        if not self._told:
            _LOG.warning(
                "%d of %d accounts have a port of their own: %s. The others are reached at their endpoints "
                "as before. Raise the limit of open files (`ulimit -n`) for more.",
                len(self._runners),
                len(self._cloud.store.accounts()),
                why,
            )
        self._told = True

    async def _open(self, name: str) -> None:
        sockets = loopback_sockets(0)
        runner = web.AppRunner(self._server.account(name), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        for one in sockets:
            await web.SockSite(runner, one, ssl_context=self._tls).start()
        self._runners[name] = runner
        self._cloud.ports[name] = sockets[0].getsockname()[1]

    async def _close(self, name: str) -> None:
        self._cloud.ports.pop(name, None)
        await self._runners.pop(name).cleanup()
