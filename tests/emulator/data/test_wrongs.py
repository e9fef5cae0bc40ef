"""Every way of being wrong can be seen by a client, and changes nothing else."""

import base64
import http.client
import json

import pytest
from emulator.data.calls import answered, chat, post, streamed
from emulator.data.dialogue import (
    DIALECTS,
    MODEL,
    Dialogue,
    kinds,
    of,
    only,
    sound,
    transcript,
)
from emulator.data.listening_checks import crossings, is_like_speech, loudness, samples
from emulator.data.protocol import check_protocol
from emulator.data.world import KEY

from deployer.emulator.faults.wrongs import WRONG_WORDS
from deployer.emulator.sound.recording import read_wav, write_wav
from deployer.emulator.sound.voice import hear, synthesise

FOX = "The quick brown fox jumps over the lazy dog."
RIGHT = synthesise(FOX, "alloy").pcm
dialects = pytest.mark.parametrize("dialect", DIALECTS)


def completion(endpoint, world, kind, form="pcm16", **fault):
    world.faults[kind] = fault
    body = chat(f"Say exactly: {FOX}", audio={"voice": "alloy", "format": form})
    return answered(endpoint, body)


def spoken(body):
    audio = body["choices"][0]["message"]["audio"]
    return base64.b64decode(audio["data"]), audio["transcript"], body["usage"]


def turn(dialect, kind, **fault):
    talk = Dialogue(dialect, {kind: fault})
    talk.write(f"Say exactly: {FOX}")
    return talk, talk.say("response.create")


def spoken_turn(dialect, kind):
    talk, found = turn(dialect, kind)
    usage = only(found, "response.done")["response"]["usage"]["output_token_details"]
    return sound(found, talk.names), transcript(found, talk.names), usage["audio_tokens"]


def spoken_completion(endpoint, world, kind):
    pcm, said, usage = spoken(completion(endpoint, world, kind))
    return pcm, said, usage["completion_tokens_details"]["audio_tokens"]


@pytest.fixture(params=["completion", *DIALECTS])
def answer_with(request, endpoint, world):
    """Sound, transcript and charged audio tokens of an answer with a fault, over each protocol."""
    if request.param == "completion":
        return lambda kind: spoken_completion(endpoint, world, kind)
    return lambda kind: spoken_turn(request.param, kind)


def test_a_healthy_answer_has_nothing_wrong(answer_with):
    assert (RIGHT, FOX, len(RIGHT) // 2400) == answer_with("nothing")


def test_silent(answer_with):
    assert (bytes(len(RIGHT)), FOX, len(RIGHT) // 2400) == answer_with("silent")


def test_constant_tone(answer_with):
    pcm, said, _ = answer_with("constantTone")

    assert (FOX, len(RIGHT)) == (said, len(pcm))
    assert loudness(pcm) > -25
    assert not is_like_speech(pcm)
    assert set(crossings(pcm)) <= {860, 880}
    assert hear(pcm) is None


def test_noise(answer_with):
    pcm, said, _ = answer_with("noise")

    assert (FOX, len(RIGHT)) == (said, len(pcm))
    assert loudness(pcm) == pytest.approx(-21, abs=1)
    assert hear(pcm) is None


def test_wrong_rate(answer_with):
    pcm, said, tokens = answer_with("wrongRate")

    assert len(RIGHT) * 2 // 3 == pytest.approx(len(pcm), abs=4)
    assert (FOX, len(RIGHT) // 2400) == (said, tokens)


def test_truncated(answer_with):
    pcm, said, tokens = answer_with("truncated")

    assert pcm == RIGHT[: len(RIGHT) // 2]
    assert (FOX, len(RIGHT) // 2400) == (said, tokens)


def test_clipped(answer_with):
    pcm, said, _ = answer_with("clipped")
    values = samples(pcm)

    assert (FOX, len(RIGHT)) == (said, len(pcm))
    assert sum(value in (-32768, 32767) for value in values) / len(values) > 0.05


def test_odd_bytes(answer_with):
    assert (RIGHT[:-1], FOX, len(RIGHT) // 2400) == answer_with("oddBytes")


def test_wrong_transcript(answer_with):
    pcm, said, _ = answer_with("wrongTranscript")

    assert (FOX, WRONG_WORDS) == (hear(pcm), said)


def test_wrong_usage(answer_with):
    pcm, _, tokens = answer_with("wrongUsage")

    assert pcm == RIGHT
    assert tokens != len(RIGHT) // 2400


def test_wrong_usage_of_a_completion_does_not_add_up(endpoint, world):
    usage = spoken(completion(endpoint, world, "wrongUsage"))[2]

    assert usage["completion_tokens"] != sum(
        usage["completion_tokens_details"][name] for name in ("audio_tokens", "text_tokens")
    )


def test_a_failed_completion_is_a_server_error(endpoint, world):
    world.faults["failedResponse"] = {}
    status, _, text = post(endpoint, chat())
    error = json.loads(text)["error"]

    assert (500, "server_error", None) == (status, error["type"], error["code"])
    assert set(error) == {"message", "type", "param", "code"}


def test_wrong_model_of_a_completion(endpoint, world):
    assert completion(endpoint, world, "wrongModel")["model"] != "gpt-4o-audio-preview-2024-12-17"


def test_the_wrong_model_can_be_named(endpoint, world):
    assert completion(endpoint, world, "wrongModel", model="gpt-x")["model"] == "gpt-x"


@dialects
def test_wrong_model_of_a_session(dialect):
    created = Dialogue(dialect, {"wrongModel": {}}).created[0]

    assert created["type"] == "session.created"
    assert created["session"]["model"] != MODEL


def test_wav_trap(endpoint, world):
    content = spoken(completion(endpoint, world, "wavTrap", form="wav"))[0]

    assert content == write_wav(RIGHT, unknown_sizes=True)
    assert read_wav(content).pcm == RIGHT


@dialects
def test_refused_update(dialect):
    talk = Dialogue(dialect, {"refusedUpdate": {}})
    before = talk.created[0]["session"]

    assert kinds(talk.update(instructions="x")) == ["error"]
    talk.faults.clear()
    assert talk.update()[0]["session"] == before


@dialects
def test_failed_response(dialect):
    talk, found = turn(dialect, "failedResponse")
    response = found[-1]["response"]

    assert kinds(found) == ["response.created", "response.done"]
    assert response["status"] == "failed"
    assert response["output"] == []
    assert response["status_details"]["type"] == "failed"
    assert response["status_details"]["error"]["type"] == "server_error"
    assert response["status_details"]["error"]["code"] is None
    assert talk.created[0]["session"]["id"] in response["status_details"]["error"]["message"]


@dialects
def test_never_done(dialect):
    talk, found = turn(dialect, "neverDone")
    again = talk.say("response.create")

    assert kinds(found)[-1] == "response.output_item.done"
    assert sound(found, talk.names) == RIGHT
    assert again[0]["error"]["code"] == "conversation_already_has_active_response"


@dialects
def test_transcription_failed(dialect):
    talk = Dialogue(dialect, {"transcriptionFailed": {}})
    talk.transcribe()
    found = talk.append(RIGHT + bytes(48000))
    failed = only(found, "conversation.item.input_audio_transcription.failed")

    assert failed["error"]["type"] == "server_error"
    assert failed["error"]["message"] == (
        f"Input transcription failed for item '{failed['item_id']}'."
    )
    assert not of(found, "conversation.item.input_audio_transcription.completed")


def test_early_close_of_a_body(endpoint, world):
    world.faults["earlyClose"] = {}

    with pytest.raises(http.client.IncompleteRead):
        post(endpoint, chat())


def test_redirect_of_the_handshake_gives_the_key_away(endpoint, world):
    world.faults["redirect302"] = {}
    host, _, path = endpoint.removeprefix("http://").partition("/")
    connection = http.client.HTTPConnection(host, timeout=10)
    query = "openai/realtime?api-version=2024-10-01-preview&deployment=realtime"
    connection.request("GET", f"/{path}/{query}", headers={"api-key": KEY})
    answer = connection.getresponse()
    location = answer.headers["Location"]
    connection.close()

    assert answer.status == 302
    assert location.startswith("/v1/realtime?")
    assert f"api-key={KEY}" in location


@dialects
def test_conversation_created_is_a_switch(dialect):
    found = Dialogue(dialect, {"conversationCreated": {}}).created

    assert kinds(found) == ["session.created", "conversation.created"]
    assert kinds(Dialogue(dialect).created) == ["session.created"]


@dialects
def test_rate_limits_are_a_switch(dialect):
    talk, found = turn(dialect, "rateLimitsUpdated")
    limits = only(found, "rate_limits.updated")["rate_limits"]

    assert kinds(found)[-2:] == ["response.done", "rate_limits.updated"]
    assert {limit["name"] for limit in limits} == {"requests", "tokens"}
    check_protocol(talk.events, talk.names)


def test_a_fault_of_a_stream_is_in_the_stream(endpoint, world):
    world.faults["silent"] = {}
    body = chat(stream=True, audio={"voice": "alloy", "format": "pcm16"})
    audio = [
        choice["delta"].get("audio", {})
        for chunk in streamed(endpoint, body)
        for choice in chunk.get("choices", ())
    ]
    pcm = b"".join(base64.b64decode(part.get("data", "")) for part in audio)

    assert pcm
    assert set(pcm) == {0}
