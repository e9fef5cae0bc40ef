"""Every refusal that users have quoted and that no plain call meets: status, code, words, headers."""

import json

import pytest
from emulator.data.calls import chat, post
from emulator.data.dialogue import DIALECTS, Dialogue
from emulator.data.handshaking import GA, PREVIEW, refusal

ROWS = {
    "firewall": (403, "403", "Access denied due to Virtual Network/Firewall rules."),
    "virtualNetwork": (403, "403", "A Virtual Network is configured for this resource."),
}
HANDSHAKES = {**ROWS, "ephemeralOnly": (401, "Unauthorized", "This operation requires ephemeral")}


@pytest.mark.parametrize("kind", ROWS)
def test_the_network_refuses_a_completion(endpoint, world, kind):
    world.faults[kind] = {}
    status, _, text = post(endpoint, chat())

    check(ROWS[kind], status, json.loads(text))


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


def test_the_firewall_names_its_policy(endpoint, world):
    world.faults["firewall"] = {}

    assert post(endpoint, chat())[1]["policy-id"] == "ThrowExceptionDueToTrafficDenied"


def test_a_filtered_prompt_says_which_filter_it_was(endpoint, world):
    world.faults["contentFilter"] = {}
    status, _, text = post(endpoint, chat())
    error = json.loads(text)["error"]

    assert status == 400
    assert ("content_filter", "prompt", None, 400) == (
        error["code"],
        error["param"],
        error["type"],
        error["status"],
    )
    assert error["innererror"]["code"] == "ResponsibleAIPolicyViolation"
    assert error["innererror"]["content_filter_result"]["violence"]["filtered"]


QUOTED = {
    "OpenAI": "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version"
    " 2025-01-01-preview have exceeded call rate limit of your current OpenAI S0 pricing tier."
    " Please retry after 60 seconds.",
    "AIServices": "Your requests to audio for gpt-4o-audio-preview in eastus2 have exceeded the call"
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


@pytest.mark.parametrize("path", [PREVIEW, GA], ids=["preview", "ga"])
def test_a_handshake_beyond_the_capacity_is_429(endpoint, world, path):
    world.clock += 28_800
    world.faults["realCapacity"] = {}
    world.capacity = 0

    assert refusal(endpoint, path)[0] == 429


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_old_words_for_a_second_response(dialect):
    talk = Dialogue(dialect, {"oldActiveResponse": {}})
    talk.send("response.create")
    talk.drain(3)
    talk.send("response.create")
    error = next(event for event in talk.drain() if event["type"] == "error")["error"]

    assert (error["code"], error["message"]) == (
        None,
        "Conversation already has an active response",
    )
