"""WAV files and what is measured in samples."""

import math
import time

import pytest
from smoke.signals import RATE, noise, silence, speech, swelling_tone, tone, wav

from deployer.smoke.audio import NotWav, Sound, measure, read_wav, write_wav

UNKNOWN = 0xFFFFFFFF


def test_what_was_written_is_read():
    sound = Sound(speech(0.5))

    assert read_wav(write_wav(sound)) == sound


def test_half_a_sample_is_not_written():
    assert read_wav(write_wav(Sound(b"\1\2\3"))).pcm == b"\1\2"


@pytest.mark.parametrize(
    "sizes", [(UNKNOWN, UNKNOWN), (0, 0), (10_000_000, 9_999_964)], ids=["unknown", "zero", "long"]
)
def test_sizes_that_cannot_be_true_mean_to_the_end(sizes):
    sound = read_wav(wav(speech(0.5), sizes=sizes))

    assert (sound.seconds, sound.has_sizes) == (0.5, False)


def test_other_chunks_are_passed_over():
    before = b"LIST\x05\0\0\0abcde\0"

    assert read_wav(wav(speech(0.5), before=before)).pcm == speech(0.5)


def test_rate_and_channels_are_those_of_the_file():
    sound = read_wav(wav(silence(1), rate=48_000, channels=2))

    assert (sound.sample_rate, sound.channels, sound.seconds) == (48_000, 2, 0.25)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ID3\4" + bytes(40),
        wav(b"")[:36],
        wav(silence(0.1), bits=8),
        wav(silence(0.1), encoding=3),
        wav(silence(0.1), rate=0),
        b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\1\0",
    ],
    ids=["nothing", "mp3", "no data", "8 bits", "float", "no rate", "cut header"],
)
def test_what_is_no_wav_file_of_16_bits_is_said(content):
    with pytest.raises(NotWav):
        read_wav(content)


@pytest.mark.parametrize("level", [0.9, 0.1, 0.01])
def test_loudness_of_a_sine_is_its_level_less_three_decibels(level):
    measured = measure(tone(1, level=level))

    assert measured.loudness == pytest.approx(20 * math.log10(level) - 3.01, abs=0.1)
    assert measured.peak == pytest.approx(level, abs=0.001)


@pytest.mark.parametrize("content", [b"", b"\1", silence(1)], ids=["nothing", "a byte", "zeros"])
def test_silence_has_no_loudness(content):
    assert measure(content).loudness == -120


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.25, 1.0])
def test_leading_silence_ends_with_the_first_audible_sample(seconds):
    assert measure(silence(seconds) + tone(1)).leading_silence == pytest.approx(seconds, abs=0.001)


def test_leading_silence_of_silence_is_all_of_it():
    assert measure(silence(1)).leading_silence == 1


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.25, 1.0])
def test_trailing_silence_begins_after_the_last_audible_frame(seconds):
    measured = measure(tone(1) + silence(0.5) + tone(1) + silence(seconds))

    assert measured.trailing_silence == pytest.approx(seconds, abs=0.011)
    assert measure(silence(1)).trailing_silence == 1


def test_noise_of_the_line_is_not_audible():
    assert measure(tone(1, level=0.002) + tone(1)).leading_silence == pytest.approx(1, abs=0.001)


def test_the_longest_silence_is_a_share_of_the_whole():
    measured = measure(tone(1) + silence(2) + tone(0.5) + silence(0.5))

    assert measured.longest_silence == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("sample", [32767, -32768, -32767])
def test_samples_at_full_scale_are_clipped(sample):
    content = sample.to_bytes(2, "little", signed=True) * 25 + silence(1)[50:]

    assert measure(content).clipped == pytest.approx(25 / RATE)


def test_an_offset_is_measured():
    content = (3277).to_bytes(2, "little") * RATE

    assert measure(content).offset == pytest.approx(0.1, abs=0.001)


@pytest.mark.parametrize(
    "content",
    [
        tone(1),
        tone(1, hertz=60),
        tone(1, hertz=5000),
        silence(0.5) + tone(1) + silence(0.5),
        tone(0.5) + silence(0.5) + tone(0.5),
        swelling_tone(2),
    ],
    ids=["440 Hz", "60 Hz", "5 kHz", "between silences", "beeps", "swelling"],
)
def test_a_tone_is_found_and_is_no_noise(content):
    measured = measure(content)

    assert (True, False) == (measured.is_constant_tone, measured.is_noise)


@pytest.mark.parametrize("level", [0.02, 0.2, 0.9])
def test_noise_is_found_and_is_no_tone(level):
    measured = measure(noise(1, level))

    assert (False, True) == (measured.is_constant_tone, measured.is_noise)


@pytest.mark.parametrize(
    "content",
    [speech(), speech(level=0.05), silence(1), tone(0.2), silence(0.5) + speech()],
    ids=["speech", "quiet speech", "silence", "too short to say", "late speech"],
)
def test_what_changes_is_no_tone_and_no_noise(content):
    measured = measure(content)

    assert (False, False) == (measured.is_constant_tone, measured.is_noise)


def test_ten_seconds_are_measured_in_less_than_a_third_of_one():
    content = speech(2) * 5
    began = time.process_time()

    measure(content)

    assert time.process_time() - began < 0.3


def test_a_rate_without_sense_is_measured_all_the_same():
    assert measure(tone(0.1), sample_rate=7).loudness > -20
