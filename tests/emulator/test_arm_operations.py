"""What each operation of the control plane answers: status, headers, the shape of the body."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from emulator.arm_client import ACCOUNT, GROUP, PROVIDER, SUBSCRIPTION, account_body
from emulator.operations_table import (
    ASSIGNMENT,
    ASSIGNMENT_BODY,
    DELETED,
    LOCK,
    LOCK_BODY,
    OPERATIONS,
    POLICY,
    POLICY_BODY,
    POLL,
    RUN,
    TEMPLATE,
)
from emulator.recorded_traffic import AT_ONCE, STEERING, mismatches

from deployer.emulator.arm.routes import ROUTES
from deployer.emulator.arm.sources import FACTS
from deployer.emulator.evidence import Tag
from deployer.emulator.router import Router

COMMON = {
    "cache-control", "pragma", "expires", "strict-transport-security", "x-content-type-options", "x-cache",
    "x-msedge-ref", "x-ms-request-id", "x-ms-correlation-request-id", "x-ms-routing-request-id",
}  # fmt: skip
QUERIES = {
    "modelCapacities": {
        "modelFormat": "OpenAI", "modelName": "gpt-4o-audio-preview", "modelVersion": "2024-12-17",
    },
}  # fmt: skip


@pytest.mark.parametrize("row", OPERATIONS.values(), ids=OPERATIONS)
def test_an_operation_answers_as_recorded(arm, emulator, row):
    emulator.ask("PATCH", "settings", {"pacing": "real", **AT_ONCE})
    address = prepare(arm, row.before)

    query = QUERIES.get(row.path.rsplit("/", 1)[-1], {})
    answer = (
        arm.follow(address)
        if row.path == POLL
        else arm.ask(row.method, row.path, row.body, **query)
    )

    headers = {one.lower() for one in answer.headers}
    assert (answer.status, COMMON - headers) == (row.status, set()), answer.body
    assert headers & STEERING == set(row.headers)
    if row.shape is None:
        assert answer.body is None
    else:
        assert list(mismatches(row.shape, answer.body)) == []


def test_every_operation_has_a_row():
    router = Router(ROUTES)
    paths = [(one.method, one.path) for one in OPERATIONS.values() if one.path != POLL]
    reached = {router.find(method, path)[0] for method, path in paths}

    polled = [one.pattern for one in ROUTES if one not in reached]
    assert [one.rsplit("/", 2)[-2] for one in polled] == [
        "operationresults",
        "operationStatuses",
        "operationResults",
    ], "only what is polled has no path of its own"


def test_every_operation_cites_its_source():
    assert {one.operation for one in ROUTES} == set(FACTS)
    assert all(one.source and one.tag is not Tag.UNVERIFIED for one in FACTS.values())


def prepare(arm, before):
    """Make what has to be there; returns the address to poll, if something was begun."""
    if before == "nothing":
        return ""
    arm.group()
    answer = None
    if before in ("account", "deployment", "deleted", "purged", "policy"):
        answer = arm.account()
    if before == "deployment":
        arm.deployment()
    if before == "policy":
        arm.ask("PUT", POLICY, POLICY_BODY)
    if before in ("deleted", "purged"):
        arm.ask("DELETE", ACCOUNT)
    if before == "purged":
        answer = arm.ask("DELETE", DELETED)
    if before == "group going":
        arm.emulator.ask("PATCH", "settings", {"groupSeconds": 60})
    if before in ("group gone", "group going"):
        answer = arm.ask("DELETE", GROUP)
    if before == "run going":
        arm.emulator.ask("PATCH", "settings", {"accountSeconds": 0.3})
    if before in ("run", "run going"):
        answer = arm.ask("PUT", RUN, TEMPLATE)
    while before == "run" and arm.get(RUN).body["properties"]["provisioningState"] != "Succeeded":
        pass
    if before == "foreseen":
        answer = arm.ask("POST", f"{RUN}/whatIf", TEMPLATE)
    if before == "assignment":
        arm.ask("PUT", ASSIGNMENT, ASSIGNMENT_BODY)
    if before == "lock":
        arm.ask("PUT", LOCK, LOCK_BODY)
    headers = answer.headers if answer else {}
    return headers.get("azure-asyncoperation") or headers.get("Location", "")


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


@pytest.mark.parametrize("begun", ["account", "group gone", "run"])
def test_the_address_to_poll_is_as_long_as_azures(arm, begun):
    query = dict(parse_qsl(urlsplit(prepare(arm, begun)).query))

    assert list(query) == ["api-version", "t", "c", "s", "h"]
    assert [len(query[name]) for name in "tcsh"] == [18, 2759, 342, 43]


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


@pytest.mark.parametrize(("pacing", "milliseconds"), [("fast", "50"), ("real", None)])
def test_an_account_on_its_way_says_when_to_look_again(arm, emulator, pacing, milliseconds):
    ended = arm.account()
    emulator.ask("PATCH", "settings", {"pacing": pacing, "accountSeconds": 60})

    answers = [arm.account(), arm.get(ACCOUNT)]

    assert [one.headers["retry-after-ms"] for one in answers] == [milliseconds] * 2
    assert ended.headers["retry-after-ms"] is None


def test_restoring_what_is_alive_changes_it_when_that_is_how_azure_behaves(arm, emulator):
    emulator.ask("PATCH", "settings", {"liveAccountsCanBeRestored": True})
    arm.account()

    assert arm.account(properties={"restore": True}).status == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{SUBSCRIPTION}/resourceGroups/{'a' * 90}",
        f"{SUBSCRIPTION}/resourceGroups/.(a)-_\u00e4",
    ],
)
def test_a_group_may_be_called_whatever_azure_allows(arm, path):
    assert arm.group(path, location="West US 2").status == 201


def test_a_group_lies_in_any_region_of_azures(arm):
    regions = [one["name"] for one in arm.get(f"{SUBSCRIPTION}/locations").body["value"]]

    assert {"westus2", "northeurope", "centralindia"} <= set(regions)
    assert all(
        arm.group(f"{SUBSCRIPTION}/resourceGroups/{one}", location=one).status == 201
        for one in regions
    )


def test_only_the_providers_that_are_played_are_listed(arm):
    rows = arm.get(f"{SUBSCRIPTION}/providers").body["value"]

    assert {one["namespace"]: one["registrationState"] for one in rows} == {
        "Microsoft.CognitiveServices": "Registered",
        "Microsoft.Authorization": "Registered",
        "Microsoft.Resources": "Registered",
    }


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
