"""The user's sound on its way into the conversation: appended, noticed, committed, written down, answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from deployer.emulator.data_plane.refusals import Json, required
from deployer.emulator.realtime.dialect import Ordered, read_audio
from deployer.emulator.realtime.hearing import forget_marks
from deployer.emulator.realtime.idling import IdleTimeout, Silence
from deployer.emulator.realtime.item_events import ItemEvents
from deployer.emulator.realtime.items import Item, Part
from deployer.emulator.realtime.listening import (
    Listening,
    Noticed,
    SpeechPaused,
    SpeechStarted,
    SpeechStopped,
)
from deployer.emulator.realtime.responses import Responses
from deployer.emulator.realtime.session_refusals import SHORTEST_COMMIT_MS, too_short
from deployer.emulator.realtime.session_state import SessionState
from deployer.emulator.realtime.transcribing import transcription
from deployer.emulator.realtime.turn_detection import TurnDetection
from deployer.emulator.realtime.understanding import ends_as_sentence
from deployer.emulator.realtime.wire import new_id


class InputBuffer:
    """Takes the events `input_audio_buffer.*` of one session; `respond` answers a turn that detection has ended."""

    __slots__ = (
        "_idle",
        "_item_id",
        "_items",
        "_listening",
        "_respond",
        "_responses",
        "_state",
    )

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
        self._idle = IdleTimeout(state, self._listening, responses, self._timed_out)
        self._item_id = new_id("item_")

    def append(self, event: dict[str, Json]) -> None:
        """Take input_audio_buffer.append, and whatever the ear finds in it."""
        settings = self._state.settings
        audio = required(event, "audio", "")
        pcm = read_audio(audio, "audio", settings.input_format)
        detection = settings.turn_detection
        self._notice(self._listening.append(pcm, detection), detection)

    def commit(self, _: dict[str, Json]) -> None:
        """Take input_audio_buffer.commit."""
        if self._listening.milliseconds < SHORTEST_COMMIT_MS:
            raise too_short(self._listening.milliseconds)
        self._committed(self._item(self._listening.take()))

    def clear(self, _: dict[str, Json]) -> None:
        """Take input_audio_buffer.clear."""
        self._listening.take()
        self._state.outbox.send("input_audio_buffer.cleared")

    def _notice(self, found: Iterator[Noticed], detection: TurnDetection | None) -> None:
        """Tell of turns as they are found; go on when somebody has listened to what may be the end of one."""
        hearing = self._state.hearing
        for noticed in found:
            if isinstance(noticed, SpeechStarted):
                self._started(noticed, detection)
            elif isinstance(noticed, SpeechPaused):
                item = self._item(noticed.pcm)
                if hearing.has_to_ask(item):
                    hearing.hear(item, partial(self._resume, item, found, detection))
                    return
                self._paused(item, detection, is_punctuated=True)
            else:
                self._stopped(noticed, self._item(noticed.pcm), detection)

    def _resume(
        self, item: Item, found: Iterator[Noticed], detection: TurnDetection | None
    ) -> None:
        self._paused(item, detection, is_punctuated=False)
        self._notice(found, detection)

    def _started(self, noticed: SpeechStarted, detection: TurnDetection | None) -> None:
        self._idle.end()
        self._item_id = new_id("item_")
        self._state.outbox.send(
            "input_audio_buffer.speech_started",
            audio_start_ms=noticed.audio_start_ms,
            item_id=self._item_id,
        )
        if detection is not None and detection.interrupt_response:
            self._responses.interrupt()

    def _paused(self, item: Item, detection: TurnDetection | None, is_punctuated: bool) -> None:
        """End the turn early if what has been said so far is a sentence."""
        if ends_as_sentence(item.parts[0].heard, is_punctuated):
            self._stopped(self._listening.finish(), item, detection)

    def _stopped(self, noticed: SpeechStopped, item: Item, detection: TurnDetection | None) -> None:
        self._state.outbox.send(
            "input_audio_buffer.speech_stopped",
            audio_end_ms=noticed.audio_end_ms,
            item_id=item.id,
        )
        self._committed(item, answers=detection is not None and detection.create_response)

    def _timed_out(self, silence: Silence) -> None:
        """Nobody has spoken for too long: the silence becomes an item that is answered."""
        item = self._item(self._listening.take())
        # What was too quiet to be noticed may still have been understood; no recogniser listens to silence.
        item.parts[0].heard = item.parts[0].heard or ""
        self._state.outbox.send(
            "input_audio_buffer.timeout_triggered",
            audio_start_ms=silence.audio_start_ms,
            audio_end_ms=silence.audio_end_ms,
            item_id=item.id,
        )
        self._committed(item, answers=True)

    def _item(self, pcm: bytes) -> Item:
        item = Item(self._item_id, role="user", parts=[Part.sounding(pcm)])
        forget_marks(item, self._state.wrong)
        return item

    def _committed(self, item: Item, answers: bool = False) -> None:
        """The buffer has become an item of the conversation, which the session may answer by itself."""
        state = self._state
        self._idle.end()
        self._item_id = new_id("item_")
        previous = state.conversation.last_id()
        state.outbox.send(
            "input_audio_buffer.committed", previous_item_id=previous, item_id=item.id
        )
        self._items.added(item, None)
        state.hearing.hear(item, lambda: self._heard(item, answers))

    def _heard(self, item: Item, answers: bool) -> None:
        """Write an item down and answer it, in this order unless a switch says otherwise."""
        state = self._state
        late = None
        if state.settings.transcription is not None:
            late = state.wrong("lateTranscription")
            if late is None:
                self._transcribe(item)
        try:
            if answers:
                self._respond(Ordered(state.settings))
        finally:
            if late is not None:
                is_among = late.get("place") == "among"
                self._responses.send_late(lambda: self._transcribe(item), is_among)

    def _transcribe(self, item: Item) -> None:
        for kind, fields in transcription(item, self._state.settings, self._state.wrong):
            self._state.outbox.send(kind, **fields)
