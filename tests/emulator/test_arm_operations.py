"""What each operation of the control plane answers: status, headers, the shape of the body."""

from __future__ import annotations

import pytest
from emulator.arm_client import (
    ACCOUNT,
    DEPLOYMENT,
    GROUP,
    PROVIDER,
    SUBSCRIPTION,
    account_body,
    deployment_body,
)

DELETED = f"{PROVIDER}/locations/eastus2/resourceGroups/rg/deletedAccounts/voice"

# method, path, body, what must be there before, status, top-level keys of the body
OPERATIONS = {
    "a group is created": ("PUT", GROUP, {"location": "eastus2"}, "nothing", 201, {"id", "properties"}),
    "a group is written again": ("PUT", GROUP, {"location": "eastus2"}, "group", 200, {"id"}),
    "a group's tags change": ("PATCH", GROUP, {"tags": {"a": "b"}}, "group", 200, {"tags"}),
    "a group is read": ("GET", GROUP, None, "group", 200, {"id", "name", "location"}),
    "a group is there": ("HEAD", GROUP, None, "group", 204, None),
    "a group is not there": ("HEAD", GROUP, None, "nothing", 404, None),
    "groups are listed": ("GET", f"{SUBSCRIPTION}/resourcegroups", None, "group", 200, {"value"}),
    "a group's resources": ("GET", f"{GROUP}/resources", None, "account", 200, {"value"}),
    "a group is deleted": ("DELETE", GROUP, None, "group", 202, None),
    "an account is created": ("PUT", ACCOUNT, account_body(), "group", 201, {"etag", "systemData"}),
    "an account is replaced": ("PUT", ACCOUNT, account_body(), "account", 200, {"etag"}),
    "an account is patched": ("PATCH", ACCOUNT, {"tags": {"a": "b"}}, "account", 200, {"tags"}),
    "an account is read": ("GET", ACCOUNT, None, "account", 200, {"kind", "sku", "properties"}),
    "accounts of a group": ("GET", ACCOUNT[:-6], None, "account", 200, {"value"}),
    "accounts of all": ("GET", f"{PROVIDER}/accounts", None, "account", 200, {"value"}),
    "an account is deleted": ("DELETE", ACCOUNT, None, "account", 200, None),
    "no account is deleted": ("DELETE", ACCOUNT, None, "group", 204, None),
    "an account is restored": (
        "PUT", ACCOUNT, {"location": "eastus2", "properties": {"restore": True}}, "deleted", 201, {"etag"},
    ),
    "keys are listed": ("POST", f"{ACCOUNT}/listKeys", None, "account", 200, {"key1", "key2"}),
    "a key is made anew": ("POST", f"{ACCOUNT}/regenerateKey", {"keyName": "Key1"}, "account", 200, {"key1"}),
    "an account's models": ("GET", f"{ACCOUNT}/models", None, "account", 200, {"value"}),
    "an account's skus": ("GET", f"{ACCOUNT}/skus", None, "account", 200, {"value"}),
    "a deployment is created": ("PUT", DEPLOYMENT, deployment_body(), "account", 201, {"etag", "sku"}),
    "a deployment is replaced": ("PUT", DEPLOYMENT, deployment_body(), "deployment", 200, {"etag"}),
    "a deployment is patched": ("PATCH", DEPLOYMENT, {"tags": {"a": "b"}}, "deployment", 200, {"tags"}),
    "a deployment is read": ("GET", DEPLOYMENT, None, "deployment", 200, {"properties", "sku"}),
    "deployments are listed": ("GET", f"{ACCOUNT}/deployments", None, "deployment", 200, {"value"}),
    "a deployment is deleted": ("DELETE", DEPLOYMENT, None, "deployment", 200, None),
    "no deployment is deleted": ("DELETE", DEPLOYMENT, None, "account", 204, None),
    "deleted accounts": ("GET", f"{PROVIDER}/deletedAccounts", None, "deleted", 200, {"value"}),
    "a deleted account": ("GET", DELETED, None, "deleted", 200, {"id", "properties"}),
    "a deleted account is purged": ("DELETE", DELETED, None, "deleted", 202, None),
    "models of a location": ("GET", f"{PROVIDER}/locations/eastus2/models", None, "nothing", 200, {"value"}),
    "usages of a location": ("GET", f"{PROVIDER}/locations/eastus2/usages", None, "nothing", 200, {"value"}),
    "skus": ("GET", f"{PROVIDER}/skus", None, "nothing", 200, {"value"}),
    "a subdomain is asked for": (
        "POST", f"{PROVIDER}/checkDomainAvailability",
        {"subdomainName": "free", "type": "Microsoft.CognitiveServices/accounts"},
        "nothing", 200, {"isSubdomainAvailable", "reason", "subdomainName", "type"},
    ),
    "subscriptions": ("GET", "/subscriptions", None, "nothing", 200, {"value"}),
    "the subscription": ("GET", SUBSCRIPTION, None, "nothing", 200, {"subscriptionId", "tenantId"}),
    "locations": ("GET", f"{SUBSCRIPTION}/locations", None, "nothing", 200, {"value"}),
    "the provider": ("GET", PROVIDER, None, "nothing", 200, {"namespace", "registrationState"}),
    "the provider is registered": ("POST", f"{PROVIDER}/register", None, "nothing", 200, {"namespace"}),
    "role assignments": (
        "GET", f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments", None, "nothing", 200, {"value"},
    ),
    "role definitions": (
        "GET", f"{GROUP}/providers/Microsoft.Authorization/roleDefinitions", None, "group", 200, {"value"},
    ),
    "own permissions": (
        "GET", f"{GROUP}/providers/Microsoft.Authorization/permissions", None, "group", 200, {"value"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_answers_as_recorded(arm, case):
    method, path, body, before, status, keys = case
    prepare(arm, before)

    answer = arm.ask(method, path, body)

    assert answer.status == status, answer.body
    if keys is None:
        assert answer.body is None
    else:
        assert keys <= set(answer.body)


def prepare(arm, before):
    if before == "group":
        arm.group()
    if before in ("account", "deployment", "deleted"):
        arm.account()
    if before == "deployment":
        arm.deployment()
    if before == "deleted":
        arm.ask("DELETE", ACCOUNT)


def test_every_answer_carries_the_headers_of_resource_manager(arm):
    headers = arm.get(f"{PROVIDER}/skus").headers

    assert headers["Cache-Control"] == "no-cache"
    assert headers["x-ms-request-id"] == headers["x-ms-correlation-request-id"]
    assert headers["x-ms-routing-request-id"].startswith("EMULATOR:20250206T")
    assert headers["x-ms-ratelimit-remaining-subscription-reads"] == "249"
    assert "Server" not in headers


@pytest.mark.parametrize(
    ("method", "kind"), [("PUT", "writes"), ("POST", "writes"), ("DELETE", "deletes")]
)
def test_writes_and_deletes_have_buckets_of_their_own(arm, method, kind):
    headers = arm.ask(method, f"{ACCOUNT}/listKeys").headers

    assert headers[f"x-ms-ratelimit-remaining-subscription-{kind}"] == "199"


def test_creating_an_account_is_an_operation_without_location_or_retry_after(arm, emulator):
    emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 60})

    created = arm.account()
    poll = arm.follow(created.headers["azure-asyncoperation"])

    assert created.body["properties"]["provisioningState"] == "Creating"
    assert created.headers["ETag"] == created.body["etag"]
    assert "Location" not in created.headers
    assert "Retry-After" not in created.headers
    assert "api-version=2017-04-18" in created.headers["azure-asyncoperation"]
    assert (poll.status, poll.body["status"]) == (200, "Creating")
    assert "endTime" not in poll.body
    assert poll.headers["retry-after-ms"] == "50"


def test_polls_of_pacing_real_say_nothing_about_when_to_come_again(arm, emulator):
    emulator.ask("PATCH", "settings", {"pacing": "real", "accountSeconds": 60})

    poll = arm.follow(arm.account().headers["azure-asyncoperation"])

    assert not {"retry-after", "retry-after-ms"} & {name.lower() for name in poll.headers}


def test_an_operation_ends_in_succeeded(arm):
    poll = arm.follow(arm.account().headers["azure-asyncoperation"])

    assert poll.body["status"] == "Succeeded"
    assert poll.body["endTime"] >= poll.body["startTime"]


def test_a_restored_account_is_ready_at_once_and_keeps_its_own_date(arm):
    before = arm.account().body
    arm.ask("DELETE", ACCOUNT)

    body = {"location": "East US 2", "properties": {"restore": True}}
    restored = arm.ask("PUT", ACCOUNT, body)

    assert restored.body["properties"]["provisioningState"] == "Succeeded"
    assert "azure-asyncoperation" not in restored.headers
    assert restored.body["properties"]["dateCreated"] == before["properties"]["dateCreated"]
    assert restored.body["systemData"]["createdAt"] > before["systemData"]["createdAt"]


def test_a_group_is_deleted_over_a_while_and_its_accounts_softly(arm, emulator):
    arm.account()
    emulator.ask("PATCH", "settings", {"pacing": "real", "groupSeconds": 60})

    answer = arm.ask("DELETE", GROUP)
    poll = arm.follow(answer.headers["Location"])

    assert answer.headers["Retry-After"] == "15"
    assert (poll.status, poll.body, poll.headers["Retry-After"]) == (202, None, "15")
    assert arm.get(GROUP).body["properties"]["provisioningState"] == "Deleting"
    assert arm.account().code == "ResourceGroupBeingDeleted"
    assert [one["name"] for one in arm.get(f"{PROVIDER}/deletedAccounts").body["value"]] == [
        "voice"
    ]


def test_a_deleted_group_is_gone_when_its_poll_says_so(arm):
    arm.account()

    poll = arm.follow(arm.ask("DELETE", GROUP).headers["Location"])

    assert (poll.status, poll.body) == (200, None)
    assert arm.get(GROUP).code == "ResourceGroupNotFound"


def test_purging_is_an_operation_with_both_headers(arm):
    prepare(arm, "deleted")

    purged = arm.ask("DELETE", DELETED)

    assert purged.headers["Location"].startswith(purged.headers["azure-asyncoperation"])
    assert arm.follow(purged.headers["azure-asyncoperation"]).body["status"] == "Succeeded"
    assert arm.get(f"{PROVIDER}/deletedAccounts").body == {"value": []}


def test_a_soft_deleted_account_is_kept_for_48_hours_of_the_emulated_calendar(arm, emulator):
    prepare(arm, "deleted")

    properties = arm.get(DELETED).body["properties"]
    emulator.ask("POST", "clock", {"date": "2025-02-09"})

    assert properties["deletionDate"][:10] == "2025-02-06"
    assert properties["scheduledPurgeDate"][10:] == properties["deletionDate"][10:]
    assert properties["scheduledPurgeDate"][:10] == "2025-02-08"
    assert arm.get(DELETED).code == "NotFound"


def test_paths_match_in_any_case_and_ids_keep_theirs(arm):
    arm.account()

    assert (
        arm.get(ACCOUNT.upper().replace("/SUBSCRIPTIONS", "/subscriptions")).body["id"] == ACCOUNT
    )


def test_an_accounts_location_is_echoed_as_sent_and_a_groups_is_normalised(arm):
    arm.group(location="East US 2")
    account = arm.ask("PUT", ACCOUNT, account_body(location="East US 2"))

    assert account.body["location"] == "East US 2"
    assert arm.get(GROUP).body["location"] == "eastus2"


def test_azure_fills_in_what_an_account_leaves_out(arm):
    properties = arm.account().body["properties"]

    assert properties["publicNetworkAccess"] == "Enabled"
    assert properties["allowProjectManagement"] is False
    assert properties["isMigrated"] is False
    assert properties["privateEndpointConnections"] == []
    assert "disableLocalAuth" not in properties
    assert "networkAcls" not in properties
    assert properties["callRateLimit"]["rules"]
    assert properties["endpoints"]["OpenAI Realtime API"] == properties["endpoint"]
    assert properties["endpoint"] == f"{arm.emulator.address}/voice/"


def test_azure_fills_in_what_a_deployment_leaves_out(arm):
    arm.account()
    body = arm.deployment(capacity=3).body
    properties = body["properties"]

    assert properties["versionUpgradeOption"] == "OnceNewDefaultVersionAvailable"
    assert properties["raiPolicyName"] == "Microsoft.DefaultV2"
    assert properties["currentCapacity"] == 3
    assert properties["capabilities"]["chatCompletion"] == "true"
    assert properties["rateLimits"] == [
        {"key": "request", "renewalPeriod": 10, "count": 3},
        {"key": "token", "renewalPeriod": 60, "count": 3000},
    ]


def test_no_rai_policy_is_returned_when_that_is_how_azure_behaves(arm, emulator):
    emulator.ask("PATCH", "settings", {"defaultRaiPolicy": ""})
    arm.account()

    assert "raiPolicyName" not in arm.deployment().body["properties"]


def test_every_deployment_has_a_throttling_key_of_its_own(arm):
    arm.account()
    bodies = [arm.deployment(f"{ACCOUNT}/deployments/{name}").body for name in "ab"]
    keys = {one["properties"]["capabilities"]["_H_azureml-throttling-key"] for one in bodies}

    assert len(keys) == 2


def test_an_equal_deployment_keeps_its_etag_and_a_changed_one_does_not(arm):
    arm.account()
    first, same, changed = arm.deployment(), arm.deployment(), arm.deployment(capacity=2)

    assert first.body["etag"] == same.body["etag"] != changed.body["etag"]
    assert changed.headers["ETag"] == changed.body["etag"]
    assert same.body["systemData"]["createdAt"] == first.body["systemData"]["createdAt"]


def test_putting_an_account_replaces_what_was_stated(arm):
    arm.account(properties={"disableLocalAuth": True}, tags={"a": "b"})

    arm.account()

    body = arm.get(ACCOUNT).body
    assert "disableLocalAuth" not in body["properties"]
    assert "tags" not in body


def test_putting_an_account_unchanged_puts_it_to_accepted_for_a_while(arm, emulator):
    arm.account()
    emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 60})

    assert arm.account().body["properties"]["provisioningState"] == "Accepted"
    assert arm.get(ACCOUNT).body["properties"]["provisioningState"] == "Accepted"
    assert arm.account().code == "RequestConflict"


@pytest.mark.parametrize(
    ("merges", "tags"), [(False, {"new": "2"}), (True, {"old": "1", "new": "2"})]
)
def test_patching_tags_replaces_or_merges_as_the_switch_says(arm, emulator, merges, tags):
    emulator.ask("PATCH", "settings", {"patchMergesTags": merges})
    arm.account(tags={"old": "1"})

    assert arm.ask("PATCH", ACCOUNT, {"tags": {"new": "2"}}).body["tags"] == tags


def test_patching_sets_a_subdomain_where_none_was(arm):
    arm.group()
    arm.ask("PUT", ACCOUNT, {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}})

    patched = arm.ask("PATCH", ACCOUNT, {"properties": {"customSubDomainName": "mine"}})

    assert patched.body["properties"]["customSubDomainName"] == "mine"


def test_network_rules_once_set_come_back_complete(arm):
    stated = {"networkAcls": {"defaultAction": "Deny"}}

    answer = arm.account(properties=stated).body["properties"]["networkAcls"]

    assert answer == {"defaultAction": "Deny", "virtualNetworkRules": [], "ipRules": []}


def test_an_ai_services_account_is_shown_as_azure_shows_it(arm):
    properties = arm.account(kind="AIServices").body["properties"]

    assert properties["apiProperties"] == {"qnaAzureSearchEndpointKey": None}
    assert "AI Foundry API" in properties["endpoints"]


def test_regenerating_changes_the_named_key_and_the_etag(arm):
    arm.account()
    before, etag = arm.ask("POST", f"{ACCOUNT}/listKeys").body, arm.get(ACCOUNT).body["etag"]

    after = arm.ask("POST", f"{ACCOUNT}/regenerateKey", {"keyName": "Key2"}).body

    assert after["key1"] == before["key1"]
    assert after["key2"] != before["key2"]
    assert arm.get(ACCOUNT).body["etag"] != etag


def test_a_taken_subdomain_is_told_of_with_200(arm):
    arm.account()

    asked = {"subdomainName": "VOICE", "type": "Microsoft.CognitiveServices/accounts"}
    answer = arm.ask("POST", f"{PROVIDER}/checkDomainAvailability", asked)

    assert answer.status == 200
    assert answer.body["isSubdomainAvailable"] is False
    assert "'VOICE' is already used" in answer.body["reason"]


def test_two_accounts_of_one_name_are_told_apart_by_their_subdomains(arm):
    other = ACCOUNT.replace("/rg/", "/other/")
    arm.account()
    arm.account(other, properties={"customSubDomainName": "elsewhere"})

    assert arm.get(other).body["properties"]["endpoint"].endswith("/elsewhere/")


def test_models_are_listed_once_for_each_kind_with_the_callers_subscription(arm):
    rows = arm.get(f"{PROVIDER}/locations/EastUS2/models").body["value"]

    assert {row["kind"] for row in rows} == {"OpenAI", "AIServices"}
    assert all(row["id"].startswith(f"{PROVIDER}/locations/EastUS2/models/OpenAI.") for row in rows)


def test_registering_the_provider_ends_its_refusals(arm, emulator):
    emulator.ask("PATCH", "settings", {"providerRegistered": False})
    refused = arm.get(f"{PROVIDER}/accounts")
    before = arm.get(PROVIDER).body["registrationState"]

    after = arm.ask("POST", f"{PROVIDER}/register").body["registrationState"]

    assert (refused.status, refused.code) == (409, "MissingSubscriptionRegistration")
    assert (before, after) == ("NotRegistered", "Registered")
    assert arm.get(f"{PROVIDER}/accounts").status == 200
