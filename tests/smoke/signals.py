"""Signals made from formulas, as 16 bit samples."""

import math
import random
import struct
import sys
from array import array
from functools import cache

RATE = 24_000


def pcm(samples):
    values = array("h", (max(-32768, min(32767, round(value * 32767))) for value in samples))
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def silence(seconds):
    return bytes(2 * round(seconds * RATE))


@cache
def tone(seconds, hertz=440.0, level=0.3):
    return pcm(
        level * math.sin(2 * math.pi * hertz * n / RATE) for n in range(round(seconds * RATE))
    )


@cache
def swelling_tone(seconds, hertz=440.0):
    count = round(seconds * RATE)
    return pcm(
        (0.05 + 0.5 * n / count) * math.sin(2 * math.pi * hertz * n / RATE) for n in range(count)
    )


@cache
def noise(seconds, level=0.2):
    source = random.Random(7)  # noqa: S311 - noise, not a secret
    return pcm(source.gauss(0, level / 2) for _ in range(round(seconds * RATE)))


@cache
def speech(seconds=2.0, level=0.5):
    """Syllables of changing pitch and loudness with pauses between them: what speech looks like to a meter."""
    source = random.Random(3)  # noqa: S311 - a melody, not a secret
    samples: list[float] = []
    while len(samples) < seconds * RATE:
        hertz, loud = source.uniform(150, 2500), source.uniform(0.2, 1) * level
        length = round(source.uniform(0.06, 0.16) * RATE)
        samples += [
            loud * math.sin(math.pi * n / length) * math.sin(2 * math.pi * hertz * n / RATE)
            for n in range(length)
        ]
        samples += [0.0] * round(0.03 * RATE)
    return pcm(samples[: round(seconds * RATE)])


def wav(samples, rate=RATE, channels=1, bits=16, encoding=1, sizes=None, before=b""):
    riff, data = sizes or (len(samples) + len(before) + 36, len(samples))
    frame = channels * bits // 8
    return (
        struct.pack("<4sI4s", b"RIFF", riff, b"WAVE")
        + before
        + struct.pack(
            "<4sIHHIIHH", b"fmt ", 16, encoding, channels, rate, rate * frame, frame, bits
        )
        + struct.pack("<4sI", b"data", data)
        + samples
    )
