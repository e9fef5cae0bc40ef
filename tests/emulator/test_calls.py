"""The door of the data plane: keys, tokens, roles, propagation, retirement, and faults."""

from __future__ import annotations

import json

import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT

DATA_SCOPE = "https://cognitiveservices.azure.com/.default"
CHAT = "/voice/openai/deployments/audio/chat/completions?api-version=2025-01-01-preview"
SAY = {
    "modalities": ["text", "audio"],
    "audio": {"voice": "alloy", "format": "wav"},
    "messages": [{"role": "user", "content": 'say exactly: "Hi."'}],
}
USER = "Cognitive Services OpenAI User"


def chat(arm, path=CHAT, **headers):
    kind = {"Content-Type": "application/json"}
    return arm.send("POST", path, SAY, headers={**kind, **headers})


def bearer(arm, scope=DATA_SCOPE):
    return {"Authorization": f"Bearer {arm.token(scope)}"}


@pytest.fixture
def deployed(arm):
    """An arm whose principal may call the deployment that is there."""
    arm.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner", USER]})
    arm.account()
    arm.deployment()
    return arm


def key_of(arm):
    return arm.ask("POST", f"{ACCOUNT}/listKeys").body["key1"]


def test_a_token_with_a_role_is_let_in(deployed):
    answer = chat(deployed, **bearer(deployed))

    assert answer.status == 200
    assert answer.body["model"] == "gpt-4o-audio-preview-2024-12-17"


@pytest.mark.parametrize("scope", [DATA_SCOPE, "https://ai.azure.com/.default"])
def test_both_audiences_are_taken(deployed, scope):
    assert chat(deployed, **bearer(deployed, scope)).status == 200


def test_an_owner_without_a_data_role_is_refused_by_name(deployed):
    deployed.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner", "Contributor"]})

    answer = chat(deployed, **bearer(deployed))

    assert (answer.status, answer.code) == (401, "PermissionDenied")
    assert deployed.object_id("deployer") in answer.message
    assert "accounts/OpenAI/deployments/chat/completions/action" in answer.message


@pytest.mark.parametrize(
    "headers",
    [lambda key: {"api-key": key}, lambda key: {"Authorization": f"Bearer {key}"}],
    ids=["api-key", "bearer"],
)
def test_a_key_is_let_in_as_a_header_or_as_a_bearer(deployed, headers):
    assert chat(deployed, **headers(key_of(deployed))).status == 200


@pytest.mark.parametrize(
    ("headers", "status", "code", "words"),
    [
        ({}, 401, "401", "Access denied due to invalid subscription key"),
        ({"api-key": "wrong"}, 401, "401", "Access denied due to invalid subscription key"),
        ({"Authorization": "Bearer a.b.c"}, 401, "401", "Access token is missing, invalid"),
    ],
    ids=["nothing", "wrong key", "wrong token"],
)
def test_whoever_proves_nothing_is_refused(deployed, headers, status, code, words):
    answer = chat(deployed, **headers)

    assert (answer.status, answer.code) == (status, code)
    assert words in answer.message


def test_a_token_for_resource_manager_is_not_for_models(deployed):
    answer = chat(deployed, **bearer(deployed, "https://management.azure.com/.default"))

    assert "audience is incorrect" in answer.message


def test_keys_are_refused_with_403_where_local_authentication_is_off(deployed):
    key = key_of(deployed)
    deployed.ask("PATCH", ACCOUNT, {"properties": {"disableLocalAuth": True}})

    answer = chat(deployed, **{"api-key": key})

    assert (answer.status, answer.code) == (403, "AuthenticationTypeDisabled")


def test_a_token_needs_a_custom_subdomain(arm):
    arm.group()
    arm.ask("PUT", ACCOUNT, {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}})
    arm.deployment()

    answer = chat(arm, **bearer(arm))

    assert (answer.status, answer.code) == (400, "BadRequest")
    assert "custom subdomain" in answer.message


def test_public_access_can_be_off(deployed):
    deployed.ask("PATCH", ACCOUNT, {"properties": {"publicNetworkAccess": "Disabled"}})

    assert chat(deployed, **bearer(deployed)).status == 403


def test_an_unknown_deployment_asks_to_wait_a_moment(deployed):
    answer = chat(deployed, CHAT.replace("/audio/", "/other/"), **bearer(deployed))

    assert (answer.status, answer.code) == (404, "DeploymentNotFound")
    assert "wait a moment and try again" in answer.message


@pytest.mark.parametrize("path", ["/nobody/openai/realtime", "/voice/openai/models"])
def test_an_unknown_account_or_path_is_not_found(deployed, path):
    assert deployed.send("GET", path).body == {
        "error": {"code": "404", "message": "Resource not found"}
    }


def test_foundry_has_an_address_of_its_own_and_answers_there(arm):
    endpoints = arm.account(kind="AIServices").body["properties"]["endpoints"]
    arm.deployment()

    place = endpoints["AI Foundry API"].removeprefix(arm.emulator.address)

    assert place == "/voice.services/"
    assert chat(arm, CHAT.replace("/voice/", place), **{"api-key": key_of(arm)}).status == 200


def test_an_account_answers_under_its_subdomain_too(arm):
    arm.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner", USER]})
    arm.account(properties={"customSubDomainName": "spoken"})
    arm.deployment()

    assert chat(arm, CHAT.replace("/voice/", "/spoken/"), **bearer(arm)).status == 200


def test_a_fresh_deployment_takes_its_time_to_be_known(deployed):
    settings = {"deploymentPropagationSeconds": 60}
    deployed.emulator.ask("PATCH", "settings", settings)

    assert chat(deployed, **bearer(deployed)).code == "DeploymentNotFound"


def test_a_fresh_role_takes_its_time_to_be_known_on_the_data_plane_alone(deployed):
    deployed.emulator.ask("PATCH", "settings", {"rolePropagationSeconds": 60})

    assert chat(deployed, **bearer(deployed)).code == "PermissionDenied"
    assert deployed.get(DEPLOYMENT).status == 200


def test_a_retired_model_answers_as_the_switch_says(deployed):
    deployed.emulator.ask("POST", "clock", {"date": "2026-04-23"})
    gone = chat(deployed, **bearer(deployed))
    deployed.emulator.ask("PATCH", "settings", {"retiredStatus": 0})

    assert (gone.status, gone.code) == (410, "ModelRetired")
    assert chat(deployed, **bearer(deployed)).status == 200


def test_a_model_that_has_left_the_list_is_retired(arm):
    arm.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner", USER]})
    arm.account()
    arm.deployment(model="gpt-4o-realtime-preview@2024-10-01")

    arm.emulator.ask("POST", "clock", {"date": "2026-04-23"})

    assert chat(arm, **bearer(arm)).code == "ModelRetired"


def test_a_fault_of_the_data_plane_strikes_the_deployment_it_names(deployed):
    deployed.emulator.ask(
        "POST", "faults", {"kind": "wrongModel", "account": "voice", "deployment": "audio",
                           "model": "other", "times": 1},
    )  # fmt: skip

    models = [chat(deployed, **bearer(deployed)).body["model"] for _ in range(2)]

    assert models == ["other", "gpt-4o-audio-preview-2024-12-17"]


def test_a_status_fault_strikes_the_data_plane_too(deployed):
    fault = {"kind": "status", "status": 429, "code": "429", "retryAfter": 7, "path": "/openai/"}
    deployed.emulator.ask("POST", "faults", fault)

    answer = chat(deployed, **bearer(deployed))

    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")


def test_the_journal_names_caller_and_account_of_a_call(deployed):
    chat(deployed, **bearer(deployed))

    entries = deployed.emulator.ask("GET", "journal")["entries"]
    call = next(one for one in entries if one["plane"] == "data")

    assert (call["account"], call["status"]) == ("voice", 200)
    assert call["caller"] == deployed.object_id("deployer")
    assert not call["write"]


def test_no_secret_reaches_the_journal(deployed):
    key, token = key_of(deployed), deployed.token(DATA_SCOPE)
    chat(deployed, **{"api-key": key})
    chat(deployed, f"{CHAT}&api-key={key}&Authorization=Bearer%20{token}")
    chat(deployed, **bearer(deployed))

    journal = json.dumps(deployed.emulator.ask("GET", "journal"))

    assert key not in journal
    assert token not in journal
    assert token.split(".")[2] not in journal
    assert deployed.emulator.client_secret not in journal
