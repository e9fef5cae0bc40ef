"""The ear: turns found by loudness, with the windows and thresholds it is told."""

from typing import Any

import pytest

from deployer.emulator.realtime.listening import (
    Listening,
    SpeechPaused,
    SpeechStarted,
    SpeechStopped,
)
from deployer.emulator.realtime.turn_detection import TurnDetection
from deployer.emulator.sound.voice import synthesise

TONE = b"\x00\x10\x00\xf0" * 12  # 1 ms at -18 dBFS


def milliseconds(loud, quiet_before=0, quiet_after=0):
    return bytes(48 * quiet_before) + TONE * loud + bytes(48 * quiet_after)


def heard(pcm, detection=None, chunk=960):
    ear = Listening()
    found: list[Any] = []
    for start in range(0, len(pcm), chunk):
        found += ear.append(pcm[start : start + chunk], detection or TurnDetection())
    return found


def test_a_turn_has_its_padding_before_and_its_silence_behind():
    started, stopped = heard(milliseconds(1000, quiet_before=1000, quiet_after=1000))

    assert started == SpeechStarted(700)
    assert stopped.audio_end_ms == 2200
    assert len(stopped.pcm) == 48 * 1500
    assert stopped.pcm == milliseconds(1000, 300, 200)


@pytest.mark.parametrize("chunk", [2, 482, 4800, 10**6])
def test_how_the_sound_is_cut_makes_no_difference(chunk):
    pcm = milliseconds(500, 400, 400) * 2

    assert heard(pcm, chunk=chunk) == heard(pcm)


@pytest.mark.parametrize(("silence", "turns"), [(200, 2), (500, 1)])
def test_a_longer_window_bridges_a_pause(silence, turns):
    pcm = milliseconds(500, 0, 300) + milliseconds(500, 0, 1000)
    found = heard(pcm, TurnDetection(silence_duration_ms=silence))

    assert sum(isinstance(event, SpeechStopped) for event in found) == turns


@pytest.mark.parametrize(("padding", "start"), [(0, 1000), (200, 800), (2000, 0)])
def test_padding_is_honoured_as_far_as_there_is_sound(padding, start):
    (first, *_) = heard(milliseconds(500, 1000, 500), TurnDetection(prefix_padding_ms=padding))

    assert first == SpeechStarted(start)


@pytest.mark.parametrize(("threshold", "turns"), [(0.5, 1), (0.9, 1), (1.0, 0)])
def test_a_high_threshold_wants_loud_speech(threshold, turns):
    found = heard(milliseconds(500, 0, 500), TurnDetection(threshold=threshold))

    assert len(found) == 2 * turns


def test_a_click_is_not_speech():
    assert heard(milliseconds(40, 500, 500)) == []


@pytest.mark.parametrize(
    ("eagerness", "asked", "end"),
    [("high", 300, 2500), ("medium", 500, 4500), ("auto", 500, 4500), ("low", 800, 8500)],
)
def test_eagerness_decides_how_long_it_waits(eagerness, asked, end):
    """The longest waits are documented: 8, 4 and 2 s (OpenAI's API reference, 2025)."""
    detection = TurnDetection(type="semantic_vad", eagerness=eagerness)
    started, paused, stopped = heard(milliseconds(500, 0, 9000), detection)

    assert started == SpeechStarted(0)
    assert paused.pcm == milliseconds(500, 0, asked)
    assert stopped.audio_end_ms == end


def test_a_pause_is_asked_about_once_however_often_sound_comes():
    detection = TurnDetection(type="semantic_vad", eagerness="high")
    pcm = milliseconds(500, 0, 1000) + milliseconds(500, 0, 1000)
    asked = [found for found in heard(pcm, detection) if isinstance(found, SpeechPaused)]

    assert [len(one.pcm) // 48 for one in asked] == [800, 2300]


def test_silence_is_kept_when_it_may_become_an_item():
    ear = Listening()
    list(ear.append(bytes(48_000), TurnDetection()))
    ear.keep()
    list(ear.append(bytes(144_000), TurnDetection()))

    assert ear.written_ms == 4000
    assert 3000 <= ear.milliseconds < 3500


@pytest.mark.parametrize(
    "text", ["One, two; three. Four! Top? Cat: dog.", "Please report: it is done, and so on."]
)
def test_its_own_voice_is_one_turn(text):
    pcm = synthesise(text, "echo").pcm + bytes(24000)

    assert len(heard(pcm)) == 2


def test_long_silence_is_not_kept():
    ear = Listening()
    for _ in range(100):
        list(ear.append(bytes(48000), TurnDetection()))

    assert ear.milliseconds < 500


def test_without_detection_everything_is_kept():
    ear = Listening()
    list(ear.append(bytes(48000), None))

    assert ear.milliseconds == 1000
    assert ear.take() == bytes(48000)
    assert ear.milliseconds == 0
