"""Switches for what nobody has seen Azure do, or what it did at some time: each plays both ways."""

from __future__ import annotations

import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT, GROUP, PROVIDER, account_body, deployment_path

OPERATION = "azure-asyncoperation"


def state(arm, path=ACCOUNT):
    return arm.get(path).body["properties"]["provisioningState"]


def switched(emulator, **wanted):
    emulator.ask("PATCH", "settings", wanted)


@pytest.mark.parametrize("told", [True, False])
def test_a_deployment_answered_early_is_creating_until_it_is_done(arm, emulator, told):
    arm.account()
    switched(emulator, pacing="fast", deploymentSeconds=0.3, lockLinger=0,
             deploymentsAnswerEarly=True, earlyDeploymentsHaveOperation=told)  # fmt: skip

    answer = arm.deployment()
    other = arm.deployment(deployment_path("other"))

    assert (answer.status, answer.body["properties"]["provisioningState"]) == (201, "Creating")
    assert other.code == "RequestConflict"
    assert (OPERATION in answer.headers) is told
    if told:
        assert arm.follow(answer.headers[OPERATION]).body["status"] == "Creating"
    while state(arm, DEPLOYMENT) == "Creating":
        pass
    assert state(arm, DEPLOYMENT) == "Succeeded"
    if told:
        assert arm.follow(answer.headers[OPERATION]).body["status"] == "Succeeded"


@pytest.mark.parametrize("write", ["deployment", "filter", "deletion"])
def test_an_account_stays_accepted_after_a_child_was_written(arm, emulator, write):
    arm.account()
    arm.deployment()
    switched(emulator, pacing="fast", acceptedSeconds=60, deploymentSeconds=0, deleteSeconds=0)

    written = {
        "deployment": lambda: arm.deployment(capacity=2),
        "filter": lambda: arm.ask("PUT", f"{ACCOUNT}/raiPolicies/mine", {"properties": {}}),
        "deletion": lambda: arm.ask("DELETE", DEPLOYMENT),
    }[write]()

    assert written.status in (200, 201)
    assert state(arm) == "Accepted"
    assert arm.deployment(capacity=3).code == "RequestConflict"


@pytest.mark.parametrize("told", [True, False])
def test_a_put_on_an_account_has_an_operation_if_azure_says_so(arm, emulator, told):
    arm.account()
    switched(emulator, accountUpdateHasOperation=told)

    again = arm.account()

    assert (again.status, OPERATION in again.headers) == (200, told)
    if told:
        assert arm.follow(again.headers[OPERATION]).body["status"] == "Succeeded"


@pytest.mark.parametrize("length", [32, 84])
def test_keys_are_as_long_as_azures_were(arm, emulator, length):
    switched(emulator, keyCharacters=length)
    arm.account()
    arm.ask("POST", f"{ACCOUNT}/regenerateKey", {"keyName": "Key2"})

    keys = arm.ask("POST", f"{ACCOUNT}/listKeys").body

    assert [len(keys[name]) for name in ("key1", "key2")] == [length, length]


def test_a_deployments_sku_name_may_change_unless_azure_refuses_it(arm, emulator):
    usage = "OpenAI.Provisioned.gpt-4o-audio-preview"
    arm.account()
    arm.deployment()
    emulator.ask("POST", "clock", {"date": "2026-04-23"})
    switched(emulator, quota={usage: 100})
    wanted = {"sku": {"name": "Provisioned", "capacity": 100}}

    refused = arm.ask("PATCH", DEPLOYMENT, wanted), switched(emulator, deploymentSkuCanChange=False)
    still = arm.ask("PATCH", DEPLOYMENT, {"sku": {"name": "GlobalStandard", "capacity": 1}})

    assert refused[0].body["sku"] == wanted["sku"]
    assert still.code == "InvalidResourceProperties"


@pytest.mark.parametrize(("takes", "status"), [(True, 409), (False, 200)])
def test_a_key_made_anew_contends_for_the_lock_if_azure_says_so(arm, emulator, takes, status):
    switched(emulator, pacing="fast", accountSeconds=60, regeneratingTakesTheLock=takes)
    arm.account()

    assert arm.ask("POST", f"{ACCOUNT}/regenerateKey", {"keyName": "Key1"}).status == status


def test_registering_takes_as_long_as_the_switch_says(arm, emulator):
    switched(emulator, pacing="fast", providerRegistered=False, registrationSeconds=0.2)

    begun = arm.ask("POST", f"{PROVIDER}/register").body["registrationState"]
    refused = arm.get(f"{PROVIDER}/accounts").code
    while arm.get(PROVIDER).body["registrationState"] == "Registering":
        pass

    assert (begun, refused) == ("Registering", "MissingSubscriptionRegistration")
    assert arm.get(PROVIDER).body["registrationState"] == "Registered"
    assert arm.get(f"{PROVIDER}/accounts").status == 200


def test_the_provider_says_whom_it_acts_as(arm):
    assert arm.get(PROVIDER).body["authorizations"] == [
        {
            "applicationId": "7d312290-28c8-473c-a0ed-8e53749b6d6d",
            "roleDefinitionId": "5cb87f79-a7c3-4a95-9414-45b65974b51b",
        }
    ]


def test_throttling_ends_with_its_window(arm, emulator):
    switched(emulator, subscriptionRequests=1, throttlingSeconds=0.2)
    arm.group()

    refused = arm.group()
    while (answer := arm.group()).status == 429:
        pass

    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert answer.status == 200


def test_the_provider_throttles_what_is_asked_of_it_alone(arm, emulator):
    switched(emulator, providerRequests=1)
    arm.account()

    assert arm.get(ACCOUNT).code == "ResourceRequestsThrottled"
    assert arm.get(GROUP).status == 200


@pytest.mark.parametrize(
    ("denied", "account", "deployment"),
    [
        ("Microsoft.CognitiveServices/accounts/deployments", 201, 403),
        ("microsoft.cognitiveservices/accounts/deployments/WRITE", 201, 403),
        ("Microsoft.CognitiveServices/accounts/delete", 201, 201),
        ("Microsoft.CognitiveServices/*", 403, 403),
    ],
)
def test_a_policy_denies_the_types_and_actions_that_it_names(
    arm, emulator, denied, account, deployment
):
    arm.account()
    switched(emulator, deniedByPolicy=[denied])

    other = ACCOUNT.replace("/voice", "/other")
    assert arm.ask("PUT", other, account_body("other")).status == account
    assert arm.deployment().status == deployment
    assert arm.get(ACCOUNT).status == 200


def test_an_account_without_projects_may_go(arm, emulator):
    switched(emulator, accountsWithProjects=["other"])
    arm.account()

    assert arm.ask("DELETE", ACCOUNT).status == 200


def test_a_capacity_of_before_2023_05_may_be_left_out_alone(arm):
    arm.account()
    body = {"properties": {"scaleSettings": {"scaleType": "Standard", "capacity": 1}}}
    old = {"api-version": "2022-12-01"}

    assert "should be null" in arm.ask("PUT", DEPLOYMENT, body, **old).message
    del body["properties"]["scaleSettings"]["capacity"]
    assert "should be null" not in arm.ask("PUT", DEPLOYMENT, body, **old).message


@pytest.mark.parametrize(
    ("version", "status"),
    [
        ("2025-09-01", 200), ("2026-05-15-preview", 200), ("2024-11-11", 400), ("1999-01-01-preview", 400),
        ("2029-01-01-preview", 400), ("2026-05-14-preview", 400),
    ],
)  # fmt: skip
def test_a_version_azure_never_had_is_refused_when_strict(arm, emulator, version, status):
    arm.account()
    emulator.ask("PATCH", "settings", {"strictApiVersions": True})

    assert arm.get(ACCOUNT, **{"api-version": version}).status == status


@pytest.mark.parametrize(
    ("version", "status"),
    [("2019-06-01-preview", 200), ("2019-06-01", 400), ("2010-01-01-preview", 400), ("2030-01-01-preview", 400)],
)  # fmt: skip
def test_any_preview_between_a_providers_first_version_and_its_last_passes(
    arm, emulator, version, status
):
    arm.group()
    emulator.ask("PATCH", "settings", {"strictApiVersions": True})

    assert arm.get(GROUP, **{"api-version": version}).status == status


def test_a_deployment_that_is_there_is_not_answered_early(arm, emulator):
    arm.account()
    arm.deployment()
    switched(emulator, deploymentsAnswerEarly=True)

    changed = arm.deployment(capacity=2)

    assert changed.body["properties"]["provisioningState"] == "Succeeded"
    assert "azure-asyncoperation" not in changed.headers
