"""What is checked of an account, a deployment and a filter before they are written, and what is kept of them."""

from __future__ import annotations

import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT, GROUP, PROVIDER, account_body, deployment_body
from emulator.operations_table import POLICY, WORKLOAD

MISTYPED, REFUSED = "InvalidRequestContent", "InvalidResourceProperties"
IDENTITY = {"type": "SystemAssigned"}
BARE = {"location": "eastus2", "kind": "AIServices", "sku": {"name": "S0"}}


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"networkAcls": 5}, MISTYPED),
        ({"disableLocalAuth": "true"}, MISTYPED),
        ({"publicNetworkAccess": "Sometimes"}, MISTYPED),
        ({"publicNetworkAccess": True}, MISTYPED),
        ({"networkInjections": {}}, MISTYPED),
        ({"customSubDomainName": 7}, MISTYPED),
        ({"dynamicThrottlingEnabled": True}, REFUSED),
        ({"allowProjectManagement": True}, REFUSED),
    ],
)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_property_that_cannot_be_is_refused(arm, method, properties, code):
    arm.account()

    stated = {"customSubDomainName": "voice", **properties}
    body = {"properties": stated, **({"location": "eastus2"} if method == "PUT" else {})}
    refused = arm.ask(method, ACCOUNT, body)

    assert (refused.status, refused.code) == (400, code)


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_sku_that_is_not_offered_is_refused_when_there_is_an_account_too(arm, method):
    arm.account()

    body = {"location": "eastus2", "sku": {"name": "F9"}}

    assert arm.ask(method, ACCOUNT, body).code == "InvalidSkuId"


@pytest.mark.parametrize(
    ("kind", "identity", "status"),
    [("AIServices", IDENTITY, 201), ("AIServices", {"type": "None"}, 400), ("OpenAI", IDENTITY, 400)],
)  # fmt: skip
def test_projects_need_ai_services_and_an_identity(arm, kind, identity, status):
    made = arm.account(kind=kind, identity=identity, properties={"allowProjectManagement": True})

    assert made.status == status


def test_network_rules_need_a_subdomain(arm):
    arm.group()
    rules = {"networkAcls": {"defaultAction": "Deny"}}

    without = arm.ask("PUT", ACCOUNT, {**BARE, "properties": rules})

    assert "networkAcls" in without.message
    with_one = {"customSubDomainName": "voice", **rules}
    assert arm.ask("PUT", ACCOUNT, {**BARE, "properties": with_one}).status == 201


def test_a_put_without_network_injections_wipes_them_and_a_patch_does_not(arm):
    injected = {"networkInjections": [{"scenario": "agent", "subnetArmId": "/subnets/a"}]}
    stated = arm.account(kind="AIServices", properties=injected).body["properties"]
    arm.ask("PATCH", ACCOUNT, {"tags": {}})
    patched = arm.get(ACCOUNT).body["properties"]

    arm.account(kind="AIServices")

    assert stated["networkInjections"] == patched["networkInjections"]
    assert patched["networkInjections"] == injected["networkInjections"]
    assert "networkInjections" not in arm.get(ACCOUNT).body["properties"]


def test_api_properties_are_kept_beside_azures_own(arm):
    stated = {"apiProperties": {"statisticsEnabled": False}}

    body = arm.account(kind="AIServices", properties=stated).body

    assert body["properties"]["apiProperties"] == {
        "qnaAzureSearchEndpointKey": None,
        "statisticsEnabled": False,
    }


@pytest.mark.parametrize("path", [GROUP, ACCOUNT, DEPLOYMENT])
def test_tags_are_texts(arm, path):
    arm.account()

    sound = deployment_body() if path == DEPLOYMENT else {"location": "eastus2"}
    body = {**sound, "tags": {"cost": 5}}

    assert arm.ask("PUT", path, body).code == MISTYPED


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
@pytest.mark.parametrize(
    ("capacity", "status"), [("2", 200), (2.0, 200), ([1], 400), (1.5, 400), (True, 400), ("a", 400)]
)  # fmt: skip
def test_put_and_patch_read_a_capacity_alike(arm, method, capacity, status):
    arm.account()
    arm.deployment()
    body = deployment_body(capacity=capacity)

    answer = arm.ask(method, DEPLOYMENT, body if method == "PUT" else {"sku": body["sku"]})

    assert answer.status == status
    assert arm.get(DEPLOYMENT).body["sku"]["capacity"] == (2 if status == 200 else 1)


@pytest.mark.parametrize(
    "workloads",
    [
        7,
        [7],
        [{"requestPerMinute": "10", "requestParameters": {"avgPromptTokens": 1, "avgGeneratedTokens": 1}}],
        [{"requestPerMinute": 10, "requestParameters": {"avgPromptTokens": "1", "avgGeneratedTokens": 1}}],
        [{"requestPerMinute": 10, "requestParameters": {"avgPromptTokens": 1}}],
        [{"requestPerMinute": 10, "requestParameters": []}],
        [{"requestPerMinute": -1, "requestParameters": {"avgPromptTokens": 1, "avgGeneratedTokens": 1}}],
    ],
)  # fmt: skip
def test_workloads_of_another_form_are_refused(arm, workloads):
    body = {**WORKLOAD, "workloads": workloads}

    answer = arm.ask("POST", f"{PROVIDER}/calculateModelCapacity", body)

    assert (answer.status, answer.code) == (400, MISTYPED)


def test_azures_own_filters_can_be_read_and_not_written(arm):
    arm.account()
    listed = arm.get(f"{ACCOUNT}/raiPolicies").body["value"]

    read = [arm.get(one["id"].upper().replace("/SUBSCRIPTIONS", "/subscriptions")).body for one in listed]  # fmt: skip

    assert [one["name"] for one in read[:2]] == ["Microsoft.Default", "Microsoft.DefaultV2"]
    assert [one["properties"].pop("type") for one in listed] == ["SystemManaged"] * 6
    assert read == listed
    assert arm.ask("PUT", listed[0]["id"], {"properties": {}}).status == 400


def test_a_filter_has_one_of_azures_modes(arm):
    arm.account()

    refused = arm.ask("PUT", POLICY, {"properties": {"mode": "Nonsense"}})

    assert refused.code == REFUSED
    assert arm.ask("PUT", POLICY, {"properties": {"mode": "Asynchronous_filter"}}).status == 201


@pytest.mark.parametrize(("path", "kind"), [(POLICY, "raiPolicies"), (DEPLOYMENT, "deployments")])
def test_a_child_of_no_account_lacks_its_parent(arm, path, kind):
    arm.group()

    refused = arm.ask("PUT", path, deployment_body())

    assert (refused.status, refused.code) == (404, "ParentResourceNotFound")
    assert f"'accounts/{kind}'" in refused.message


def test_a_region_without_models_takes_accounts_and_echoes_how_it_was_written(arm):
    made = arm.account(location="Central US EUAP")

    assert (made.status, made.body["location"]) == (201, "Central US EUAP")
    assert arm.get(f"{PROVIDER}/locations/centraluseuap/models").body == {"value": []}
    assert "locations/Central%20US%20EUAP/operationResults" in made.headers["azure-asyncoperation"]
    assert arm.follow(made.headers["azure-asyncoperation"]).body["status"] == "Succeeded"


def test_a_changed_subdomain_is_refused(arm):
    arm.account()

    changed = arm.ask("PUT", ACCOUNT, account_body("other"))

    assert changed.code == "InvalidResourceProperties"


def test_another_tenants_subdomain_is_taken(arm, emulator):
    emulator.ask("PATCH", "settings", {"takenSubdomains": ["Voice"]})

    assert arm.account().code == "CustomDomainInUse"


def test_a_soft_deleted_account_keeps_its_subdomain(arm):
    arm.account()
    arm.ask("DELETE", ACCOUNT)

    other = ACCOUNT.replace("/voice", "/other")
    assert arm.ask("PUT", other, account_body("voice")).code == "CustomDomainInUse"


def test_an_account_with_deployments_may_go_when_azure_is_as_it_was(arm, emulator):
    emulator.ask("PATCH", "settings", {"cannotDeleteAccountWithDeployments": False})
    arm.account()
    arm.deployment()

    assert arm.ask("DELETE", ACCOUNT).status == 200
