"""The items of a conversation and their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from deployer.emulator.data_plane.refusals import InvalidRequest
from deployer.emulator.data_plane.usage import BYTES_PER_AUDIO_TOKEN, heard_tokens, text_tokens
from deployer.emulator.sound.voice import BYTES_PER_SECOND, hear

ROOT = "root"
"""As `previous_item_id`: before everything else."""


@dataclass(slots=True)
class Part:
    """A piece of a message: text, or sound with what is known of its words.

    `heard` is what the model understood (empty: that nothing was said); `transcript` is what the session shows; `is_cut`
    is what truncation leaves.
    `length` counts bytes of pcm16; of an answer they are not kept: half an hour of one session would be 86 MB.
    """

    text: str | None = None
    pcm: bytes = b""
    transcript: str | None = None
    heard: str | None = None
    length: int = 0
    tokens: int = 0
    is_cut: bool = False

    @classmethod
    def written(cls, text: str) -> Part:
        """A text."""
        return cls(text=text, tokens=text_tokens(text))

    @classmethod
    def sounding(cls, pcm: bytes) -> Part:
        """Sound of the user's."""
        tokens = heard_tokens(len(pcm) / BYTES_PER_SECOND)
        return cls(pcm=pcm, heard=hear(pcm), length=len(pcm), tokens=tokens)

    @classmethod
    def said(cls, transcript: str, length: int) -> Part:
        """An answer of an earlier conversation: so many bytes of pcm16, or none, of which only the words are known."""
        tokens = length // BYTES_PER_AUDIO_TOKEN if length else text_tokens(transcript)
        return cls(transcript=transcript, length=length, tokens=tokens)

    @property
    def is_audio(self) -> bool:
        """Whether it is sound."""
        return self.text is None

    @property
    def milliseconds(self) -> int:
        """The length of the sound."""
        return self.length * 1000 // BYTES_PER_SECOND


@dataclass(slots=True)
class Item:
    """A message, a function call or a function's output."""

    id: str
    type: str = "message"
    status: str = "completed"
    role: str = ""
    parts: list[Part] = field(default_factory=list)
    call_id: str = ""
    name: str = ""
    arguments: str = ""
    output: str = ""

    @property
    def text_tokens(self) -> int:
        """Tokens of everything in it that is not sound."""
        written = sum(part.tokens for part in self.parts if not part.length)
        return written + text_tokens(self.arguments) + text_tokens(self.output)

    @property
    def audio_tokens(self) -> int:
        """Tokens of its sound."""
        return sum(part.tokens for part in self.parts if part.length)


class Conversation:
    """Items in order."""

    def __init__(self) -> None:
        self._items: list[Item] = []

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def find(self, item_id: str, refusal: str, param: str = "item_id") -> Item:
        """The item of that id; `refusal` is the code to refuse with when there is none."""
        for item in self._items:
            if item.id == item_id:
                return item
        # Recorded only as "contains the id and 'does not exist'" (rtclient's live test, 2024-11).
        raise InvalidRequest(f"Item with id '{item_id}' does not exist.", code=refusal, param=param)

    def check_new(self, item: Item, previous: str | None) -> None:
        """Whether the item can be placed there; raises `InvalidRequest`."""
        if any(item.id == other.id for other in self._items):
            # The code that LiveKit knows (1.8, in code).
            raise InvalidRequest(
                f"Item with id '{item.id}' already exists.",
                code="item_create_duplicate_item_id",
                param="item.id",
            )
        if previous not in (None, ROOT):
            self.find(str(previous), "item_create_invalid_item_id", "previous_item_id")
        calls = {other.call_id for other in self._items if other.type == "function_call"}
        if item.type == "function_call_output" and item.call_id not in calls:
            raise InvalidRequest(
                f"No function call with call_id '{item.call_id}' in the conversation.",
                code="invalid_value",
                param="item.call_id",
            )

    def place(self, item: Item, previous: str | None = None) -> str | None:
        """Add an item after the previous one (None: at the end); the id of the one before it, if any."""
        index = len(self._items)
        if previous == ROOT:
            index = 0
        elif previous is not None:
            ids = [other.id for other in self._items]
            index = ids.index(previous) + 1
        self._items.insert(index, item)
        return self._items[index - 1].id if index else None

    def last_id(self) -> str | None:
        """The id of the last item."""
        return self._items[-1].id if self._items else None

    def delete(self, item_id: str) -> None:
        """Take an item out."""
        self._items.remove(self.find(item_id, "item_delete_invalid_item_id"))

    def truncate(self, item_id: str, audio_end_ms: int) -> None:
        """Cut an answer's sound and drop its words, which are no longer true."""
        item = self.find(item_id, "item_truncate_invalid_item_id")
        part = item.parts[0] if item.parts else None
        # The same for an answer of which no sound has been sent yet (livekit PR 6158).
        if item.role != "assistant" or part is None or not part.is_audio or not part.length:
            raise InvalidRequest(
                "Only model output audio messages can be truncated",
                code="unsupported_content_type",
                param="item_id",
            )
        if audio_end_ms > part.milliseconds:
            raise InvalidRequest(
                f"Audio content of {part.milliseconds}ms is already shorter than {audio_end_ms}ms",
                code="invalid_value",
                param="audio_end_ms",
            )
        part.length = min(part.length, audio_end_ms * BYTES_PER_SECOND // 1000 // 2 * 2)
        part.transcript, part.is_cut = "", True
        part.tokens = part.length // BYTES_PER_AUDIO_TOKEN
