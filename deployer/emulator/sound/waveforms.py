"""The sounds a voice is made of: single pitch periods of vowels and hums, and slices of breath noise.

A voiced sound is one glottal period through three resonances of the throat (formants); a sentence is
thousands of such periods, most of them alike, so each is computed once and then only copied.
Levels are whole decibels below the loudest sample the voice may make.
"""

from __future__ import annotations

import math
import random
import sys
from array import array
from functools import lru_cache
from typing import NamedTuple

SAMPLE_RATE = 24_000
"""Hz; Azure's pcm16 is 24 kHz, mono, signed 16 bit little-endian."""

NOISE_SLICE = 120
"""Samples in one slice of noise: 5 ms."""

_LOUDEST = 0.62 * 32767
_NOISE_SLICES = 40


class Throat(NamedTuple):
    """What makes one voice unlike another: pitch in Hz, and the scale of its formants."""

    pitch: float
    formants: float


THROATS = {
    "alloy": Throat(165, 1.04),
    "ash": Throat(117, 0.92),
    "ballad": Throat(132, 1.04),
    "cedar": Throat(88, 0.91),
    "coral": Throat(232, 1.13),
    "echo": Throat(104, 0.97),
    "marin": Throat(206, 1.06),
    "sage": Throat(182, 1.15),
    "shimmer": Throat(262, 1.12),
    "verse": Throat(147, 0.90),
}
"""One throat for each voice name of the API."""

# Frequencies in Hz of the first three formants (textbook averages of spoken English vowels, 1952), with
# the relative strength of each. Hums and voiced consonants are vowels with weak upper formants.
_FORMANTS: dict[str, tuple[tuple[float, float], ...]] = {
    "a": ((730, 1.0), (1090, 0.70), (2440, 0.25)),
    "e": ((530, 1.0), (1840, 0.45), (2480, 0.30)),
    "I": ((390, 1.0), (1990, 0.40), (2550, 0.30)),
    "i": ((270, 1.0), (2290, 0.35), (3010, 0.25)),
    "o": ((570, 1.0), (840, 0.80), (2410, 0.15)),
    "u": ((300, 1.0), (870, 0.50), (2240, 0.10)),
    "V": ((640, 1.0), (1190, 0.60), (2390, 0.25)),
    "@": ((500, 1.0), (1400, 0.50), (2300, 0.25)),
    "r": ((490, 1.0), (1350, 0.50), (1690, 0.40)),
    "l": ((360, 1.0), (1300, 0.25), (2700, 0.15)),
    "w": ((300, 1.0), (610, 0.60), (2200, 0.08)),
    "y": ((280, 1.0), (2200, 0.30), (2900, 0.20)),
    "m": ((250, 1.0), (1000, 0.12), (2200, 0.06)),
    "n": ((260, 1.0), (1450, 0.15), (2400, 0.08)),
    "N": ((270, 1.0), (1900, 0.15), (2600, 0.08)),
    "z": ((250, 1.0), (1700, 0.20), (4800, 0.45)),
    "v": ((250, 1.0), (1100, 0.20), (3200, 0.25)),
}

# Centre in Hz and sharpness (pole radius) of the noise of each breath consonant.
_NOISES = {
    "s": (6200.0, 0.80),
    "S": (3000.0, 0.86),
    "f": (4500.0, 0.45),
    "T": (5200.0, 0.55),
    "h": (1400.0, 0.75),
}


class Period(NamedTuple):
    """One pitch period, `samples` long."""

    throat: Throat
    phone: str
    samples: int


class Noise(NamedTuple):
    """One slice of a breath consonant."""

    phone: str
    number: int


def is_voiced(phone: str) -> bool:
    """Whether the phone is hummed rather than breathed."""
    return phone in _FORMANTS


def pcm(values: array[int]) -> bytes:
    """Samples as little-endian bytes; on a big-endian machine the array is used up."""
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def values(pcm: bytes) -> array[int]:
    """The samples in little-endian bytes; half a sample at the end is left out."""
    found = array("h", pcm[: len(pcm) // 2 * 2])
    if sys.byteorder == "big":
        found.byteswap()
    return found


def mono(sound: bytes, channels: int) -> bytes:
    """The mean of all channels of 16 bit samples."""
    if channels == 1:
        return sound
    found = values(sound)
    frames = zip(*(found[n::channels] for n in range(channels)), strict=False)
    return pcm(array("h", (sum(frame) // channels for frame in frames)))


@lru_cache(maxsize=4096)
def power(sound: Period | Noise) -> float:
    """The sum of the squares of its samples at level 0, where the loudest is `_LOUDEST`."""
    return sum(value * value for value in _shape(sound)) * _LOUDEST * _LOUDEST


@lru_cache(maxsize=16384)
def samples(sound: Period | Noise, level: int) -> bytes:
    """Its samples, `level` dB below the loudest. All even: the lowest bit belongs to the mark."""
    gain = _LOUDEST / 2 * 10 ** (-level / 20)
    return pcm(array("h", [2 * int(value * gain) for value in _shape(sound)]))


@lru_cache(maxsize=4096)
def _shape(sound: Period | Noise) -> tuple[float, ...]:
    """Its samples between -1 and 1, one of which is -1 or 1."""
    if isinstance(sound, Noise):
        start = sound.number % _NOISE_SLICES * NOISE_SLICE
        return _breath(sound.phone)[start : start + NOISE_SLICE]
    shape = [0.0] * sound.samples
    for frequency, strength in _FORMANTS[sound.phone]:
        centre = frequency * sound.throat.formants
        decay = -math.pi * (60 + centre / 25) / SAMPLE_RATE
        turn = 2 * math.pi * centre / SAMPLE_RATE
        # Two periods: the ringing of the one before has not died away when the next begins.
        for n in range(sound.samples * 2):
            shape[n % sound.samples] += strength * math.exp(decay * n) * math.sin(turn * n)
    return _full(shape)


@lru_cache(maxsize=16)
def _breath(phone: str) -> tuple[float, ...]:
    """Noise through one resonance; the seed makes it the same everywhere."""
    centre, radius = _NOISES[phone]
    first = 2 * radius * math.cos(2 * math.pi * centre / SAMPLE_RATE)
    second = -radius * radius
    white = random.Random(f"breath of {phone}")  # noqa: S311
    last = before = 0.0
    shape = []
    for _ in range(NOISE_SLICE * _NOISE_SLICES):
        last, before = white.uniform(-1, 1) + first * last + second * before, last
        shape.append(last)
    return _full(shape)


def _full(shape: list[float]) -> tuple[float, ...]:
    # Without its mean: a loudspeaker does not like to be pushed to one side.
    mean = sum(shape) / len(shape)
    peak = max(abs(value - mean) for value in shape)
    return tuple((value - mean) / peak for value in shape)
