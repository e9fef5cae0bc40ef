"""Scripts, latencies, rates and tampered events: what is asked of the models is what they do."""

import json
import time

import pytest
from emulator.data.calls import answered, chat, streamed
from emulator.data.dialogue import DIALECTS, Dialogue, kinds, of, only, transcript

from deployer.emulator.faults import Faults, InvalidFault
from deployer.emulator.realtime.turn import Pause

dialects = pytest.mark.parametrize("dialect", DIALECTS)


def turn(dialect, faults):
    talk = Dialogue(dialect, faults)
    talk.write("hello")
    return talk, talk.say("response.create")


@dialects
def test_a_session_says_what_the_script_says(dialect):
    talk, found = turn(dialect, {"reply": {"text": "Out of the script."}})

    assert transcript(found, talk.names) == "Out of the script."


@dialects
def test_a_session_calls_what_the_script_calls(dialect):
    _, found = turn(dialect, {"toolCall": {"name": "look", "arguments": {"at": 1}}})
    item = found[-1]["response"]["output"][0]

    assert ("look", {"at": 1}) == (item["name"], json.loads(item["arguments"]))


def test_a_completion_says_and_calls_what_the_script_says(endpoint, world):
    world.faults["reply"] = {"text": "Out of the script."}
    said = answered(endpoint, chat())["choices"][0]["message"]["audio"]["transcript"]
    world.faults["toolCall"] = {"name": "look"}
    called = answered(endpoint, chat())["choices"][0]["message"]["tool_calls"][0]["function"]

    assert (said, called) == ("Out of the script.", {"name": "look", "arguments": "{}"})


def pauses(dialect, latency, only_text=False):
    """Each pause with the type of the event after it."""
    talk = Dialogue(dialect, {"latency": latency})
    if only_text:
        talk.only_text()
    talk.send("response.create")
    found, waiting = [], 0.0
    while (event := talk.session.next()) is not None:
        if isinstance(event, Pause):
            waiting += event.seconds
        elif waiting:
            found.append((round(waiting, 6), json.loads(event)["type"].rpartition(".")[0]))
            waiting = 0.0
    return talk, found


@dialects
def test_the_first_token_and_the_first_audio_take_their_time(dialect):
    talk, found = pauses(dialect, {"firstToken": 0.4, "firstAudio": 0.2})
    names = talk.names

    assert [(0.4, names["transcript"]), (0.2, names["audio"])] == found


@dialects
def test_tokens_come_at_their_rate(dialect):
    talk, found = pauses(dialect, {"tokensPerSecond": 20})

    # Two tokens of 50 ms in a delta: twenty a second is real time.
    assert {0.1} == {seconds for seconds, kind in found if kind == talk.names["audio"]}


@dialects
def test_a_text_comes_at_its_rate_too(dialect):
    talk, found = pauses(dialect, {"tokensPerSecond": 4}, only_text=True)

    assert (0.25, talk.names["text"]) in found


def test_a_slow_completion_is_slow_as_a_body_and_as_a_stream(endpoint, world):
    world.faults["latency"] = {"firstToken": 0.15}
    for ask, body in ((answered, chat()), (streamed, chat(stream=True, audio=PCM16))):
        begun = time.monotonic()
        ask(endpoint, body)
        assert time.monotonic() - begun >= 0.15


PCM16 = {"voice": "alloy", "format": "pcm16"}


@pytest.mark.parametrize(("rate", "struck"), [(1, 100), (0.029, 2), (0.25, 25)])
def test_a_rate_is_kept_exactly(rate, struck):
    faults = Faults()
    faults.add({"kind": "failedResponse", "rate": rate})

    assert struck == sum(
        faults.for_call("failedResponse", "a", "d") is not None for _ in range(100)
    )


@pytest.mark.parametrize("rate", [0, 1.1, "often"])
def test_what_is_no_rate_is_refused(rate):
    with pytest.raises(InvalidFault, match="'rate'"):
        Faults().add({"kind": "silent", "rate": rate})


@dialects
def test_a_type_of_event_can_be_missing(dialect):
    _, found = turn(dialect, {"missingEvent": {}})

    assert not of(found, "response.content_part.done")
    assert of(found, "response.content_part.added")


@dialects
def test_a_type_of_event_can_come_twice(dialect):
    _, found = turn(dialect, {"doubledEvent": {"event": "response.done"}})

    assert kinds(found)[-2:] == ["response.done"] * 2


@dialects
def test_deltas_can_have_the_wrong_index(dialect):
    talk, found = turn(dialect, {"wrongIndex": {}})

    assert {7} == {event["content_index"] for event in of(found, f"{talk.names['audio']}.delta")}
    assert only(found, "response.content_part.added")["content_index"] == 0


@dialects
def test_the_first_builds_wrote_content_for_part(dialect):
    _, found = turn(dialect, {"oldContentPart": {}})
    added = only(found, "response.content_part.added")

    assert added["content"]["type"] == "audio"
    assert "part" not in added


@dialects
@pytest.mark.parametrize(
    ("form", "events", "close"),
    [("event", ["error"], 1000), ("close", [], 1001), ("both", ["error"], 1001)],
)
def test_a_session_ends_in_either_form_that_was_seen(dialect, form, events, close):
    talk = Dialogue(dialect)
    reason = "Your session hit the maximum duration of 30 minutes."
    talk.session.expire(reason, form)
    found = talk.drain()

    assert events == kinds(found)
    assert talk.closed is not None
    assert (close, "" if form == "event" else reason) == talk.closed
    assert {event["error"]["code"] for event in found} <= {"session_expired"}


@dialects
def test_a_session_may_last_thirty_minutes_or_sixty(dialect):
    assert DIALECTS[dialect]().minutes == (60 if dialect == "ga" else 30)
