"""What the user said, in words: the events of input transcription, whole or word by word, and what they cost."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from deployer.emulator.data_plane.refusals import Json
from deployer.emulator.data_plane.replies import UNRECOGNISED
from deployer.emulator.data_plane.usage import heard_tokens, text_tokens
from deployer.emulator.faults.wrongs import Wrong
from deployer.emulator.realtime.items import Item, Part
from deployer.emulator.realtime.settings import LOGPROBS, Settings
from deployer.emulator.sound.voice import BYTES_PER_SECOND

_KIND = "conversation.item.input_audio_transcription"
_LIKELY = math.log(0.98)
"""The log probability of every word: the emulator has no doubts and no other choices."""


def transcription(
    item: Item, settings: Settings, wrong: Wrong
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The events that tell what an item of sound says: their types and fields.

    whisper-1 is paid by duration and gives all words at once; the models that are paid by tokens give one after the
    other, with their probabilities where the session includes them (OpenAI's API reference, 2025).
    """
    ids = {"item_id": item.id, "content_index": 0}
    failed = wrong("transcriptionFailed")
    if failed is not None and failed.get("model") in (None, settings.transcribed_by):
        message = f"Input transcription failed for item '{item.id}'."
        error = {"type": "server_error", "code": None, "message": message, "param": None}
        yield f"{_KIND}.failed", {**ids, "error": error}
        return
    part = item.parts[0]
    part.transcript = UNRECOGNISED if part.heard is None else part.heard
    by_tokens = settings.transcribed_by != "whisper-1"
    words = _words(part.transcript) if by_tokens else [part.transcript]
    includes = by_tokens and LOGPROBS in (settings.include or ())
    for word in words:
        yield f"{_KIND}.delta", {**ids, "delta": word, **_probabilities([word], includes)}
    usage = _tokens(part, settings) if by_tokens else _duration(part)
    done = {"transcript": part.transcript, "usage": usage, **_probabilities(words, includes)}
    yield f"{_KIND}.completed", {**ids, **done}


def _words(text: str) -> list[str]:
    """The words, each with the space before it."""
    return [word if number == 0 else f" {word}" for number, word in enumerate(text.split(" "))]


def _probabilities(words: list[str], includes: bool) -> dict[str, Json]:
    if not includes:
        return {}
    shown = [
        {"token": word, "bytes": list(word.encode(errors="replace")), "logprob": _LIKELY}
        for word in words
    ]
    return {"logprobs": shown}


def _duration(part: Part) -> dict[str, Json]:
    return {"type": "duration", "seconds": round(part.length / BYTES_PER_SECOND, 3)}


def _tokens(part: Part, settings: Settings) -> dict[str, Json]:
    audio = heard_tokens(part.length / BYTES_PER_SECOND)
    prompt = text_tokens((settings.transcription or {}).get("prompt") or "")
    output = text_tokens(part.transcript or "")
    return {
        "type": "tokens",
        "total_tokens": audio + prompt + output,
        "input_tokens": audio + prompt,
        "input_token_details": {"text_tokens": prompt, "audio_tokens": audio},
        "output_tokens": output,
    }
