"""The two forms of an audio completion on the wire: one JSON body, or a stream of chunks."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deployer.emulator.completions.answering import Answer
from deployer.emulator.completions.audio_ids import AUDIO_ID_SECONDS
from deployer.emulator.completions.content_filters import FILLED, PROMPT_FILTER_RESULTS, STOPPED
from deployer.emulator.completions.requests import Asked
from deployer.emulator.data_plane.usage import BYTES_PER_AUDIO_TOKEN
from deployer.emulator.faults.wrongs import Wrong
from deployer.emulator.sound.encoders import ENCODED_FORMATS, encode
from deployer.emulator.sound.recording import write_wav
from deployer.emulator.sound.voice import Utterance

CHUNK_BYTES = 19_200
"""Of audio in one chunk of a stream: 400 ms (recorded 2026-06)."""

_FILTERED_AT_ONCE = 8
"""Chunks between two results of the asynchronous filter; how many Azure sends is not known."""

_SOUND = '"@sound"'
"""Where the sound goes in the text of a body: base64 needs no escaping, and json need not read it all to find out."""


@dataclass(frozen=True)
class Form:
    """The body of an answer in sound without what is different each time: ids, moments, and the sound."""

    parts: tuple[bytes, ...]
    audio_format: str

    @classmethod
    def of(cls, answer: Answer, asked: Asked) -> Form:
        """The form of this answer."""
        rest, parts = json.dumps(_object(answer)), []
        # In this order, and all of it before anything that a client has said.
        for changing in (
            answer.id,
            f'"created": {answer.created}',
            answer.audio_id,
            _SOUND,
            f'"expires_at": {answer.expires_at}',
        ):
            part, rest = rest.split(changing, 1)
            parts.append(part.encode())
        return cls((*parts, rest.encode()), asked.audio_format)

    def filled(
        self,
        answer_id: str,
        audio_id: str,
        created: int,
        utterance: Utterance,
        wav_trap: bool = False,
    ) -> bytes:
        """A whole body."""
        before, after_id, after_created, after_audio_id, after_sound, rest = self.parts
        moments = b'"created": %d' % created, b'"expires_at": %d' % (created + AUDIO_ID_SECONDS)
        sound = _sound(utterance, self.audio_format, wav_trap)
        return b"".join(
            (
                *(before, answer_id.encode(), after_id, moments[0], after_created),
                *(audio_id.encode(), after_audio_id, b'"', sound, b'"', after_sound),
                *(moments[1], rest),
            )
        )


def body(answer: Answer, asked: Asked, unknown_wav_sizes: bool) -> bytes:
    """The answer as the text of one JSON object."""
    if answer.utterance is None:
        return json.dumps(_object(answer)).encode()
    form = Form.of(answer, asked)
    return form.filled(
        answer.id, answer.audio_id, answer.created, answer.utterance, unknown_wav_sizes
    )


def _object(answer: Answer) -> dict[str, object]:
    message: dict[str, object] = {"role": "assistant", "content": answer.text, "refusal": None}
    if answer.utterance is not None:
        message["content"] = None
        message["audio"] = {
            "id": answer.audio_id,
            "data": _SOUND.strip('"'),
            "expires_at": answer.expires_at,
            "transcript": answer.utterance.transcript,
        }
    if answer.call is not None:
        message |= {"content": None, "tool_calls": [_call(answer)]}
    choice = {
        "index": 0,
        "message": message,
        "finish_reason": answer.finish_reason,
        **_ending(answer),
    }
    return {
        "id": answer.id,
        "object": "chat.completion",
        "created": answer.created,
        "model": answer.model,
        "choices": [choice],
        "usage": answer.usage,
        "service_tier": "default",
        "system_fingerprint": None,
        "prompt_filter_results": PROMPT_FILTER_RESULTS,
    }


def chunks(answer: Answer, asked: Asked, wrong: Wrong) -> Iterator[tuple[str, float]]:
    """The answer as the data of server-sent events, `[DONE]` included, in the recorded order.

    Beside each: how many seconds pass before it is sent.
    """
    if wrong("promptFilterChunk") is not None:
        first = {"choices": [], "prompt_filter_results": PROMPT_FILTER_RESULTS}
        yield _json({"id": "", "object": "", "created": 0, "model": "", **first}), 0
    yield _delta(answer, {"role": "assistant", "refusal": None}), answer.latency.first_token
    content = _content_chunks(answer)
    yield from content if wrong("asyncFilterChunks") is None else _filtered(answer, content)
    # A filtered answer in sound says so in spite of what was recorded of others: nothing else could tell of it.
    says_why = answer.utterance is None or answer.finish_reason == "content_filter"
    if says_why or wrong("streamFinishReason") is not None:
        yield _last(answer), 0
    if asked.include_usage:
        yield _chunk(answer, choices=[], usage=answer.usage), 0
    if answer.utterance is not None:
        # After the usage, and without the key finish_reason.
        late = {"index": 0, "delta": {"audio": {"expires_at": answer.expires_at}}}
        yield _chunk(answer, choices=[late]), 0
    yield "[DONE]", 0


def until_half(events: list[tuple[str, float]]) -> list[tuple[str, float]]:
    """The events of an answer up to the middle of what it says."""
    sounding = [number for number, (event, _) in enumerate(events) if '"data":' in event]
    return events[: sounding[(len(sounding) - 1) // 2] + 1 if sounding else len(events) // 2]


def _content_chunks(answer: Answer) -> Iterator[tuple[str, float]]:
    if answer.call is not None:
        return _call_chunks(answer)
    if answer.utterance is None:
        return _text_chunks(answer)
    return _audio_chunks(answer, answer.utterance)


def _filtered(answer: Answer, content: Iterator[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """The content with what the asynchronous filter says of it, in chunks of its own with an empty delta."""
    said = {"index": 0, "delta": {}, "finish_reason": None, **FILLED}
    number = 0
    for number, chunk in enumerate(content, 1):
        yield chunk
        if number % _FILTERED_AT_ONCE == 0:
            yield _chunk(answer, choices=[said]), 0
    if number % _FILTERED_AT_ONCE:
        yield _chunk(answer, choices=[said]), 0


def _audio_chunks(answer: Answer, utterance: Utterance) -> Iterator[tuple[str, float]]:
    """Transcript ahead of the sound, and for each audio token, and once more, a chunk that has no choices at all.

    Recorded 2026-06: 20 such chunks for 19 tokens, 126 for 125.
    """
    words = list(utterance.words)
    start = {"id": answer.audio_id, "transcript": words.pop(0).text if words else ""}
    yield _delta(answer, {"content": None, "audio": start}), 0
    yield _chunk(answer), 0
    named: dict[str, object] = {"role": "assistant", "content": None}
    identity: dict[str, object] = {"id": answer.audio_id}
    for position in range(0, len(utterance.pcm), CHUNK_BYTES):
        while words and words[0].offset < position + CHUNK_BYTES:
            yield _delta(answer, {"audio": {"transcript": words.pop(0).text}}), 0
        part = utterance.pcm[position : position + CHUNK_BYTES]
        tokens = -(-len(part) // BYTES_PER_AUDIO_TOKEN)
        for _ in range(tokens):
            yield _chunk(answer), 0
        wait = answer.latency.of_tokens(tokens) if position else answer.latency.first_audio
        yield _delta(answer, {**named, "audio": {**identity, "data": _encoded(part)}}), wait
        named, identity = {}, {}
    for word in words:
        yield _delta(answer, {"audio": {"transcript": word.text}}), 0


def _text_chunks(answer: Answer) -> Iterator[tuple[str, float]]:
    for number, word in enumerate(answer.text.split(" ")):
        content = word if number == 0 else f" {word}"
        yield _delta(answer, {"content": content}), answer.latency.of_tokens(1)


def _call_chunks(answer: Answer) -> Iterator[tuple[str, float]]:
    """The function's name with no arguments yet, and then the arguments."""
    call = _call(answer)
    arguments = call["function"]["arguments"]
    begun = {**call, "index": 0, "function": {**call["function"], "arguments": ""}}
    yield _delta(answer, {"content": None, "tool_calls": [begun]}), 0
    rest = {"index": 0, "function": {"arguments": arguments}}
    yield _delta(answer, {"tool_calls": [rest]}), answer.latency.of_tokens(answer.tokens)


def _call(answer: Answer) -> dict[str, Any]:
    name, arguments = (answer.call.name, answer.call.arguments) if answer.call else ("", "")
    function = {"name": name, "arguments": arguments}
    return {"id": answer.call_id, "type": "function", "function": function}


def _last(answer: Answer) -> str:
    last = {"index": 0, "delta": {}, "finish_reason": answer.finish_reason}
    return _chunk(answer, choices=[{**last, **_ending(answer)}])


def _ending(answer: Answer) -> Mapping[str, object]:
    """What a filter says about a choice at its end."""
    return STOPPED if answer.finish_reason == "content_filter" else answer.annotation


def _delta(answer: Answer, delta: dict[str, object]) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": None, **answer.annotation}
    return _chunk(answer, choices=[choice])


def _chunk(answer: Answer, **rest: object) -> str:
    return _json(
        {
            "id": answer.id,
            "object": "chat.completion.chunk",
            "created": answer.created,
            "model": answer.model,
            "service_tier": "default",
            "system_fingerprint": None,
            **rest,
            "obfuscation": "",
        }
    )


def _sound(utterance: Utterance, audio_format: str, unknown_wav_sizes: bool) -> bytes:
    """The file in the format asked for, in base64."""
    if audio_format == "wav" and not unknown_wav_sizes:
        return utterance.wav_base64
    if audio_format == "wav":
        return base64.b64encode(write_wav(utterance.pcm, unknown_sizes=True))
    if audio_format in ENCODED_FORMATS:
        return base64.b64encode(encode(utterance.pcm, audio_format))
    return base64.b64encode(utterance.pcm)


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
