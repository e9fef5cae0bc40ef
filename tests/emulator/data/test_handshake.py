"""Realtime over a real WebSocket: the handshake, what refuses it, pings, pacing and the end."""

import json

import aiohttp
import pytest
from emulator.data.handshaking import GA, PREVIEW, converse, refusal, until
from emulator.data.world import KEY

both = pytest.mark.parametrize("path", [PREVIEW, GA], ids=["preview", "ga"])


async def turn(socket):
    await socket.send_json({"type": "response.create"})
    return await until(socket, "response.done")


@both
def test_a_session_names_the_deployed_model_and_version(endpoint, path):
    async def talk(socket):
        return json.loads(await socket.receive_str())

    event = converse(endpoint, path, talk)

    assert event["type"] == "session.created"
    expected = (
        "gpt-4o-realtime-preview-2024-12-17" if path == PREVIEW else "gpt-realtime-2025-08-28"
    )
    assert event["session"]["model"] == expected


@both
def test_a_turn_completes(endpoint, path):
    assert converse(endpoint, path, turn)[-1]["response"]["status"] == "completed"


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        (PREVIEW, {"Authorization": f"Bearer {KEY}"}),
        (f"{PREVIEW}&api-key={KEY}", {"x": "y"}),
        (PREVIEW.replace("2024-10-01-preview", "2024-12-17"), None),
        (GA.replace("model=", "deployment="), None),
    ],
    ids=["bearer", "key in the query", "the mission's api-version", "deployment instead of model"],
)
def test_other_ways_in(endpoint, path, headers):
    assert converse(endpoint, path, turn, headers)


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        (PREVIEW, {}, (401, "401")),
        (GA, {"api-key": "wrong"}, (401, "401")),
        (f"{GA}&api-version=2024-10-01-preview", None, (401, "401")),
        (PREVIEW.replace("2024-10-01-preview", "alpha"), None, (404, "404")),
        (PREVIEW.replace("api-version", "version"), None, (404, "404")),
        (PREVIEW.partition("&")[0], None, (404, "404")),
        ("openai/v1/realtime", None, (404, "404")),
        (PREVIEW.replace("=realtime", "=nothing"), None, (404, "DeploymentNotFound")),
        (PREVIEW.replace("=realtime", "=audio"), None, (400, "OperationNotSupported")),
    ],
    ids=[
        "no key",
        "wrong key",
        "api-version on GA",
        "unknown api-version",
        "no api-version",
        "no deployment",
        "no model",
        "unknown deployment",
        "an audio model",
    ],
)
def test_a_failed_handshake_is_an_http_status(endpoint, path, headers, expected):
    status, answered, body = refusal(endpoint, path, headers)

    assert expected == (status, body["error"]["code"])
    assert set(body["error"]) == {"code", "message"}
    assert answered["apim-request-id"]


def test_a_plain_get_is_told_to_upgrade(endpoint):
    status, _, body = refusal(endpoint, GA, {"api-key": KEY, "Upgrade": "nothing"})

    assert status == 400
    assert "upgrade" in body["error"]["message"]


@both
def test_pings_are_answered_while_it_speaks(endpoint, world, path):
    world.faults["paced"] = {"speed": 5}

    async def talk(socket):
        await socket.send_json({"type": "response.create"})
        await until(socket, "response.created")
        await socket.ping(b"still there?")
        messages: list[aiohttp.WSMessage] = []
        while not messages or '"response.done"' not in str(messages[-1].data):
            messages.append(await socket.receive())
        return [message.type for message in messages]

    types = converse(endpoint, path, talk, autoping=False)

    assert aiohttp.WSMsgType.PONG in types[: len(types) // 2]


@both
def test_a_paced_answer_can_be_cancelled_on_the_way(endpoint, world, path):
    world.faults["paced"] = {"speed": 2}

    async def talk(socket):
        await socket.send_json({"type": "response.create"})
        await until(socket, "response.content_part.added")
        await socket.send_json({"type": "response.cancel"})
        return await until(socket, "response.done")

    assert converse(endpoint, path, talk)[-1]["response"]["status"] == "cancelled"


@both
def test_an_early_close_has_no_close_frame(endpoint, world, path):
    world.faults["earlyClose"] = {}

    async def talk(socket):
        await socket.send_json({"type": "response.create"})
        messages: list[aiohttp.WSMessage] = []
        while not messages or messages[-1].type is aiohttp.WSMsgType.TEXT:
            messages.append(await socket.receive())
        return messages[-1], socket.close_code

    last, code = converse(endpoint, path, talk)

    assert last.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    assert code == 1006


@both
def test_a_client_that_leaves_in_the_middle_leaves_the_server_well(endpoint, world, path):
    world.faults["paced"] = {"speed": 1}

    async def leave(socket):
        await socket.send_json({"type": "response.create"})
        await until(socket, "response.created")

    converse(endpoint, path, leave)
    world.faults.clear()

    assert converse(endpoint, path, turn)[-1]["response"]["status"] == "completed"
