"""Answers and sessions that end before their end, in every way that one can be asked for."""

import base64
import http.client
import json

import aiohttp
import pytest
from emulator.data.calls import answered, chat, heard, post, streamed
from emulator.data.dialogue import DIALECTS, Dialogue, kinds, of, only, sound
from emulator.data.handshaking import GA, PREVIEW, converse, until

from deployer.emulator.sound.recording import write_wav
from deployer.emulator.sound.voice import synthesise

FOX = "The quick brown fox jumps over the lazy dog."
RIGHT = synthesise(FOX, "alloy").pcm
PCM16 = {"voice": "alloy", "format": "pcm16"}
dialects = pytest.mark.parametrize("dialect", DIALECTS)
IN_SOUND = chat(f"Say exactly: {FOX}", audio=PCM16)
IN_TEXT = heard(
    write_wav(synthesise(f"Say exactly: {FOX}", "echo").pcm), audio=None, modalities=None
)
CALL = {"toolCall": {"name": "look", "arguments": {"at": "the sky above the sea"}}}


def turn(dialect, only_text=False, **faults):
    talk = Dialogue(dialect, faults)
    if only_text:
        talk.only_text()
    talk.write(f"Say exactly: {FOX}")
    return talk, talk.say("response.create")


def text(events, names):
    return "".join(event["delta"] for event in of(events, f"{names['text']}.delta"))


@dialects
def test_a_session_breaks_in_the_middle_of_the_sound(dialect):
    talk, found = turn(dialect, earlyClose={})

    assert talk.closed is not None
    assert talk.closed.code == 1006
    assert kinds(found)[-1] == f"{talk.names['audio']}.delta"
    assert len(sound(found, talk.names)) == pytest.approx(len(RIGHT) / 2, abs=9600)


@dialects
def test_a_session_breaks_in_the_middle_of_a_text(dialect):
    talk, found = turn(dialect, only_text=True, earlyClose={})

    assert talk.closed is not None
    assert talk.closed.code == 1006
    assert text(found, talk.names) == "The quick brown fox jumps"


@dialects
def test_a_session_breaks_in_the_middle_of_a_call(dialect):
    talk, found = turn(dialect, earlyClose={}, **CALL)

    assert talk.closed is not None
    assert kinds(found)[-1] == "response.function_call_arguments.delta"
    assert not of(found, "response.function_call_arguments.done")


def broken(endpoint, world, body):
    """What had come of a stream when it broke."""
    world.faults["earlyClose"] = {}
    with pytest.raises(http.client.IncompleteRead) as broken:
        post(endpoint, body | {"stream": True})
    lines = [line for line in broken.value.partial.decode().split("\n\n") if line]
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_a_stream_breaks_in_the_middle_of_its_sound(endpoint, world):
    found = broken(endpoint, world, IN_SOUND)
    data = [
        base64.b64decode(choice["delta"]["audio"].get("data", ""))
        for chunk in found
        for choice in chunk.get("choices", ())
        if "audio" in choice["delta"]
    ]

    assert sum(map(len, data)) == pytest.approx(len(RIGHT) / 2, abs=19200)


def test_a_stream_breaks_in_the_middle_of_its_text(endpoint, world):
    found = broken(endpoint, world, IN_TEXT)
    said = "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in found)

    assert FOX.startswith(said)
    assert 0.3 * len(FOX) < len(said) < 0.7 * len(FOX)


@dialects
def test_a_filter_ends_a_response_before_it_says_anything(dialect):
    _, found = turn(dialect, contentFilter={})
    response = found[-1]["response"]

    assert kinds(found) == ["response.created", "response.done"]
    assert (response["status"], response["output"]) == ("incomplete", [])
    assert response["status_details"] == {"type": "incomplete", "reason": "content_filter"}


@dialects
@pytest.mark.parametrize("only_text", [False, True], ids=["sound", "text"])
def test_a_filter_ends_a_response_half_way(dialect, only_text):
    talk, found = turn(dialect, only_text, contentFilter={"where": "completion"})
    response = found[-1]["response"]
    item = only(found, "response.output_item.done")["item"]

    assert response["status_details"] == {"type": "incomplete", "reason": "content_filter"}
    assert (response["status"], item["status"]) == ("incomplete", "incomplete")
    if only_text:
        assert text(found, talk.names) == item["content"][0]["text"] == "The quick brown fox jumps"
    else:
        assert len(sound(found, talk.names)) == pytest.approx(len(RIGHT) / 2, abs=9600)
    talk.faults.clear()
    assert talk.say("response.create")[-1]["response"]["status"] == "completed"


@dialects
def test_a_filter_ends_a_call_half_way(dialect):
    _, found = turn(dialect, contentFilter={"where": "completion"}, **CALL)
    response = found[-1]["response"]

    assert response["status_details"] == {"type": "incomplete", "reason": "content_filter"}
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(response["output"][0]["arguments"])


def test_a_filter_ends_a_completion_in_sound_half_way(endpoint, world):
    world.faults["contentFilter"] = {"where": "completion"}
    choice = answered(endpoint, IN_SOUND)["choices"][0]
    pcm = base64.b64decode(choice["message"]["audio"]["data"])

    assert choice["finish_reason"] == "content_filter"
    assert choice["content_filter_results"]["violence"] == {"filtered": True, "severity": "medium"}
    assert FOX.startswith(choice["message"]["audio"]["transcript"])
    assert 0.2 * len(RIGHT) < len(pcm) <= 0.6 * len(RIGHT)


def test_a_filter_ends_a_completion_in_text_half_way(endpoint, world):
    world.faults["contentFilter"] = {"where": "completion"}
    choice = answered(endpoint, IN_TEXT)["choices"][0]

    assert choice["finish_reason"] == "content_filter"
    assert choice["message"]["content"] == "The quick brown fox jumps"


@pytest.mark.parametrize("body", [IN_SOUND, IN_TEXT], ids=["sound", "text"])
def test_a_filter_is_the_reason_that_a_stream_gives(endpoint, world, body):
    world.faults["contentFilter"] = {"where": "completion"}
    found = streamed(endpoint, body | {"stream": True})
    reasons = [
        choice["finish_reason"]
        for chunk in found
        for choice in chunk.get("choices", ())
        if choice.get("finish_reason")
    ]

    assert reasons == ["content_filter"]


def test_a_prompt_is_filtered_with_another_answer(endpoint, world):
    world.faults["contentFilter"] = {"where": "prompt"}
    status, _, told = post(endpoint, chat())

    assert (400, "content_filter") == (status, json.loads(told)["error"]["code"])


@dialects
@pytest.mark.parametrize(
    ("form", "events", "close"),
    [
        ("event", ["error"], (1000, "")),
        ("close", [], (1001, "It is over.")),
        ("both", ["error"], (1001, "It is over.")),
        ("drop", [], (1006, "")),
    ],
)
def test_a_session_ends_in_every_form_that_was_seen(dialect, form, events, close):
    talk = Dialogue(dialect)
    talk.session.expire("It is over.", form)
    found = talk.drain()

    assert events == kinds(found)
    assert talk.closed == close
    assert {event["error"]["code"] for event in found} <= {"session_expired"}


@pytest.mark.parametrize("path", [PREVIEW, GA], ids=["preview", "ga"])
def test_a_dropped_session_is_gone_without_a_word(endpoint, world, path):
    world.faults["shortSession"] = {"seconds": 0.02, "form": "drop"}

    async def talk(socket):
        await until(socket, "session.created")
        return await socket.receive(), socket.close_code

    message, code = converse(endpoint, path, talk)

    assert message.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    assert code == 1006


@dialects
def test_a_session_may_last_thirty_minutes_or_sixty(dialect):
    assert DIALECTS[dialect]().minutes == (60 if dialect == "ga" else 30)
