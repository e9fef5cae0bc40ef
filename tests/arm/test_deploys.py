"""azuredeploy.json in the emulator: it deploys what it says, a second time nothing, and needs its serial loop."""

import copy
import json

import pytest
from arm.files import TEMPLATE
from arm.parameter_sets import FIRST, MISSION, NEWEST, SETS, SEVERAL, SOMEBODY
from command_line import CONFIGS, command
from emulator.arm_client import GROUP
from emulator.templates.templates import RUN, begin, deploy, request, what_if
from parity import settled

ACCOUNTS = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts"


def without_serial_loop():
    changed = copy.deepcopy(TEMPLATE)
    (loop,) = (one["copy"] for one in changed["resources"] if one["type"].endswith("/deployments"))
    del loop["mode"], loop["batchSize"]
    return changed


def deployed(arm):
    accounts = [one["name"] for one in arm.get(ACCOUNTS).body["value"]]
    return {
        f"{account}/{one['name']}"
        for account in accounts
        for one in arm.get(f"{ACCOUNTS}/{account}/deployments").body["value"]
    }


@pytest.mark.parametrize("name", SETS)
def test_what_is_asked_for_is_deployed_and_a_second_time_nothing(on, name):
    day, parameters = SETS[name]
    arm = on(day)

    ended = deploy(arm, TEMPLATE, parameters=parameters)

    assert ended["provisioningState"] == "Succeeded", ended.get("error")
    assert set(ended["outputs"]["deployments"]["value"]) == deployed(arm)
    first = settled(arm.emulator)
    assert set(what_if(arm, TEMPLATE, parameters=parameters).values()) == {"NoChange"}
    assert deploy(arm, TEMPLATE, parameters=parameters)["provisioningState"] == "Succeeded"
    assert settled(arm.emulator) == first


def test_an_account_that_takes_its_time_to_change_is_waited_for(on):
    arm = on(NEWEST)
    arm.emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 0.2})
    assert deploy(arm, TEMPLATE)["provisioningState"] == "Succeeded"

    ended = deploy(arm, TEMPLATE, parameters={"tags": {"env": "prod"}, "capacity": 2})

    assert ended["provisioningState"] == "Succeeded", ended.get("error")


def test_the_first_models_are_deployed_in_their_own_time(on):
    arm = on(FIRST)
    deploy(arm, TEMPLATE, parameters=SETS["retired"][1])

    assert deployed(arm) == {f"voice/{one.partition('@')[0]}" for one in MISSION}


def test_and_refused_in_ours_before_anything_is_written(on):
    arm = on(NEWEST)
    arm.group()

    answer = begin(arm, TEMPLATE, parameters=SETS["retired"][1])

    assert (answer.status, answer.code) == (400, "InvalidTemplateDeployment")
    assert {one["code"] for one in answer.body["error"]["details"]} == {"ServiceModelDeprecated"}
    assert arm.get(ACCOUNTS).body["value"] == []


@pytest.mark.parametrize("parameters", [{}, SEVERAL], ids=["one-account", "several"])
def test_without_the_serial_loop_it_fails_with_conflicts(on, parameters):
    ended = deploy(on(NEWEST), without_serial_loop(), parameters=parameters)

    assert (ended["provisioningState"], ended["error"]["code"]) == ("Failed", "DeploymentFailed")
    assert {one["code"] for one in ended["error"]["details"]} == {"RequestConflict"}


def test_who_is_named_may_call_the_models_and_nobody_holds_a_key(on):
    arm = on(FIRST)
    deploy(arm, TEMPLATE, parameters=SETS["retired"][1])

    state = settled(arm.emulator)
    roles = [one for one in state.values() if one.get("principalId") == SOMEBODY]
    (account,) = (one for at, one in state.items() if at.endswith("/accounts/voice"))
    assert [one["roleDefinitionId"].rpartition("/")[2] for one in roles] == [
        "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
    ]
    assert account["properties"]["disableLocalAuth"] is True


def test_the_endpoint_is_azures_own_answer(on):
    arm = on(NEWEST)
    outputs = deploy(arm, TEMPLATE, parameters=SEVERAL)["outputs"]

    seen = [one["properties"]["endpoint"] for one in arm.get(ACCOUNTS).body["value"]]
    assert [one["endpoint"] for one in outputs["accounts"]["value"]] == seen
    assert outputs["endpoint"]["value"] == seen[0]


def test_an_account_that_is_only_named_is_not_written(on):
    arm = on(NEWEST)
    deploy(arm, TEMPLATE, parameters=SEVERAL)
    before = arm.get(f"{ACCOUNTS}/voice-east").body["etag"]
    named = {**SEVERAL["accounts"][0], "existing": True, "tags": {"env": "other"}}
    more = {
        "accounts": [named],
        "deployments": [{**SEVERAL["deployments"][1], "account": 0, "name": "more"}],
    }

    assert deploy(arm, TEMPLATE, parameters=more)["provisioningState"] == "Succeeded"

    assert "voice-east/more" in deployed(arm)
    assert arm.get(f"{ACCOUNTS}/voice-east").body["etag"] == before


def test_a_deleted_account_comes_back_when_that_is_asked_for(on):
    arm = on(NEWEST)
    here = f"{ACCOUNTS}/voice"
    asked = {"accountName": "voice"}
    deploy(arm, TEMPLATE, parameters=asked)
    for one in sorted(deployed(arm)):
        arm.ask("DELETE", f"{here}/deployments/{one.partition('/')[2]}")
    arm.ask("DELETE", here)

    refused = begin(arm, TEMPLATE, parameters=asked)
    ended = deploy(arm, TEMPLATE, parameters={**asked, "restore": True})

    assert {one["code"] for one in refused.body["error"]["details"]} == {"FlagMustBeSetForRestore"}
    assert ended["provisioningState"] == "Succeeded", ended.get("error")


def test_an_exported_configuration_deploys_by_itself(on):
    ended = command("export", CONFIGS / "local.yaml", "--to", "arm", "--self-id", SOMEBODY)
    arm = on(FIRST)

    assert deploy(arm, json.loads(ended.out))["provisioningState"] == "Succeeded"

    names = ("voice-eus2/audio", "voice-eus2/realtime", "voice-swc/audio-mini", "voice-swc/realtime-mini")  # fmt: skip
    roles = [one for one in settled(arm.emulator).values() if one.get("principalId") == SOMEBODY]
    assert (deployed(arm), len(roles)) == (set(names), 2)


def test_a_region_without_the_models_is_refused_by_the_template_itself(on):
    arm = on(NEWEST)
    arm.group()

    answer = arm.ask("POST", f"{RUN}/validate", request(TEMPLATE, {"openAiLocation": "westeurope"}))

    assert (answer.status, answer.code) == (400, "InvalidTemplate")
