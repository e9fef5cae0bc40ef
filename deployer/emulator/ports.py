"""A port for each account, where it is reached without a prefix: some clients drop the path of an endpoint."""

from __future__ import annotations

import asyncio
import ssl

from aiohttp import web

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.loopback import loopback_sockets
from deployer.emulator.server import Server

_SECONDS_BETWEEN_LOOKS = 0.1


class AccountPorts:
    """Opens and closes ports as accounts come and go."""

    def __init__(self, cloud: EmulatedCloud, server: Server, tls: ssl.SSLContext) -> None:
        self._cloud = cloud
        self._server = server
        self._tls = tls
        self._runners: dict[str, web.AppRunner] = {}

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
        """Open what is missing and close what is no longer needed."""
        wanted = {self._cloud.store.segment(one) for one in self._cloud.store.accounts()}
        for name in self._runners.keys() - wanted:
            await self._close(name)
        for name in sorted(wanted - self._runners.keys()):
            await self._open(name)

    async def _open(self, name: str) -> None:
        runner = web.AppRunner(self._server.account(name), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        sockets = loopback_sockets(0)
        for one in sockets:
            await web.SockSite(runner, one, ssl_context=self._tls).start()
        self._runners[name] = runner
        self._cloud.ports[name] = sockets[0].getsockname()[1]

    async def _close(self, name: str) -> None:
        self._cloud.ports.pop(name, None)
        await self._runners.pop(name).cleanup()
