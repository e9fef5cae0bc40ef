"""The ways in which the data plane can be made wrong, and those in which the real one has been seen to vary.

Each is a fault that `World.fault` answers for an account and a deployment; a client can see every one.
"""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from deployer.emulator.sound.resampling import resampled
from deployer.emulator.sound.voice import BYTES_PER_SECOND, Utterance, Word
from deployer.emulator.sound.waveforms import SAMPLE_RATE, pcm, values

WRONGS: Mapping[str, str] = {
    "silent": "The audio has its length but every sample is zero.",
    "constantTone": "The audio is a sine of 440 Hz instead of speech.",
    "noise": "The audio is noise as loud as speech.",
    "wrongRate": "The audio was made for 16 kHz: at 24 kHz it is too quick and too high.",
    "truncated": "The audio stops half way; transcript and usage tell of all of it.",
    "clipped": "The audio is so loud that its peaks are cut off.",
    "oddBytes": "The audio lacks its last byte: half a sample is left.",
    "wrongTranscript": "The transcript is not what the audio says or what was asked for.",
    "wrongUsage": "The audio tokens do not fit the audio, nor the total its parts.",
    "wrongModel": "The answer or session.created names another model (`model` says which).",
    "wavTrap": "The WAV header gives FFFFFFFF for both sizes.",
    "earlyClose": "The connection breaks in the middle of the answer: of its sound, its text or its call.",
    "refusedUpdate": "session.update is answered by an error (`message`) instead of session.updated.",
    "failedResponse": "response.done has status failed, a completion is answered 500, both with an error (`type`, `code`, `message`).",
    "neverDone": "Everything of a response arrives but response.done.",
    "missingEvent": "One type of realtime event is never sent: `event`, any that the server sends (default response.content_part.done).",
    "doubledEvent": "One type of realtime event is sent twice: `event` (default response.output_item.done).",
    "wrongIndex": "The deltas of a response carry an index that was never announced: `field` is content_index (default) or output_index, the only one that a call's deltas have.",
    "transcriptionFailed": "Transcribing the user's audio fails, with any model or with `model` alone.",
    "redirect302": "The realtime handshake answers 302 to another path, the key in its query.",
}
"""Kinds of fault, each with what a client sees."""

SWITCHES: Mapping[str, str] = {
    "conversationCreated": "conversation.created follows session.created, as only documentation says.",
    "rateLimitsUpdated": "rate_limits.updated tells of `entries` (tokens and requests), `when` says: done (after response.done) or created (after response.created).",
    "lateTranscription": "Transcription is told in the `place`: after the response's events (after) or among them (among), not before.",
    "firstPreview": "Before 2025-04-01-preview, semantic_vad, any transcription but whisper-1's and the session's later fields are refused.",
    "promptFilterChunk": "A stream of chat completions begins with a chunk of prompt_filter_results.",
    "paced": "Realtime audio is sent at `speed` times real time (default 1) instead of at once.",
    "shortSession": "A realtime session expires after `seconds` (default 1), as `form` says: event, close, both (default), or drop: the connection is gone without a word (1006).",
    "noFingerprint": "Its own voice is not recognised by its mark: the recogniser listens, or nobody does.",
    "oldActiveResponse": "The error of a second response has no code and a shorter message, as in January 2025.",
    "oldContentPart": "response.content_part events carry `content` in place of `part`, as in Azure's first builds.",
    "oldRoleWords": "The 401 of a caller without the role has its older, shorter words.",
    "streamFinishReason": "A stream in sound says why it finished, before its usage, as older preview models did.",
    "oldUsage": "The usage of a completion does not count text_tokens by themselves, as that of older answers.",
    "filterAnnotations": "A completion's content_filter_results are no empty object but filled, absent, or an error of the filter (`form`: filled, absent, error).",
    "asyncFilterChunks": "A stream has content_filter_results in chunks of their own with an empty delta, as of the asynchronous filter.",
    "otherRegion": "x-ms-region names another region (`region`) than the resource's, as Global Standard may.",
    "oddRateLimits": "Of the x-ratelimit-* headers remaining is -1, limit and reset are 0.",
    "refused20241217": "api-version=2024-12-17, a model's version that stood in Microsoft's texts, is refused at the realtime handshake: 404.",
    "olderVersionsRefuseAudio": "A chat api-version before 2025-01-01-preview refuses `modalities` and `audio`: 400.",
    "voicesOfModel": "A completion refuses voices that its model may not have: all but `voices`, or but alloy, echo, shimmer of a preview model.",
}
"""Behaviour whose truth on Azure is unverified or rarely wanted; off unless switched on."""

REFUSALS: Mapping[str, str] = {
    "firewall": "The resource's firewall denies every call: 403.",
    "virtualNetwork": "The resource is in a virtual network and was called by its public address: 403.",
    "contentFilter": "The filter strikes, `where` says at what. prompt (default): a chat completion is 400 with an innererror, or without (`inner`: false), a realtime response is incomplete with nothing in it. completion: the answer stops half way, with finish_reason content_filter or as an incomplete response.",
    "ephemeralOnly": "Transcription sessions are opened by ephemeral keys only: 401.",
    "noTranscriptionDeployment": "A transcription handshake that names a deployment by that word, not as its model, is answered 400.",
    "transcriptionNeedsDeployment": "A transcription handshake of the GA protocol that names no deployment is answered 404.",
    "realCapacity": "More requests or tokens than the deployment's capacity allows are answered 429 (`retryAfter`: false gives the headers of 2023); a realtime response without tokens fails with rate_limit_exceeded.",
}
"""Calls that are not let in, as seen on Azure when networks, filters, keys or capacities are against them."""

SCRIPTS: Mapping[str, str] = {
    "reply": "The next answer is `text`.",
    "toolCall": "The next answer calls the function `name` with `arguments`, offered or not.",
    "latency": "Answers take `firstToken` and `firstAudio` seconds, and come at `tokensPerSecond`.",
}
"""What a script makes the models do."""

STRUCK_EVENTS: Mapping[str, str] = {
    "missingEvent": "response.content_part.done",
    "doubledEvent": "response.output_item.done",
}
"""Faults that strike single events, each with the type that it strikes unless it names one."""


Wrong = Callable[[str], Mapping[str, object] | None]
"""Asks for a fault by its kind; each question counts it down."""


class WrongEvent(Protocol):
    """The same, and it can be asked for one of `STRUCK_EVENTS` when an event of that type is about to be sent.

    A fault that strikes other types is not counted down.
    """

    def __call__(self, kind: str, event: str = "", /) -> Mapping[str, object] | None: ...


SCRIPTED_ANSWER = "scriptedAnswer"
"""What is asked for when an answer is due: whichever of `reply` and `toolCall` was said first, and strikes."""


def is_asked_for(fault: Mapping[str, object], kind: str) -> bool:
    """Whether a fault, with its `kind`, is one of those that are asked for by that name."""
    if kind == SCRIPTED_ANSWER:
        return fault["kind"] in ("reply", "toolCall")
    return fault["kind"] == kind


def is_about(fault: Mapping[str, object], event: str) -> bool:
    """Whether a fault, with its `kind`, strikes events of that type; every fault strikes what is no event ("")."""
    struck = STRUCK_EVENTS.get(str(fault.get("kind")))
    return not event or event == fault.get("event", struck)


def number(fault: Mapping[str, object], name: str, default: float) -> float:
    """A number that the fault carries."""
    value = fault.get(name)
    return float(value) if isinstance(value, (int, float)) else default


WRONG_WORDS = "Nobody asked for these words."


def spoil(utterance: Utterance, wrong: Wrong) -> Utterance:
    """The utterance with whatever is wrong with its sound and words; what it is charged for stays."""
    if wrong("wrongTranscript") is not None:
        utterance = replace(utterance, words=_wrong_words(utterance))
    sound = utterance.pcm
    if wrong("truncated") is not None:
        sound = sound[: len(sound) // 4 * 2]
    if wrong("silent") is not None:
        sound = bytes(len(sound))
    if wrong("noise") is not None:
        sound = _noise(len(sound))
    if wrong("wrongRate") is not None:
        sound = resampled(sound, SAMPLE_RATE, 16_000)
    if wrong("constantTone") is not None:
        sound = _tone(len(sound) // 2)
    if wrong("clipped") is not None:
        sound = _clipped(sound)
    if wrong("oddBytes") is not None:
        sound = sound[:-1]
    return utterance if sound is utterance.pcm else replace(utterance, pcm=sound)


def _wrong_words(utterance: Utterance) -> tuple[Word, ...]:
    texts = [part if n == 0 else f" {part}" for n, part in enumerate(WRONG_WORDS.split())]
    step = len(utterance.pcm) // len(texts)
    return tuple(Word(text, n * step) for n, text in enumerate(texts))


def _tone(samples: int) -> bytes:
    # One second is a whole number of its waves, so it can be repeated.
    wave = [
        round(12000 * math.sin(2 * math.pi * 440 * n / SAMPLE_RATE)) for n in range(SAMPLE_RATE)
    ]
    second = pcm(array("h", wave))
    return (second * (samples * 2 // BYTES_PER_SECOND + 1))[: samples * 2]


def _noise(count: int) -> bytes:
    noise = random.Random("noise")  # noqa: S311
    second = pcm(array("h", (round(noise.gauss(0, 2900)) for _ in range(SAMPLE_RATE))))
    return (second * (count // BYTES_PER_SECOND + 1))[:count]


def _clipped(sound: bytes) -> bytes:
    return pcm(array("h", [max(-32768, min(32767, 12 * sample)) for sample in values(sound)]))
