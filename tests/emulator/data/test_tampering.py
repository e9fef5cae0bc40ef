"""Events that are missing, come twice or have a wrong index: any event, and as often as asked for."""

import pytest
from emulator.data.dialogue import DIALECTS, Dialogue, kinds, of, only
from emulator.data.whole_session import GENERATIONS, spoiled, whole_session

from deployer.emulator.faults.faults import Faults
from deployer.emulator.realtime.server_events import SERVER_EVENTS

dialects = pytest.mark.parametrize("dialect", DIALECTS)
CALL = {"toolCall": {"name": "look", "arguments": {"at": "the sky"}}}


def turn(dialect, faults):
    talk = Dialogue(dialect, faults)
    talk.write("hello")
    return talk, talk.say("response.create")


@dialects
def test_a_type_of_event_can_be_missing(dialect):
    _, found = turn(dialect, {"missingEvent": {}})

    assert not of(found, "response.content_part.done")
    assert of(found, "response.content_part.added")


@dialects
def test_a_type_of_event_can_come_twice(dialect):
    _, found = turn(dialect, {"doubledEvent": {"event": "response.done"}})

    assert kinds(found)[-2:] == ["response.done"] * 2


@pytest.fixture(scope="module", params=GENERATIONS)
def whole(request):
    return request.param, whole_session(request.param).events


def test_every_event_that_is_sent_can_be_named(whole):
    dialect, events = whole
    other = "response.output_" if dialect != "ga" else ("response.audio", "response.text")
    absent = {kind for kind in SERVER_EVENTS if kind.startswith(other) and "item" not in kind}
    absent |= {kind for kind in SERVER_EVENTS if kind.startswith("transcription_session")}
    absent |= {"conversation.item.created"} if dialect == "ga" else {
        "input_audio_buffer.timeout_triggered",
        "conversation.item.added",
        "conversation.item.done",
    }  # fmt: skip

    assert {*kinds(events)} == {*SERVER_EVENTS} - absent


def test_any_event_can_be_missing_or_come_twice(whole):
    dialect, events = whole
    for kind in {*kinds(events)}:
        missing = spoiled(dialect, "missingEvent", kind).events
        doubled = of(spoiled(dialect, "doubledEvent", kind).events, kind)

        assert {*kinds(missing)} == {*kinds(events)} - {kind}
        assert doubled[::2] == doubled[1::2] != []


@dialects
@pytest.mark.parametrize(
    ("often", "expected"), [({"times": 1}, [False, True, True]), ({"skip": 1}, [True, False, False])]
)  # fmt: skip
def test_how_often_is_counted_in_events_of_that_type(dialect, often, expected):
    faults = Faults()
    faults.add({"kind": "missingEvent", "event": "input_audio_buffer.cleared", **often})
    talk = Dialogue(dialect, wrong=lambda kind, event="": faults.for_call(kind, "a", "d", event))
    cleared = []
    for _ in range(3):
        talk.write("hello")
        cleared.append(kinds(talk.say("input_audio_buffer.clear")) != [])

    assert cleared == expected


@dialects
def test_deltas_can_have_the_wrong_index(dialect):
    talk, found = turn(dialect, {"wrongIndex": {}})
    delta = of(found, f"{talk.names['audio']}.delta")[0]

    assert (7, 0) == (delta["content_index"], delta["output_index"])
    assert only(found, "response.content_part.added")["content_index"] == 0
    assert only(found, f"{talk.names['audio']}.done")["content_index"] == 0


@dialects
def test_it_can_be_the_other_index_that_is_wrong(dialect):
    talk, found = turn(dialect, {"wrongIndex": {"field": "output_index"}})
    deltas = of(found, f"{talk.names['audio']}.delta")

    assert {(0, 7)} == {(delta["content_index"], delta["output_index"]) for delta in deltas}


@dialects
@pytest.mark.parametrize("fault", [{}, {"field": "output_index"}], ids=str)
def test_the_deltas_of_a_call_have_a_wrong_index_too(dialect, fault):
    _, found = turn(dialect, {"wrongIndex": fault, **CALL})

    assert {7} == {
        event["output_index"] for event in of(found, "response.function_call_arguments.delta")
    }
    assert only(found, "response.function_call_arguments.done")["output_index"] == 0


@dialects
def test_the_first_builds_wrote_content_for_part(dialect):
    _, found = turn(dialect, {"oldContentPart": {}})
    added = only(found, "response.content_part.added")

    assert added["content"]["type"] == "audio"
    assert "part" not in added
