"""Turns that end by what was said: a whole sentence early, one that trails off after the documented wait."""

import base64

import pytest
from emulator.data.dialogue import DIALECTS, Dialogue, Slow, kinds, of, only, transcript
from emulator.data.protocol import check_protocol

from deployer.emulator.data_plane.replies import UNRECOGNISED
from deployer.emulator.realtime.understanding import ends_as_sentence
from deployer.emulator.sound.voice import synthesise

dialects = pytest.mark.parametrize("dialect", DIALECTS)
WHOLE = synthesise("I would like to order a pizza.", "sage").pcm
BROKEN = synthesise("I would like to,", "sage").pcm
REST = synthesise("order a pizza.", "sage").pcm
STRANGE = bytes(byte | 1 if place % 2 == 0 else byte for place, byte in enumerate(WHOLE))
LONGEST = {"low": 8000, "medium": 4000, "auto": 4000, "high": 2000}


def silence(milliseconds):
    return bytes(48 * milliseconds)


def semantic(dialect, eagerness="auto", faults=None):
    talk = Dialogue(dialect, faults)
    talk.turn_detection({"type": "semantic_vad", "eagerness": eagerness})
    return talk


def waited(found, pcm):
    """The silence after the last sound of the voice, which itself ends in some."""
    return only(found, "input_audio_buffer.speech_stopped")["audio_end_ms"] - len(pcm) // 48


@dialects
@pytest.mark.parametrize("eagerness", LONGEST)
def test_a_whole_sentence_is_answered_early(dialect, eagerness):
    talk = semantic(dialect, eagerness)
    found = talk.append(WHOLE + silence(9000))

    assert waited(found, WHOLE) <= 800
    assert transcript(found, talk.names) == "I heard: I would like to order a pizza."
    check_protocol(talk.events, talk.names)


@pytest.mark.parametrize(("eagerness", "longest"), LONGEST.items())
@pytest.mark.parametrize("pcm", [BROKEN, STRANGE], ids=["trails off", "no words known"])
def test_one_that_may_go_on_is_waited_for(eagerness, longest, pcm):
    found = semantic("ga", eagerness).append(pcm + silence(9000))

    assert longest - 500 <= waited(found, pcm) <= longest


@dialects
def test_somebody_who_goes_on_is_one_turn(dialect):
    talk = semantic(dialect)
    found = talk.append(BROKEN + silence(1500) + REST + silence(1000))

    assert len(of(found, "input_audio_buffer.committed")) == 1
    said = transcript(found, talk.names)
    assert said.startswith("I heard: I would like to,")
    assert said.endswith("order a pizza.")


def test_without_its_marks_nobody_knows_that_it_is_a_sentence():
    found = semantic("ga", "high", {"noFingerprint": {}}).append(WHOLE + silence(9000))

    assert waited(found, WHOLE) >= 1500


def slow():
    talk = Slow("ga")
    talk.turn_detection({"type": "semantic_vad", "eagerness": "high"})
    return talk


def at_once(talk, pcm):
    """Send sound in one event."""
    return talk.say("input_audio_buffer.append", audio=base64.b64encode(pcm).decode())


def test_a_recogniser_is_asked_whether_it_is_a_sentence():
    talk = slow()
    before = at_once(talk, STRANGE + silence(9000))
    found = talk.hear("i would like to order a pizza")

    assert kinds(before) == ["input_audio_buffer.speech_started"]
    assert waited(found, STRANGE) <= 300
    assert transcript(found, talk.names) == "I heard: i would like to order a pizza"
    assert talk.unheard is None
    check_protocol(talk.events, talk.names)


@pytest.mark.parametrize("words", ["i would like to", None], ids=["trails off", "no words"])
def test_what_a_recogniser_finds_unfinished_is_waited_for(words):
    talk = slow()
    at_once(talk, STRANGE + silence(9000))
    found = talk.hear(words)
    stopped = waited(found, STRANGE)

    assert 1500 <= stopped <= 2000
    assert not of(found, "response.created")
    assert of(talk.hear("the whole of it"), "response.done")


def test_what_comes_while_a_recogniser_listens_is_not_lost():
    talk = slow()
    at_once(talk, STRANGE + silence(400))
    at_once(talk, silence(1000) + STRANGE + silence(400))
    talk.hear("i would like to")
    found = talk.hear("order a pizza")

    assert len(of(talk.events, "input_audio_buffer.speech_started")) == 1
    assert transcript(found, talk.names) == "I heard: order a pizza"


@pytest.mark.parametrize(
    ("words", "is_punctuated", "is_over"),
    [
        ("Good morning.", True, True),
        ("Really?", True, True),
        ('He said "go!"', True, True),
        ("I would like to,", True, False),
        ("I would like", True, False),
        ("order a pizza", False, True),
        ("i would like to", False, False),
        ("uhm", False, False),
        ("", False, False),
        (None, True, False),
        (UNRECOGNISED, False, False),
    ],
)
def test_what_ends_as_a_sentence(words, is_punctuated, is_over):
    assert ends_as_sentence(words, is_punctuated) == is_over


@dialects
@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [
        ("semantic_vad", "threshold", 0.5),
        ("semantic_vad", "silence_duration_ms", 200),
        ("semantic_vad", "prefix_padding_ms", 300),
        ("server_vad", "eagerness", "low"),
    ],
)
def test_a_field_of_the_other_detection_is_unknown(dialect, kind, field, value):
    talk = Dialogue(dialect)
    error = only(talk.turn_detection({"type": kind, field: value}), "error")["error"]
    place = "session.audio.input.turn_detection" if talk.is_ga else "session.turn_detection"

    assert error["type"] == "invalid_request_error"
    assert (error["code"], error["param"]) == ("unknown_parameter", f"{place}.{field}")
