"""A response on its way to the client: its events in order, and how it ends wherever it is stopped."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from deployer.emulator.data_plane.tools import Call
from deployer.emulator.data_plane.usage import (
    BYTES_PER_AUDIO_TOKEN,
    Usage,
    text_tokens,
    token_pieces,
)
from deployer.emulator.faults.steering import Latency
from deployer.emulator.realtime.dialect import Dialect, Response
from deployer.emulator.realtime.items import Item, Part
from deployer.emulator.realtime.wire import Wire, inner
from deployer.emulator.sound.companding import PCM_BYTES_PER_CODE
from deployer.emulator.sound.voice import BYTES_PER_SECOND, Utterance, Word

DELTA_BYTES = BYTES_PER_SECOND * 3 // 20
"""Of audio in one delta: 150 ms. Azure's own size is not known. Smaller ones cost more of the processor, larger ones TLS
buffers that stay as large for as long as the connection lives.
"""

_TOKENS_PER_DELTA = DELTA_BYTES // BYTES_PER_AUDIO_TOKEN
_ARGUMENTS = "response.function_call_arguments"
_LEAD = 3
"""Words of the transcript that are sent before any audio."""

_AHEAD_BYTES = BYTES_PER_SECOND // 2
"""How far the transcript runs ahead of the audio."""


class Pause(NamedTuple):
    """Wait before the next event."""

    seconds: float


class Close(NamedTuple):
    """End the connection with this WebSocket code; 1006 is without a word."""

    code: int
    reason: str = ""


Step = list[str | Pause | Close]
"""What is sent together."""


class Spoken(NamedTuple):
    """An answer in sound: what is charged, what is sent (the same unless a fault changed it), and how fast.

    `codes` is the same sound in a telephone format, if the session has one.
    """

    meant: Utterance
    sent: Utterance
    codes: bytes | None = None
    seconds_per_byte: float = 0
    latency: Latency = Latency()

    def part(self, begin: int, end: int) -> str:
        """The sound between two places in its samples, in base64; `begin` is a multiple of `DELTA_BYTES`."""
        if self.codes is None:
            # Encoded once for all that hear it: three bytes are four characters wherever a multiple of three begins.
            return self.sent.base64[begin // 3 * 4 : (end + 2) // 3 * 4]
        codes = self.codes[begin // PCM_BYTES_PER_CODE : end // PCM_BYTES_PER_CODE]
        return base64.b64encode(codes).decode()


class Turn:
    """Sends one response step by step; a step's events are never torn apart.

    Whatever a step opens (response, item, content part) registers how it is closed, so that a
    response that completes and one that is cancelled end through the same code. `place` puts the item
    into the conversation, if it belongs there; `finish` gives the events that close the response.
    """

    def __init__(
        self,
        wire: Wire,
        dialect: Dialect,
        response: Response,
        item: Item,
        input_tokens: tuple[int, int],
        place: Callable[[Item], str | None] | None,
        finish: Callable[[], Iterator[str]],
    ) -> None:
        self.response = response
        self.sent: int | None = None
        """Tokens of the answer itself, not of its transcript, that were sent; None before there is any."""
        self._wire = wire
        self._dialect = dialect
        self._item = item
        self._place = place
        self._input_tokens = input_tokens
        self._finish = finish
        self._previous: str | None = None
        self._closing: list[Callable[[], Iterator[str]]] = []
        self._sent_bytes = 0
        self._output_text = 0
        self._output_audio = 0

    def spoken(self, spoken: Spoken, cut: bool) -> Iterator[Step]:
        """The steps of an answer in sound; `cut`: it reached the token limit."""
        part = Part(transcript="")
        yield self._open_response()
        yield self._open_item()
        yield self._open_part(part)
        head = self._head()
        # Counted, not copied: a thousand sessions that wait would hold a thousand lists.
        words, said = spoken.sent.words, 0
        yield _pause(spoken.latency.first_token)
        while said < min(_LEAD, len(words)):
            yield [self._say(part, words[said], head)]
            said += 1
        sound = spoken.sent.pcm
        kind = f"{self._dialect.audio_event}.delta"
        wait = spoken.latency.of_tokens(_TOKENS_PER_DELTA)
        yield _pause(spoken.latency.first_audio)
        for position in range(0, len(sound), DELTA_BYTES):
            while said < len(words) and words[said].offset < position + _AHEAD_BYTES:
                yield [self._say(part, words[said], head)]
                said += 1
            self._sent_bytes = min(position + DELTA_BYTES, len(sound))
            self.sent = self._output_audio = self._sent_bytes // BYTES_PER_AUDIO_TOKEN
            seconds = (self._sent_bytes - position) * spoken.seconds_per_byte
            # Nothing of it is kept in a variable: a thousand sessions that wait would hold a thousand frames.
            yield [
                self._wire.audio(kind, head, spoken.part(position, self._sent_bytes)),
                *_pause(seconds + wait),
            ]
        for word in words[said:]:
            yield [self._say(part, word, head)]
        if not part.is_cut:
            # The same words, but not a copy for each conversation that keeps them.
            part.transcript = spoken.sent.transcript
        self._output_text = spoken.meant.text_tokens
        self._output_audio = spoken.meant.audio_tokens
        yield self.end(*_ending(cut))

    def written(self, text: str, cut: bool, latency: Latency) -> Iterator[Step]:
        """The steps of an answer in text; `cut`: it reached the token limit."""
        part = Part(text="")
        yield self._open_response()
        yield self._open_item()
        yield self._open_part(part)
        head = self._head()
        yield _pause(latency.first_token)
        for number, word in enumerate(text.split(" ")):
            delta = word if number == 0 else f" {word}"
            part.text = (part.text or "") + delta
            self.sent = self._output_text = part.tokens = text_tokens(part.text)
            event = self._wire.delta(f"{self._dialect.text_event}.delta", head, delta)
            yield [event, *_pause(latency.of_tokens(text_tokens(word)))]
        yield self.end(*_ending(cut))

    def calling(self, call: Call, latency: Latency) -> Iterator[Step]:
        """The steps of a function call, its arguments token by token."""
        yield self._open_response()
        yield self._open_item()
        self._closing.append(self._close_arguments)
        head = inner(**self._ids(), call_id=self._item.call_id)
        yield _pause(latency.first_token)
        for piece in token_pieces(call.arguments):
            self._item.arguments += piece
            self._output_text += text_tokens(piece)
            self.sent = self._output_text
            event = self._wire.delta(f"{_ARGUMENTS}.delta", head, piece)
            yield [event, *_pause(latency.of_tokens(1))]
        yield self.end(*_ending(cut=False))

    def failing(self, session_id: str, told: Mapping[str, object]) -> Iterator[Step]:
        """The steps of a response that the service fails to make; `told` may say type, code and message."""
        yield self._open_response()
        error = {
            "type": told.get("type", "server_error"),
            "code": told.get("code"),
            "message": told.get("message")
            or "The server had an error while processing your request. Sorry about that!"
            f" (include session ID in your message: {session_id})",
        }
        yield self.end("failed", {"type": "failed", "error": error})

    def filtered(self, said: Iterator[Step] | None = None) -> Iterator[Step]:
        """The steps of a response that a content filter ends, after these or before anything is said."""
        if said is None:
            yield self._open_response()
        else:
            yield from said
        yield self.end("incomplete", {"type": "incomplete", "reason": "content_filter"})

    def end(self, status: str, details: dict[str, object] | None) -> Step:
        """Close whatever is open; the last event is response.done."""
        self.response.status = status
        self.response.status_details = details
        self._item.status = "completed" if status == "completed" else "incomplete"
        closing, self._closing = self._closing, []
        return [event for close in reversed(closing) for event in close()]

    def measure_sound(self) -> None:
        """Note in the item how much of its sound has been sent so far."""
        for part in self._item.parts:
            if part.is_audio and not part.is_cut:
                part.length = self._sent_bytes
                part.tokens = part.length // BYTES_PER_AUDIO_TOKEN

    @property
    def sent_seconds(self) -> float:
        """How much sound has been sent so far."""
        return self._sent_bytes / BYTES_PER_SECOND

    @property
    def usage(self) -> Usage:
        """What has been used so far."""
        return Usage(*self._input_tokens, self._output_text, self._output_audio)

    def _open_response(self) -> Step:
        self._closing.append(self._finish)
        shown = self._dialect.response(self.response)
        return [self._wire.event("response.created", response=shown)]

    def _open_item(self) -> Step:
        self._closing.append(self._close_item)
        self._item.status = "in_progress"
        self.response.output.append(self._item)
        shown = self._dialect.item(self._item)
        ids = {"response_id": self.response.id, "output_index": 0}
        events: Step = [self._wire.event("response.output_item.added", **ids, item=shown)]
        if self._place is not None:
            self._previous = self._place(self._item)
            events.append(self._conversation_event(self._dialect.item_added))
        return events

    def _close_item(self) -> Iterator[str]:
        if self._place is not None and self._dialect.item_done is not None:
            yield self._conversation_event(self._dialect.item_done)
        shown = self._dialect.item(self._item)
        ids = {"response_id": self.response.id, "output_index": 0}
        yield self._wire.event("response.output_item.done", **ids, item=shown)

    def _open_part(self, part: Part) -> Step:
        self._closing.append(lambda: self._close_part(part))
        self._item.parts.append(part)
        shown = self._dialect.announced(part)
        return [self._part_event("response.content_part.added", part=shown)]

    def _close_part(self, part: Part) -> Iterator[str]:
        if part.is_audio:
            self.measure_sound()
            yield self._part_event(f"{self._dialect.audio_event}.done")
            kind = f"{self._dialect.transcript_event}.done"
            yield self._part_event(kind, transcript=part.transcript)
        else:
            yield self._part_event(f"{self._dialect.text_event}.done", text=part.text)
        yield self._part_event("response.content_part.done", part=self._dialect.announced(part))

    def _close_arguments(self) -> Iterator[str]:
        ids = self._ids() | {"call_id": self._item.call_id}
        name = {"name": self._item.name} if self._dialect.names_called_function else {}
        yield self._wire.event(f"{_ARGUMENTS}.done", **ids, arguments=self._item.arguments, **name)

    def _say(self, part: Part, word: Word, head: str) -> str:
        part.transcript = (part.transcript or "") + word.text
        self._output_text += text_tokens(word.text)
        return self._wire.delta(f"{self._dialect.transcript_event}.delta", head, word.text)

    def _head(self) -> str:
        """What all deltas of the part have in common, as `Wire.delta` takes it."""
        return inner(**self._ids(), content_index=0)

    def _ids(self) -> dict[str, object]:
        return {"response_id": self.response.id, "item_id": self._item.id, "output_index": 0}

    def _part_event(self, kind: str, **fields: object) -> str:
        return self._wire.event(kind, **self._ids(), content_index=0, **fields)

    def _conversation_event(self, kind: str) -> str:
        shown = self._dialect.item(self._item)
        return self._wire.event(kind, previous_item_id=self._previous, item=shown)


def _pause(seconds: float) -> Step:
    return [Pause(seconds)] if seconds > 0 else []


def _ending(cut: bool) -> tuple[str, dict[str, object] | None]:
    if cut:
        return "incomplete", {"type": "incomplete", "reason": "max_output_tokens"}
    return "completed", None
