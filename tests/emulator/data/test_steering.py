"""Scripts, latencies and rates: what is asked of the models is what they do."""

import json
import time

import pytest
from emulator.data.calls import answered, chat, streamed
from emulator.data.dialogue import DIALECTS, Dialogue, kinds, of, only, transcript

from deployer.emulator.data_plane.tools import Call
from deployer.emulator.faults.faults import Faults, InvalidFault
from deployer.emulator.faults.steering import scripted
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


@pytest.mark.parametrize("first", ["reply", "toolCall"])
def test_scripted_answers_come_in_the_order_in_which_they_were_said(first):
    said = {
        "reply": {"kind": "reply", "text": "Good morning.", "times": 1},
        "toolCall": {"kind": "toolCall", "name": "look", "times": 1},
    }
    faults = Faults()
    for kind in sorted(said, key=lambda kind: kind != first):
        faults.add(said[kind])

    answers = [scripted(lambda kind: faults.for_call(kind, "voice", "audio")) for _ in range(3)]

    expected = ["Good morning.", Call("look", "{}")]
    assert answers == [*(expected if first == "reply" else expected[::-1]), None]


@dialects
def test_a_session_calls_what_the_script_calls(dialect):
    _, found = turn(dialect, {"toolCall": {"name": "look", "arguments": {"at": 1}}})
    item = found[-1]["response"]["output"][0]

    assert ("look", {"at": 1}) == (item["name"], json.loads(item["arguments"]))


def test_a_completion_says_and_calls_what_the_script_says(endpoint, world):
    world.faults["reply"] = {"text": "Out of the script."}
    said = answered(endpoint, chat())["choices"][0]["message"]["audio"]["transcript"]
    world.faults.clear()
    world.faults["toolCall"] = {"name": "look"}
    called = answered(endpoint, chat())["choices"][0]["message"]["tool_calls"][0]["function"]

    assert (said, called) == ("Out of the script.", {"name": "look", "arguments": "{}"})


def pauses(dialect, latency, only_text=False, **faults):
    """Each pause with the type of the event after it, and the session with what it sent."""
    talk = Dialogue(dialect, {"latency": latency, **faults})
    if only_text:
        talk.only_text()
    talk.send("response.create")
    found, waiting = [], 0.0
    while (event := talk.session.next()) is not None:
        if isinstance(event, Pause):
            waiting += event.seconds
            continue
        talk.events.append(json.loads(event))
        if waiting:
            found.append((round(waiting, 6), talk.events[-1]["type"].rpartition(".")[0]))
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

    # Three tokens of 50 ms in a delta: twenty a second is real time.
    assert {0.15} == {seconds for seconds, kind in found if kind == talk.names["audio"]}


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


CALL = {"toolCall": {"name": "look", "arguments": {"at": "the sky above the sea"}}}
ARGUMENTS = "response.function_call_arguments"


@dialects
def test_a_call_takes_its_time_and_comes_token_by_token(dialect):
    talk, found = pauses(dialect, {"firstToken": 0.4, "tokensPerSecond": 4}, **CALL)
    deltas = [event["delta"] for event in of(talk.events, f"{ARGUMENTS}.delta")]

    assert found[0] == (0.4, ARGUMENTS)
    assert {(0.25, ARGUMENTS)} == {*found[1:]}
    assert len(deltas) > 5
    assert max(map(len, deltas)) <= 7
    assert "".join(deltas) == only(talk.events, f"{ARGUMENTS}.done")["arguments"]


@dialects
def test_a_call_that_is_cancelled_ends_with_what_was_sent_of_it(dialect):
    talk = Dialogue(dialect, CALL)
    talk.send("response.create")
    while not of(talk.events, f"{ARGUMENTS}.delta"):
        talk.drain(1)
    found = talk.say("response.cancel")
    sent = "".join(event["delta"] for event in of(talk.events, f"{ARGUMENTS}.delta"))
    response = found[-1]["response"]

    assert kinds(found) == [
        f"{ARGUMENTS}.done",
        *talk.names["done"],
        "response.output_item.done",
        "response.done",
    ]
    assert found[0]["arguments"] == response["output"][0]["arguments"] == sent
    assert 0 < len(sent) < len(json.dumps(CALL["toolCall"]["arguments"]))
    assert (response["status"], response["output"][0]["status"]) == ("cancelled", "incomplete")
