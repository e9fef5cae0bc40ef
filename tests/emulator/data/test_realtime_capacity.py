"""What sessions use of a deployment's capacity, what they tell of it, and what happens when it is used up."""

import json

import pytest
from emulator.data.calls import post
from emulator.data.dialogue import DIALECTS, Allowed, Dialogue, kinds, of, only
from emulator.data.handshaking import GA, PREVIEW, converse, refusal, until
from emulator.data.protocol import check_protocol
from emulator.data.world import NOW, called

from deployer.emulator.data_plane.capacity import Capacity

dialects = pytest.mark.parametrize("dialect", DIALECTS)
both = pytest.mark.parametrize("path", [PREVIEW, GA], ids=["preview", "ga"])
SECRETS = "openai/v1/realtime/client_secrets"
LONG = {"type": "response.create", "response": {"instructions": "word " * 1200}}


def talking(dialect, tokens, **faults):
    talk = Dialogue(dialect, faults)
    talk.allowance.tokens = tokens
    return talk


@dialects
def test_a_response_uses_what_it_says_it_used(dialect):
    talk = Dialogue(dialect)
    talk.write("Say exactly: Hello there.")
    usage = talk.say("response.create")[-1]["response"]["usage"]
    second = talk.say("response.create")[-1]["response"]["usage"]

    assert talk.allowance.used == usage["total_tokens"] + second["total_tokens"]


@dialects
def test_a_response_without_tokens_fails_when_capacity_is_real(dialect):
    talk = talking(dialect, 1, realCapacity={})
    first = talk.say("response.create")
    found = talk.say("response.create")
    response = found[-1]["response"]

    assert first[-1]["response"]["status"] == "completed"
    assert kinds(found) == ["response.created", "response.done"]
    assert response["status"] == "failed"
    assert response["status_details"]["type"] == "failed"
    assert response["status_details"]["error"]["code"] == "rate_limit_exceeded"
    talk.allowance.tokens = 10_000
    assert talk.say("response.create")[-1]["response"]["status"] == "completed"
    check_protocol(talk.events, talk.names)


@dialects
def test_a_response_without_tokens_is_made_all_the_same_when_capacity_is_not_real(dialect):
    talk = talking(dialect, 0)

    assert talk.say("response.create")[-1]["response"]["status"] == "completed"


@dialects
def test_the_limits_are_told_tokens_first_with_what_is_left(dialect):
    talk = talking(dialect, 6000, rateLimitsUpdated={})
    found = talk.say("response.create")
    used = of(found, "response.done")[0]["response"]["usage"]["total_tokens"]
    told = only(found, "rate_limits.updated")["rate_limits"]

    assert kinds(found)[-2:] == ["response.done", "rate_limits.updated"]
    assert [one["name"] for one in told] == ["tokens", "requests"]
    assert told[0] == {
        "name": "tokens",
        "limit": 6000,
        "remaining": 6000 - used,
        "reset_seconds": 60,
    }
    again = only(talk.say("response.create"), "rate_limits.updated")["rate_limits"]
    assert again[0]["remaining"] < told[0]["remaining"]


@dialects
@pytest.mark.parametrize("names", [["tokens"], ["requests"], []])
def test_the_entries_can_be_chosen(dialect, names):
    """Of the newer service only the tokens have been seen (agents-js issue 1022)."""
    talk = talking(dialect, 6000, rateLimitsUpdated={"entries": names})
    told = only(talk.say("response.create"), "rate_limits.updated")["rate_limits"]

    assert [one["name"] for one in told] == names


@dialects
@pytest.mark.parametrize(("when", "place"), [("created", 1), ("done", -1)])
def test_the_moment_can_be_chosen(dialect, when, place):
    """Documents tell of either."""
    talk = talking(dialect, 6000, rateLimitsUpdated={"when": when})
    found = talk.say("response.create")

    assert found[place]["type"] == "rate_limits.updated"
    assert kinds(found).count("rate_limits.updated") == 1
    check_protocol(talk.events, talk.names)


def test_a_cancelled_response_has_used_what_was_sent_of_it():
    talk = Dialogue("ga")
    talk.send("response.create")
    talk.drain(12)
    usage = talk.say("response.cancel")[-1]["response"]["usage"]

    assert talk.allowance.used == usage["total_tokens"]


def test_a_deployment_tells_its_tokens_first_whatever_the_catalogue_begins_with():
    deployment = called(deployment="realtime")

    assert [limit.key for limit in deployment.rate_limits] == ["request", "token"]
    assert [limit.name for limit in Capacity().limits(deployment, NOW)] == ["tokens", "requests"]


def test_nobody_has_used_anything_yet():
    assert Allowed(10).limits()[0].remaining == 10


def left(endpoint):
    session = {"type": "realtime", "model": "realtime-ga"}
    _, headers, _ = post(endpoint, {"session": session}, SECRETS)
    return int(headers["x-ratelimit-remaining-tokens"])


async def one_response(socket):
    await socket.send_json({"type": "response.create"})
    return (await until(socket, "response.done"))[-1]["response"]


def test_what_sessions_use_is_counted_for_the_deployment(endpoint, world):
    world.clock += 10_000
    before = left(endpoint)
    usage = converse(endpoint, GA, one_response)["usage"]

    assert left(endpoint) == before - usage["total_tokens"]


@both
def test_sessions_can_use_up_a_deployment(endpoint, world, path):
    world.clock += 20_000
    world.capacity = 1
    world.faults["realCapacity"] = {}

    async def talk(socket):
        await socket.send_json(LONG)
        first = (await until(socket, "response.done"))[-1]["response"]
        second = await one_response(socket)
        world.clock += 60
        return [first, second, await one_response(socket)]

    world.capacity = 3
    responses = converse(endpoint, path, talk)
    assert ["completed"] * 3 == [one["status"] for one in responses]
    world.clock += 60
    world.capacity = 1
    responses = converse(endpoint, path, talk)
    error = responses[1]["status_details"]["error"]

    assert [one["status"] for one in responses] == ["completed", "failed", "completed"]
    assert error["code"] == "rate_limit_exceeded"


def test_who_comes_when_the_tokens_are_used_up_is_not_let_in(endpoint, world):
    world.clock += 30_000
    world.capacity = 1

    async def talk(socket):
        await socket.send_json(LONG)
        return await until(socket, "response.done")

    converse(endpoint, GA, talk)
    world.clock += 1
    world.faults["realCapacity"] = {}
    world.capacity = 1
    status, _, body = refusal(endpoint, GA)

    assert status == 429
    assert "rate limit" in json.dumps(body)
