"""Who may do what: roles decide on both planes, at a scope and above."""

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

from deployer.emulator.identity.roles import DATA_ACTION, ROLES, find_role, matches

ASSIGNMENTS = "providers/Microsoft.Authorization/roleAssignments"
ONE, OTHER = "00000000-0000-0000-0000-00000000a551", "00000000-0000-0000-0000-00000000a552"
LOCKS = "providers/Microsoft.Authorization/locks"
RUNS = "providers/Microsoft.Resources/deployments"
CHAT = DATA_ACTION + "chat/completions/action"
WRITE_ACCOUNT = "Microsoft.CognitiveServices/accounts/write"
WRITE_DEPLOYMENT = "Microsoft.CognitiveServices/accounts/deployments/write"
ASSIGN = "Microsoft.Authorization/roleAssignments/write"
READ = "Microsoft.CognitiveServices/accounts/read"

# role: writes accounts, writes deployments, assigns roles, reads, calls a model
MAY = {
    "Owner": (True, True, True, True, False),
    "Contributor": (True, True, False, True, False),
    "Reader": (False, False, False, True, False),
    "User Access Administrator": (False, False, True, True, False),
    "Role Based Access Control Administrator": (False, False, True, True, False),
    "Cognitive Services Contributor": (True, True, False, True, False),
    "Cognitive Services OpenAI Contributor": (False, True, False, True, True),
    "Cognitive Services OpenAI User": (False, False, False, True, True),
    "Cognitive Services User": (False, False, False, True, True),
    "Foundry User": (False, False, False, True, True),
    "Azure AI Developer": (False, False, False, True, True),
}


@pytest.mark.parametrize("role", ROLES, ids=lambda one: one.name)
def test_a_role_allows_what_azures_does(role):
    actions = (WRITE_ACCOUNT, WRITE_DEPLOYMENT, ASSIGN, READ)
    allowed = (*(role.allows(action) for action in actions), role.allows_data(CHAT))

    assert allowed == MAY[role.name]


@pytest.mark.parametrize(
    ("pattern", "action", "expected"),
    [
        ("*", READ, True),
        ("*/read", READ.upper(), True),
        ("*/read", WRITE_ACCOUNT, False),
        ("Microsoft.Authorization/*/Write", ASSIGN, True),
        ("Microsoft.CognitiveServices/*/read", "Microsoft.Storage/a/read", False),
    ],
)
def test_actions_match_patterns_in_any_case(pattern, action, expected):
    assert matches(pattern, action) is expected


def test_a_role_is_found_by_name_guid_or_id():
    owner = ROLES[0]

    assert find_role("owner") is find_role(owner.id.upper()) is owner
    assert find_role(f"{SUBSCRIPTION}/providers/x/roleDefinitions/{owner.id}") is owner
    assert find_role("Nobody") is None


def test_a_reader_reads_and_changes_nothing(arm):
    arm.account()
    reader = arm.principal("reader", "Reader")

    refused = reader.ask("PUT", DEPLOYMENT, deployment_body())

    assert reader.get(ACCOUNT).status == 200
    assert (refused.status, refused.code) == (403, "AuthorizationFailed")
    assert f"action '{WRITE_DEPLOYMENT}' over scope '{DEPLOYMENT}'" in refused.message
    assert f"object id '{arm.object_id('reader')}'" in refused.message


def test_an_openai_contributor_writes_deployments_but_no_accounts(arm):
    arm.account()
    contributor = arm.principal("maker", "Cognitive Services OpenAI Contributor")

    assert contributor.ask("PUT", DEPLOYMENT, deployment_body()).status == 201
    assert contributor.ask("PUT", ACCOUNT, account_body()).status == 403


def test_a_role_at_a_group_reaches_its_accounts_and_nothing_else(arm):
    arm.account()
    arm.group(f"{SUBSCRIPTION}/resourceGroups/rg2")
    guest = arm.principal("guest")
    assign(arm, GROUP, arm.object_id("guest"), "Reader")

    assert guest.get(ACCOUNT).status == 200
    assert guest.get(f"{SUBSCRIPTION}/resourceGroups/rg2").status == 403
    assert guest.get(f"{PROVIDER}/accounts").status == 403


def test_without_any_role_there_is_no_subscription(arm):
    nobody = arm.principal("nobody")

    assert nobody.get("/subscriptions").body == {"value": []}
    assert [one["subscriptionId"] for one in arm.get("/subscriptions").body["value"]] == [
        SUBSCRIPTION.rsplit("/", 1)[1]
    ]


def test_changing_a_principals_roles_keeps_who_it_is(arm):
    first = arm.emulator.ask("PUT", "principals/changing", {"roles": ["Reader"]})
    second = arm.emulator.ask("PUT", "principals/changing", {"roles": []})

    assert first == second
    assert arm.principal("changing").get(PROVIDER + "/accounts").status == 403


def test_an_assignment_reads_as_azures_and_is_idempotent(arm):
    arm.account()
    created = assign(arm, ACCOUNT, "11111111-2222-3333-4444-555555555555", "Reader")
    again = assign(arm, ACCOUNT, "11111111-2222-3333-4444-555555555555", "Reader")

    assert (created.status, again.status) == (201, 200)
    # Only later answers know who made it.
    made_by = {"createdBy": again.body["properties"]["createdBy"]}
    assert {**created.body["properties"], **made_by} == again.body["properties"]
    assert created.body["id"] == again.body["id"]
    assert created.body["properties"]["scope"] == ACCOUNT
    assert created.body["properties"]["condition"] is None
    assert created.body["id"] == f"{ACCOUNT}/{ASSIGNMENTS}/{ONE}"


GUID = "00000000-0000-0000-0000-00000000a551"


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("PUT", f"{GROUP}/{ASSIGNMENTS}/{GUID}", f"{GROUP}/{ASSIGNMENTS}/{GUID}"),
        ("DELETE", f"{ACCOUNT}/{LOCKS}/keep", f"{ACCOUNT}/{LOCKS}/keep"),
        ("PUT", f"{GROUP}/{RUNS}/run", f"{GROUP}/{RUNS}/run"),
        ("POST", f"{GROUP}/{RUNS}/run/whatIf", f"{GROUP}/{RUNS}/run"),
        ("GET", f"{GROUP}/{RUNS}/run/operations", f"{GROUP}/{RUNS}/run"),
        ("GET", f"{GROUP}/{ASSIGNMENTS}", GROUP),
        ("POST", f"{PROVIDER}/register", SUBSCRIPTION),
        ("GET", f"{PROVIDER}/accounts", SUBSCRIPTION),
        ("POST", f"{ACCOUNT}/listKeys", ACCOUNT),
        (
            "PUT",
            f"{GROUP}/providers/Microsoft.Resources/tags/default",
            f"{GROUP}/providers/Microsoft.Resources/tags/default",
        ),
    ],
)
def test_a_missing_permission_names_the_object(arm, method, path, scope):
    arm.account()

    refused = arm.principal("nobody").ask(method, path, {})

    assert f"over scope '{scope}' or" in refused.message


def test_a_list_shows_assignments_above_and_below_a_scope(arm):
    arm.account()
    assign(arm, ACCOUNT, "b", "Reader", name=ONE)
    assign(arm, SUBSCRIPTION, "a", "Reader", name=OTHER)

    def listed(scope, **query):
        rows = arm.get(f"{scope}/{ASSIGNMENTS}", **query).body["value"]
        names = {ONE: "below", OTHER: "above"}
        return {names[row["name"]] for row in rows if row["name"] in names}

    assert listed(GROUP) == {"above", "below"}
    assert listed(GROUP, **{"$filter": "atScope()"}) == {"above"}
    assert listed(GROUP, **{"$filter": "principalId eq 'b'"}) == {"below"}
    assert listed(GROUP, **{"$filter": "assignedTo('a')"}) == {"above"}


def test_an_assignment_keeps_its_condition_and_may_change_it(arm):
    def put(condition):
        stated = {"condition": condition, "conditionVersion": "2.0"}
        return assign(arm, SUBSCRIPTION, "a", "Reader", **stated).body["properties"]

    first = put("@Resource[a] StringEquals 'b'")
    second = put("@Resource[a] StringEquals 'c'")

    read = arm.get(f"{SUBSCRIPTION}/{ASSIGNMENTS}/{ONE}").body["properties"]
    assert (first["condition"], first["conditionVersion"]) == (
        "@Resource[a] StringEquals 'b'",
        "2.0",
    )
    assert read["condition"] == second["condition"] == "@Resource[a] StringEquals 'c'"


@pytest.mark.parametrize("name", ["Foundry User", "Azure AI User"])
def test_a_renamed_role_is_found_by_both_its_names(arm, name):
    path = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"

    rows = arm.get(path, **{"$filter": f"roleName eq '{name}'"}).body["value"]

    assert [row["properties"]["roleName"] for row in rows] == ["Foundry User"]


def test_deleting_an_assignment_twice_is_200_then_204(arm):
    assign(arm, SUBSCRIPTION, "a", "Reader")
    path = f"{SUBSCRIPTION}/{ASSIGNMENTS}/{ONE}"

    assert [arm.ask("DELETE", path).status for _ in range(2)] == [200, 204]


def test_an_account_takes_its_assignments_with_it(arm):
    arm.account()
    assign(arm, ACCOUNT, "a", "Reader")
    arm.ask("DELETE", ACCOUNT)
    arm.ask("PUT", ACCOUNT, {"location": "eastus2", "properties": {"restore": True}})

    assert arm.get(f"{ACCOUNT}/{ASSIGNMENTS}/{ONE}").status == 404


def test_a_role_definition_is_found_by_its_name(arm):
    path = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    found = arm.get(path, **{"$filter": "roleName eq 'Cognitive Services OpenAI User'"}).body

    assert [one["name"] for one in found["value"]] == ["5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"]
    assert arm.get(f"{path}/{found['value'][0]['name']}").body == found["value"][0]


def test_permissions_are_those_of_the_roles_held(arm):
    arm.group()
    maker = arm.principal("maker", "Contributor", "Cognitive Services OpenAI User")

    rows = maker.get(f"{GROUP}/providers/Microsoft.Authorization/permissions").body["value"]

    assert [row["actions"][0] for row in rows if row["notActions"]] == ["*"]
    assert any(CHAT in row["dataActions"] for row in rows)


def assign(arm, scope, principal, role, name=ONE, **more):
    found = find_role(role)
    assert found
    definition = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{found.id}"
    stated = {
        "roleDefinitionId": definition,
        "principalId": principal,
        "principalType": "ServicePrincipal",
        **more,
    }
    return arm.ask("PUT", f"{scope}/{ASSIGNMENTS}/{name}", {"properties": stated})
