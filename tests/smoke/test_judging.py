"""The gates that an answer must pass, one by one."""

from dataclasses import replace

import pytest
from smoke.signals import noise, silence, speech, tone

from deployer.core.resources import ModelVersion
from deployer.smoke.audio import Sound, measure
from deployer.smoke.judging import (
    Answer,
    Finding,
    is_answer_of,
    is_session_of,
    judge,
    judge_delay,
    word_error_rate,
)
from deployer.smoke.usage import read_usage

SAY = "The quick brown fox jumps over the lazy dog."


def usage(audio=60, text=10, total=None, prompt=20):
    output = text + audio if total is None else total
    return read_usage(
        {
            "prompt_tokens": prompt,
            "prompt_tokens_details": {"text_tokens": 20, "audio_tokens": 0},
            "completion_tokens": output,
            "completion_tokens_details": {"text_tokens": text, "audio_tokens": audio},
            "total_tokens": prompt + output,
        }
    )


def answer(pcm=None, **changed):
    """Three seconds of speech that are what they should be."""
    sound = changed.pop("sound", Sound(speech(3) if pcm is None else pcm))
    whole = Answer(sound, measure(sound.pcm), SAY, SAY, usage())
    return replace(whole, **changed)


def whole(seconds):
    """Speech that has come to its end."""
    return speech(seconds - 0.2) + silence(0.2)


def clipped():
    loud = bytearray(speech(3))
    loud[1000:1600] = b"\xff\x7f" * 300
    return bytes(loud)


def finding(wrong) -> Finding:
    found = judge(wrong)
    assert found is not None
    return found


BAD = [
    ("smoke.wrong-format", answer(sound=Sound(speech(3), sample_rate=16_000))),
    ("smoke.wrong-format", answer(sound=Sound(speech(3), channels=2))),
    ("smoke.odd-bytes", answer(speech(3)[:-1])),
    ("smoke.no-audio", answer(b"", usage=None)),
    ("smoke.no-audio", answer(speech(0.3), usage=None)),
    ("smoke.silent-audio", answer(silence(3))),
    ("smoke.silent-audio", answer(speech(3, level=0.004))),
    ("smoke.constant-tone", answer(tone(3))),
    ("smoke.noise", answer(noise(3))),
    ("smoke.clipped-audio", answer(clipped())),
    ("smoke.usage-arithmetic", answer(usage=usage(audio=60, total=71))),
    ("smoke.usage-arithmetic", answer(usage=usage(prompt=21))),
    ("smoke.truncated-audio", answer(usage=usage(audio=69))),
    ("smoke.truncated-audio", answer(speech(2), usage=usage(audio=60))),
    ("smoke.truncated-audio", answer(whole(1.5), usage=usage(audio=60))),
    ("smoke.wrong-rate", answer(whole(2), usage=usage(audio=60))),
    ("smoke.wrong-rate", answer(whole(2.04), usage=usage(audio=60))),
    ("smoke.truncated-audio", answer(whole(2.06), usage=usage(audio=60))),
    ("smoke.wrong-rate", answer(whole(5.5), usage=usage(audio=120))),
    ("smoke.truncated-audio", answer(speech(5.5), usage=usage(audio=120))),
    ("smoke.overlong-audio", answer(usage=usage(audio=51))),
    ("smoke.truncated-audio", answer(speech(1.4), usage=None)),
    ("smoke.overlong-audio", answer(speech(9.1), usage=None)),
    ("smoke.wrong-words", answer(transcript="The quick brown fox sleeps under a lazy dog.")),
    ("smoke.wrong-words", answer(transcript="")),
]


@pytest.mark.parametrize(("code", "wrong"), BAD, ids=[f"{n}-{row[0]}" for n, row in enumerate(BAD)])
def test_what_is_wrong_has_its_code(code, wrong):
    assert finding(wrong).code == code


GOOD = [
    answer(),
    answer(usage=None),
    answer(usage=usage(audio=68)),
    answer(usage=usage(audio=52)),
    answer(speech(1.6), usage=None),
    answer(speech(8.9), usage=None),
    answer(speech(0.5), asked="Hi", transcript="Hi!", usage=None),
    answer(transcript="the QUICK brown fox, jumps over \u2014 the lazy dog"),
    answer(transcript="A quick brown fox jumps over a lazy dog."),
]


@pytest.mark.parametrize("right", GOOD)
def test_what_is_right_has_no_finding(right):
    assert judge(right) is None


def test_the_cause_is_named_before_its_consequences():
    silent_and_short = answer(silence(1), transcript="Nothing.")

    assert finding(silent_and_short).code == "smoke.silent-audio"


def test_a_finding_tells_the_numbers():
    assert "3.00 s" in finding(answer(usage=usage(audio=80))).detail
    assert "4.00 s" in finding(answer(usage=usage(audio=80))).detail


@pytest.mark.parametrize(
    ("first", "within", "code"),
    [
        (2.1, 2.0, "smoke.too-slow"),
        (2.0, 2.0, None),
        (9.0, None, None),
        (None, 2.0, None),
    ],
)
def test_the_first_sound_has_its_limit(first, within, code):
    found = judge_delay(first, within)

    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("said", "rate"),
    [
        ("one two three four", 0),
        ("One, TWO: three four!", 0),
        ("one two three", 0.25),
        ("one two and three four", 0.25),
        ("one two tree four", 0.25),
        ("", 1),
        ("five six seven eight", 1),
    ],
)
def test_wrong_words_are_counted_per_word_asked_for(said, rate):
    assert word_error_rate("one two three four", said) == rate


MODEL = ModelVersion("gpt-realtime", "2025-08-28")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("gpt-realtime-2025-08-28", True),
        ("gpt-realtime", True),
        ("GPT-Realtime-2025-08-28", True),
        ("gpt-realtime-2024-12-17", False),
        ("gpt-realtime-mini-2025-08-28", False),
        ("gpt-realtime-mini", False),
        ("", False),
    ],
)
def test_a_session_must_state_the_deployed_model(stated, expected):
    assert is_session_of(MODEL, stated) is expected


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("gpt-realtime-2025-08-28", True),
        ("gpt-realtime-2026-01-01", True),
        ("gpt-realtime", True),
        ("", True),
        ("gpt-realtime-mini-2025-08-28", False),
        ("gpt-4o-2024-11-20", False),
    ],
)
def test_a_completion_may_leave_out_its_model_but_not_name_another(stated, expected):
    assert is_answer_of(MODEL, stated) is expected
