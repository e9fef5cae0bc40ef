"""Realtime handshakes over a real WebSocket, and the two addresses they go to."""

import asyncio
import json
from typing import Any

import aiohttp
from emulator.data.world import KEY

PREVIEW = "openai/realtime?api-version=2024-10-01-preview&deployment=realtime"
GA = "openai/v1/realtime?model=realtime-ga"


def converse(endpoint, path, talk, headers=None, autoping=True):
    """Run `talk(socket)` on an open socket and return what it returns."""

    async def run():
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(
                f"{endpoint}/{path}",
                headers=headers or {"api-key": KEY},
                max_msg_size=0,
                autoping=autoping,
            ) as socket,
        ):
            return await asyncio.wait_for(talk(socket), 10)

    return asyncio.run(run())


def refusal(endpoint, path, headers=None):
    """Status, headers and body of a handshake that must fail."""

    async def run():
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        given = {"api-key": KEY} if headers is None else headers
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"{endpoint}/{path}", headers=upgrade | given) as answer,
        ):
            return answer.status, answer.headers, await answer.json()

    return asyncio.run(run())


async def until(socket, kind):
    """Receive events up to and with one of that type."""
    events: list[dict[str, Any]] = []
    while not events or events[-1]["type"] != kind:
        events.append(json.loads(await socket.receive_str()))
    return events
