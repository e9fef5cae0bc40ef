"""Audio completions over HTTP: answers, usage, headers, and every refusal."""

import base64
import json
import re

import pytest
from emulator.data.calls import (
    CLASSIC,
    V1,
    answered,
    chat,
    heard,
    input_audio,
    message,
    post,
)
from emulator.data.sound_files import mp3_file
from emulator.data.world import KEY, NOW

from deployer.emulator.data_plane.replies import UNRECOGNISED
from deployer.emulator.sound.recording import read_wav, write_wav
from deployer.emulator.sound.voice import hear, synthesise

BOTH = pytest.mark.parametrize("path", [CLASSIC, V1], ids=["classic", "v1"])
QUESTION = synthesise("What is the weather?", "echo").pcm


@BOTH
def test_speech_is_answered_with_its_transcript(endpoint, path):
    body = answered(endpoint, chat(), path)
    choice = body["choices"][0]
    audio = choice["message"]["audio"]

    assert body["object"] == "chat.completion"
    assert re.fullmatch(r"chatcmpl-\w{29}", body["id"])
    assert body["model"] == "gpt-4o-audio-preview-2024-12-17"
    assert body["created"] == NOW
    assert choice["finish_reason"] == "stop"
    assert choice["content_filter_results"] == {}
    assert choice["message"] == {
        "role": "assistant",
        "content": None,
        "refusal": None,
        "audio": audio,
    }
    assert re.fullmatch(r"audio_[0-9a-f]{32}", audio["id"])
    assert audio["expires_at"] == NOW + 3600
    assert audio["transcript"] == "Hello there."
    assert hear(read_wav(base64.b64decode(audio["data"])).pcm) == "Hello there."
    assert body["prompt_filter_results"][0]["content_filter_results"]["hate"] == {
        "filtered": False,
        "severity": "safe",
    }


def test_the_model_in_a_classic_body_is_not_looked_at(endpoint):
    assert answered(endpoint, chat(model="whatever"))["choices"]
    assert answered(endpoint, chat() | {"model": None})["choices"]


def test_pcm16_is_headerless(endpoint):
    audio = message(endpoint, chat(audio={"voice": "alloy", "format": "pcm16"}))["audio"]

    assert base64.b64decode(audio["data"]) == synthesise("Hello there.", "alloy").pcm


def test_usage_is_exact_for_audio_and_adds_up(endpoint):
    body = answered(endpoint, heard(write_wav(QUESTION)))
    usage = body["usage"]
    pcm = read_wav(base64.b64decode(body["choices"][0]["message"]["audio"]["data"])).pcm
    details_in, details_out = usage["prompt_tokens_details"], usage["completion_tokens_details"]

    assert details_out["audio_tokens"] == len(pcm) / 2400
    assert details_in["audio_tokens"] == len(QUESTION) // 4800
    assert usage["completion_tokens"] == details_out["audio_tokens"] + details_out["text_tokens"]
    assert usage["prompt_tokens"] == details_in["audio_tokens"] + details_in["text_tokens"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert details_out["text_tokens"] > 0


def test_its_own_voice_is_heard(endpoint):
    assert (
        "I heard: What is the weather?"
        == message(endpoint, heard(write_wav(QUESTION)))["audio"]["transcript"]
    )


def test_text_and_sound_are_both_understood(endpoint):
    content = [{"type": "text", "text": "Listen."}, input_audio(write_wav(QUESTION))]
    said = message(endpoint, chat(messages=[{"role": "user", "content": content}]))["audio"]

    assert said["transcript"] == "You wrote: Listen. I heard: What is the weather?"


def test_other_sound_gets_the_placeholder(endpoint):
    said = message(endpoint, heard(mp3_file(), form="mp3"))["audio"]

    assert said["transcript"] == f"I heard: {UNRECOGNISED}"


def test_an_mp3_is_charged_by_its_length(endpoint):
    usage = answered(endpoint, heard(mp3_file(frames=40), form="mp3"))["usage"]

    assert usage["prompt_tokens_details"]["audio_tokens"] == 10


def test_sound_can_be_answered_in_text(endpoint):
    body = heard(write_wav(QUESTION), modalities=["text"], audio=None)
    found = answered(endpoint, body)

    assert found["choices"][0]["message"]["content"] == "I heard: What is the weather?"
    assert "audio" not in found["choices"][0]["message"]
    assert found["usage"]["completion_tokens_details"]["audio_tokens"] == 0


def follow_up(audio_id):
    return chat(
        messages=[
            {"role": "user", "content": "Say exactly: Hello there."},
            {"role": "assistant", "audio": {"id": audio_id}},
            {"role": "user", "content": "And now in text."},
        ],
        modalities=None,
        audio=None,
    )


def test_a_conversation_goes_on_by_audio_id_and_is_charged_for_it(endpoint):
    first = answered(endpoint, chat())
    audio_id = first["choices"][0]["message"]["audio"]["id"]
    second = answered(endpoint, follow_up(audio_id))

    assert second["choices"][0]["message"]["content"] == "You wrote: And now in text."
    assert (
        second["usage"]["prompt_tokens_details"]["audio_tokens"]
        == first["usage"]["completion_tokens_details"]["audio_tokens"]
    )


@pytest.mark.parametrize(("later", "status"), [(3599, 200), (3600, 400)])
def test_an_audio_id_lives_one_hour(endpoint, world, later, status):
    audio_id = message(endpoint, chat())["audio"]["id"]
    world.clock = NOW + later

    assert status == post(endpoint, follow_up(audio_id))[0]


def test_an_audio_id_of_another_deployment_is_unknown(endpoint):
    status, _, text = post(endpoint, follow_up("audio_" + "0" * 32))

    assert status == 400
    assert json.loads(text)["error"]["param"] == "messages[1].audio.id"


def test_a_token_limit_cuts_the_answer(endpoint):
    long = chat("Say exactly: one two three four five six seven eight", max_completion_tokens=30)
    found = answered(endpoint, long)

    assert found["choices"][0]["finish_reason"] == "length"
    assert found["usage"]["completion_tokens"] <= 30
    assert found["choices"][0]["message"]["audio"]["transcript"].startswith("one two")


def test_a_token_limit_cuts_a_text(endpoint):
    body = heard(write_wav(QUESTION), modalities=["text"], audio=None, max_tokens=4)
    found = answered(endpoint, body)

    assert found["choices"][0]["message"]["content"] == "I heard: What"
    assert found["choices"][0]["finish_reason"] == "length"
    assert found["usage"]["completion_tokens"] == 4


def test_answers_have_the_headers_of_azure(endpoint):
    headers = post(endpoint, chat())[1]

    assert headers["apim-request-id"] == headers["x-ms-client-request-id"]
    assert headers["x-ms-region"] == "East US 2"
    assert headers["x-ratelimit-limit-tokens"] == "6000"
    assert 0 <= int(headers["x-ratelimit-remaining-requests"]) <= 5
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-emulator-voice"] == "synthetic"


def test_what_remains_of_a_capacity_counts_down_and_is_renewed(endpoint, world):
    world.clock += 600
    left = [post(endpoint, chat())[1]["x-ratelimit-remaining-requests"] for _ in range(2)]
    world.clock += 60
    left.append(post(endpoint, chat())[1]["x-ratelimit-remaining-requests"])

    assert ["5", "4", "5"] == left


def test_the_client_s_request_id_comes_back(endpoint):
    headers = post(endpoint, chat(), headers={"x-ms-client-request-id": "mine"})[1]

    assert headers["x-ms-client-request-id"] == "mine"
    assert headers["apim-request-id"] != "mine"


def test_a_browser_s_request_id_comes_back_from_the_query(endpoint):
    headers = post(endpoint, chat(), f"{CLASSIC}&x-ms-client-request-id=mine")[1]

    assert headers["x-ms-client-request-id"] == "mine"


def test_v1_takes_the_key_as_a_bearer_token(endpoint):
    bearer = {"api-key": "", "Authorization": f"Bearer {KEY}"}

    assert post(endpoint, chat(), V1, bearer)[0] == 200


def gateway(endpoint, body=None, path=CLASSIC, headers=None):
    status, found, text = post(endpoint, body or chat(), path, headers)
    error = json.loads(text)["error"]
    assert set(error) == {"code", "message"}
    assert found["apim-request-id"]
    return status, error["code"]


@pytest.mark.parametrize(
    ("path", "headers", "expected"),
    [
        (CLASSIC, {"api-key": "wrong"}, (401, "401")),
        (CLASSIC.replace("/audio/", "/nothing/"), {}, (404, "DeploymentNotFound")),
        (CLASSIC.partition("?")[0], {}, (404, "404")),
        (CLASSIC.replace("2025", "2035"), {}, (404, "404")),
        (CLASSIC.replace("/audio/", "/realtime/"), {}, (400, "OperationNotSupported")),
    ],
    ids=["wrong key", "no deployment", "no api-version", "unknown api-version", "a realtime model"],
)
def test_the_gateway_refuses_in_its_own_shape(endpoint, path, headers, expected):
    assert expected == gateway(endpoint, path=path, headers=headers)


def test_v1_without_a_known_model_finds_no_deployment(endpoint):
    assert (404, "DeploymentNotFound") == gateway(endpoint, chat(model="nothing"), V1)
    assert (404, "DeploymentNotFound") == gateway(endpoint, chat(model=None), V1)


REFUSALS = {
    "no audio at all": (
        chat(modalities=None, audio=None),
        ("invalid_value", "model"),
        "This model requires that either input content or output modality contain audio.",
    ),
    "wav in a stream": (
        chat(stream=True),
        ("unsupported_value", "audio.format"),
        "Unsupported value: 'audio.format' does not support 'wav' when stream=true. Supported",
    ),
    "structured output": (
        chat(response_format={"type": "json_schema"}),
        (None, None),
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
    ),
    "a modality that is none": (
        chat(modalities=["video"]),
        ("invalid_value", "modalities[0]"),
        "Invalid value: 'video'.",
    ),
    "a voice that is none": (
        chat(audio={"voice": "nobody", "format": "wav"}),
        ("invalid_value", "audio.voice"),
        "Invalid value: 'nobody'. Supported values are: 'alloy'",
    ),
    "a format that is none": (
        chat(audio={"voice": "alloy", "format": "tape"}),
        ("invalid_value", "audio.format"),
        "Invalid value: 'tape'.",
    ),
    "audio asked for without saying how": (
        chat(audio=None),
        ("missing_required_parameter", "audio"),
        "Missing required parameter: 'audio'.",
    ),
    "no voice": (
        chat(audio={"format": "wav"}),
        ("missing_required_parameter", "audio.voice"),
        "Missing required parameter: 'audio.voice'.",
    ),
    "no messages": (
        chat(messages=None),
        ("missing_required_parameter", "messages"),
        "Missing required parameter: 'messages'.",
    ),
    "empty messages": (chat(messages=[]), ("empty_array", "messages"), "Invalid 'messages'"),
    "messages of the wrong type": (
        chat(messages="hello"),
        ("invalid_type", "messages"),
        "Invalid type for 'messages': expected array, got string",
    ),
    "an unknown role": (
        chat(messages=[{"role": "king", "content": "hello"}]),
        ("invalid_value", "messages[0].role"),
        "Invalid value: 'king'.",
    ),
    "no content": (
        chat(messages=[{"role": "user"}]),
        ("missing_required_parameter", "messages[0].content"),
        "Missing required parameter: 'messages[0].content'.",
    ),
    "an unknown part": (
        chat(messages=[{"role": "user", "content": [{"type": "image_url"}]}]),
        ("invalid_value", "messages[0].content[0].type"),
        "Invalid value: 'image_url'.",
    ),
    "input of another format": (
        heard(b"x", form="flac"),
        ("invalid_value", "messages[0].content[0].input_audio.format"),
        "Invalid value: 'flac'. Supported values are: 'wav', 'mp3'.",
    ),
    "input that is no wav": (
        heard(b"no wav"),
        ("invalid_value", "messages[0].content[0].input_audio.data"),
        "Invalid 'messages[0].content[0].input_audio.data': not a wav file in base64",
    ),
    "input of more than 20 MB": (
        heard(bytes(20_000_001)),
        ("invalid_value", "messages[0].content[0].input_audio.data"),
        "Invalid 'messages[0].content[0].input_audio.data'",
    ),
    "too few tokens": (
        chat(max_completion_tokens=0),
        ("integer_below_min_value", "max_completion_tokens"),
        "Invalid 'max_completion_tokens': integer below minimum value.",
    ),
    "two choices": (chat(n=2), ("invalid_value", "n"), "Invalid value: '2'."),
    "a body that is no JSON": (b"{", (None, None), "We could not parse the JSON body"),
    "a body that is no object": (
        b"[]",
        ("invalid_type", "body"),
        "Invalid type for 'body': expected object, got array",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_the_model_layer_refuses_in_openai_s_shape(endpoint, case):
    body, expected, start = REFUSALS[case]
    status, _, text = post(endpoint, body)
    error = json.loads(text)["error"]

    assert status == 400
    assert error["type"] == "invalid_request_error"
    assert expected == (error["code"], error["param"])
    assert error["message"].startswith(start)
