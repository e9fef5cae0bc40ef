"""Sessions that only write down what they hear."""

import json

import pytest
from emulator.data.calls import post
from emulator.data.dialogue import Dialogue, kinds, only
from emulator.data.handshaking import converse, until

from deployer.emulator.realtime.transcription_session import TranscriptionSession
from deployer.emulator.voice import synthesise

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
