"""Each API voice sounds different: measured between every pair, in the built-in voice and in the engine's."""

import itertools

import numpy as np
import pytest

from deployer.emulator.sound.spoken import say_aloud
from deployer.emulator.sound.voice import VOICES, synthesise

TEXT = "The quick brown fox jumps over the lazy dog. Please call me back tomorrow morning."
RATE = 24_000
FRAME = 2_400
"""Samples: 100 ms."""
SEMITONES, DECIBELS = 2.0, 3.0
"""What a listener cannot miss: a whole tone in pitch, or as much in the mean of all thirds of an octave."""


def frames(pcm):
    """Those that are loud, one every 50 ms."""
    sound = np.frombuffer(pcm, "<i2").astype(float)
    starts = range(0, len(sound) - FRAME, FRAME // 2)
    found = (sound[start : start + FRAME] for start in starts)
    return np.array([one for one in found if (one**2).mean() ** 0.5 > 1_000])


def pitch(pcm):
    """Hz: the median over all frames that repeat themselves within a voice's range, 70 to 400 Hz."""
    found = []
    for frame in frames(pcm):
        power = abs(np.fft.rfft(frame - frame.mean(), 8_192)) ** 2
        alike = np.fft.irfft(power)[: RATE // 70]
        alike /= alike[0] * (1 - np.arange(len(alike)) / FRAME)
        best = alike[RATE // 400 :].max()
        peaks = (
            lag
            for lag in range(RATE // 400, len(alike) - 1)
            if alike[lag] > 0.9 * best and alike[lag] == alike[lag - 1 : lag + 2].max()
        )
        lag = next(peaks, None)
        if lag is not None and best > 0.5:
            found.append(RATE / lag)
    return float(np.median(found))


def spectrum(pcm):
    """Levels in dB of fifteen thirds of an octave from 200 Hz on, without the loudness of the whole."""
    power = (abs(np.fft.rfft(frames(pcm) * np.hanning(FRAME))) ** 2).mean(0)
    hertz = np.fft.rfftfreq(FRAME, 1 / RATE)
    edges = 200 * 2 ** (np.arange(16) / 3)
    thirds = [
        power[(low <= hertz) & (hertz < high)].mean() for low, high in itertools.pairwise(edges)
    ]
    levels = 10 * np.log10(thirds)
    return levels - levels.mean()


def distance(one, other):
    """Semitones between the pitches, and decibels between the spectra."""
    semitones = abs(12 * np.log2(one[0] / other[0]))
    return semitones, float(((one[1] - other[1]) ** 2).mean() ** 0.5)


@pytest.mark.parametrize("say", [synthesise, say_aloud], ids=["built-in", "speech"])
def test_every_pair_of_voices_is_told_apart(say):
    measured = {}
    for voice in VOICES:
        pcm = say(TEXT, voice).pcm
        measured[voice] = pitch(pcm), spectrum(pcm)
    apart = {
        pair: distance(*(measured[voice] for voice in pair))
        for pair in itertools.combinations(VOICES, 2)
    }
    alike = {
        pair: (f"{semitones:.2f} semitones", f"{decibels:.2f} dB")
        for pair, (semitones, decibels) in apart.items()
        if semitones < SEMITONES and decibels < DECIBELS
    }

    assert len(apart) == 45
    assert alike == {}


def test_a_voice_is_not_told_apart_from_itself():
    """The measure measures voices: another sentence of the same one is near."""
    one, other = (
        (pitch(pcm), spectrum(pcm))
        for pcm in (synthesise(text, "alloy").pcm for text in (TEXT, TEXT.replace("call", "ring")))
    )
    semitones, decibels = distance(one, other)

    assert semitones < SEMITONES
    assert decibels < DECIBELS
