"""The same request again: answered without being read, and in nothing different from being read."""

import pytest
from emulator.data.calls import CLASSIC, V1, answered, chat, message, post

from deployer.emulator.completions.repetitions import Questions

both = pytest.mark.parametrize("path", [CLASSIC, V1], ids=["classic", "v1"])


def sentence(request, path):
    """Words of this test's own, so that no other has asked for them."""
    return f"Say exactly: {request.node.name}"


@both
def test_the_same_is_said_under_new_ids(endpoint, world, request, path):
    body = chat(sentence(request, path))
    first = answered(endpoint, body, path)
    world.clock += 10
    second = answered(endpoint, body, path)
    before, after = (one["choices"][0]["message"]["audio"] for one in (first, second))

    assert first["id"] != second["id"]
    assert before["id"] != after["id"]
    assert (first["created"] + 10, before["expires_at"] + 10) == (
        second["created"],
        after["expires_at"],
    )
    same = {"id": "", "created": 0}
    for one in (first, second):
        one["choices"][0]["message"]["audio"] |= {"id": "", "expires_at": 0}
    assert first | same == second | same


@both
def test_its_headers_count_down(endpoint, world, request, path):
    world.clock += 36_000 if path == CLASSIC else 37_000
    left = [
        int(
            post(endpoint, chat(sentence(request, path)), path)[1]["x-ratelimit-remaining-requests"]
        )
        for _ in range(3)
    ]

    assert left == [5, 4, 3]


def test_its_audio_can_be_referred_to(endpoint, request):
    body = chat(sentence(request, CLASSIC))
    ids = [message(endpoint, body)["audio"]["id"] for _ in range(2)]
    turns = [*body["messages"], {"role": "assistant", "audio": {"id": ids[1]}}]
    asked = chat(
        messages=[*turns, {"role": "user", "content": "And in text?"}], modalities=None, audio=None
    )

    assert message(endpoint, asked)["content"] == "You wrote: And in text?"


@both
@pytest.mark.parametrize(
    "kind",
    [
        *("silent", "wrongTranscript", "wrongModel", "wavTrap", "reply"),
        *("oldUsage", "filterAnnotations"),
    ],
)
def test_a_fault_strikes_it_as_any_other(endpoint, world, request, path, kind):
    body = chat(sentence(request, path))
    first = answered(endpoint, body, path)
    world.faults[kind] = {"text": "Something else."}
    struck = answered(endpoint, body, path)
    world.faults.clear()
    after = answered(endpoint, body, path)

    def shown(one):
        audio = one["choices"][0]["message"]["audio"]
        noted = one["choices"][0]["content_filter_results"]
        return one["model"], one["usage"], noted, audio["transcript"], audio["data"]

    assert shown(first) != shown(struck)
    assert shown(first) == shown(after)


@both
@pytest.mark.parametrize(
    ("kind", "header", "value"),
    [
        ("otherRegion", "x-ms-region", "Sweden Central"),
        ("oddRateLimits", "x-ratelimit-remaining-tokens", "-1"),
    ],
)
def test_a_switch_of_headers_is_seen_in_it(endpoint, world, request, path, kind, header, value):
    body = chat(sentence(request, path))
    answered(endpoint, body, path)
    world.faults[kind] = {}

    assert post(endpoint, body, path)[1][header] == value


def test_who_may_not_call_may_not_hear_it_again(endpoint, request):
    body = chat(sentence(request, CLASSIC))
    answered(endpoint, body)

    assert post(endpoint, body, headers={"api-key": "wrong"})[0] == 401


def test_where_no_fault_is_active_none_is_in_its_way(endpoint, world, request, monkeypatch):
    body, asked = chat(sentence(request, CLASSIC)), []
    monkeypatch.setattr(world, "fault", lambda kind, *_: asked.append(kind))
    answered(endpoint, body)
    first = len(asked)
    answered(endpoint, body)

    assert (first > 20, len(asked) - first < 5) == (True, True)


def test_every_fault_is_asked_for_once_in_a_call():
    asked = []

    def answer(kind):
        asked.append(kind)
        return {} if kind == "silent" else None

    wrong = Questions(answer)
    found = [wrong(kind) for kind in ("noise", "silent", "noise", "silent")]

    assert found == [None, {}, None, {}]
    assert (asked, wrong.asked, wrong.struck) == (["noise", "silent"], ("noise", "silent"), True)
