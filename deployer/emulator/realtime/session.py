"""One realtime session: client events in, server events out; no sockets and no clock in it."""

from __future__ import annotations

import json
from collections.abc import Callable

from deployer.emulator.data_plane.refusals import InvalidRequest, Json, a, required
from deployer.emulator.faults.wrongs import WrongEvent
from deployer.emulator.realtime.dialect import Dialect, Ordered
from deployer.emulator.realtime.hearing import Unheard
from deployer.emulator.realtime.input_buffer import InputBuffer
from deployer.emulator.realtime.item_events import ItemEvents
from deployer.emulator.realtime.outbox import Alarm, Sent
from deployer.emulator.realtime.responses import Responses
from deployer.emulator.realtime.session_refusals import (
    not_a_transcription,
    only_over_webrtc,
)
from deployer.emulator.realtime.session_state import Called, SessionState
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.turn import Close
from deployer.emulator.sound.voice import Speaker

Receiver = Callable[[dict[str, Json]], None]
"""Takes a client event of one type; raises `InvalidRequest`."""


class RealtimeSession:
    """Takes client events by `receive` and gives server events, one by one, by `next`."""

    def __init__(
        self,
        dialect: Dialect,
        called: Called,
        speaker: Speaker,
        wrong: WrongEvent,
        recognises: bool = False,
    ) -> None:
        self._dialect = dialect
        self._state = state = SessionState(dialect, called, wrong, recognises)
        self._outbox = state.outbox
        self._responses = responses = Responses(state, speaker)
        self._items = items = ItemEvents(state, responses)
        self._buffer = InputBuffer(state, items, responses, self._respond)
        other = wrong("wrongModel")
        self._model = called.model
        if other is not None:
            self._model = str(other.get("model", "gpt-realtime-0000-00-00"))
        state.settings = self._beginning(called.settings)
        self._outbox.send(f"{self._kind}.created", session=self._shown())
        if wrong("conversationCreated") is not None:
            shown = {"id": state.conversation_id, "object": "realtime.conversation"}
            self._outbox.send("conversation.created", conversation=shown)

    def next(self) -> Sent | None:
        """What to send or to do now; None when there is nothing before the next client event, `heard` or `rang`."""
        while not self._outbox:
            if not self._responses.proceed():
                return None
        return self._outbox.take()

    def heard(self, unheard: Unheard, words: str | None) -> None:
        """Go on with a sound after somebody has listened to it."""
        hearing = self._state.hearing
        hearing.heard(unheard, words)
        self._try(unheard.then, None)
        for event in hearing.released():
            self.receive(event)

    def rang(self, alarm: Alarm) -> None:
        """Go on after the time of an alarm has passed."""
        self._try(alarm.ring, None)

    def receive(self, text: str) -> None:
        """Take a client event; whatever is wrong with it becomes an error event."""
        if self._state.hearing.holds(text):
            return
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            invalid = InvalidRequest("The event is not valid JSON.", code="invalid_json")
            self._outbox.refuse(invalid, None)
            return
        event_id = event.get("event_id") if isinstance(event, dict) else None
        self._try(lambda: self._receive(event), event_id)

    def expire(self, reason: str, form: str = "both") -> None:
        """End the session because its time is over. An event has been seen, a close, and a connection that is gone."""
        self._responses.abandon()
        if form in ("event", "both"):
            self._outbox.refuse(InvalidRequest(reason, code="session_expired"), None)
        closes = {"event": Close(1000), "drop": Close(1006)}
        self._outbox.put(closes.get(form, Close(1001, reason)))

    def _try(self, act: Callable[[], None], event_id: object) -> None:
        try:
            act()
        except InvalidRequest as refusal:
            self._outbox.refuse(refusal, event_id)

    def _receive(self, event: Json) -> None:
        a(dict)(event, "event")
        kind = event.get("type")
        if kind is None:
            raise InvalidRequest("The 'type' field is missing.", code="invalid_event", param="type")
        receivers = self._receivers()
        receiver = receivers.get(a(str)(kind, "type"))
        if receiver is None:
            known = ", ".join(f"'{name}'" for name in receivers)
            raise InvalidRequest(
                f"Invalid value: '{kind}'. Supported values are: {known}.",
                code="invalid_value",
                param="type",
            )
        receiver(event)

    def _receivers(self) -> dict[str, Receiver]:
        """What takes each event, by its type; not kept, because a session that waits would hold a kilobyte of it."""
        buffer, items = self._buffer, self._items
        receivers: dict[str, Receiver] = {
            "session.update": self._update,
            "input_audio_buffer.append": buffer.append,
            "input_audio_buffer.commit": buffer.commit,
            "input_audio_buffer.clear": buffer.clear,
            "conversation.item.create": items.create,
            "conversation.item.retrieve": items.retrieve,
            "conversation.item.truncate": items.truncate,
            "conversation.item.delete": items.delete,
            "response.create": self._create_response,
            "response.cancel": self._responses.cancel,
            "output_audio_buffer.clear": _clear_output,
        }
        if not self._dialect.has_nested_sessions:
            receivers["transcription_session.update"] = self._update_transcription
        return receivers

    @property
    def _kind(self) -> str:
        """The first part of the names of the events about the session itself."""
        return "session"

    def _beginning(self, settings: Settings) -> Settings:
        """The settings that the session begins with."""
        return settings

    def _changed(self, session: Json) -> Settings:
        """The settings after `session.update`."""
        return self._dialect.update(session, self._state.settings)

    def _shown(self) -> Json:
        state = self._state
        return self._dialect.session(state.settings, state.id, self._model, state.called.expires_at)

    def _update(self, event: dict[str, Json]) -> None:
        refused = self._state.wrong("refusedUpdate")
        if refused is not None:
            message = str(refused.get("message", "Unknown parameter: 'session.type'."))
            raise InvalidRequest(message, code="unknown_parameter", param="session.type")
        session = required(event, "session", "")
        settings = self._changed(session)
        if self._state.wrong("firstPreview") is not None:
            self._dialect.refuse_later(session)
        self._responses.check_voice(settings.voice, "session")
        self._state.settings = settings
        self._outbox.send(f"{self._kind}.updated", session=self._shown())

    def _update_transcription(self, _: dict[str, Json], /) -> None:
        raise not_a_transcription()

    def _create_response(self, event: dict[str, Json], /) -> None:
        self._responses.create(event)

    def _respond(self, order: Ordered) -> None:
        """Answer a turn without being asked."""
        self._responses.respond(order)


def _clear_output(event: dict[str, Json]) -> None:
    raise only_over_webrtc(str(event["type"]))
