"""Sessions that only write down what they hear."""

import base64
import json

import pytest
from emulator.arm_client import deployment_path
from emulator.data.calls import post
from emulator.data.dialogue import Dialogue, kinds, only
from emulator.data.handshaking import converse, refusal, until
from emulator.data.place import prepared

from deployer.emulator.realtime.transcription_session import TranscriptionSession
from deployer.emulator.sound.voice import synthesise

SPEECH = synthesise("What is the weather?", "sage").pcm + bytes(48_000)
both = pytest.mark.parametrize("dialect", ["preview 2025-04", "ga"])


def transcribing(dialect):
    return Dialogue(dialect, session=TranscriptionSession)


@both
def test_speech_is_written_down_and_never_answered(dialect):
    found = transcribing(dialect).append(SPEECH)
    done = only(found, "conversation.item.input_audio_transcription.completed")

    assert done["transcript"] == "What is the weather?"
    assert not [kind for kind in kinds(found) if kind.startswith("response.")]


@both
def test_asking_for_an_answer_is_refused(dialect):
    assert kinds(transcribing(dialect).say("response.create")) == ["error"]


def test_the_preview_protocol_has_its_own_events_for_it():
    talk = transcribing("preview 2025-04")
    updated = talk.say(
        "transcription_session.update",
        session={"turn_detection": None, "input_audio_transcription": {"model": "whisper-1"}},
    )[0]

    assert talk.created[0]["type"] == "transcription_session.created"
    assert talk.created[0]["session"]["object"] == "realtime.transcription_session"
    assert updated["type"] == "transcription_session.updated"
    assert updated["session"]["turn_detection"] is None


def test_in_ga_it_is_a_type_of_session():
    talk = transcribing("ga")
    updated = talk.say(
        "session.update",
        session={"type": "transcription", "audio": {"input": {"turn_detection": None}}},
    )[0]

    assert talk.created[0]["session"]["type"] == "transcription"
    assert updated["type"] == "session.updated"
    assert updated["session"]["audio"]["input"]["turn_detection"] is None
    assert "output" not in updated["session"]["audio"]


def test_a_ga_session_shows_what_a_transcription_has():
    shown = transcribing("ga").created[0]["session"]

    assert set(shown) == {"id", "object", "type", "audio", "expires_at", "include"}
    assert shown["object"] == "realtime.transcription_session"


@pytest.mark.parametrize(
    ("dialect", "session", "param"),
    [
        ("ga", {"type": "transcription", "instructions": "x"}, "session.instructions"),
        ("ga", {"type": "transcription", "audio": {"output": {}}}, "session.audio.output"),
        ("preview 2025-04", {"voice": "echo"}, "session.voice"),
    ],
)
def test_it_has_nothing_that_speaks(dialect, session, param):
    kind = "session.update" if dialect == "ga" else "transcription_session.update"
    error = only(transcribing(dialect).say(kind, session=session), "error")["error"]

    assert (error["code"], error["param"]) == ("unknown_parameter", param)


def test_the_address_asks_for_it(endpoint):
    path = "openai/realtime?api-version=2025-04-01-preview&deployment=realtime&intent=transcription"

    async def first(socket):
        return await until(socket, "transcription_session.created")

    assert converse(endpoint, path, first)


def test_a_key_opens_it_when_only_keys_may(endpoint, world):
    world.faults["ephemeralOnly"] = {}
    session = {"type": "realtime", "model": "realtime-ga"}
    _, _, text = post(endpoint, {"session": session}, "openai/v1/realtime/client_secrets")
    bearer = {"Authorization": f"Bearer {json.loads(text)['value']}"}

    async def first(socket):
        return (await until(socket, "session.created"))[-1]["session"]["type"]

    path = "openai/v1/realtime?intent=transcription"
    assert converse(endpoint, path, first, bearer) == "transcription"


TRANSCRIBING = "openai/v1/realtime?intent=transcription"
SECRETS = "openai/v1/realtime/client_secrets"


async def created(socket):
    return (await until(socket, "session.created"))[-1]["session"]


def test_by_key_it_needs_no_deployment_and_takes_its_model_from_the_first_update(endpoint):
    heard = {"transcription": {"model": "gpt-4o-transcribe"}, "turn_detection": None}
    session = {"type": "transcription", "audio": {"input": heard}}

    async def talk(socket):
        await socket.send_json({"type": "session.update", "session": session})
        audio = base64.b64encode(SPEECH).decode()
        await socket.send_json({"type": "input_audio_buffer.append", "audio": audio})
        await socket.send_json({"type": "input_audio_buffer.commit"})
        return await until(socket, "conversation.item.input_audio_transcription.completed")

    done = converse(endpoint, TRANSCRIBING, talk)[-1]

    assert done["transcript"] == "What is the weather?"
    assert done["usage"]["type"] == "tokens"


def test_whether_it_needs_a_deployment_is_a_switch(endpoint, world):
    world.faults["transcriptionNeedsDeployment"] = {}

    assert refusal(endpoint, TRANSCRIBING)[0] == 404
    assert converse(endpoint, f"{TRANSCRIBING}&deployment=realtime-ga", created)


def test_an_account_that_cannot_transcribe_lets_nobody_in(endpoint, world):
    world.names = ("audio",)

    assert refusal(endpoint, TRANSCRIBING)[0] == 404


def test_without_a_deployment_it_still_needs_a_key(endpoint):
    assert refusal(endpoint, TRANSCRIBING, {"api-key": "wrong"})[0] == 401


def test_a_conversation_still_needs_its_model(endpoint):
    assert refusal(endpoint, TRANSCRIBING.partition("?")[0])[0] == 404


def left(endpoint, deployment):
    """The requests that are left of a deployment in this minute."""
    body = {"session": {"type": "realtime", "model": deployment}}
    return int(post(endpoint, body, SECRETS)[1]["x-ratelimit-remaining-requests"])


def secret(endpoint, **session):
    body = {"session": {"type": "transcription", **session}}
    status, _, text = post(endpoint, body, SECRETS)
    return status, json.loads(text)


def test_a_client_secret_is_of_the_kind_of_session_it_was_made_for(endpoint):
    heard = {"transcription": {"model": "gpt-4o-mini-transcribe", "language": "en"}}
    status, made = secret(endpoint, audio={"input": heard})
    bearer = {"Authorization": f"Bearer {made['value']}"}
    session = converse(endpoint, TRANSCRIBING.partition("?")[0], created, bearer)

    assert status == 200
    assert made["session"]["type"] == session["type"] == "transcription"
    assert made["session"]["expires_at"] == 0
    for one in (made["session"], session):
        assert set(one) == {"id", "object", "type", "audio", "expires_at", "include"}
        assert one["audio"]["input"]["transcription"] == heard["transcription"]


def test_a_client_secret_can_name_the_deployment_as_what_transcribes(endpoint, world):
    world.clock += 40_000
    heard = {"transcription": {"model": "realtime-ga"}}
    before = left(endpoint, "realtime-ga")
    key = secret(endpoint, audio={"input": heard})[1]["value"]
    converse(endpoint, TRANSCRIBING, created, {"Authorization": f"Bearer {key}"})

    assert left(endpoint, "realtime-ga") == before - 1


def test_a_client_secret_for_transcription_has_no_answers_in_it(endpoint):
    status, body = secret(endpoint, instructions="Be brief.")

    assert (400, "session.instructions") == (status, body["error"]["param"])


def test_only_keys_open_it_when_only_keys_may_and_they_need_no_deployment(endpoint, world):
    world.faults["ephemeralOnly"] = {}
    bearer = {"Authorization": f"Bearer {secret(endpoint)[1]['value']}"}

    assert refusal(endpoint, TRANSCRIBING)[2]["error"]["code"] == "Unauthorized"
    assert converse(endpoint, TRANSCRIBING, created, bearer)["type"] == "transcription"


def test_the_whole_emulator_finds_a_deployment_that_can(arm):
    place = prepared(arm)
    body = {"session": {"type": "transcription"}}
    where, headers = f"/voice/{SECRETS}", {"api-key": place.key}
    found = arm.send("POST", where, body, headers=headers)
    arm.ask("DELETE", deployment_path("realtime"))
    missing = arm.send("POST", where, body, headers=headers)

    assert (found.status, found.body["session"]["type"]) == (200, "transcription")
    assert missing.status == 404
