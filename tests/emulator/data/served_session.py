"""Realtime sessions over the sockets of a real server, with the interface of `Dialogue`."""

import asyncio
import contextlib
import json
from typing import Any

import aiohttp
from emulator.data.handshaking import GA, PREVIEW
from emulator.data.protocol import GA_NAMES, PREVIEW_NAMES
from emulator.data.world import KEY

PATIENCE = 5
"""Seconds without an event after which a server is stuck."""


class Client:
    """Opens sessions, all from one event loop."""

    def __init__(self, endpoint, loop, http):
        self._endpoint = endpoint
        self._loop = loop
        self._http = http

    def open(self, dialect):
        path = GA if dialect == "ga" else PREVIEW.replace("2024-10-01", "2025-04-01")
        opening = self._http.ws_connect(
            f"{self._endpoint}/{path}", headers={"api-key": KEY}, max_msg_size=0
        )
        return ServedSession(dialect == "ga", self._loop, self._loop.run_until_complete(opening))


@contextlib.contextmanager
def calling(endpoint):
    """A client of that server."""
    loop = asyncio.new_event_loop()

    async def begun():
        return aiohttp.ClientSession()

    http = loop.run_until_complete(begun())
    try:
        yield Client(endpoint, loop, http)
    finally:
        loop.run_until_complete(http.close())
        loop.close()


class ServedSession:
    """A session and everything that has been read of it."""

    def __init__(self, is_ga, loop, socket):
        self.is_ga = is_ga
        self.names = GA_NAMES if is_ga else PREVIEW_NAMES
        self.events: list[dict[str, Any]] = []
        self.commits = 0
        self._loop = loop
        self._socket = socket
        self._questions = 0

    def send(self, kind, **fields):
        self.commits += kind == "input_audio_buffer.commit"
        self._loop.run_until_complete(self._socket.send_json({"type": kind, **fields}))

    def say(self, kind, **fields):
        """Send a client event and read all that follows."""
        before = len(self.events)
        self.send(kind, **fields)
        self.drain()
        return self.events[before:]

    def drain(self, limit=None):
        """Read until everything is done; with a limit only what has been sent by now, and nothing if it is 0."""
        if limit != 0:
            self._loop.run_until_complete(self._read(until_done=limit is None))

    def close(self):
        self._loop.run_until_complete(self._socket.close())

    async def _read(self, until_done):
        # What cannot be understood is refused at once, and so tells that all before it has been dealt with.
        self._questions += 1
        name = f"question {self._questions}"
        await self._socket.send_json({"type": "where are we", "event_id": name})
        while (await self._next()).get("error", {}).get("event_id") != name:
            pass
        while until_done and self._is_answering():
            await self._next()

    def _is_answering(self):
        kinds = [event["type"] for event in self.events]
        return kinds.count("response.created") > kinds.count("response.done")

    async def _next(self):
        text = await asyncio.wait_for(self._socket.receive_str(), PATIENCE)
        self.events.append(json.loads(text))
        return self.events[-1]
