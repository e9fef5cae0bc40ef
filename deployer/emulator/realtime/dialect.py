"""What the two protocols have in common, and the places where they differ."""

from __future__ import annotations

import base64
import binascii
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from deployer.emulator.data_plane.refusals import (
    Check,
    InvalidRequest,
    Json,
    a,
    fields,
    one_of,
    required,
)
from deployer.emulator.realtime.items import Item, Part
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.wire import new_id
from deployer.emulator.sound.companding import expand

MAX_APPEND_BYTES = 15 * 1024 * 1024
"""Of audio in one event (Azure reference, 2024-12: 15 MiB)."""


@dataclass(slots=True)
class Response:
    """A response as `response.created` and `response.done` show it."""

    id: str
    settings: Settings
    conversation_id: str | None
    metadata: Json = None
    status: str = "in_progress"
    status_details: Mapping[str, object] | None = None
    output: list[Item] = field(default_factory=list)
    usage: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    """What `response.create` asks for: settings for this once, and what to answer to."""

    settings: Settings
    instructions: str | None = None
    in_conversation: bool = True
    metadata: Json = None
    input: tuple[Json, ...] | None = None


class Dialect(ABC):
    """One generation of the protocol: its names and its shapes."""

    minutes: int
    """How long a session may last."""
    audio_event: str
    transcript_event: str
    text_event: str
    """The first parts of the names of delta and done events."""
    assistant_text: str
    assistant_audio: str
    """Types of an answer's content."""
    item_added: str
    item_done: str | None
    """Events that announce an item when it is there, and when it is complete."""
    has_nested_sessions: bool
    """Whether a session's audio settings are in an object of their own."""
    names_called_function: bool
    """Whether response.function_call_arguments.done has the function's name."""
    voice: str
    """The place of the voice in a session and in a response."""

    @abstractmethod
    def session(self, settings: Settings, session_id: str, model: str, expires_at: int) -> Json:
        """The session object."""

    @abstractmethod
    def update(self, session: Json, settings: Settings) -> Settings:
        """The settings after `session.update`; raises `InvalidRequest`."""

    @abstractmethod
    def update_transcription(self, session: Json, settings: Settings) -> Settings:
        """The same for a session that only transcribes."""

    @abstractmethod
    def read_order(self, response: Json) -> tuple[dict[str, Json], dict[str, Json]]:
        """The fields of `response.create`, and the settings among them by our names."""

    @abstractmethod
    def response(self, response: Response) -> Json:
        """The response object."""

    def order(self, response: Json, settings: Settings) -> Ordered:
        """What `response.create` asks for; raises `InvalidRequest`."""
        given, changes = self.read_order(response)
        wanted = given.get("input")
        return Ordered(
            settings=replace(settings, **changes),
            instructions=given.get("instructions"),
            in_conversation=given.get("conversation") != "none",
            metadata=given.get("metadata"),
            input=None if wanted is None else tuple(wanted),
        )

    @abstractmethod
    def refuse_later(self, session: Json) -> None:
        """Refuse what a client of a later version of the protocol would write."""

    def item(self, item: Item, with_audio: bool = False) -> dict[str, Json]:
        """An item; the user's own sound is only given back when asked for."""
        shown: dict[str, Json] = {
            "id": item.id,
            "object": "realtime.item",
            "type": item.type,
            "status": item.status,
        }
        if item.type == "message":
            content = [self.part(item.role, part, with_audio) for part in item.parts]
            return shown | {"role": item.role, "content": content}
        shown["call_id"] = item.call_id
        if item.type == "function_call":
            return shown | {"name": item.name, "arguments": item.arguments}
        return shown | {"output": item.output}

    def part(self, role: str, part: Part, with_audio: bool = False) -> dict[str, Json]:
        """A piece of a message."""
        if part.text is not None:
            kind = self.assistant_text if role == "assistant" else "input_text"
            return {"type": kind, "text": part.text}
        if role == "assistant":
            return {"type": self.assistant_audio, "transcript": part.transcript}
        sound = {"audio": base64.b64encode(part.pcm).decode()} if with_audio else {}
        return {"type": "input_audio", "transcript": part.transcript, **sound}

    def announced(self, part: Part) -> dict[str, Json]:
        """A piece of an answer in response.content_part events: the same words in both dialects."""
        if part.text is not None:
            return {"type": "text", "text": part.text}
        return {"type": "audio", "transcript": part.transcript}

    def read_item(self, value: Json, settings: Settings, place: str = "item") -> Item:
        """An item as a client writes it, its sound in the session's formats; raises `InvalidRequest`."""
        allowed: dict[str, Check] = {
            "type": one_of("message", "function_call", "function_call_output"),
            "role": one_of("user", "assistant", "system"),
            "content": a(list),
            "status": one_of("completed", "incomplete", "in_progress"),
        }
        for name in ("id", "object", "call_id", "name", "arguments", "output"):
            allowed[name] = a(str)
        given = fields(value, place, allowed)
        kind = required(given, "type", place)
        item = Item(given.get("id") or new_id("item_"), type=kind)
        if kind == "message":
            item.role = required(given, "role", place)
            content = required(given, "content", place)
            item.parts = [
                self._read_part(part, item.role, settings, f"{place}.content[{number}]")
                for number, part in enumerate(content)
            ]
            return item
        item.call_id = required(given, "call_id", place)
        if kind == "function_call":
            item.name = required(given, "name", place)
            item.arguments = required(given, "arguments", place)
        else:
            item.output = required(given, "output", place)
        return item

    def _read_part(self, part: Json, role: str, settings: Settings, place: str) -> Part:
        a(dict)(part, place)
        known = {
            "user": ("input_text", "input_audio"),
            "assistant": (self.assistant_text, self.assistant_audio),
            "system": ("input_text",),
        }[role]
        kind = one_of(*known)(required(part, "type", place), f"{place}.type")
        if kind == "input_audio":
            audio = required(part, "audio", place)
            return Part.sounding(read_audio(audio, f"{place}.audio", settings.input_format))
        if kind == self.assistant_audio:
            at, audio = f"{place}.transcript", part.get("audio") or ""
            transcript = a(str)(required(part, "transcript", place), at)
            pcm = read_audio(audio, f"{place}.audio", settings.output_format)
            return Part.said(transcript, len(pcm))
        return Part.written(a(str)(required(part, "text", place), f"{place}.text"))


def read_audio(value: Json, place: str, form: str = "pcm16") -> bytes:
    """Samples of 24 kHz out of base64; `form` is what they are written in, one of `settings.FORMATS`."""
    try:
        pcm = base64.b64decode(a(str)(value, place), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidRequest(
            f"Invalid '{place}': expected base64-encoded audio.", code="invalid_value", param=place
        ) from None
    if len(pcm) > MAX_APPEND_BYTES:
        raise InvalidRequest(
            f"Invalid '{place}': more than 15 MiB of audio.", code="invalid_value", param=place
        )
    return pcm if form == "pcm16" else expand(pcm, form)
