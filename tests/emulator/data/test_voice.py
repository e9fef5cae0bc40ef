"""The built-in voice: sounds like speech to instruments, is always the same, and is recognised."""

import pytest
from emulator.data.listening_checks import (
    crossings,
    is_like_speech,
    loudness,
    peak,
    samples,
    silent_milliseconds,
)

from deployer.emulator.sound.voice import BYTES_PER_SECOND, VOICES, Speaker, hear, synthesise

FOX = "The quick brown fox jumps over the lazy dog."
TEXTS = [
    FOX,
    "Hello there.",
    "Please check deployment number 4711 in Sweden Central, and report; then stop!",
    "Is it on?",
    "Grüße aus Göteborg",
]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("voice", ["alloy", "echo", "shimmer", "cedar"])
def test_sound_passes_the_gates_of_recorded_voices(voice, text):
    pcm = synthesise(text, voice).pcm

    assert len(pcm) % 2400 == 0
    assert 0.35 <= peak(pcm) <= 0.7
    assert -25 <= loudness(pcm) <= -20
    assert 20 <= silent_milliseconds(pcm) <= 190
    assert 300 <= silent_milliseconds(pcm, from_end=True) <= 560
    assert abs(sum(samples(pcm)) / len(pcm) * 2 / 32768) < 0.001
    assert is_like_speech(pcm)


@pytest.mark.parametrize("voice", VOICES)
def test_length_follows_the_words(voice):
    once = len(synthesise(FOX, voice).pcm) / BYTES_PER_SECOND
    twice = len(synthesise(f"{FOX} {FOX}", voice).pcm) / BYTES_PER_SECOND

    assert 2 <= 9 / once <= 3
    assert 1.7 <= twice / once <= 2.1


def test_pauses_within_a_text_are_shorter_than_the_silence_that_ends_a_turn():
    pcm = synthesise("One, two; three. Four! Top? Cat: dog.", "alloy").pcm
    quiet = [loudness(pcm[n : n + 960]) < -40 for n in range(0, len(pcm) - 959, 960)]
    inner = "".join("q" if q else "s" for q in quiet).strip("q").split("s")

    assert max(map(len, inner)) * 20 < 200
    assert max(map(len, inner)) * 20 >= 100


def test_the_same_text_always_sounds_the_same():
    assert synthesise(FOX, "alloy") == synthesise(FOX, "alloy")


def test_each_voice_sounds_different():
    sounds = {synthesise("Hello there.", voice).pcm for voice in VOICES}

    assert len(sounds) == len(VOICES)


def test_a_high_voice_crosses_zero_more_often_than_a_low_one():
    high, low = (crossings(synthesise(FOX, voice).pcm) for voice in ("shimmer", "cedar"))

    assert sum(high) / len(high) > sum(low) / len(low)


def test_speed_shortens_the_speech():
    slow, fast = (len(synthesise(FOX, "alloy", speed).pcm) for speed in (1.0, 1.5))

    assert 1.3 <= slow / fast <= 1.6


@pytest.mark.parametrize("text", ["...", "-", "7", "你好", "a" * 300, "é" * 90, "Shh! Psst!"])
def test_any_text_has_sound_and_is_recognised(text):
    utterance = synthesise(text, "sage")

    assert text == utterance.transcript
    assert text == hear(utterance.pcm)
    assert loudness(utterance.pcm) > -30


def test_what_is_left_of_a_cut_sound_is_recognised():
    utterance = synthesise(FOX, "alloy")
    over = utterance.words[5]

    assert "over" in over.text
    assert hear(utterance.pcm[over.offset :]) == "over the lazy dog."
    assert hear(utterance.pcm[: over.offset]) == "The quick brown fox jumps"


def test_recognition_survives_silence_around_and_another_utterance_behind():
    first, second = (synthesise(text, "ash").pcm for text in ("Hello there.", "Good bye."))
    words = hear(bytes(4444) + first + bytes(1000) + second)

    assert words is not None
    assert words.startswith("Hello there.")
    assert words.endswith("Good bye.")


def test_a_word_whose_mark_is_damaged_is_not_misheard():
    utterance = synthesise("Hello there.", "alloy")
    pcm = bytearray(utterance.pcm)
    # The lowest bit of a sample within the text of the second word, behind pattern and head.
    pcm[utterance.words[1].offset + 2 * 60] ^= 1

    assert hear(bytes(pcm)) == "Hello"


@pytest.mark.parametrize(
    "pcm", [b"", bytes(48000), bytes(range(256)) * 200], ids=["nothing", "silence", "noise"]
)
def test_other_sound_is_not_recognised(pcm):
    assert hear(pcm) is None


def test_white_space_becomes_single_spaces():
    assert Speaker().say("  Hello\n\tthere. ", "alloy").transcript == "Hello there."


def test_a_token_limit_keeps_the_words_that_fit():
    whole = synthesise(FOX, "alloy")
    part = whole.within(40)

    assert part.text_tokens + part.audio_tokens <= 40
    assert whole.transcript.startswith(part.transcript)
    assert part.transcript
    assert len(part.pcm) == 2400 * part.audio_tokens
    assert hear(part.pcm) == part.transcript
    assert whole.within(None) is whole


def test_the_speaker_forgets_the_oldest_when_its_memory_is_full():
    speaker = Speaker(remembered_bytes=200_000)
    first = speaker.say("Hello there.", "alloy")

    assert speaker.say("Hello there.", "alloy") is first
    speaker.say(FOX, "alloy")
    assert speaker.say("Hello there.", "alloy") is not first
