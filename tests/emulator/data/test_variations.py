"""What is not known of Azure: each switch plays it the other way, is seen by a client, and is off unless switched on."""

import json

import pytest
from emulator.data.calls import CLASSIC, V1, answered, chat, heard, message, post, streamed
from emulator.data.handshaking import GA, PREVIEW, converse, refusal, until

from deployer.emulator.sound.recording import write_wav
from deployer.emulator.sound.voice import VOICES, synthesise

VERSION = "api-version=2025-01-01-preview"
MODEL_VERSION = PREVIEW.replace("2024-10-01-preview", "2024-12-17")
QUESTION = write_wav(synthesise("What is the weather?", "echo").pcm)
PCM16 = {"voice": "echo", "format": "pcm16"}
HATE = {"filtered": False, "severity": "safe"}


def choices(chunks):
    return [choice for chunk in chunks for choice in chunk.get("choices", ())]


def usage_of(endpoint, **changes):
    chunks = streamed(
        endpoint, chat(stream=True, audio=PCM16, stream_options={"include_usage": True}, **changes)
    )
    return next(chunk for chunk in chunks if "usage" in chunk), chunks


def test_a_stream_in_sound_may_say_why_it_finished_before_its_usage(endpoint, world):
    world.faults["streamFinishReason"] = {}
    usage, chunks = usage_of(endpoint)
    last = chunks[chunks.index(usage) - 1]["choices"][0]

    assert (last["finish_reason"], last["delta"]) == ("stop", {})
    assert [one.get("finish_reason") for one in choices(chunks)].count("stop") == 1


def test_a_stream_that_was_cut_may_say_so(endpoint, world):
    world.faults["streamFinishReason"] = {}
    _, chunks = usage_of(endpoint, max_completion_tokens=12)

    assert "length" in [one.get("finish_reason") for one in choices(chunks)]


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "streamed"])
def test_older_usage_has_no_text_tokens(endpoint, world, whole):
    def usage():
        return answered(endpoint, chat())["usage"] if whole else usage_of(endpoint)[0]["usage"]

    newer = usage()
    world.faults["oldUsage"] = {}
    older = usage()

    for side in ("prompt_tokens_details", "completion_tokens_details"):
        assert newer[side].pop("text_tokens") > 0
    assert older == newer


ANNOTATIONS = {
    "filled": ("content_filter_results", lambda found: found["hate"] == HATE),
    "error": (
        "content_filter_result",
        lambda found: found["error"]["code"] == "content_filter_error",
    ),
    "absent": (None, None),
}


@pytest.mark.parametrize("form", ANNOTATIONS)
@pytest.mark.parametrize("whole", [True, False], ids=["whole", "streamed"])
def test_the_filters_may_say_other_things_of_sound(endpoint, world, form, whole):
    world.faults["filterAnnotations"] = {"form": form}
    if whole:
        found = answered(endpoint, chat())["choices"]
    else:
        found = [one for one in choices(usage_of(endpoint)[1]) if "finish_reason" in one]
    name, fits = ANNOTATIONS[form]

    assert {key for one in found for key in one if "filter" in key} == ({name} if name else set())
    assert fits is None or all(fits(one[name]) for one in found)


def test_filled_is_what_an_annotation_is_when_nothing_else_is_said(endpoint, world):
    world.faults["filterAnnotations"] = {}

    assert answered(endpoint, chat())["choices"][0]["content_filter_results"]["hate"] == HATE


@pytest.mark.parametrize("form", ["sound", "text"])
def test_the_asynchronous_filter_has_chunks_of_its_own(endpoint, world, form):
    text = heard(QUESTION, stream=True, modalities=["text"], audio=None)
    body = text if form == "text" else chat(stream=True, audio=PCM16)
    without = [one["delta"] for one in choices(streamed(endpoint, body))]
    world.faults["asyncFilterChunks"] = {}
    found = choices(streamed(endpoint, body))
    filtered = [one for one in found if one.get("content_filter_results")]

    assert filtered
    assert all(one["delta"] == {} and one["finish_reason"] is None for one in filtered)
    kept = [one["delta"] for one in found if one not in filtered]
    assert [list(one) for one in kept] == [list(one) for one in without]


@pytest.mark.parametrize(
    ("fault", "region"),
    [({}, "Sweden Central"), ({"region": "France Central"}, "France Central")],
)
def test_another_region_may_answer(endpoint, world, fault, region):
    assert post(endpoint, chat())[1]["x-ms-region"] == "East US 2"
    world.faults["otherRegion"] = fault

    assert post(endpoint, chat())[1]["x-ms-region"] == region


def test_rate_limit_headers_may_be_minus_one_and_zero(endpoint, world):
    world.faults["oddRateLimits"] = {}
    headers = post(endpoint, chat())[1]
    found = {name: headers[name] for name in headers if name.startswith("x-ratelimit-")}

    assert found == {
        f"x-ratelimit-{what}-{of}": "-1" if what == "remaining" else "0"
        for what in ("limit", "remaining", "reset")
        for of in ("requests", "tokens")
    }


def test_headers_of_a_session_vary_too(endpoint, world):
    world.faults |= {"otherRegion": {}, "oddRateLimits": {}}
    secret = {"session": {"type": "realtime", "model": "realtime-ga"}}
    headers = post(endpoint, secret, "openai/v1/realtime/client_secrets")[1]

    assert headers["x-ms-region"] == "Sweden Central"
    assert headers["x-ratelimit-remaining-requests"] == "-1"


def test_a_model_s_version_may_be_no_api_version(endpoint, world):
    async def created(socket):
        return await until(socket, "session.created")

    assert converse(endpoint, MODEL_VERSION, created)
    world.faults["refused20241217"] = {}
    status, _, body = refusal(endpoint, MODEL_VERSION)

    assert (status, body["error"]["code"]) == (404, "404")
    assert converse(endpoint, PREVIEW, created)
    assert converse(endpoint, GA, created)


OLDER = ("2024-02-01", "2024-06-01", "2024-08-01-preview", "2024-10-21", "2024-12-01-preview")


@pytest.mark.parametrize("version", OLDER)
def test_an_older_api_version_answers_in_text(endpoint, world, version):
    world.faults["olderVersionsRefuseAudio"] = {}
    path = CLASSIC.replace("2025-01-01-preview", version)
    body = heard(QUESTION, modalities=None, audio=None)

    assert message(endpoint, body, path)["content"] == "I heard: What is the weather?"


@pytest.mark.parametrize("version", OLDER)
def test_an_older_api_version_may_know_no_audio(endpoint, world, version):
    path = CLASSIC.replace("2025-01-01-preview", version)
    assert message(endpoint, chat(), path)["audio"]
    world.faults["olderVersionsRefuseAudio"] = {}
    status, _, text = post(endpoint, chat(), path)
    error = json.loads(text)["error"]

    assert (status, error["code"]) == (400, None)
    assert error["message"] == "Unrecognized request argument supplied: modalities"
    assert [post(endpoint, chat(), one)[0] for one in (CLASSIC, V1)] == [200, 200]


@pytest.mark.parametrize("version", ["2024-01-01", "2024-06-01-preview", "2024-12-17"])
def test_an_api_version_that_never_was_is_unknown(endpoint, version):
    assert post(endpoint, chat(), CLASSIC.replace("2025-01-01-preview", version))[0] == 404


def voices(endpoint):
    """Those that are answered; the error of another names them."""
    statuses = {
        voice: post(endpoint, chat("Say exactly: Hm.", audio={"voice": voice, "format": "wav"}))
        for voice in VOICES
    }
    refused = [json.loads(text)["error"] for status, _, text in statuses.values() if status == 400]
    assert {(one["code"], one["param"]) for one in refused} <= {("invalid_value", "audio.voice")}
    return {voice for voice, answer in statuses.items() if answer[0] == 200}


def test_a_model_has_every_voice(endpoint):
    assert voices(endpoint) == set(VOICES)


@pytest.mark.parametrize(
    ("fault", "known"),
    [
        ({}, {"alloy", "echo", "shimmer"}),
        ({"voices": ["sage", "nobody"]}, {"sage"}),
    ],
    ids=["documented", "stated"],
)
def test_a_model_may_have_few_voices(endpoint, world, fault, known):
    world.faults["voicesOfModel"] = fault

    assert voices(endpoint) == known
