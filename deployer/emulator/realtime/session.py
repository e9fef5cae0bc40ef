"""One realtime session: client events in, server events out; no sockets and no clock in it."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from deployer.emulator.companding import expand
from deployer.emulator.realtime.answering import input_tokens, steps
from deployer.emulator.realtime.dialect import Dialect, Ordered, Response, read_audio
from deployer.emulator.realtime.hearing import Hearing, Unheard, forget_marks
from deployer.emulator.realtime.items import Conversation, Item, Part
from deployer.emulator.realtime.listening import Listening, SpeechStarted
from deployer.emulator.realtime.session_refusals import (
    SHORTEST_COMMIT_MS,
    already_active,
    nothing_to_cancel,
    too_short,
    voice_is_fixed,
)
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.tampering import Tampering, tampering
from deployer.emulator.realtime.transcribing import transcription
from deployer.emulator.realtime.turn import Close, Pause, Step, Turn
from deployer.emulator.realtime.understanding import answer
from deployer.emulator.realtime.wire import Wire, new_id
from deployer.emulator.refusals import InvalidRequest, Json, a, between, required
from deployer.emulator.steering import latency, scripted
from deployer.emulator.tools import Call
from deployer.emulator.voice import Speaker
from deployer.emulator.wrongs import Wrong


@dataclass(frozen=True)
class Called:
    """What a session is about: model and version joined, when it expires (seconds since 1970), its limits.

    `settings` are those it begins with.
    """

    model: str
    expires_at: int
    limits: Mapping[str, float] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)

    def shown_limits(self) -> list[dict[str, Json]]:
        """The limits as an event shows them."""
        return [
            {"name": name, "limit": limit, "remaining": limit - 1, "reset_seconds": 60}
            for name, limit in self.limits.items()
        ]


class RealtimeSession:
    """Takes client events by `receive` and gives server events, one by one, by `next`."""

    def __init__(
        self,
        dialect: Dialect,
        called: Called,
        speaker: Speaker,
        wrong: Wrong,
        recognises: bool = False,
    ) -> None:
        self._dialect = dialect
        self._called = called
        self._speaker = speaker
        self._wrong = wrong
        self._wire = Wire()
        self._id = new_id("sess_")
        self._conversation_id = new_id("conv_")
        self._tampering: Tampering | None = None
        self._conversation = Conversation()
        self._listening = Listening()
        self._listening_item = new_id("item_")
        self._has_spoken = False
        self._turn: Turn | None = None
        self._steps: Iterator[Step] = iter(())
        self._ready: deque[str | Pause | Close | Unheard] = deque()
        self._hearing = Hearing(self._ready.append if recognises else None)
        self._receivers: dict[str, Callable[[dict[str, Json]], None]] = {
            "session.update": self._update,
            "input_audio_buffer.append": self._append,
            "input_audio_buffer.commit": self._commit,
            "input_audio_buffer.clear": self._clear,
            "conversation.item.create": self._create_item,
            "conversation.item.retrieve": self._retrieve_item,
            "conversation.item.truncate": self._truncate_item,
            "conversation.item.delete": self._delete_item,
            "response.create": self._create_response,
            "response.cancel": self._cancel_response,
        }
        other = wrong("wrongModel")
        self._model = called.model
        if other is not None:
            self._model = str(other.get("model", "gpt-realtime-0000-00-00"))
        self._begin(called.settings)
        self._send(f"{self._kind}.created", session=self._shown())
        if wrong("conversationCreated") is not None:
            shown = {"id": self._conversation_id, "object": "realtime.conversation"}
            self._send("conversation.created", conversation=shown)

    def next(self) -> str | Pause | Close | Unheard | None:
        """What to send or, for `heard`, to listen to now; None when there is nothing before the next client event."""
        while not self._ready:
            step = next(self._steps, None)
            if step is None:
                return None
            self._queue(step)
        return self._ready.popleft()

    def heard(self, unheard: Unheard, words: str | None) -> None:
        """Go on with a sound after somebody has listened to it."""
        self._hearing.heard(unheard, words)
        self._try(unheard.then, None)
        for event in self._hearing.released():
            self.receive(event)

    def receive(self, text: str) -> None:
        """Take a client event; whatever is wrong with it becomes an error event."""
        if self._hearing.holds(text):
            return
        try:
            event = json.loads(text)
        except (ValueError, RecursionError):
            self._error(InvalidRequest("The event is not valid JSON.", code="invalid_json"), None)
            return
        event_id = event.get("event_id") if isinstance(event, dict) else None
        self._try(lambda: self._receive(event), event_id)

    def _try(self, act: Callable[[], None], event_id: object) -> None:
        try:
            act()
        except InvalidRequest as refusal:
            self._error(refusal, event_id)

    def expire(self, reason: str, form: str = "both") -> None:
        """End the session because its time is over. Two forms have been seen: an event, and a close."""
        self._steps = iter(())
        if form != "close":
            self._error(InvalidRequest(reason, code="session_expired"), None)
        self._ready.append(Close(1000) if form == "event" else Close(1001, reason))

    def _receive(self, event: Json) -> None:
        a(dict)(event, "event")
        kind = event.get("type")
        if kind is None:
            raise InvalidRequest("The 'type' field is missing.", code="invalid_event", param="type")
        receiver = self._receivers.get(a(str)(kind, "type"))
        if receiver is None:
            known = ", ".join(f"'{name}'" for name in self._receivers)
            raise InvalidRequest(
                f"Invalid value: '{kind}'. Supported values are: {known}.",
                code="invalid_value",
                param="type",
            )
        receiver(event)

    @property
    def _kind(self) -> str:
        """The first part of the names of the events about the session itself."""
        return "session"

    def _begin(self, settings: Settings) -> None:
        self._settings = settings

    def _changed(self, session: Json) -> Settings:
        return self._dialect.update(session, self._settings)

    def _update(self, event: dict[str, Json]) -> None:
        refused = self._wrong("refusedUpdate")
        if refused is not None:
            message = str(refused.get("message", "Unknown parameter: 'session.type'."))
            raise InvalidRequest(message, code="unknown_parameter", param="session.type")
        settings = self._changed(required(event, "session", ""))
        if self._has_spoken and settings.voice != self._settings.voice:
            raise voice_is_fixed()
        self._settings = settings
        self._send(f"{self._kind}.updated", session=self._shown())

    def _append(self, event: dict[str, Json]) -> None:
        pcm = read_audio(required(event, "audio", ""), "audio")
        if self._settings.input_format != "pcm16":
            pcm = expand(pcm, self._settings.input_format)
        detection = self._settings.turn_detection
        for noticed in self._listening.append(pcm, detection):
            if isinstance(noticed, SpeechStarted):
                self._listening_item = new_id("item_")
                self._send(
                    "input_audio_buffer.speech_started",
                    audio_start_ms=noticed.audio_start_ms,
                    item_id=self._listening_item,
                )
                if self._turn is not None and detection and detection.interrupt_response:
                    self._stop("turn_detected")
            else:
                self._send(
                    "input_audio_buffer.speech_stopped",
                    audio_end_ms=noticed.audio_end_ms,
                    item_id=self._listening_item,
                )
                answers = detection is not None and detection.create_response
                self._committed(noticed.pcm, answers)

    def _commit(self, _: dict[str, Json]) -> None:
        if self._listening.milliseconds < SHORTEST_COMMIT_MS:
            raise too_short(self._listening.milliseconds)
        self._committed(self._listening.take())

    def _committed(self, pcm: bytes, answers: bool = False) -> None:
        """The buffer has become an item of the conversation, which the session may answer by itself."""
        item = Item(self._listening_item, role="user", parts=[Part.sounding(pcm)])
        forget_marks(item, self._wrong)
        self._listening_item = new_id("item_")
        previous = self._conversation.last_id()
        self._send("input_audio_buffer.committed", previous_item_id=previous, item_id=item.id)
        self._added(item, None)

        def then() -> None:
            if self._settings.transcription is not None:
                for kind, fields in transcription(item, self._wrong):
                    self._send(kind, **fields)
            if answers:
                self._respond(Ordered(self._settings))

        self._hearing.hear(item, then)

    def _clear(self, _: dict[str, Json]) -> None:
        self._listening.take()
        self._send("input_audio_buffer.cleared")

    def _create_item(self, event: dict[str, Json]) -> None:
        item = self._dialect.read_item(required(event, "item", ""))
        previous = event.get("previous_item_id")
        self._conversation.check_new(item, previous)
        forget_marks(item, self._wrong)
        self._added(item, previous)
        self._hearing.hear(item, lambda: None)

    def _added(self, item: Item, previous: str | None) -> None:
        before = self._conversation.place(item, previous)
        for kind in (self._dialect.item_added, self._dialect.item_done):
            if kind is not None:
                self._send(kind, previous_item_id=before, item=self._dialect.item(item))

    def _retrieve_item(self, event: dict[str, Json]) -> None:
        item_id = required(event, "item_id", "")
        item = self._conversation.find(item_id, "item_retrieve_invalid_item_id")
        self._send("conversation.item.retrieved", item=self._dialect.item(item, with_audio=True))

    def _truncate_item(self, event: dict[str, Json]) -> None:
        item_id = required(event, "item_id", "")
        content_index = between(0, 0, int)(required(event, "content_index", ""), "content_index")
        end = between(0, 86_400_000, int)(required(event, "audio_end_ms", ""), "audio_end_ms")
        if self._turn is not None:
            self._turn.measure_sound()
        self._conversation.truncate(item_id, end)
        self._send(
            "conversation.item.truncated",
            item_id=item_id,
            content_index=content_index,
            audio_end_ms=end,
        )

    def _delete_item(self, event: dict[str, Json]) -> None:
        item_id = required(event, "item_id", "")
        self._conversation.delete(item_id)
        self._send("conversation.item.deleted", item_id=item_id)

    def _create_response(self, event: dict[str, Json], /) -> None:
        self._respond(self._dialect.order(event.get("response") or {}, self._settings))

    def _cancel_response(self, event: dict[str, Json]) -> None:
        wanted = event.get("response_id")
        if self._turn is None or wanted not in (None, self._turn.response.id):
            raise nothing_to_cancel()
        self._stop("client_cancelled")

    def _respond(self, order: Ordered) -> None:
        if self._turn is not None:
            raise already_active(self._turn.response.id, self._wrong)
        items = list(self._conversation if order.input is None else self._given(order.input))
        content = scripted(self._wrong)
        if content is None:
            content = answer(items, order.settings, order.instructions)
        response = Response(
            new_id("resp_"),
            order.settings,
            self._conversation_id if order.in_conversation else None,
            order.metadata,
        )
        item = Item(new_id("item_"), role="assistant")
        if isinstance(content, Call):
            item = Item(item.id, "function_call", call_id=new_id("call_", 16), name=content.name)
        self._turn = Turn(
            self._wire,
            self._dialect,
            response,
            item,
            input_tokens(items, order.settings),
            self._conversation.place if order.in_conversation else None,
            self._finish,
        )
        self._tampering = tampering(self._wrong)
        self._steps = self._answering(self._turn, content)
        # Begun at once, so that even a response that is cancelled before anything is sent has a beginning.
        self._queue(next(self._steps))

    def _given(self, values: tuple[Json, ...]) -> Iterator[Item]:
        """The items that a response is asked to answer instead of the conversation."""
        for index, value in enumerate(values):
            place = f"response.input[{index}]"
            if isinstance(value, dict) and value.get("type") == "item_reference":
                item_id = required(value, "id", place)
                yield self._conversation.find(item_id, "invalid_value", f"{place}.id")
            else:
                yield self._dialect.read_item(value, place)

    def _answering(self, turn: Turn, content: Call | str) -> Iterator[Step]:
        failed = self._wrong("failedResponse")
        if failed is not None:
            return turn.failing(self._id, failed)
        if turn.response.settings.speaks and not isinstance(content, Call):
            self._has_spoken = True
        return steps(turn, content, self._speaker, self._wrong, latency(self._wrong))

    def _finish(self) -> Iterator[str]:
        """The events that close the active response, which is not active afterwards."""
        turn = self._turn
        if turn is None or self._wrong("neverDone") is not None:
            return
        self._turn = None
        wrong_usage = self._wrong("wrongUsage") is not None
        turn.response.usage = turn.usage.of_response(wrong=wrong_usage)
        yield self._wire.event("response.done", response=self._dialect.response(turn.response))
        if self._wrong("rateLimitsUpdated") is not None:
            yield self._wire.event("rate_limits.updated", rate_limits=self._called.shown_limits())

    def _stop(self, reason: str) -> None:
        """End the active response now, with what has been sent of it."""
        self._steps = iter(())
        if self._turn is not None:
            self._queue(self._turn.end("cancelled", {"type": "cancelled", "reason": reason}))

    def _shown(self) -> Json:
        return self._dialect.session(self._settings, self._id, self._model, self._called.expires_at)

    def _queue(self, step: Step) -> None:
        if self._tampering is None:
            self._ready += step
            return
        for event in step:
            self._ready += self._tampering.of(event) if isinstance(event, str) else [event]

    def _send(self, kind: str, **fields: object) -> None:
        self._ready.append(self._wire.event(kind, **fields))

    def _error(self, refusal: InvalidRequest, event_id: object) -> None:
        self._send("error", error={**refusal.error, "event_id": event_id})
