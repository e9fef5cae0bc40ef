"""Utterances in intelligible speech: the engine's sound in the API's form, every word marked like the built-in voice's."""

from __future__ import annotations

from typing import Any

from deployer.emulator.data_plane.usage import BYTES_PER_AUDIO_TOKEN
from deployer.emulator.sound.mark import mark, mark_bytes
from deployer.emulator.sound.resampling import resampled
from deployer.emulator.sound.speech import Speech, can_speak, speak
from deployer.emulator.sound.voice import (
    BYTES_PER_SECOND,
    LONGEST_PAUSE_MS,
    LOUDNESS,
    TRAIL_MS,
    Speaker,
    Utterance,
    Word,
    lead_ms,
    pieces,
    synthesise,
)
from deployer.emulator.sound.waveforms import SAMPLE_RATE

_FRAME = SAMPLE_RATE // 100
_QUIET = 160
"""The largest sample of a frame that is a pause: -46 dBFS."""
_UNHEARD = 450
"""The mean of a frame that turn detection may take for silence at its default threshold, and a little more."""
_LOUDEST = 0.69 * 32767


def best_speaker() -> Speaker:
    """Speech where the engine is installed, else the built-in voice."""
    return Speaker(say=say_aloud, kind="espeak-ng") if can_speak() else Speaker()


def say_aloud(text: str, voice: str, speed: float = 1.0) -> Utterance:
    """A text in speech that people and recognisers understand. What has no sound is left to the built-in voice."""
    import numpy

    speech = speak(text, voice, speed)
    sound = resampled(speech.pcm, speech.rate, SAMPLE_RATE)
    whole = len(sound) // (2 * _FRAME) * _FRAME
    samples = numpy.frombuffer(sound, numpy.dtype("<i2"))[:whole].astype(numpy.float32)
    if not text or not samples.any():
        return synthesise(text, voice, speed)
    frames = _levelled(samples).reshape(-1, _FRAME)
    kept = _kept(abs(frames))
    body = frames[kept].ravel()
    lead = lead_ms(text, voice) * BYTES_PER_SECOND // 1000
    words = _words(text, speech, kept, lead)
    end = max(lead + 2 * len(body), words[-1].offset + mark_bytes(words[-1].text))
    length = end + TRAIL_MS * BYTES_PER_SECOND // 1000
    length += -length % BYTES_PER_AUDIO_TOKEN
    # All even: the lowest bit belongs to the mark.
    pcm = bytearray(bytes(lead) + (body.astype("<i2") & ~1).tobytes()).ljust(length, b"\0")
    for word in words:
        mark(pcm, word.offset, word.text)
    return Utterance(words, bytes(pcm), length // BYTES_PER_AUDIO_TOKEN)


def _kept(frames: Any) -> list[bool]:  # noqa: ANN401
    """Which frames stay: silence around the speech goes, and of a long pause what would end a turn.

    `frames` are sizes of samples, without signs.
    """
    loud = (frames.max(axis=1) > _QUIET).tolist()
    heard = (frames.mean(axis=1) > _UNHEARD).tolist()
    first, last = loud.index(True), len(loud) - loud[::-1].index(True)
    kept, pause = [], 0
    for number, is_heard in enumerate(heard):
        pause = 0 if is_heard else pause + 10
        kept.append(first <= number < last and pause <= LONGEST_PAUSE_MS)
    return kept


def _levelled(samples: Any) -> Any:  # noqa: ANN401
    """As loud as a recorded voice, and nothing clipped."""
    loudness = float(samples @ samples / len(samples)) ** 0.5
    gain = min(32768 * 10 ** (LOUDNESS / 20) / loudness, _LOUDEST / float(abs(samples).max()))
    return samples * gain


def _words(text: str, speech: Speech, kept: list[bool], lead: int) -> tuple[Word, ...]:
    """The pieces of the text where they are heard, or behind the mark of the one before."""
    before = [0]
    for is_kept in kept:
        before.append(before[-1] + is_kept)
    words: list[Word] = []
    free = character = 0
    for piece in pieces(text):
        character += len(piece)
        spoken = (first for position, first in speech.words if position < character)
        first = max(spoken, default=0) * SAMPLE_RATE // speech.rate
        frame = min(first // _FRAME, len(kept))
        free = max(free, lead + 2 * _FRAME * before[frame])
        words.append(Word(piece, free))
        free += mark_bytes(piece)
    return tuple(words)
