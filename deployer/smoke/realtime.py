"""Realtime: a session, an update, and one turn from text to a completed response that can be heard."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from deployer.catalog import queries
from deployer.smoke.answers import part, read_object, text
from deployer.smoke.attempts import Attempt, Check, fail_on
from deployer.smoke.diagnoses import CheckFailed
from deployer.smoke.dialects import DIALECTS, Dialect, dialect_of
from deployer.smoke.judging import is_session_of
from deployer.smoke.refusals import diagnose_event
from deployer.smoke.turns import Turn
from deployer.smoke.wire import join

_INSTRUCTIONS = (
    "You are being checked. Repeat what you are told to say, word for word, and add nothing."
)


async def _hear_turn(attempt: Attempt) -> None:
    target, now = attempt.target, attempt.clock.now
    dialect = DIALECTS[
        queries.protocol(target.deployment.model, attempt.settings.realtime.protocol)
    ]
    attempt.evidence["protocol"] = dialect.name
    url = join(
        target.access.realtime_endpoint,
        *dialect.path,
        query=dialect.query(target.deployment.name),
    )
    began = now()
    async with attempt.connect(target.access.realtime_endpoint) as wire:
        socket = await wire.open_socket(url, dialect.headers)
        attempt.timings["connect"] = now() - began
        attempt.evidence |= wire.evidence
        async with socket:
            session = _Session(socket)
            await _open(attempt, session, dialect)
            turn, asked = await _speak(attempt, session, dialect)
    ended = now()
    attempt.timings["total"] = ended - began
    fail_on(turn.finding())
    if not turn.playing.pieces:
        raise CheckFailed("smoke.no-audio", "The response is complete, but no audio came with it.")
    await attempt.judge(
        turn.playing.sound,
        turn.transcript,
        turn.usage,
        spent=ended - asked,
        heard=lambda position: turn.playing.heard(position) - asked,
        within=attempt.settings.realtime.first_audio_within,
    )


TURN = Check("realtime", "realtime", _hear_turn)


class _Session:
    """Events over a WebSocket."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def send(self, event: dict[str, Any]) -> None:
        await self._socket.send_str(json.dumps(event))

    async def next(self) -> dict[str, Any]:
        """What the server sends next. Raises CheckFailed when it ends the connection instead."""
        while True:
            message = await self._socket.receive()
            if message.type is aiohttp.WSMsgType.TEXT:
                return read_object(message.data)
            if message.type is not aiohttp.WSMsgType.BINARY:
                raise CheckFailed(
                    "smoke.connection-lost",
                    f"The WebSocket was closed by the service, with code {self._socket.close_code}.",
                )

    async def until(self, *kinds: str) -> dict[str, Any]:
        """The next event of one of these types; others are passed over."""
        while True:
            event = await self.next()
            if event.get("type") in kinds:
                return event


async def _open(attempt: Attempt, session: _Session, dialect: Dialect) -> None:
    """From the open connection to a session that has accepted its settings."""
    began = attempt.clock.now()
    with attempt.until("smoke.no-session", "session.created"):
        created = await session.until("session.created", "error")
    if created["type"] == "error":
        raise diagnose_event(
            created.get("error"), "smoke.no-session", "Instead of a session came an error"
        )
    attempt.timings["session"] = attempt.clock.now() - began
    shown = part(created, "session")
    _note_model(attempt, text(shown, "model"))
    await session.send({"type": "session.update", "session": dialect.session(_INSTRUCTIONS)})
    with attempt.until("smoke.update-unanswered", "session.updated"):
        updated = await session.until("session.updated", "error")
    if updated["type"] == "error":
        other = dialect_of(shown)
        # Preview and GA accept each other's connections and differ from the first session.update on.
        if other is not None and other is not dialect:
            raise CheckFailed(
                "smoke.protocol-mismatch",
                f"The session was opened with the {dialect.name} protocol, but it has the form of the"
                f" {other.name} protocol, and it refuses session.update.",
            )
        raise diagnose_event(updated.get("error"), "smoke.update-refused", "session.update")


def _note_model(attempt: Attempt, stated: str) -> None:
    model = attempt.target.deployment.model
    attempt.evidence["sessionModel"] = stated
    if not is_session_of(model, stated):
        detail = f'Deployed is {model}; session.created states "{stated}".'
        raise CheckFailed("smoke.wrong-model", detail)


async def _speak(attempt: Attempt, session: _Session, dialect: Dialect) -> tuple[Turn, float]:
    """Ask for the sentence; the turn that answers, once it is done, and when it was asked for."""
    await session.send(
        {
            "type": "conversation.item.create",
            "item": {
                "type": "message",
                "role": "user",
                "content": [{"type": "input_text", "text": attempt.request}],
            },
        }
    )
    await session.send({"type": "response.create"})
    asked = attempt.clock.now()
    turn = Turn(dialect)
    try:
        with attempt.until("smoke.never-done", "response.done"):
            while not turn.is_done:
                turn.happened(await session.next(), attempt.clock.now())
                # Many deltas may be waiting; other checks want to be timed too.
                await asyncio.sleep(0)
    finally:
        attempt.note_playing(turn.playing, asked)
        attempt.evidence["events"] = turn.events
    return turn, asked
