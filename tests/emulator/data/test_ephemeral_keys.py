"""Keys for one session, as browsers get them: given out, used, too old, and for another account."""

import json

import pytest
from emulator.data.calls import post
from emulator.data.handshaking import converse, refusal, until

SESSIONS = "openai/realtimeapi/sessions?api-version=2025-04-01-preview"
SECRETS = "openai/v1/realtime/client_secrets"
PREVIEW = "openai/realtime?api-version=2025-04-01-preview&deployment=realtime"
GA = "openai/v1/realtime?model=realtime-ga"


def preview_key(endpoint):
    _, _, text = post(endpoint, {"model": "realtime", "voice": "sage"}, SESSIONS)
    return json.loads(text)


def ga_key(endpoint, **changes):
    session = {
        "type": "realtime",
        "model": "realtime-ga",
        "audio": {"output": {"voice": "sage"}},
    }
    status, _, text = post(endpoint, {"session": session, **changes}, SECRETS)
    return status, json.loads(text)


def test_a_preview_session_comes_with_a_key_for_a_minute(endpoint, world):
    session = preview_key(endpoint)

    assert session["object"] == "realtime.session"
    assert session["voice"] == "sage"
    assert session["client_secret"]["expires_at"] == int(world.clock) + 60


def test_a_client_secret_shows_its_session(endpoint, world):
    _, secret = ga_key(endpoint)

    assert secret["value"].startswith("ek_")
    assert len(secret["value"]) == 3 + 32
    assert secret["expires_at"] == int(world.clock) + 600
    assert secret["session"]["expires_at"] == 0
    assert secret["session"]["audio"]["output"]["voice"] == "sage"


def test_a_client_secret_lives_as_long_as_asked(endpoint, world):
    wanted = {"anchor": "created_at", "seconds": 30}

    assert ga_key(endpoint, expires_after=wanted)[1]["expires_at"] == int(world.clock) + 30


def test_it_cannot_live_for_ever(endpoint):
    status, body = ga_key(endpoint, expires_after={"anchor": "created_at", "seconds": 7201})

    assert (400, "expires_after.seconds") == (status, body["error"]["param"])


async def created(socket):
    return (await until(socket, "session.created"))[-1]["session"]


@pytest.mark.parametrize(
    "headers",
    [
        lambda key: {"Authorization": f"Bearer {key}"},
        lambda key: {"Sec-WebSocket-Protocol": f"realtime, openai-insecure-api-key.{key}"},
    ],
    ids=["bearer", "subprotocol"],
)
def test_a_key_opens_the_session_it_was_made_for(endpoint, headers):
    key = ga_key(endpoint)[1]["value"]
    session = converse(endpoint, GA.partition("?")[0], created, headers(key))

    assert session["audio"]["output"]["voice"] == "sage"
    assert session["model"] == "gpt-realtime-2025-08-28"


def test_a_preview_key_opens_a_preview_session(endpoint):
    key = preview_key(endpoint)["client_secret"]["value"]

    assert (
        converse(endpoint, PREVIEW, created, {"Authorization": f"Bearer {key}"})["voice"] == "sage"
    )


def test_a_key_too_old_opens_nothing(endpoint, world):
    key = preview_key(endpoint)["client_secret"]["value"]
    world.clock += 60

    assert refusal(endpoint, PREVIEW, {"Authorization": f"Bearer {key}"})[0] == 401


def test_a_key_is_not_good_for_another_account(endpoint):
    key = ga_key(endpoint)[1]["value"]
    other = endpoint.replace("/voice", "/other")

    assert refusal(other, GA, {"Authorization": f"Bearer {key}"})[0] == 401
    assert refusal(endpoint, GA, {"Authorization": "Bearer ek_unknown"})[0] == 401


def test_a_key_needs_a_key(endpoint):
    assert post(endpoint, {"model": "realtime"}, SESSIONS, {"api-key": "wrong"})[0] == 401


def test_a_session_without_a_model_is_refused(endpoint):
    _, _, text = post(endpoint, {"session": {"type": "realtime"}}, SECRETS)

    assert json.loads(text)["error"]["param"] == "session.model"
