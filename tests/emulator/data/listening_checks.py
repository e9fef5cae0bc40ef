"""What a listener's instruments say about sound: the gates that recorded voices pass."""

import math
from array import array
from itertools import pairwise


def samples(pcm):
    return array("h", pcm)


def peak(pcm):
    return max(map(abs, samples(pcm))) / 32768


def loudness(pcm):
    """RMS in dBFS."""
    values = samples(pcm)
    return 10 * math.log10(max(1, sum(v * v for v in values)) / len(values) / 32768**2)


def silent_milliseconds(pcm, from_end=False):
    """Quiet time at the start or the end, in steps of 10 ms; quiet is below -50 dBFS."""
    frames = [pcm[n : n + 480] for n in range(0, len(pcm), 480)]
    ordered = frames[::-1] if from_end else frames
    quiet = next((n for n, frame in enumerate(ordered) if loudness(frame) > -50), len(frames))
    return quiet * 10


def crossings(pcm):
    """Zero crossings a second in every 50 ms that are not quiet."""
    found = []
    for start in range(0, len(pcm) - 2399, 2400):
        frame = pcm[start : start + 2400]
        if loudness(frame) > -40:
            values = samples(frame)
            changes = sum(a < 0 <= b or b < 0 <= a for a, b in pairwise(values))
            found.append(changes * 20)
    return found


def is_like_speech(pcm):
    """Whether the tone changes as speech does; a constant tone does not."""
    rates = crossings(pcm)
    return len(rates) > 3 and max(rates) > 1.5 * min(rates)
