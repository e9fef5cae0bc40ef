"""A realtime session over a WebSocket: one task reads, one writes, and a timer ends it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import NamedTuple

from aiohttp import WSMsgType, web

from deployer.emulator.realtime.hearing import Unheard
from deployer.emulator.realtime.outbox import Alarm
from deployer.emulator.realtime.session import RealtimeSession
from deployer.emulator.realtime.turn import Close, Pause
from deployer.emulator.sound.recognition import Recognise

_UNBROKEN = 8
"""Events sent in a row before other sessions and pings have their turn."""


class Ending(NamedTuple):
    """When a session is over (seconds after its beginning), why, and in which form: event, close, both or drop."""

    seconds: float
    reason: str
    form: str = "both"


async def converse(
    request: web.Request,
    socket: web.WebSocketResponse,
    session: RealtimeSession,
    ending: Ending,
    recognise: Recognise | None = None,
) -> None:
    """Carry the session until the client leaves, the session ends, or its time is over."""
    wake = asyncio.Event()

    def expire() -> None:
        session.expire(ending.reason, ending.form)
        wake.set()

    timer = asyncio.get_running_loop().call_later(ending.seconds, expire)
    writer = asyncio.create_task(_write(request, socket, session, wake, recognise))
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
    recognise: Recognise | None,
) -> None:
    loop = asyncio.get_running_loop()
    clock = loop.time
    alarm: asyncio.TimerHandle | None = None
    # The moment up to which everything has been sent: pauses count from there, so that being late once is made good.
    due, sent = clock(), 0
    try:
        while True:
            event = session.next()
            if event is None:
                await wake.wait()
                wake.clear()
                due = max(due, clock())
            elif isinstance(event, str):
                await socket.send_str(event)
                sent += 1
                if sent % _UNBROKEN == 0:
                    await asyncio.sleep(0)
            elif isinstance(event, Pause):
                due += event.seconds
                if due > (now := clock()):
                    await asyncio.sleep(due - now)
            elif isinstance(event, Unheard):
                words = await asyncio.to_thread(recognise, event.part.pcm) if recognise else None
                session.heard(event, words)
                due = max(due, clock())
            elif isinstance(event, Alarm):
                if alarm is not None:
                    alarm.cancel()
                alarm = loop.call_later(event.seconds, _ring, session, wake, event)
            else:
                await _close(request, socket, event)
                return
    except ConnectionError:
        return
    except Exception:  # a mistake of ours, which the log tells: the client is not left to wait
        await socket.close(code=1011)
        raise
    finally:
        if alarm is not None:
            alarm.cancel()


def _ring(session: RealtimeSession, wake: asyncio.Event, alarm: Alarm) -> None:
    session.rang(alarm)
    wake.set()


async def _close(request: web.Request, socket: web.WebSocketResponse, close: Close) -> None:
    if close.code != 1006:
        await socket.close(code=close.code, message=close.reason.encode())
    elif request.transport is not None:
        request.transport.abort()
