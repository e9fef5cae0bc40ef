"""A realtime session over a WebSocket: one task reads, one writes, and a timer ends it."""

from __future__ import annotations

import asyncio
import contextlib

from aiohttp import WSMsgType, web

from deployer.emulator.realtime.session import RealtimeSession
from deployer.emulator.realtime.turn import Close, Pause


async def converse(
    request: web.Request,
    socket: web.WebSocketResponse,
    session: RealtimeSession,
    seconds: float,
    reason: str,
) -> None:
    """Carry the session until the client leaves, the session ends, or it has lasted so many seconds."""
    wake = asyncio.Event()

    def expire() -> None:
        session.expire(reason)
        wake.set()

    timer = asyncio.get_running_loop().call_later(seconds, expire)
    writer = asyncio.create_task(_write(request, socket, session, wake))
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                session.receive(message.data)
                wake.set()
    finally:
        timer.cancel()
        writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writer


async def _write(
    request: web.Request,
    socket: web.WebSocketResponse,
    session: RealtimeSession,
    wake: asyncio.Event,
) -> None:
    with contextlib.suppress(ConnectionError):
        while True:
            event = session.next()
            if event is None:
                await wake.wait()
                wake.clear()
            elif isinstance(event, Pause):
                await asyncio.sleep(event.seconds)
            elif isinstance(event, Close):
                await _close(request, socket, event)
                return
            else:
                await socket.send_str(event)
                # Faster than real time, but never so fast that pings and other sessions have to wait.
                await asyncio.sleep(0)


async def _close(request: web.Request, socket: web.WebSocketResponse, close: Close) -> None:
    if close.code != 1006:
        await socket.close(code=close.code, message=close.reason.encode())
    elif request.transport is not None:
        request.transport.abort()
