"""Sound as numbers: WAV files read and written, and what can be measured in 16 bit samples. Standard library only."""

from __future__ import annotations

import math
import struct
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from operator import mul

SAMPLE_RATE = 24_000
"""Hz of everything these models say: mono, signed 16 bit little-endian (Azure documentation)."""

QUIETEST = -120.0
"""dBFS that stands for no sound at all."""

_FULL_SCALE = 32768
_AUDIBLE = -50.0
"""dBFS of 10 ms from which on something is heard; recorded voices pause at less (2026-06)."""

_FRAMES_PER_SECOND = 100
_LOUD_ENOUGH = _FULL_SCALE**2 * 10 ** (_AUDIBLE / 10)
_SIGNS = bytes(value >> 7 for value in range(256))
_TONE_FRAMES = 3
_TONE_MINIMUM = 8
_TONE_DECIBELS = 3.0
_TONE_CROSSINGS = 0.05


class NotWav(ValueError):
    """The bytes are no WAV file of 16 bit samples; the message says what they are instead."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples and their form. `has_sizes` is false when the file's header did not know how long it is."""

    pcm: bytes
    sample_rate: int = SAMPLE_RATE
    channels: int = 1
    has_sizes: bool = True

    @property
    def seconds(self) -> float:
        return len(self.pcm) / (2 * self.channels * self.sample_rate)


@dataclass(frozen=True, slots=True)
class Measured:
    """What the samples are like. Shares are of 1, `peak` and `offset` of full scale, `loudness` is RMS in dBFS.

    `leading_silence` are the seconds before the first audible sample: all of them when there is none;
    `trailing_silence` those after the last 10 ms in which anything is heard. `is_constant_tone` and `is_noise` are two ways of never changing: with one pitch, and with none.
    """

    peak: float
    loudness: float
    clipped: float
    offset: float
    leading_silence: float
    trailing_silence: float
    longest_silence: float
    is_constant_tone: bool
    is_noise: bool


def read_wav(content: bytes) -> Sound:
    """A 16 bit PCM WAV file. Raises `NotWav`.

    Sizes in the header are not trusted: these models are known to write FFFFFFFF into both, and Python's own `wave`
    then reports a day of audio. A chunk that claims more than there is reaches to the end.
    """
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise NotWav(f"{len(content)} bytes that do not begin with a RIFF WAVE header")
    encoding = channels = rate = bits = 0
    position = 12
    while position + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, position)
        start = position + 8
        if name == b"fmt " and start + 16 <= len(content):
            encoding, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", content, start)
        if name == b"data":
            if encoding not in (1, 0xFFFE) or bits != 16 or not channels or not rate:
                raise NotWav(f"a WAV file of encoding {encoding} with {bits} bits a sample")
            has_sizes = 0 < size <= len(content) - start
            pcm = content[start : start + size] if has_sizes else content[start:]
            return Sound(pcm, rate, channels, has_sizes)
        position = start + size + size % 2
    raise NotWav("a WAV file without samples")


def write_wav(sound: Sound) -> bytes:
    """The sound as a WAV file that every player opens; half a sample at its end is left out."""
    frame = 2 * sound.channels
    pcm = sound.pcm[: len(sound.pcm) // frame * frame]
    rate = sound.sample_rate
    return (
        struct.pack("<4sI4s4sI", b"RIFF", 36 + len(pcm), b"WAVE", b"fmt ", 16)
        + struct.pack("<HHIIHH", 1, sound.channels, rate, rate * frame, frame, 16)
        + struct.pack("<4sI", b"data", len(pcm))
        + pcm
    )


def measure(pcm: bytes, sample_rate: int = SAMPLE_RATE) -> Measured:
    """Measure 16 bit little-endian mono samples."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    if not samples:
        return Measured(
            0.0, QUIETEST, 0.0, 0.0, 0.0, 0.0, 1.0, is_constant_tone=False, is_noise=False
        )
    count, size = len(samples), max(1, sample_rate // _FRAMES_PER_SECOND)
    # Whole frames at a time: a loop over samples would take twenty times as long, and one call over all of them
    # would keep other threads from timing what they receive.
    frames = [samples[start : start + size] for start in range(0, count, size)]
    energies = [sum(map(mul, frame, frame)) for frame in frames]
    powers = [energy / size for energy in energies]
    same_loudness, same_pitch = _constancy(pcm, powers, size)
    peak = max(max(max(frame), -min(frame)) for frame in frames)
    return Measured(
        peak=peak / _FULL_SCALE,
        loudness=_decibels(sum(energies) / count),
        clipped=_at_full_scale(frames) / count if peak >= _FULL_SCALE - 1 else 0.0,
        offset=sum(map(sum, frames)) / count / _FULL_SCALE,
        leading_silence=_silent_samples(frames, powers) / sample_rate,
        trailing_silence=_silent_at_end(frames, powers) / sample_rate,
        longest_silence=_longest_silence(powers),
        is_constant_tone=same_pitch,
        is_noise=same_loudness and not same_pitch,
    )


def _at_full_scale(frames: Sequence[array[int]]) -> int:
    return sum(frame.count(sample) for frame in frames for sample in (-32768, -32767, 32767))


def _decibels(power: float) -> float:
    return max(QUIETEST, 10 * math.log10(power / _FULL_SCALE**2)) if power else QUIETEST


def _silent_samples(frames: Sequence[array[int]], powers: Sequence[float]) -> int:
    """How many come before the first sample that is loud enough, in the first 10 ms that are."""
    silent = 0
    for frame, power in zip(frames, powers, strict=True):
        if power >= _LOUD_ENOUGH:
            return silent + next(
                n for n, sample in enumerate(frame) if sample * sample >= _LOUD_ENOUGH
            )
        silent += len(frame)
    return silent


def _silent_at_end(frames: Sequence[array[int]], powers: Sequence[float]) -> int:
    """How many samples come after the last 10 ms that are loud enough."""
    silent = 0
    for frame, power in zip(reversed(frames), reversed(powers), strict=True):
        if power >= _LOUD_ENOUGH:
            break
        silent += len(frame)
    return silent


def _longest_silence(powers: Sequence[float]) -> float:
    longest = current = 0
    for power in powers:
        current = current + 1 if power < _LOUD_ENOUGH else 0
        longest = max(longest, current)
    return longest / len(powers)


def _constancy(pcm: bytes, powers: Sequence[float], size: int) -> tuple[bool, bool]:
    """Whether all that is heard keeps its loudness, and whether it keeps its pitch: speech does neither."""
    signs = pcm[1::2].translate(_SIGNS)
    loudness: list[float] = []
    crossings: list[int] = []
    for first in range(0, len(powers) - _TONE_FRAMES + 1, _TONE_FRAMES):
        frames = powers[first : first + _TONE_FRAMES]
        if min(frames) >= _LOUD_ENOUGH:
            part = signs[first * size : (first + _TONE_FRAMES) * size]
            loudness.append(_decibels(sum(frames) / _TONE_FRAMES))
            crossings.append(part.count(b"\0\1") + part.count(b"\1\0"))
    if len(loudness) < _TONE_MINIMUM:
        return False, False
    same_pitch = max(1.0, _TONE_CROSSINGS * sorted(crossings)[len(crossings) // 2])
    return _spread(loudness) <= _TONE_DECIBELS, _spread(crossings) <= same_pitch


def _spread(values: Sequence[float]) -> float:
    """How far apart values are, leaving out the lowest and the highest tenth."""
    ordered = sorted(values)
    tenth = len(ordered) // 10
    return ordered[-1 - tenth] - ordered[tenth]
