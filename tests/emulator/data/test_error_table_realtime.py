"""The error table of realtime, row by row over a WebSocket: handshakes, error events, failed responses, ends.

A row without a source is not known of Azure: of its code only the shape is asserted.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import aiohttp
import pytest
from emulator.arm_client import Response
from emulator.data.handshaking import GA, PREVIEW, converse, refusal, until
from emulator.data.place import Place, prepared

from deployer.emulator.sound.voice import synthesise

both = pytest.mark.parametrize("path", [PREVIEW, GA], ids=["preview", "ga"])
SPOKEN = synthesise("Hello there.", "alloy").pcm


class Handshake(NamedTuple):
    """What is answered in place of 101; a body in the gateway's shape unless it is a redirect."""

    situation: str
    provoke: Callable[[Place], Response]
    status: int
    code: str | None
    words: str
    source: str


def faulted(kind: str, query: str = PREVIEW) -> Callable[[Place], Response]:
    def provoke(place: Place) -> Response:
        place.fault(kind)
        return place.handshake(query)

    return provoke


V1 = "v1/realtime?model=realtime"
ALPHA = "realtime?api-version=alpha&deployment=realtime"
AUDIO = "realtime?api-version=2024-10-01-preview&deployment=audio"
UNKNOWN = "realtime?api-version=2024-10-01-preview&deployment=nothing"
LISTEN = "v1/realtime?deployment=realtime&intent=transcription"

HANDSHAKES = (
    Handshake("a wrong key", lambda place: place.handshake(headers={"api-key": "wrong"}),
              401, "401", "Access denied due to invalid subscription key", "aisearch-openai-rag-audio issue 97"),
    Handshake("an api-version on the GA path", lambda place: place.handshake(f"{V1}&api-version=2025-04-01-preview"),
              401, None, "", "migration guide of Microsoft's, 2026"),
    Handshake("an unknown api-version", lambda place: place.handshake(ALPHA),
              404, "404", "Resource not found", "aisearch-openai-rag-audio PR 6"),
    Handshake("an unknown deployment", lambda place: place.handshake(UNKNOWN),
              404, "DeploymentNotFound", "The API deployment for this resource does not exist.", ""),
    Handshake("a model that does not speak live", lambda place: place.handshake(AUDIO),
              400, "OperationNotSupported", "does not work with the specified model", ""),
    Handshake("a deployment in a transcription address", faulted("noTranscriptionDeployment", LISTEN),
              400, None, "", "anarlog PR 4193"),
)  # fmt: skip


@pytest.mark.parametrize("row", HANDSHAKES, ids=[row.situation for row in HANDSHAKES])
def test_a_handshake_of_the_table(arm, row):
    answer = row.provoke(prepared(arm))

    assert row.status == answer.status
    assert set(answer.body["error"]) == {"code", "message"}
    assert row.code in (None, answer.body["error"]["code"])
    assert row.words in answer.body["error"]["message"]


@both
def test_more_sessions_than_the_capacity_are_429_at_the_handshake(endpoint, world, path):
    """As seen on Azure (aisearch-openai-rag-audio issue 37)."""
    world.faults["realCapacity"], world.capacity = {}, 0
    status, headers, body = refusal(endpoint, path)

    assert (429, "429") == (status, body["error"]["code"])
    assert "exceeded call rate limit" in body["error"]["message"]
    assert int(headers["Retry-After"]) > 0


def test_an_ai_services_address_sends_the_key_away(arm):
    """As openclaw issue 98399 shows it: another path, and the key in its query."""
    place = prepared(arm, kind="AIServices")
    answer = place.handshake()

    assert answer.status == 302
    assert answer.headers["Location"].startswith("/v1/realtime?")
    assert f"api-key={place.key}" in answer.headers["Location"]


Session = Callable[[Any, bool], Awaitable[None]]


class Row(NamedTuple):
    """What a client sends; `code` and `param` of the error, or None for what is not known; its words."""

    situation: str
    provoke: Session
    code: str | None
    words: str
    source: str
    param: str | None = None
    faults: Mapping[str, dict[str, object]] = MappingProxyType({})
    dialects: tuple[str, ...] = (PREVIEW, GA)


def sending(*events: Mapping[str, Any]) -> Session:
    """Events that need nothing before them; the last is the one that is refused."""

    async def provoke(socket: Any, _is_ga: bool) -> None:
        for event in events[:-1]:
            await socket.send_json(event)
        await socket.send_json({**events[-1], "event_id": "mine"})

    return provoke


def item(**changes: Any) -> dict[str, Any]:
    content = [{"type": "input_text", "text": "say exactly: " + "one two three " * 40}]
    made = {"id": "item_mine", "type": "message", "role": "user", "content": content} | changes
    return {"type": "conversation.item.create", "item": made}


def truncation(item_id: str, milliseconds: int) -> dict[str, Any]:
    return {"type": "conversation.item.truncate", "item_id": item_id, "content_index": 0,
            "audio_end_ms": milliseconds, "event_id": "mine"}  # fmt: skip


def truncating(kind: str, milliseconds: int) -> Session:
    """Truncate the answer when an event of that type has come."""

    async def provoke(socket: Any, is_ga: bool) -> None:
        name = kind if is_ga else kind.replace("output_audio", "audio")
        await socket.send_json({"type": "response.create"})
        added = (await until(socket, "response.output_item.added"))[-1]
        if name != added["type"]:
            await until(socket, name)
        await socket.send_json(truncation(added["item"]["id"], milliseconds))

    return provoke


async def new_voice_after_audio(socket: Any, is_ga: bool) -> None:
    await socket.send_json({"type": "response.create"})
    await until(socket, "response.done")
    session = {"type": "realtime", "audio": {"output": {"voice": "echo"}}}
    event = {"type": "session.update", "session": session if is_ga else {"voice": "echo"}}
    await socket.send_json({**event, "event_id": "mine"})


async def null_for_a_boolean(socket: Any, is_ga: bool) -> None:
    detection = {"turn_detection": {"type": "server_vad", "create_response": None}}
    session = {"type": "realtime", "audio": {"input": detection}} if is_ga else detection
    await socket.send_json({"type": "session.update", "session": session, "event_id": "mine"})


APPENDED = {"type": "input_audio_buffer.append", "audio": base64.b64encode(bytes(4_798)).decode()}
COMMIT = {"type": "input_audio_buffer.commit"}
CREATE = {"type": "response.create"}
SLOW: Mapping[str, dict[str, object]] = {"paced": {"speed": 4}}
OLD: Mapping[str, dict[str, object]] = {**SLOW, "oldActiveResponse": {}}
REFERRED = "Item with id 'item_x' does not exist."

ROWS = (
    Row("commit of nothing", sending(COMMIT), "input_audio_buffer_commit_empty",
        "Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer"
        " only has 0.00ms of audio.", "betalgo/openai issue 674"),
    Row("commit of 99.96 ms", sending(APPENDED, COMMIT), "input_audio_buffer_commit_empty",
        "Expected at least 100ms of audio, but buffer only has 99.96ms of audio.", "agents-js issue 748"),
    Row("a second response", sending(CREATE, CREATE), "conversation_already_has_active_response",
        "Conversation already has an active response in progress: resp_ ... . Wait until the response is"
        " finished before creating a new one.", "arty issue 81", faults=SLOW),
    Row("a second response in January 2025", sending(CREATE, CREATE), "null",
        "Conversation already has an active response", "openai-realtime-agents issue 3", faults=OLD),
    Row("cancel of nothing", sending({"type": "response.cancel"}), "response_cancel_not_active",
        "Cancellation failed", "pipecat and livekit, in code"),
    Row("truncation behind the end", truncating("response.output_audio.done", 57_340), None,
        "Audio content of  ... ms is already shorter than 57340ms", "speech-assistant-openai-realtime-api-python issue 45",
        param="audio_end_ms"),
    Row("truncation of a text", sending(item(), truncation("item_mine", 0)), "unsupported_content_type",
        "Only model output audio messages can be truncated", "livekit PR 6158", param="item_id"),
    Row("truncation before any audio", truncating("response.output_item.added", 0), "unsupported_content_type",
        "Only model output audio messages can be truncated", "livekit PR 6158", param="item_id",
        faults={"latency": {"firstToken": 0.3}}),
    Row("retrieval of nothing", sending({"type": "conversation.item.retrieve", "item_id": "item_x"}),
        "item_retrieve_invalid_item_id", "item_x", "pipecat, in code", param="item_id"),
    Row("deletion of nothing", sending({"type": "conversation.item.delete", "item_id": "item_x"}),
        None, REFERRED, "live test of rtclient", param="item_id"),
    Row("an item behind nothing", sending({**item(), "previous_item_id": "item_x"}),
        None, REFERRED, "live test of rtclient", param="previous_item_id"),
    Row("a field of the other generation", sending({"type": "session.update", "session": {"type": "realtime"}}),
        "unknown_parameter", "Unknown parameter: 'session.type'.", "openai-python issue 2638",
        param="session.type", dialects=(PREVIEW,)),
    Row("null where a boolean belongs", null_for_a_boolean, "invalid_type",
        "turn_detection.create_response': expected boolean, got null", "livekit PR 3444",
        param="turn_detection.create_response"),
    Row("text without text", sending(item(content=[{"type": "input_text"}])), "missing_required_parameter",
        "Missing required parameter: 'item.content[0].text'.", "agents-js issue 963",
        param="item.content[0].text"),
    Row("another voice after audio", new_voice_after_audio, "cannot_update_voice",
        "Cannot update a conversation's voice if assistant audio is present.", "openai-python issue 2607",
        param="voice"),
    Row("no type", sending({}), None, "The 'type' field is missing.", "example in OpenAI's OpenAPI document",
        param="type"),
    Row("an unknown type", sending({"type": "session.destroy"}), None, "session.destroy",
        "live test of openai-dotnet", param="type"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("row", "path"),
    [
        pytest.param(row, path, id=f"{row.situation} - {'ga' if path == GA else 'preview'}")
        for row in ROWS
        for path in row.dialects
    ],
)
def test_an_error_event_of_the_table(endpoint, world, row, path):
    world.faults |= row.faults

    async def talk(socket: Any) -> Any:
        await until(socket, "session.created")
        await row.provoke(socket, path == GA)
        event = (await until(socket, "error"))[-1]
        # The session stays open.
        await socket.send_json({"type": "input_audio_buffer.clear"})
        await until(socket, "input_audio_buffer.cleared")
        return event

    event = converse(endpoint, path, talk)
    error = event["error"]

    assert set(event) == {"type", "event_id", "error"}
    assert set(error) == {"type", "code", "message", "param", "event_id"}
    assert error["type"] == "invalid_request_error"
    assert error["event_id"] == "mine"
    if row.code is not None:
        assert (None if row.code == "null" else row.code) == error["code"]
    assert re.search(".*".join(map(re.escape, row.words.split(" ... "))), error["message"])
    assert row.param is None or error["param"].endswith(row.param)


FAILED = {
    "a server error": ({}, "server_error", None, "The server had an error while processing your request. Sorry about that!"),
    "too many tokens a minute": ({"code": "rate_limit_exceeded"}, None, "rate_limit_exceeded", ""),
    "too much inference": ({"code": "inference_rate_limit_exceeded"}, None, "inference_rate_limit_exceeded", ""),
    "no quota": ({"code": "insufficient_quota"}, None, "insufficient_quota", ""),
}  # fmt: skip


@both
@pytest.mark.parametrize("situation", FAILED)
def test_a_response_that_fails_says_so_when_it_is_done(endpoint, world, path, situation):
    """As seen by a customer of Azure's in 2.9 % of his sessions (Microsoft's questions and answers, 5859586)."""
    told, kind, code, words = FAILED[situation]
    world.faults["failedResponse"] = told

    async def talk(socket: Any) -> Any:
        await socket.send_json(CREATE)
        return await until(socket, "response.done")

    events = converse(endpoint, path, talk)
    response = events[-1]["response"]
    error = response["status_details"]["error"]

    assert "error" not in {event["type"] for event in events}
    assert (response["status"], response["status_details"]["type"]) == ("failed", "failed")
    assert set(error) == {"type", "code", "message"}
    assert code == error["code"]
    assert kind in (None, error["type"])
    assert words in error["message"]
    assert (code is not None) or "include session ID in your message: sess_" in error["message"]


@both
def test_a_transcription_that_fails_has_an_event_of_its_own(endpoint, world, path):
    """As seen on Azure (agents-js issue 297)."""
    world.faults["transcriptionFailed"] = {}
    wanted = {"model": "gpt-4o-transcribe"}
    session = (
        {"type": "realtime", "audio": {"input": {"transcription": wanted, "turn_detection": None}}}
        if path == GA
        else {"input_audio_transcription": wanted, "turn_detection": None}
    )

    async def talk(socket: Any) -> Any:
        await socket.send_json({"type": "session.update", "session": session})
        audio = base64.b64encode(SPOKEN).decode()
        await socket.send_json({"type": "input_audio_buffer.append", "audio": audio})
        await socket.send_json(COMMIT)
        return await until(socket, "conversation.item.input_audio_transcription.failed")

    event = converse(endpoint, path, talk)[-1]

    assert set(event) == {"type", "event_id", "item_id", "content_index", "error"}
    assert event["error"] == {
        "type": "server_error",
        "code": None,
        "message": f"Input transcription failed for item '{event['item_id']}'.",
        "param": None,
    }


ENDS = {
    # Form: whether an event comes, the close code and whether it has a reason; sources: speech-assistant-openai-
    # realtime-api-python issue 10 for the event, reachy_mini issue 134 for the close.
    "event": (True, 1000, False),
    "close": (False, 1001, True),
    "both": (True, 1001, True),
}


@both
@pytest.mark.parametrize("form", ENDS)
def test_a_session_that_is_over_ends_in_the_form_that_was_seen(endpoint, world, path, form):
    world.faults["shortSession"] = {"seconds": 0.05, "form": form}
    has_event, code, has_reason = ENDS[form]
    words = f"Your session hit the maximum duration of {60 if path == GA else 30} minutes."

    async def talk(socket: Any) -> tuple[list[dict[str, Any]], aiohttp.WSMessage]:
        events = []
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            events.append(json.loads(message.data))
        return events, message

    events, closed = converse(endpoint, path, talk)
    errors = [event["error"] for event in events if event["type"] == "error"]

    assert (code, words if has_reason else "") == (closed.data, closed.extra)
    assert errors == [
        {
            "type": "invalid_request_error",
            "code": "session_expired",
            "message": words,
            "param": None,
            "event_id": None,
        }
    ] * int(has_event)
