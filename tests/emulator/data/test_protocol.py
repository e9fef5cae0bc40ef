"""The checker of streams: it accepts what the emulator sends, and nothing that was spoiled."""

import copy
from itertools import pairwise

import pytest
from emulator.data.dialogue import Dialogue, kinds
from emulator.data.protocol import check_protocol
from emulator.data.protocol_answers import Broken
from emulator.data.whole_session import GENERATIONS, SPOKEN, spoiled, whole_session

from deployer.emulator.realtime.transcription_session import TranscriptionSession

# What a client cannot miss unless it knows what it has asked for, or what is optional.
MAY_BE_MISSING = {
    "session.updated",
    "error",
    "conversation.created",
    "conversation.item.retrieved",
    "conversation.item.truncated",
    "conversation.item.input_audio_transcription.delta",
    "conversation.item.input_audio_transcription.failed",
    "input_audio_buffer.cleared",
    "rate_limits.updated",
}
MAY_COME_AGAIN = {
    "session.updated",
    "error",
    "conversation.item.retrieved",
    "conversation.item.truncated",
    "input_audio_buffer.cleared",
    "rate_limits.updated",
}
PLACES = (
    "event_id", "response_id", "item_id", "previous_item_id", "output_index", "content_index", "call_id",
    "response.id", "item.id", "item.status",
)  # fmt: skip


@pytest.fixture(scope="module", params=GENERATIONS)
def whole(request):
    return whole_session(request.param)


def is_accepted(events, talk):
    try:
        check_protocol(events, talk.names, commits=talk.commits)
    except Broken:
        return False
    return True


def first(events, kind):
    return kinds(events).index(kind)


def test_a_whole_session_is_accepted(whole):
    check_protocol(whole.events, whole.names, commits=whole.commits)


@pytest.mark.parametrize("dialect", GENERATIONS)
def test_a_session_that_only_transcribes_is_accepted(dialect):
    talk = Dialogue(dialect, session=TranscriptionSession)
    talk.append(SPOKEN)

    assert "conversation.item.input_audio_transcription.completed" in kinds(talk.events)
    check_protocol(talk.events, talk.names, commits=0)


def test_any_event_is_missed(whole):
    accepted = set()
    for kind in {*kinds(whole.events)}:
        without = [event for event in whole.events if event["type"] != kind]
        one_less = list(whole.events)
        del one_less[first(one_less, kind)]
        accepted |= {kind} if is_accepted(without, whole) or is_accepted(one_less, whole) else set()

    assert accepted == MAY_BE_MISSING & {*kinds(whole.events)}


def test_any_event_that_comes_twice_is_noticed(whole):
    accepted = set()
    for number, event in enumerate(whole.events):
        again = [*whole.events]
        again.insert(number + 1, {**event, "event_id": "event_of_another"})
        accepted |= {event["type"]} if is_accepted(again, whole) else set()

    assert accepted == MAY_COME_AGAIN


def test_a_stream_of_the_other_generation_is_rejected(whole):
    other = whole_session(GENERATIONS[not whole.is_ga])

    assert not is_accepted(other.events, whole)


def changed(event, place):
    """The event with something else in that place; None where it has no such place."""
    spoiled = copy.deepcopy(event)
    *path, name = place.split(".")
    inner = spoiled
    for part in path:
        inner = inner.get(part, {})
    if name not in inner:
        return None
    inner[name] = 7 if name.endswith("_index") else "another"
    return spoiled


@pytest.mark.parametrize("place", PLACES)
def test_no_event_is_about_something_else(whole, place):
    accepted, tried = [], 0
    for number, event in enumerate(whole.events):
        spoiled = changed(event, place)
        if place == "event_id":
            spoiled = {**event, "event_id": whole.events[number - 1]["event_id"]}
        if spoiled is not None:
            tried += 1
            events = [*whole.events[:number], spoiled, *whole.events[number + 1 :]]
            accepted += [event["type"]] if is_accepted(events, whole) else []

    assert tried
    assert (
        {*accepted} <= {"conversation.item.retrieved"} if place == "item.status" else not accepted
    )


@pytest.mark.parametrize("place", ["content_index", "item_id", "output_index", "response_id"])
def test_not_even_all_deltas_together_are_about_something_else(whole, place):
    for kind in {kind for kind in kinds(whole.events) if kind.endswith(".delta")}:
        spoiled = [
            (changed(event, place) or event) if event["type"] == kind else event
            for event in whole.events
        ]
        assert spoiled == whole.events or not is_accepted(spoiled, whole), kind


def about(event):
    ids = {event.get("item_id"), event.get("item", {}).get("id"), event.get("response_id")}
    return (ids | {event.get("response", {}).get("id")}) - {None}


def test_no_two_events_about_the_same_change_places(whole):
    accepted, tried = [], 0
    for number, (one, two) in enumerate(pairwise(whole.events)):
        both_deltas = {kind.rpartition(".")[2] for kind in (one["type"], two["type"])} == {"delta"}
        if about(one) & about(two) and not both_deltas:
            tried += 1
            events = [*whole.events[:number], two, one, *whole.events[number + 2 :]]
            accepted += [(one["type"], two["type"])] if is_accepted(events, whole) else []

    assert tried > 40
    assert not accepted


def test_nothing_comes_before_the_session_is_created(whole):
    created, *rest = whole.events

    assert not is_accepted([*rest, created], whole)
    assert not is_accepted(rest, whole)
    assert not is_accepted([], whole)


def test_a_response_does_not_end_before_it_begins(whole):
    ends = [event for event in whole.events if event["type"].endswith(".done")]
    rest = [event for event in whole.events[1:] if event not in ends]

    assert not is_accepted([whole.events[0], *ends, *rest], whole)


def test_what_was_not_committed_by_the_client_has_stopped_speaking(whole):
    with pytest.raises(Broken, match="somebody has committed it"):
        check_protocol(whole.events, whole.names, commits=whole.commits - 1)


def test_what_is_begun_must_end_unless_more_will_come(whole):
    for number in range(1, len(whole.events)):
        check_protocol(whole.events[:number], whole.names, complete=False)
    begun = whole.events[: first(whole.events, "response.content_part.added")]

    assert not is_accepted(begun, whole)


@pytest.mark.parametrize(
    "change",
    [
        {"total_tokens": 1},
        {"input_tokens": 10**6},
        {"output_token_details": {"text_tokens": 0, "audio_tokens": 10**6}},
    ],
    ids=["total", "input", "sound"],
)
def test_the_usage_of_every_response_adds_up(whole, change):
    done = [n for n, event in enumerate(whole.events) if event["type"] == "response.done"]
    for number in done:
        events = copy.deepcopy(whole.events)
        events[number]["response"]["usage"] |= change
        assert not is_accepted(events, whole)


@pytest.mark.parametrize(
    ("ending", "field"),
    [("transcript.done", "transcript"), (".done", "arguments"), ("transcription.completed", "transcript")],
)  # fmt: skip
def test_what_is_done_is_what_was_sent(whole, ending, field):
    for number, event in enumerate(whole.events):
        if event["type"].endswith(ending) and field in event:
            events = [*whole.events]
            events[number] = {**event, field: event[field] + "!"}
            assert not is_accepted(events, whole)


DEFECTS = [
    ("wrongIndex", {}),
    ("wrongIndex", {"field": "output_index"}),
    ("wrongUsage", {}),
    ("neverDone", {}),
    ("missingEvent", {}),
    ("doubledEvent", {}),
]


@pytest.mark.parametrize("dialect", GENERATIONS)
@pytest.mark.parametrize(("kind", "fault"), DEFECTS, ids=str)
def test_the_emulator_s_own_defects_are_noticed(dialect, kind, fault):
    talk = whole_session(dialect, **{kind: fault})

    assert not is_accepted(talk.events, talk)


def test_any_event_that_the_emulator_leaves_out_or_doubles_is_noticed(whole):
    dialect = GENERATIONS[whole.is_ga]
    for kind in {*kinds(whole.events)}:
        missing = spoiled(dialect, "missingEvent", kind)
        doubled = spoiled(dialect, "doubledEvent", kind)

        assert is_accepted(missing.events, missing) == (kind in MAY_BE_MISSING), kind
        assert not is_accepted(doubled.events, doubled), kind
