"""The built-in voice: text to speech-like sound of natural length, loudness and rhythm, and back again.

It is not intelligible speech and does not pretend to be. It has what a listener's checks look at:
syllables, vowels and breath, pauses, a falling pitch, silence around it, and the same samples every time.
"""

from __future__ import annotations

import base64
import math
import re
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

from deployer.emulator.data_plane.usage import BYTES_PER_AUDIO_TOKEN, text_tokens
from deployer.emulator.sound.mark import LONGEST_TEXT, mark, marks
from deployer.emulator.sound.recording import write_wav
from deployer.emulator.sound.spelling import phones
from deployer.emulator.sound.waveforms import (
    NOISE_SLICE,
    SAMPLE_RATE,
    THROATS,
    Noise,
    Period,
    Throat,
    is_voiced,
    power,
    samples,
)

VOICES = tuple(THROATS)
"""The voice names of the API."""

BYTES_PER_SECOND = SAMPLE_RATE * 2

LOUDNESS = -21.0
"""dBFS over the whole utterance; recorded voices lie between -25.4 and -20.0 (2026-06)."""

_PIECES = re.compile(rf"\s*\S{{1,{LONGEST_TEXT // 5}}}")
_MILLISECONDS = {"vowel": 92, "hum": 58, "breath": 75, "closure": 34, "burst": 15}
_PAUSES = {",": 100, ";": 110, ":": 110, ".": 130, "!": 130, "?": 130}
_PAUSE = 62
_PITCHES = 16

LONGEST_PAUSE_MS = 130
"""Shorter than 200: a pause is not the end of a turn (server_vad's default)."""

TRAIL_MS = 300
"""Silence after the last word, at least."""

Say = Callable[[str, str, float], "Utterance"]
"""Makes the sound of a text in a voice at a speed."""


class Word(NamedTuple):
    """A piece of the transcript with the space before it, and where its sound begins."""

    text: str
    offset: int


@dataclass(frozen=True)
class Utterance:
    """What is said: the words, the samples, and the output tokens that both are worth.

    `audio_tokens` is what is charged and stays true when a fault changes `pcm`.
    """

    words: tuple[Word, ...]
    pcm: bytes
    audio_tokens: int

    @cached_property
    def transcript(self) -> str:
        """All words together; one string for everything that keeps it."""
        return "".join(word.text for word in self.words)

    @cached_property
    def base64(self) -> str:
        """Its samples as they stand in events."""
        return base64.b64encode(self.pcm).decode()

    @cached_property
    def wav_base64(self) -> bytes:
        """Its sound as a WAV file, as it stands in an answer."""
        return base64.b64encode(write_wav(self.pcm))

    @property
    def text_tokens(self) -> int:
        """Output tokens of the transcript."""
        return text_tokens(self.transcript)

    def within(self, tokens: int | None) -> Utterance:
        """The first part of it that is worth at most so many output tokens; None: all of it."""
        if tokens is None or self.text_tokens + self.audio_tokens <= tokens:
            return self
        kept = self.words
        while kept:
            kept = kept[:-1]
            end = self.words[len(kept)].offset // BYTES_PER_AUDIO_TOKEN
            part = replace(self, words=kept, audio_tokens=end)
            if part.text_tokens + part.audio_tokens <= tokens:
                return replace(part, pcm=self.pcm[: end * BYTES_PER_AUDIO_TOKEN])
        return Utterance((), b"", 0)


class Speaker:
    """Says texts, and keeps what it said lately so that saying it again costs nothing.

    `kind` tells clients what they hear: `synthetic` is the built-in voice.
    """

    def __init__(
        self, remembered_bytes: int = 16_000_000, say: Say | None = None, kind: str = "synthetic"
    ) -> None:
        self.kind = kind
        self._synthesise = say or synthesise
        self._room = remembered_bytes
        self._said: OrderedDict[tuple[str, str, float], Utterance] = OrderedDict()

    def say(self, text: str, voice: str, speed: float = 1.0) -> Utterance:
        """The text in one of `VOICES`, as speech; white space is not spoken and becomes single spaces."""
        key = (" ".join(text.split()), voice, speed)
        utterance = self._said.pop(key, None)
        if utterance is None:
            utterance = self._synthesise(*key)
            self._room -= _weight(utterance)
        self._said[key] = utterance
        while self._room < 0:
            _, oldest = self._said.popitem(last=False)
            self._room += _weight(oldest)
        return utterance


def _weight(utterance: Utterance) -> int:
    """Bytes that an utterance may come to: its samples, and the same in base64."""
    return len(utterance.pcm) * 7 // 3


def hear(pcm: bytes) -> str | None:
    """What this voice says in 16 bit mono samples; None when it is not this voice."""
    return "".join(text for _, text in marks(pcm)).strip() or None


def synthesise(text: str, voice: str, speed: float = 1.0) -> Utterance:
    """The samples of a text, always the same ones, a whole number of audio tokens long."""
    parts = pieces(text)
    spoken = [
        _Spoken(THROATS[voice], speed, _PITCHES * number // len(parts), part)
        for number, part in enumerate(parts)
    ]
    starts = [_samples(lead_ms(text, voice))]
    for word in spoken:
        starts.append(starts[-1] + _sounds(word).samples)
    trail = _samples(TRAIL_MS)
    trail += -(starts[-1] + trail) % (BYTES_PER_AUDIO_TOKEN // 2)
    energy = sum(_sounds(word).energy for word in spoken)
    softer = _softer(energy, starts[-1] + trail)
    said = [_said(word, softer) for word in spoken]
    pcm = b"".join((bytes(2 * starts[0]), *said, bytes(2 * trail)))
    words = tuple(Word(part, 2 * start) for part, start in zip(parts, starts, strict=False))
    return Utterance(words, pcm, len(pcm) // BYTES_PER_AUDIO_TOKEN)


def pieces(text: str) -> list[str]:
    """The words of a text, each with the space before it; what is too long for one mark is divided."""
    return _PIECES.findall(text)


def lead_ms(text: str, voice: str) -> int:
    """Silence before the first word: 20 to 120 ms, always the same for a text."""
    return 20 + zlib.crc32(f"{voice} {text}".encode(errors="replace")) % 11 * 10


class _Spoken(NamedTuple):
    """A word as one throat says it; its pitch follows its place in the text, in `_PITCHES` steps."""

    throat: Throat
    speed: float
    place: int
    text: str


class _Sounds(NamedTuple):
    """The sounds of a word with their levels (an int is silence), how long they last, and their power."""

    sounds: tuple[tuple[Period | Noise | int, int], ...]
    samples: int
    energy: float


# Words are said again and again: what one sounds like is worked out once.
@lru_cache(maxsize=2048)
def _sounds(word: _Spoken) -> _Sounds:
    found = tuple(_Mouth(word).word(word.text))
    energy = sum(
        power(sound) * 10 ** (-level / 10) for sound, level in found if not isinstance(sound, int)
    )
    return _Sounds(found, sum(_length(sound) for sound, _ in found), energy)


@lru_cache(maxsize=512)
def _said(word: _Spoken, softer: int) -> bytes:
    """The word's samples, turned down by so many dB, with its mark."""
    pcm = bytearray().join(
        bytes(2 * sound) if isinstance(sound, int) else samples(sound, max(0, level + softer))
        for sound, level in _sounds(word).sounds
    )
    mark(pcm, 0, word.text)
    return bytes(pcm)


class _Mouth:
    """Makes the sounds of one word."""

    def __init__(self, word: _Spoken) -> None:
        self._throat = word.throat
        self._speed = word.speed
        self._pitch = word.throat.pitch * (1.12 - 0.22 * word.place / _PITCHES)
        self._rise = 0.25 if word.text.rstrip("\"')").endswith("?") else -0.05

    def word(self, text: str) -> Iterator[tuple[Period | Noise | int, int]]:
        """Sounds with their levels, the pause after the word included; an int is silence, in samples."""
        spelled = phones(text)
        stressed = next((n for n, phone in enumerate(spelled) if phone in "aeIiouV@"), -1)
        for number, phone in enumerate(spelled):
            if phone in "aeIiouV@":
                yield from self._voiced(phone, "vowel", 0 if number == stressed else 5, number)
            elif is_voiced(phone):
                yield from self._voiced(phone, "hum", 9, number)
            elif phone in "bdg":
                yield from self._voiced("m", "closure", 16, number)
                yield from self._breath("T", "burst", 8)
            elif phone in "ptk":
                yield _samples(_MILLISECONDS["closure"] / self._speed), 0
                yield from self._breath("s" if phone == "t" else "h", "burst", 6)
            else:
                yield from self._breath(phone, "breath", 13)
        last = text.rstrip("\"')")[-1]
        yield _samples(_PAUSES.get(last, _PAUSE) / self._speed), 0

    def _voiced(
        self, phone: str, kind: str, level: int, number: int
    ) -> Iterator[tuple[Period, int]]:
        wanted = _samples(_MILLISECONDS[kind] * (1.25 if level == 0 else 1) / self._speed)
        done = 0
        while done < wanted:
            bend = 1 + self._rise * done / wanted + (0.06 if level == 0 else 0)
            # Lengths in steps of four samples: few enough to be computed once, too fine to be heard.
            length = 4 * round(SAMPLE_RATE / (self._pitch * bend) / 4)
            edge = min(done, wanted - done) / SAMPLE_RATE
            yield Period(self._throat, phone, length), level + (4 if edge < 0.008 else number % 2)
            done += length

    def _breath(self, phone: str, kind: str, level: int) -> Iterator[tuple[Noise, int]]:
        slices = max(1, round(_samples(_MILLISECONDS[kind] / self._speed) / NOISE_SLICE))
        for number in range(slices):
            yield Noise(phone, number), level + (4 if number in (0, slices - 1) else 0)


def _softer(energy: float, total: int) -> int:
    """By how many dB everything has to be turned down (negative: up) to have the right loudness."""
    return round(10 * math.log10(max(energy, 1) / total / 32768**2) - LOUDNESS)


def _length(sound: Period | Noise | int) -> int:
    if isinstance(sound, int):
        return sound
    return sound.samples if isinstance(sound, Period) else NOISE_SLICE


def _samples(milliseconds: float) -> int:
    return round(milliseconds * SAMPLE_RATE / 1000)
