"""A response's events: what must fit together and what may differ."""

import base64

import pytest
from smoke.signals import speech

from deployer.smoke.diagnoses import CheckFailed
from deployer.smoke.dialects import DIALECTS, dialect_of
from deployer.smoke.turns import Turn

WORDS = ["The", " quick", " fox"]
BOTH = pytest.mark.parametrize("name", DIALECTS)


def response(name="preview", status="completed", details=None, without=(), more=()):
    """The events of a whole response, less the types in `without`."""
    audio, transcript = DIALECTS[name].audio, DIALECTS[name].transcript
    place = {"item_id": "item_1", "content_index": 0}
    data = base64.b64encode(speech(0.5)).decode()
    events = [
        {"type": "conversation.item.created", "item": {"id": "item_0"}},
        {"type": "response.created", "response": {"status": "in_progress"}},
        {"type": "response.output_item.added", "item": {"id": "item_1"}},
        {"type": "response.content_part.added", **place},
        *({"type": f"{transcript}.delta", "delta": word, **place} for word in WORDS),
        {"type": f"{audio}.delta", "delta": data, **place},
        {"type": f"{audio}.delta", "delta": data, **place},
        {"type": f"{audio}.done", **place},
        {"type": f"{transcript}.done", "transcript": "".join(WORDS), **place},
        {"type": "response.content_part.done", **place},
        {"type": "response.output_item.done", "item": {"id": "item_1"}},
        *more,
        {"type": "response.done", "response": {"status": status, "status_details": details}},
    ]
    return [event for event in events if event.get("type") not in without]


def heard(name="preview", **changed):
    turn = Turn(DIALECTS[name])
    for number, event in enumerate(response(name, **changed)):
        turn.happened(event, float(number))
    return turn


@BOTH
def test_a_whole_response_is_heard(name):
    turn = heard(name)

    assert turn.is_done
    assert turn.finding() is None
    assert turn.transcript == "The quick fox"
    assert turn.playing.sound.pcm == speech(0.5) * 2


def test_the_other_protocols_events_are_not_ours():
    turn = Turn(DIALECTS["ga"])
    for event in response("preview"):
        turn.happened(event, 0.0)

    assert (turn.playing.pieces, turn.transcript) == (0, "")


@pytest.mark.parametrize(
    "missing",
    [
        "response.output_item.done",
        "response.content_part.done",
        "response.output_item.added",
        "response.content_part.added",
    ],
)
def test_whatever_opens_must_close_and_the_other_way_round(missing):
    assert heard(without=(missing,)).finding().code == "smoke.incomplete-events"


def test_deltas_are_the_whole():
    more = [{"type": "response.audio_transcript.delta", "delta": "es"}]

    assert heard(more=more).finding().code == "smoke.incomplete-events"


def test_a_delta_belongs_to_a_part_that_was_announced():
    stray = {"type": "response.audio_transcript.delta", "delta": "", "item_id": "item_1"}
    found = heard(more=[{**stray, "content_index": 7}]).finding()

    assert found.code == "smoke.incomplete-events"
    assert "content_index 7" in found.detail


def test_where_no_part_is_announced_deltas_need_none():
    parts = ("response.content_part.added", "response.content_part.done")

    assert heard(without=parts).finding() is None


@pytest.mark.parametrize(
    "without",
    [
        ("conversation.item.created",),
        ("response.created",),
        ("response.audio.done",),
        ("response.audio_transcript.done",),
        ("response.audio_transcript.delta",),
        ("response.output_item.added", "response.output_item.done"),
    ],
)
def test_an_event_that_some_versions_leave_out_may_be_missing(without):
    turn = heard(without=without)

    assert turn.finding() is None
    assert turn.transcript == "The quick fox"


def test_an_event_nobody_knows_is_passed_over():
    assert heard(more=[{"type": "response.of_the_future"}, {}]).finding() is None


@pytest.mark.parametrize(
    ("status", "details", "code"),
    [
        ("failed", {"error": {"type": "server_error", "code": None}}, "smoke.response-failed"),
        ("failed", None, "smoke.response-failed"),
        ("failed", {"error": {"code": "rate_limit_exceeded"}}, "smoke.throttled"),
        ("incomplete", {"reason": "max_output_tokens"}, "smoke.response-incomplete"),
        ("incomplete", {"reason": "content_filter"}, "smoke.content-filtered"),
        ("cancelled", {"reason": "turn_detected"}, "smoke.response-incomplete"),
        (None, None, "smoke.response-incomplete"),
    ],
)
def test_a_response_that_did_not_complete_has_failed(status, details, code):
    with pytest.raises(CheckFailed) as failed:
        heard(status=status, details=details)

    assert failed.value.code == code


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({"type": "error", "error": {"code": "session_expired"}}, "smoke.session-expired"),
        ({"type": "error", "error": {"code": "invalid_value"}}, "smoke.request-refused"),
        ({"type": "response.audio.delta", "delta": "not base64!"}, "smoke.not-understood"),
    ],
)
def test_an_error_on_the_way_ends_the_turn(event, code):
    with pytest.raises(CheckFailed) as failed:
        heard(more=[event])

    assert failed.value.code == code


@pytest.mark.parametrize(
    ("session", "name"),
    [
        ({"modalities": ["audio", "text"]}, "preview"),
        ({"type": "realtime"}, "ga"),
        ({"output_modalities": ["audio"]}, "ga"),
    ],
)
def test_a_session_shows_its_protocol(session, name):
    assert dialect_of(session) is DIALECTS[name]


def test_a_session_without_either_form_shows_nothing():
    assert dialect_of({"id": "sess_1"}) is None
