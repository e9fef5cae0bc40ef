"""Headers that tell who answered: the provider, Resource Manager itself, several regions; etags and conditions on them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from unittest import mock

import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT, GROUP, PROVIDER, SUBSCRIPTION
from emulator.operations_table import DELETED, POLICY, POLICY_BODY

from deployer.emulator.state.catalogue import REGIONS

ENVOY, FAN_OUT, CALLER = (
    "x-envoy-upstream-service-time",
    "x-ms-original-request-ids",
    "x-ms-operation-identifier",
)
MODEL = {"modelFormat": "OpenAI", "modelName": "gpt-4o-audio-preview", "modelVersion": "2024-12-17"}


def ids(answer):
    return answer.headers[FAN_OUT].split(",")


def test_what_the_provider_answers_says_so(arm):
    arm.account()

    for path in (ACCOUNT, f"{ACCOUNT}/deployments", f"{PROVIDER}/locations/eastus2/models"):
        headers = arm.get(path).headers
        assert (ENVOY in headers, CALLER in headers) == (True, True), path
    assert ENVOY in arm.get(DEPLOYMENT).headers, "the provider's own 404"


@pytest.mark.parametrize(
    "path",
    [
        f"{PROVIDER}/skus",
        f"{PROVIDER}/deletedAccounts",
        f"{PROVIDER}/modelCapacities",
        f"{GROUP}/providers/Microsoft.CognitiveServices/accounts",
        f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments",
        SUBSCRIPTION,
    ],
)
def test_what_resource_manager_answers_has_no_time_of_the_provider(arm, path):
    assert ENVOY not in arm.get(path, **MODEL).headers


def test_a_401_tells_nothing_of_a_caller(arm):
    headers = arm.send("GET", f"{ACCOUNT}?api-version=2025-09-01").headers

    assert (ENVOY in headers, CALLER in headers) == (False, False)


@pytest.mark.parametrize("path", ["deletedAccounts", "modelCapacities"])
def test_a_fan_out_has_an_id_of_every_region(arm, path):
    found = ids(arm.get(f"{PROVIDER}/{path}", **MODEL))

    assert len(set(found)) == len(REGIONS)


def test_the_list_of_accounts_asks_the_regions_that_have_some(arm):
    arm.account()
    one = arm.get(f"{PROVIDER}/accounts")
    arm.account(ACCOUNT.replace("/voice", "/other"), location="swedencentral")
    two = arm.get(f"{PROVIDER}/accounts")

    assert (len(ids(one)), ENVOY in one.headers) == (1, True)
    assert (len(ids(two)), ENVOY in two.headers) == (2, False)


def test_every_operation_is_polled_under_the_location_as_it_was_written(arm):
    arm.group(location="eastus2")
    made = arm.account(location="East US 2").headers["azure-asyncoperation"]
    arm.ask("PUT", POLICY, POLICY_BODY)
    filtered = arm.ask("DELETE", POLICY).headers["Location"]
    arm.ask("DELETE", ACCOUNT)
    purged = arm.ask("DELETE", DELETED).headers["azure-asyncoperation"]

    for address in (made, filtered, purged):
        assert "/locations/East%20US%202/operationResults/" in address
        assert arm.follow(address).status in (200, 204)
    for address in (made, purged):
        assert "/locations/East US 2/operationResults/" in arm.follow(address).body["id"]


def test_an_accounts_etag_changes_when_it_is_ready_and_tells_when(arm, emulator):
    emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 0.2})
    made = arm.account().body
    while arm.get(ACCOUNT).body["properties"]["provisioningState"] == "Creating":
        assert arm.get(ACCOUNT).body["etag"] in (made["etag"], arm.get(ACCOUNT).body["etag"])
    ready = arm.get(ACCOUNT)

    assert ready.body["etag"] != made["etag"]
    assert ready.headers["ETag"] == ready.body["etag"] == arm.get(ACCOUNT).body["etag"]
    told = datetime.fromtimestamp(int(ready.body["etag"].strip('"').split("-")[-1][:8], 16), UTC)
    assert str(told.date()) == made["systemData"]["createdAt"][:10]


@pytest.mark.parametrize(("path", "method"), [
    (ACCOUNT, "PUT"), (ACCOUNT, "PATCH"), (ACCOUNT, "DELETE"),
    (DEPLOYMENT, "PUT"), (DEPLOYMENT, "PATCH"), (DEPLOYMENT, "DELETE"),
])  # fmt: skip
def test_a_condition_on_the_etag_is_kept(arm, emulator, path, method):
    emulator.ask("PATCH", "settings", {"cannotDeleteAccountWithDeployments": False})
    arm.account()
    made = arm.deployment().body
    body = {"location": "eastus2", "sku": made["sku"], "properties": made["properties"]}
    body = body if path == DEPLOYMENT else {"location": "eastus2"}

    refused = [
        arm.ask_with(condition, method, path, body)
        for condition in ({"If-Match": '"other"'}, {"If-None-Match": "*"})
    ]
    etag = arm.get(path).body["etag"]
    done = arm.ask_with({"if-match": f'"other", {etag}'}, method, path, body)

    assert {(one.status, one.code) for one in refused} == {(412, "PreconditionFailed")}
    assert done.status == 200


def test_a_condition_is_ignored_when_azure_ignores_it(arm, emulator):
    emulator.ask("PATCH", "settings", {"preconditions": False})
    arm.account()

    assert arm.ask_with({"If-Match": '"other"'}, "PATCH", ACCOUNT, {"tags": {}}).status == 200


def test_only_what_is_new_is_created_if_none_matches(arm):
    arm.account()
    new = {"If-None-Match": "*"}
    body = {"sku": {"name": "GlobalStandard", "capacity": 1}, "properties": {"model": {
        "format": "OpenAI", "name": "gpt-4o-audio-preview", "version": "2024-12-17"}}}  # fmt: skip

    first, second = (arm.ask_with(new, "PUT", DEPLOYMENT, body) for _ in range(2))

    assert (first.status, second.status) == (201, 412)


def test_a_mistake_of_the_emulator_is_azures_500_and_its_reason_is_logged(arm, caplog):
    broken = mock.patch("deployer.emulator.arm.dispatch.check_locks", side_effect=KeyError("why"))
    with caplog.at_level(logging.ERROR), broken:
        answer = arm.group()

    assert (answer.status, answer.code) == (500, "InternalServerError")
    assert "why" not in answer.message
    assert answer.headers["x-ms-request-id"]
    assert "KeyError: 'why'" in caplog.text
    assert arm.group().status == 201


def test_a_body_of_too_many_levels_is_refused_as_content(arm):
    headers = {"Authorization": f"Bearer {arm.token()}"}
    deep = b'{"a":' * 100_000 + b"1" + b"}" * 100_000

    answer = arm.send("PUT", f"{GROUP}?api-version=2025-04-01", raw=deep, headers=headers)

    assert (answer.status, answer.code) == (400, "InvalidRequestContent")


def test_a_version_that_azure_never_had_is_warned_of(arm):
    arm.account()

    unknown = arm.get(ACCOUNT, **{"api-version": "2029-01-01-preview"})

    assert unknown.status == 200
    assert unknown.headers["Warning"].startswith("299 ")
    assert "Warning" not in arm.get(ACCOUNT, **{"api-version": "2026-05-15-preview"}).headers
