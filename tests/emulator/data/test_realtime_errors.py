"""What a realtime session refuses: code, param, words, and that it goes on afterwards."""

import base64
import json
from typing import Any

import pytest
from emulator.data.dialogue import DIALECTS, Dialogue, kinds, only

from deployer.emulator.sound.voice import synthesise

dialects = pytest.mark.parametrize("dialect", DIALECTS)
PCM = synthesise("Hello there.", "alloy").pcm


def item(**changes):
    return {
        "type": "message",
        "role": "user",
        "content": [{"type": "input_text", "text": "hello"}],
    } | changes


def vad(**changes):
    return {"type": "server_vad"} | changes


BOTH = {
    "no type": ({}, "invalid_event", "type", "The 'type' field is missing."),
    "an unknown type": (
        {"type": "session.destroy"},
        "invalid_value",
        "type",
        "Invalid value: 'session.destroy'. Supported values are: 'session.update'",
    ),
    "commit of nothing": (
        {"type": "input_audio_buffer.commit"},
        "input_audio_buffer_commit_empty",
        None,
        "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio",
    ),
    "cancel of nothing": (
        {"type": "response.cancel"},
        "response_cancel_not_active",
        None,
        "Cancellation failed",
    ),
    "audio that is not base64": (
        {"type": "input_audio_buffer.append", "audio": "no base64!"},
        "invalid_value",
        "audio",
        "Invalid 'audio'",
    ),
    "append without audio": (
        {"type": "input_audio_buffer.append"},
        "missing_required_parameter",
        "audio",
        "Missing required parameter: 'audio'.",
    ),
    "update without session": (
        {"type": "session.update"},
        "missing_required_parameter",
        "session",
        "Missing required parameter: 'session'.",
    ),
    "item without text": (
        {
            "type": "conversation.item.create",
            "item": item(content=[{"type": "input_text"}]),
        },
        "missing_required_parameter",
        "item.content[0].text",
        "Missing required parameter: 'item.content[0].text'.",
    ),
    "item without role": (
        {"type": "conversation.item.create", "item": {"type": "message", "content": []}},
        "missing_required_parameter",
        "item.role",
        "Missing required parameter: 'item.role'.",
    ),
    "item of an unknown kind": (
        {"type": "conversation.item.create", "item": item(type="dream")},
        "invalid_value",
        "item.type",
        "Invalid value: 'dream'.",
    ),
    "content that a role does not have": (
        {
            "type": "conversation.item.create",
            "item": item(role="system", content=[{"type": "audio"}]),
        },
        "invalid_value",
        "item.content[0].type",
        "Invalid value: 'audio'. Supported values are: 'input_text'.",
    ),
    "item behind an unknown one": (
        {"type": "conversation.item.create", "item": item(), "previous_item_id": "item_x"},
        "item_create_invalid_item_id",
        "previous_item_id",
        "Item with id 'item_x' does not exist.",
    ),
    "output of an unknown call": (
        {
            "type": "conversation.item.create",
            "item": {"type": "function_call_output", "call_id": "call_x", "output": "1"},
        },
        "invalid_value",
        "item.call_id",
        "No function call with call_id 'call_x' in the conversation.",
    ),
    "delete of an unknown item": (
        {"type": "conversation.item.delete", "item_id": "item_x"},
        "item_delete_invalid_item_id",
        "item_id",
        "Item with id 'item_x' does not exist.",
    ),
    "retrieval of an unknown item": (
        {"type": "conversation.item.retrieve", "item_id": "item_x"},
        "item_retrieve_invalid_item_id",
        "item_id",
        "Item with id 'item_x' does not exist.",
    ),
    "truncation of an unknown item": (
        {
            "type": "conversation.item.truncate",
            "item_id": "item_x",
            "content_index": 0,
            "audio_end_ms": 0,
        },
        "item_truncate_invalid_item_id",
        "item_id",
        "Item with id 'item_x' does not exist.",
    ),
    "an unknown field of a response": (
        {"type": "response.create", "response": {"colour": "red"}},
        "unknown_parameter",
        "response.colour",
        "Unknown parameter: 'response.colour'.",
    ),
}

PREVIEW = {
    "session.type": ({"type": "realtime"}, "unknown_parameter", "session.type"),
    "output_modalities": (
        {"output_modalities": ["text"]},
        "unknown_parameter",
        "session.output_modalities",
    ),
    "audio": ({"audio": {}}, "unknown_parameter", "session.audio"),
    "audio without text": ({"modalities": ["audio"]}, "invalid_value", "session.modalities"),
    "too cold": ({"temperature": 0.59}, "decimal_below_min_value", "session.temperature"),
    "too hot": ({"temperature": 1.21}, "decimal_above_max_value", "session.temperature"),
    "too many tokens": (
        {"max_response_output_tokens": 4097},
        "integer_above_max_value",
        "session.max_response_output_tokens",
    ),
    "an unknown voice": ({"voice": "nobody"}, "invalid_value", "session.voice"),
    "a format of files": (
        {"output_audio_format": "mp3"},
        "invalid_value",
        "session.output_audio_format",
    ),
    "null where a boolean belongs": (
        {"turn_detection": vad(create_response=None)},
        "invalid_type",
        "session.turn_detection.create_response",
    ),
    "a threshold over one": (
        {"turn_detection": vad(threshold=1.1)},
        "decimal_above_max_value",
        "session.turn_detection.threshold",
    ),
    "detection without a type": (
        {"turn_detection": {"threshold": 0.5}},
        "missing_required_parameter",
        "session.turn_detection.type",
    ),
    "a tool without a name": (
        {"tools": [{"type": "function"}]},
        "missing_required_parameter",
        "session.tools[0].name",
    ),
    "instructions that are a number": ({"instructions": 1}, "invalid_type", "session.instructions"),
}

GA: dict[str, tuple[dict[str, Any], str, str]] = {
    "temperature": ({"temperature": 0.8}, "unknown_parameter", "session.temperature"),
    "modalities": ({"modalities": ["text"]}, "unknown_parameter", "session.modalities"),
    "voice at the top": ({"voice": "echo"}, "unknown_parameter", "session.voice"),
    "another type": ({"type": "dream"}, "invalid_value", "session.type"),
    "both modalities": (
        {"output_modalities": ["audio", "text"]},
        "invalid_value",
        "session.output_modalities",
    ),
    "an unknown voice": (
        {"audio": {"output": {"voice": "nobody"}}},
        "invalid_value",
        "session.audio.output.voice",
    ),
    "null where a boolean belongs": (
        {"audio": {"input": {"turn_detection": vad(create_response=None)}}},
        "invalid_type",
        "session.audio.input.turn_detection.create_response",
    ),
    "a format of files": (
        {"audio": {"input": {"format": {"type": "audio/mp3"}}}},
        "invalid_value",
        "session.audio.input.format.type",
    ),
    "an unknown field deep inside": (
        {"audio": {"input": {"volume": 11}}},
        "unknown_parameter",
        "session.audio.input.volume",
    ),
}


def refused(talk, event):
    talk.session.receive(json.dumps({**event, "event_id": "mine"}))
    error = only(talk.drain(), "error")["error"]
    assert error["type"] == "invalid_request_error"
    assert error["event_id"] == "mine"
    return error


@dialects
@pytest.mark.parametrize("case", BOTH)
def test_both_dialects_refuse(dialect, case):
    event, code, param, start = BOTH[case]
    talk = Dialogue(dialect)
    error = refused(talk, event)

    assert (code, param) == (error["code"], error["param"])
    assert error["message"].startswith(start)
    assert talk.say("response.create")[-1]["response"]["status"] == "completed"


@pytest.mark.parametrize("case", PREVIEW)
def test_a_preview_session_is_not_updated_by(case):
    session, code, param = PREVIEW[case]
    check_unchanged(Dialogue("preview 2025-04"), session, code, param)


@pytest.mark.parametrize("case", GA)
def test_a_ga_session_is_not_updated_by(case):
    session, code, param = GA[case]
    check_unchanged(Dialogue("ga"), {"type": "realtime", **session}, code, param)


def check_unchanged(talk, session, code, param):
    before = talk.created[0]["session"]
    error = refused(talk, {"type": "session.update", "session": {"instructions": "x", **session}})

    assert (code, param) == (error["code"], error["param"])
    assert talk.update()[0]["session"] == before


def test_a_ga_update_must_say_its_type():
    error = refused(Dialogue("ga"), {"type": "session.update", "session": {"instructions": "x"}})

    assert error["code"] == "missing_required_parameter"
    assert error["param"] == "session.type"


@pytest.mark.parametrize(
    ("dialect", "field"), [("preview 2025-04", "output_modalities"), ("ga", "modalities")]
)
def test_a_response_in_the_other_dialect_is_refused(dialect, field):
    event = {"type": "response.create", "response": {field: ["text"]}}

    assert refused(Dialogue(dialect), event)["message"] == f"Unknown parameter: 'response.{field}'."


@dialects
def test_the_other_dialect_s_word_for_an_answer_s_text_is_refused(dialect):
    talk = Dialogue(dialect)
    other = "text" if talk.is_ga else "output_text"
    content = [{"type": other, "text": "I said so."}]
    event = {"type": "conversation.item.create", "item": item(role="assistant", content=content)}

    assert refused(talk, event)["param"] == "item.content[0].type"


@dialects
@pytest.mark.parametrize("text", ["{", "[]", '"text"'], ids=["no JSON", "array", "string"])
def test_what_is_no_event_is_refused(dialect, text):
    talk = Dialogue(dialect)
    talk.session.receive(text)

    assert kinds(talk.drain()) == ["error"]


@dialects
def test_a_second_response_has_to_wait_for_the_first(dialect):
    talk = Dialogue(dialect)
    talk.send("response.create")
    response_id = talk.drain(1)[0]["response"]["id"]
    talk.send("response.create", event_id="mine")
    talk.drain(1)
    found = talk.drain()
    error = only(talk.events, "error")["error"]

    assert error["code"] == "conversation_already_has_active_response"
    assert response_id in error["message"]
    assert found[-1]["response"]["status"] == "completed"


@dialects
def test_the_voice_stays_once_it_has_spoken(dialect):
    talk = Dialogue(dialect)
    other = {"audio": {"output": {"voice": "echo"}}} if talk.is_ga else {"voice": "echo"}
    talk.say("response.create")
    found = talk.update(**other)

    assert found[0]["error"]["code"] == "cannot_update_voice"
    assert kinds(talk.update(instructions="x")) == ["session.updated"]


@dialects
def test_the_voice_may_change_while_only_text_was_answered(dialect):
    talk = Dialogue(dialect)
    other = {"audio": {"output": {"voice": "echo"}}} if talk.is_ga else {"voice": "echo"}
    talk.only_text()
    talk.say("response.create")

    assert kinds(talk.update(**other)) == ["session.updated"]


@dialects
def test_an_answer_cannot_be_truncated_behind_its_end(dialect):
    talk = Dialogue(dialect)
    talk.write("Say exactly: Hello there.")
    item_id = talk.say("response.create")[-1]["response"]["output"][0]["id"]
    milliseconds = len(PCM) // 48
    found = talk.say(
        "conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=60_000
    )

    assert found[0]["error"]["message"] == (
        f"Audio content of {milliseconds}ms is already shorter than 60000ms"
    )


@dialects
def test_only_answers_in_sound_are_truncated(dialect):
    talk = Dialogue(dialect)
    item_id = talk.write("hello")[0]["item"]["id"]
    found = talk.say("conversation.item.truncate", item_id=item_id, content_index=0, audio_end_ms=0)

    assert found[0]["error"]["code"] == "unsupported_content_type"
    assert found[0]["error"]["message"] == "Only model output audio messages can be truncated"


@dialects
def test_a_commit_of_less_than_100_ms_says_how_much_there_is(dialect):
    talk = Dialogue(dialect)
    talk.turn_detection(None)
    talk.append(PCM[: 4800 - 2])

    assert (
        "but buffer only has 99.96ms"
        in talk.say("input_audio_buffer.commit")[0]["error"]["message"]
    )
    talk.append(PCM[:2])
    assert kinds(talk.say("input_audio_buffer.commit"))[0] == "input_audio_buffer.committed"


@dialects
def test_an_append_of_more_than_15_mib_is_refused(dialect):
    audio = base64.b64encode(bytes(15 * 1024 * 1024 + 1)).decode()

    assert (
        Dialogue(dialect).say("input_audio_buffer.append", audio=audio)[0]["error"]["param"]
        == "audio"
    )


@dialects
def test_an_id_is_used_once(dialect):
    talk = Dialogue(dialect)
    talk.say("conversation.item.create", item=item(id="one"))
    found = talk.say("conversation.item.create", item=item(id="one"))

    assert found[0]["error"]["code"] == "item_create_duplicate_item_id"
    assert found[0]["error"]["param"] == "item.id"


@dialects
def test_null_in_a_response_leaves_it_to_the_session(dialect):
    talk = Dialogue(dialect)
    response = {"instructions": None, "tools": None, "metadata": None, "input": None}

    assert talk.say("response.create", response=response)[-1]["response"]["status"] == "completed"
