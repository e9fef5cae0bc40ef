"""Sound from one sample rate to another: with soxr where it is installed, else by straight lines."""

from __future__ import annotations

from array import array

from deployer.emulator.sound.waveforms import pcm as packed
from deployer.emulator.sound.waveforms import values


def resampled(pcm: bytes, rate: int, wanted: int) -> bytes:
    """16 bit mono samples of `rate` Hz at `wanted` Hz."""
    if rate == wanted or not pcm:
        return pcm
    try:
        import numpy
        import soxr
    except ImportError:
        return _straight(pcm, rate, wanted)
    found = soxr.resample(numpy.frombuffer(pcm, numpy.dtype("<i2")), rate, wanted)
    return bytes(found.astype("<i2").tobytes())


def _straight(pcm: bytes, rate: int, wanted: int) -> bytes:
    """Each sample on the line between its two neighbours: what lies above the lower rate's reach folds back."""
    sound = values(pcm)
    sound.append(sound[-1])
    count = (len(sound) - 1) * wanted // rate
    found = array("h", bytes(2 * count))
    for n in range(count):
        place, rest = divmod(n * rate, wanted)
        found[n] = sound[place] + (sound[place + 1] - sound[place]) * rest // wanted
    return packed(found)
