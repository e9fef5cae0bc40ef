"""What recordings show beyond the shape of single answers: who refused, who made it, where a list goes on."""

from __future__ import annotations

import pytest
from emulator.arm_client import (
    ACCOUNT,
    GROUP,
    PROVIDER,
    SUBSCRIPTION,
    account_body,
    deployment_body,
)
from emulator.recorded_bodies import EMPTY, READER, across_groups, run_of

RUNS = f"{SUBSCRIPTION}/providers/Microsoft.Resources/deployments"
NAMES = ["alpha", "beta", "gamma"]


@pytest.fixture
def runs(arm, emulator):
    emulator.ask("PATCH", "settings", {"templateStepSeconds": 0})
    for name in NAMES:
        assert arm.ask("PUT", f"{RUNS}/{name}", run_of(EMPTY, {}, at_group=False)).status == 201
    return arm


def names_of(page):
    return [one["name"] for one in page.body["value"]]


def test_deployments_are_on_one_page_unless_the_switch_says_otherwise(runs):
    page = runs.get(f"{RUNS}/")

    assert (names_of(page), "nextLink" in page.body) == (NAMES, False)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_pages_of_deployments_hold_each_once(runs, emulator, size):
    emulator.ask("PATCH", "settings", {"templateRunsPerPage": size})
    page = runs.get(f"{RUNS}/")
    found = names_of(page)
    while "nextLink" in page.body:
        assert len(page.body["value"]) == size
        page = runs.follow(page.body["nextLink"])
        found += names_of(page)

    assert found == NAMES


def test_a_page_goes_on_where_it_ended_when_deployments_went_meanwhile(runs, emulator):
    emulator.ask("PATCH", "settings", {"templateRunsPerPage": 2})
    first = runs.get(f"{RUNS}/")
    for name in ("alpha", "beta"):
        assert runs.ask("DELETE", f"{RUNS}/{name}").status == 204

    assert names_of(runs.follow(first.body["nextLink"])) == ["gamma"]


def test_a_token_of_no_list_is_refused(runs, emulator):
    emulator.ask("PATCH", "settings", {"templateRunsPerPage": 2})

    assert runs.get(f"{RUNS}/", **{"$skiptoken": "ä"}).code == "InvalidRequestContent"


def test_what_resource_manager_refuses_by_itself_says_so(arm):
    arm.group()

    missing = arm.get(f"{SUBSCRIPTION}/resourceGroups/none")
    invalid = arm.ask("PUT", ACCOUNT, account_body(kind="Nothing"))

    assert (missing.status, missing.headers["x-ms-failure-cause"]) == (404, "gateway")
    assert (invalid.status, invalid.headers["x-ms-failure-cause"]) == (400, None)


def test_the_first_answer_does_not_know_who_assigned_a_role(arm):
    arm.group()
    arm.principal("listener")
    listener = arm.object_id("listener")
    where = f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-00000000a551"
    asked = {"properties": {"roleDefinitionId": READER, "principalId": listener}}

    first = arm.ask("PUT", where, asked).body["properties"]
    later = arm.get(where).body["properties"]

    assert (first["createdBy"], later["createdBy"]) == (None, arm.object_id("deployer"))


def test_an_identity_is_patched_by_an_operation_polled_at_either_address(arm, emulator):
    arm.account()
    emulator.ask("PATCH", "settings", {"pacing": "real", "accountSeconds": 60})

    begun = arm.ask("PATCH", ACCOUNT, {"identity": {"type": "SystemAssigned"}})

    assert (begun.status, begun.body["properties"]["provisioningState"]) == (202, "Accepted")
    assert arm.follow(begun.headers["azure-asyncoperation"]).body["status"] == "Updating"
    waiting = arm.follow(begun.headers["Location"])
    assert (waiting.status, waiting.body) == (202, None)
    assert arm.ask("PATCH", ACCOUNT, {"tags": {}}).code == "RequestConflict"


def test_the_location_of_an_update_ends_in_the_account(arm, emulator):
    arm.account()
    emulator.ask("PATCH", "settings", {"accountSeconds": 0})
    begun = arm.ask("PATCH", ACCOUNT, {"identity": {"type": "SystemAssigned"}})

    ended = arm.follow(begun.headers["Location"])

    assert (ended.status, ended.body["id"], ended.body["identity"]["type"]) == (
        200,
        ACCOUNT,
        "SystemAssigned",
    )


def test_an_identity_that_is_taken_away_reads_none(arm, emulator):
    emulator.ask("PATCH", "settings", {"accountSeconds": 0, "lockLinger": 0})
    arm.account(identity={"type": "SystemAssigned"})

    assert arm.ask("PATCH", ACCOUNT, {"identity": {"type": "None"}}).status == 202
    assert arm.get(ACCOUNT).body["identity"] == {"type": "None"}


def test_models_name_their_asset_from_the_api_versions_that_do(arm):
    def first(version):
        return arm.get(f"{PROVIDER}/locations/eastus2/models", **{"api-version": version}).body[
            "value"
        ][0]["model"]

    assert "modelCatalogAssetId" not in first("2025-06-01")
    assert first("2026-05-15-preview")["modelCatalogAssetId"].startswith("azureml://")


def test_an_audio_model_names_its_replacement_from_the_day_it_was_recorded(arm, emulator):
    def replacement():
        where = f"{PROVIDER}/locations/eastus2/models"
        rows = arm.get(where, **{"api-version": "2026-05-15-preview"}).body["value"]
        found = {f"{one['model']['name']}@{one['model']['version']}": one["model"] for one in rows}
        return found["gpt-4o-audio-preview@2024-12-17"].get("replacementConfig", {})

    emulator.ask("POST", "clock", {"date": "2025-10-27"})
    assert replacement() == {}

    emulator.ask("POST", "clock", {"date": "2025-10-28"})
    assert (replacement()["targetModelName"], replacement()["targetModelVersion"]) == (
        "gpt-audio",
        "2025-08-28",
    )


def test_a_section_that_a_template_lacks_is_not_shown(runs):
    bare = runs.get(f"{RUNS}/alpha").body["properties"]
    template = {**EMPTY, "parameters": {}, "outputs": {}}
    shown = runs.ask("POST", f"{RUNS}/alpha/validate", run_of(template, {}, at_group=False))

    assert "parameters" not in bare
    assert shown.body["properties"]["parameters"] == {}


def test_an_unregistered_provider_is_refused_until_it_is_registered_again(arm):
    assert arm.ask("POST", f"{PROVIDER}/unregister").body["registrationState"] == "NotRegistered"
    assert arm.get(f"{PROVIDER}/accounts").code == "MissingSubscriptionRegistration"

    assert arm.ask("POST", f"{PROVIDER}/register").body["registrationState"] == "Registered"
    assert arm.get(f"{PROVIDER}/accounts").status == 200


def test_network_rules_are_patched_by_an_operation_tags_are_not(arm, emulator):
    emulator.ask("PATCH", "settings", {"accountSeconds": 0, "lockLinger": 0})
    arm.account(properties={"customSubDomainName": "voice"})
    rules = {"networkAcls": {"defaultAction": "Deny"}}

    patched = arm.ask("PATCH", ACCOUNT, {"properties": rules})

    assert (patched.status, patched.body["properties"]["provisioningState"]) == (202, "Accepted")
    assert arm.ask("PATCH", ACCOUNT, {"tags": {}}).status == 200


def test_azures_own_content_filters_follow_those_of_the_account(arm):
    arm.account()
    own = {"basePolicyName": "Microsoft.Default", "contentFilters": [], "customBlocklists": []}
    made = arm.ask("PUT", f"{ACCOUNT}/raiPolicies/strict", {"properties": own})

    listed = arm.get(f"{ACCOUNT}/raiPolicies").body["value"]

    assert made.body["properties"] == {"basePolicyName": "Microsoft.Default", "contentFilters": []}
    names = [one["name"].removeprefix("Microsoft.") for one in listed]
    assert names == ["strict", "Default", "DefaultV2", "Audio", "Nil", "Streaming", "Reasoning"]
    assert [one["properties"]["type"] for one in listed[:2]] == ["UserManaged", "SystemManaged"]
    assert "etag" not in listed[1]


def test_a_content_filters_deletion_is_polled_in_the_callers_api_version(arm, emulator):
    arm.account()
    where = f"{ACCOUNT}/raiPolicies/strict"
    arm.ask("PUT", where, {"properties": {"basePolicyName": "Microsoft.Default"}})
    emulator.ask("PATCH", "settings", {"pacing": "fast", "deleteSeconds": 60})

    begun = arm.ask("DELETE", where, **{"api-version": "2024-10-01"})

    assert begun.status == 202
    assert "api-version=2024-10-01&" in begun.headers["azure-asyncoperation"]
    assert arm.follow(begun.headers["azure-asyncoperation"]).body["status"]
    going = arm.follow(begun.headers["Location"])
    assert (going.status, "api-version=2024-10-01&" in going.headers["Location"]) == (202, True)


def test_a_deployment_may_have_any_content_filter_of_azures_own(arm):
    arm.account()
    body = deployment_body()
    body["properties"]["raiPolicyName"] = "Microsoft.Audio"

    assert arm.ask("PUT", f"{ACCOUNT}/deployments/audio", body).status == 201


def test_a_missing_group_of_a_nested_deployment_is_told_unwrapped(arm):
    arm.group()
    run = f"{GROUP}/providers/Microsoft.Resources/deployments/run"
    body = run_of(across_groups("nowhere"), {"number": {"value": "1"}}, at_group=True)

    refused = arm.ask("POST", f"{run}/validate", body)

    assert (refused.status, refused.code) == (404, "ResourceGroupNotFound")
    assert "'nowhere'" in refused.body["error"]["message"]
    assert refused.headers["x-ms-failure-cause"] == "gateway"
