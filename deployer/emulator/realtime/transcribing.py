"""What the user said, in words: the events of input transcription, and sessions that do nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from deployer.emulator.realtime.items import Item
from deployer.emulator.replies import UNRECOGNISED
from deployer.emulator.voice import BYTES_PER_SECOND
from deployer.emulator.wrongs import Wrong

_KIND = "conversation.item.input_audio_transcription"


def transcription(item: Item, wrong: Wrong) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events that tell what an item of sound says: their types and fields."""
    ids = {"item_id": item.id, "content_index": 0}
    if wrong("transcriptionFailed") is not None:
        message = f"Input transcription failed for item '{item.id}'."
        error = {"type": "server_error", "code": None, "message": message, "param": None}
        yield f"{_KIND}.failed", {**ids, "error": error}
        return
    part = item.parts[0]
    part.transcript = part.heard or UNRECOGNISED
    usage = {"type": "duration", "seconds": round(len(part.pcm) / BYTES_PER_SECOND, 3)}
    yield f"{_KIND}.delta", {**ids, "delta": part.transcript}
    yield f"{_KIND}.completed", {**ids, "transcript": part.transcript, "usage": usage}
