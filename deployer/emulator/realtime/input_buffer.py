"""The user's sound on its way into the conversation: appended, noticed, committed, written down, answered."""

from __future__ import annotations

from collections.abc import Callable

from deployer.emulator.companding import expand
from deployer.emulator.realtime.dialect import Ordered, read_audio
from deployer.emulator.realtime.hearing import forget_marks
from deployer.emulator.realtime.item_events import ItemEvents
from deployer.emulator.realtime.items import Item, Part
from deployer.emulator.realtime.listening import Listening, SpeechStarted
from deployer.emulator.realtime.responses import Responses
from deployer.emulator.realtime.session_refusals import SHORTEST_COMMIT_MS, too_short
from deployer.emulator.realtime.session_state import SessionState
from deployer.emulator.realtime.transcribing import transcription
from deployer.emulator.realtime.wire import new_id
from deployer.emulator.refusals import Json, required


class InputBuffer:
    """Takes the events `input_audio_buffer.*` of one session; `respond` answers a turn that detection has ended."""

    def __init__(
        self,
        state: SessionState,
        items: ItemEvents,
        responses: Responses,
        respond: Callable[[Ordered], None],
    ) -> None:
        self._state = state
        self._items = items
        self._responses = responses
        self._respond = respond
        self._listening = Listening()
        self._item_id = new_id("item_")

    def append(self, event: dict[str, Json]) -> None:
        """Take input_audio_buffer.append, and whatever the ear finds in it."""
        settings, send = self._state.settings, self._state.outbox.send
        pcm = read_audio(required(event, "audio", ""), "audio")
        if settings.input_format != "pcm16":
            pcm = expand(pcm, settings.input_format)
        detection = settings.turn_detection
        for noticed in self._listening.append(pcm, detection):
            if isinstance(noticed, SpeechStarted):
                self._item_id = new_id("item_")
                send(
                    "input_audio_buffer.speech_started",
                    audio_start_ms=noticed.audio_start_ms,
                    item_id=self._item_id,
                )
                if self._responses.turn is not None and detection and detection.interrupt_response:
                    self._responses.stop("turn_detected")
            else:
                send(
                    "input_audio_buffer.speech_stopped",
                    audio_end_ms=noticed.audio_end_ms,
                    item_id=self._item_id,
                )
                answers = detection is not None and detection.create_response
                self._committed(noticed.pcm, answers)

    def commit(self, _: dict[str, Json]) -> None:
        """Take input_audio_buffer.commit."""
        if self._listening.milliseconds < SHORTEST_COMMIT_MS:
            raise too_short(self._listening.milliseconds)
        self._committed(self._listening.take())

    def clear(self, _: dict[str, Json]) -> None:
        """Take input_audio_buffer.clear."""
        self._listening.take()
        self._state.outbox.send("input_audio_buffer.cleared")

    def _committed(self, pcm: bytes, answers: bool = False) -> None:
        """The buffer has become an item of the conversation, which the session may answer by itself."""
        state = self._state
        item = Item(self._item_id, role="user", parts=[Part.sounding(pcm)])
        forget_marks(item, state.wrong)
        self._item_id = new_id("item_")
        previous = state.conversation.last_id()
        state.outbox.send(
            "input_audio_buffer.committed", previous_item_id=previous, item_id=item.id
        )
        self._items.added(item, None)

        def then() -> None:
            if state.settings.transcription is not None:
                for kind, fields in transcription(item, state.wrong):
                    state.outbox.send(kind, **fields)
            if answers:
                self._respond(Ordered(state.settings))

        state.hearing.hear(item, then)
