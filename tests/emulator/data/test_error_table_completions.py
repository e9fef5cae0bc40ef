"""The error table of audio completions, row by row over TLS: the situation, what is answered, and who saw that on Azure.

A row without a source is not known of Azure: of it only the shape is asserted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from emulator.arm_client import Response
from emulator.data.place import CLASSIC, Place, prepared

V1 = "/voice/openai/v1/chat/completions"
GATEWAY = frozenset({"code", "message"})
MODEL_LAYER = frozenset({"message", "type", "param", "code"})


class Row(NamedTuple):
    """`status` with `code` (None: not known), words of the message (` ... ` for what varies), the error's fields; headers."""

    situation: str
    provoke: Callable[[Place], Response]
    status: int
    code: str | None
    words: str
    source: str
    fields: frozenset[str] = GATEWAY
    rest: Mapping[str, Any] = MappingProxyType({})
    headers: Mapping[str, str | None] = MappingProxyType({})


def after(change: Callable[[Place], object]) -> Callable[[Place], Response]:
    """A plain call after something was changed."""

    def provoke(place: Place) -> Response:
        change(place)
        return place.chat()

    return provoke


INVALID = {"type": "invalid_request_error"}
WHY_FILTERED = {"hate", "self_harm", "sexual", "violence"}

ROWS = (
    Row("a wrong key", lambda place: place.chat(headers={"api-key": "wrong"}),
        401, "401", "Access denied due to invalid subscription key or wrong API endpoint. Make sure to"
                     " provide a valid key for an active subscription and use a correct regional API"
                     " endpoint for your resource.", "chat-copilot issue 738"),
    Row("no key at all", lambda place: place.chat(headers={}),
        401, "401", "Access denied due to invalid subscription key", "smart-chatbot-ui issue 169"),
    Row("a token without the role", lambda place: place.without_role(),
        401, "PermissionDenied", "The principal ` ... ` lacks the required data action ` ... ` to perform `POST ... ` operation.", "AzureAgentToM365 issue 3"),
    Row("the same in older words", lambda place: place.fault("oldRoleWords").without_role(),
        401, "PermissionDenied", "Principal does not have access to API/Operation.",
        "azure-docs issue 114370"),
    Row("transcription without an ephemeral key",
        lambda place: place.fault("ephemeralOnly").handshake("v1/realtime?model=realtime&intent=transcription"),
        401, "Unauthorized", "This operation requires ephemeral authentication.", "litellm PR 38645"),
    Row("keys are switched off", after(lambda place: place.change(disableLocalAuth=True)),
        403, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource.",
        "sample-app-aoai-chatGPT issue 1000"),
    Row("the firewall", after(lambda place: place.fault("firewall")),
        403, "403", "Access denied due to Virtual Network/Firewall rules.", "azure-sql-db-chatbot issue 3",
        headers={"policy-id": "ThrowExceptionDueToTrafficDenied"}),
    Row("a virtual network", after(lambda place: place.fault("virtualNetwork")),
        403, "403", "A Virtual Network is configured for this resource. Please use the correct endpoint for"
                     " making requests. Check https://aka.ms/cogsvc-vnet", "continue issue 12547"),
    Row("public access is off, with whatever code",
        after(lambda place: place.change(publicNetworkAccess="Disabled")),
        403, None, "Public access is disabled. Please configure private endpoint.",
        "TabularEditor3 issue 1557"),
    Row("an unknown deployment", lambda place: place.chat(CLASSIC.format("nothing")),
        404, "DeploymentNotFound", "The API deployment for this resource does not exist. If you created the"
                                    " deployment within the last 5 minutes, please wait a moment and try"
                                    " again.", "AgentVerse issue 140"),
    Row("no api-version", lambda place: place.chat(CLASSIC.format("audio").partition("?")[0]),
        404, "404", "Resource not found", "aisuite PR 186"),
    Row("an unknown api-version", lambda place: place.chat(CLASSIC.format("audio") + "-alpha"),
        404, "404", "Resource not found", "aisuite PR 186"),
    Row("a wrong path", lambda place: place.chat(V1.replace("completions", "completion")),
        404, "404", "Resource not found", "azure-docs issue 110272"),
    Row("a doubled slash before openai", lambda place: place.chat(CLASSIC.format("audio").replace("/o", "//o", 1)),
        404, "404", "Resource not found", "azure-docs issue 110272"),
    Row("a doubled slash behind openai", lambda place: place.chat(CLASSIC.format("audio").replace("/d", "//d", 1)),
        404, "404", "Resource not found", "azure-docs issue 110272"),
    Row("another kind of model", lambda place: place.chat(CLASSIC.format("realtime")),
        400, "OperationNotSupported", "The chatCompletion operation does not work with the specified model,"
                                       " gpt-4o-realtime-preview. Please choose different model and try again."
                                       " ... linkid=2197993.", "llama_index issue 16503"),
    Row("no audio in or out", lambda place: place.chat(modalities=None, audio=None),
        400, "invalid_value", "This model requires that either input content or output modality contain"
                               " audio.", "cherry-studio issue 1179", MODEL_LAYER, {**INVALID, "param": "model"}),
    Row("structured output", lambda place: place.chat(response_format={"type": "json_schema"}),
        400, None, "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this"
                    " model.", "llm issue 794", MODEL_LAYER, {**INVALID, "code": None}),
    Row("a stream of a file format", lambda place: place.chat(stream=True),
        400, None, "Unsupported value: 'audio.format' does not support 'wav' when stream=true. Supported"
                    " values are: 'pcm16'.", "agentfield issue 584", MODEL_LAYER, INVALID),
    Row("a filtered prompt", after(lambda place: place.fault("contentFilter")),
        400, "content_filter", "The response was filtered due to the prompt triggering Azure OpenAI's content"
                                " management policy. ... linkid=2198766", "openai-dotnet issue 55",
        MODEL_LAYER | {"status", "innererror"}, {"type": None, "param": "prompt", "status": 400}),
    Row("a filtered prompt without a reason", after(lambda place: place.fault("contentFilter", inner=False)),
        400, "content_filter", "The response was filtered due to the prompt", "helm PR 3327",
        MODEL_LAYER | {"status"}, {"type": None, "param": "prompt", "status": 400}),
    Row("more tokens than the capacity", lambda place: place.exhausted(),
        429, "429", "Requests to the ChatCompletions_Create Operation under Azure OpenAI API version"
                     " 2025-01-01-preview have exceeded token rate limit of your current OpenAI S0 pricing tier."
                     " Please retry after  ...  seconds.", "dbchatprov2 issue 2"),
    Row("the same with the headers of 2023", lambda place: place.exhausted(retryAfter=False),
        429, "429", "Requests to the ChatCompletions_Create Operation", "openai-python issue 937",
        headers={"policy-id": "DeploymentRatelimit-Token", "Retry-After": None}),
    Row("retry tomorrow",
        after(lambda place: place.fault("status", status=429, code="429", retryAfter=86400, path="/openai/",
                                        message="Please retry after 86400 seconds.")),
        429, "429", "Please retry after 86400 seconds.", "TinyLLM issue 17",
        headers={"Retry-After": "86400"}),
    Row("an unknown voice", lambda place: place.chat(audio={"voice": "nobody", "format": "wav"}),
        400, None, "nobody", "", MODEL_LAYER),
    Row("an unknown modality", lambda place: place.chat(modalities=["text", "smell"]),
        400, None, "smell", "", MODEL_LAYER),
)  # fmt: skip


@pytest.fixture
def place(arm):
    return prepared(arm)


@pytest.mark.parametrize("row", ROWS, ids=[row.situation for row in ROWS])
def test_a_row_of_the_table(place, row):
    answer = row.provoke(place)
    error = answer.body["error"]

    assert row.status == answer.status
    assert row.fields == set(error)
    assert {name: error[name] for name in row.rest} == row.rest
    if row.code is not None:
        assert row.code == error["code"]
    assert re.search(".*".join(map(re.escape, row.words.split(" ... "))), error["message"])
    for name, value in row.headers.items():
        assert value == answer.headers.get(name)
    assert answer.headers["apim-request-id"] or row.situation == "retry tomorrow"


def test_the_headers_of_2023_say_the_seconds_in_their_own_way(place):
    headers = place.exhausted(retryAfter=False).headers

    assert 0 < int(headers["x-rate-limit-reset-tokens"]) <= 60


def test_a_filtered_prompt_says_what_each_filter_found(place):
    place.fault("contentFilter")
    inner = place.chat().body["error"]["innererror"]

    assert inner["code"] == "ResponsibleAIPolicyViolation"
    assert set(inner["content_filter_result"]) == WHY_FILTERED


def test_of_an_ai_services_account_the_quota_s_words_are_those_of_2025_12(arm):
    answer = prepared(arm, kind="AIServices").exhausted()

    assert answer.status == 429
    assert answer.body["error"]["message"].startswith(
        "Your requests to audio for gpt-4o-audio-preview in East US 2 have exceeded the token rate limit for"
        " your current AIServices S0 pricing tier. This request was for ChatCompletions_Create under"
    )


def test_the_words_come_before_the_header_is_due(place):
    answer = place.exhausted()

    assert f"retry after {answer.headers['Retry-After']} seconds" in answer.body["error"]["message"]
