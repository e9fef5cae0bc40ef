"""The ear: turns found by loudness, with the windows and thresholds it is told."""

import pytest

from deployer.emulator.realtime.listening import Listening, SpeechStarted, SpeechStopped
from deployer.emulator.realtime.settings import TurnDetection
from deployer.emulator.voice import synthesise

TONE = b"\x00\x10\x00\xf0" * 12  # 1 ms at -18 dBFS


def milliseconds(loud, quiet_before=0, quiet_after=0):
    return bytes(48 * quiet_before) + TONE * loud + bytes(48 * quiet_after)


def heard(pcm, detection=None, chunk=960):
    ear = Listening()
    found: list[SpeechStarted | SpeechStopped] = []
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


@pytest.mark.parametrize(("eagerness", "end"), [("high", 800), ("auto", 1000), ("low", 1300)])
def test_eagerness_decides_how_long_it_waits(eagerness, end):
    detection = TurnDetection(type="semantic_vad", eagerness=eagerness)
    found = heard(milliseconds(500, 0, 2000), detection)

    assert found[1].audio_end_ms == end


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
