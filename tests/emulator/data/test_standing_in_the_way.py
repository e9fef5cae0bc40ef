"""What stands in the way of calls: networks and keys before a handshake, and capacities before everything."""

import json

import pytest
from emulator.data.calls import chat, post
from emulator.data.handshaking import GA, PREVIEW, refusal

HANDSHAKES = {
    "firewall": (403, "403", "Access denied due to Virtual Network/Firewall rules."),
    "virtualNetwork": (403, "403", "A Virtual Network is configured for this resource."),
    "ephemeralOnly": (401, "Unauthorized", "This operation requires ephemeral"),
}


@pytest.mark.parametrize("path", [PREVIEW, GA], ids=["preview", "ga"])
@pytest.mark.parametrize("kind", HANDSHAKES)
def test_a_handshake_is_refused(endpoint, world, kind, path):
    world.faults[kind] = {}
    status, _, body = refusal(endpoint, f"{path}&intent=transcription")

    check(HANDSHAKES[kind], status, body)


def check(row, status, body):
    expected, code, words = row
    assert (expected, code) == (status, body["error"]["code"])
    assert body["error"]["message"].startswith(words)
    assert set(body["error"]) == {"code", "message"}


QUOTED = {
    "OpenAI": "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version"
    " 2025-01-01-preview have exceeded call rate limit of your current OpenAI S0 pricing tier."
    " Please retry after 60 seconds.",
    "AIServices": "Your requests to audio for gpt-4o-audio-preview in East US 2 have exceeded the call"
    " rate limit for your current AIServices S0 pricing tier. This request was for"
    " ChatCompletions_Create under Azure OpenAI API version 2025-01-01-preview."
    " Please retry after 60 seconds.",
}


@pytest.mark.parametrize("kind", QUOTED)
def test_more_than_the_capacity_is_429_in_the_words_of_the_account_s_kind(endpoint, world, kind):
    world.kind, world.clock = kind, world.clock + 1_000 * len(kind)
    world.faults["realCapacity"] = {}
    statuses = [post(endpoint, chat())[0] for _ in range(6)]
    status, headers, text = post(endpoint, chat())
    error = json.loads(text)["error"]

    assert statuses == [200] * 6
    assert (429, "429", "60") == (status, error["code"], headers["Retry-After"])
    assert error["message"].startswith(QUOTED[kind])


def test_without_the_switch_capacity_refuses_nobody(endpoint, world):
    world.clock += 14_400

    assert {post(endpoint, chat())[0] for _ in range(8)} == {200}


def test_tokens_are_a_limit_too(endpoint, world):
    world.clock += 21_600
    world.faults["realCapacity"] = {}
    long = "Say exactly: " + "word " * 1200
    answers = [post(endpoint, chat(long, max_completion_tokens=16384)) for _ in range(3)]

    assert answers[-1][0] == 429
    assert "exceeded token rate limit" in answers[-1][2]
