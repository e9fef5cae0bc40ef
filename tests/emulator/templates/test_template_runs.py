"""Templates on the wire: validated, tried, run in order and side by side, told about as Azure tells."""

from __future__ import annotations

import re

import pytest
from emulator.arm_client import ACCOUNT, GROUP, SUBSCRIPTION
from emulator.templates.templates import (
    ACCOUNT_TYPE,
    RUN,
    SERIAL,
    account,
    begin,
    deploy,
    deployments,
    end,
    request,
    rows,
    template,
    what_if,
)

POLICY = {
    "type": f"{ACCOUNT_TYPE}/raiPolicies",
    "apiVersion": "2025-06-01",
    "name": "voice/strict",
    "dependsOn": ["voice"],
    "properties": {"basePolicyName": "Microsoft.Default", "mode": "Blocking", "contentFilters": []},
}


def names(arm, path=f"{ACCOUNT}/deployments"):
    return {one["name"] for one in arm.get(path).body["value"]}


def codes(error):
    return {one["code"] for one in error["details"]}


def test_siblings_that_write_to_one_account_fail_as_on_azure(arm):
    ended = deploy(arm, template(account(), deployments(3)))

    assert ended["provisioningState"] == "Failed"
    assert ended["error"]["code"] == "DeploymentFailed"
    assert codes(ended["error"]) == {"RequestConflict"}
    assert len(names(arm)) == 1, "the first wins"


@pytest.mark.parametrize("settings", [{}, {"pacing": "fast"}], ids=["instant", "fast"])
def test_the_same_in_a_serial_loop_of_one_succeeds(arm, emulator, settings):
    emulator.ask("PATCH", "settings", settings)

    ended = deploy(arm, template(account(), deployments(3, loop=SERIAL)))

    assert ended["provisioningState"] == "Succeeded"
    assert names(arm) == {"audio0", "audio1", "audio2"}


def test_a_batch_of_two_conflicts_with_itself(arm):
    ended = deploy(
        arm, template(account(), deployments(4, loop={"mode": "serial", "batchSize": 2}))
    )

    assert codes(ended["error"]) == {"RequestConflict"}


def test_accounts_side_by_side_do_not_conflict(arm):
    resources = [account(name) for name in ("one", "two", "three")]

    assert deploy(arm, template(*resources))["provisioningState"] == "Succeeded"


def test_what_if_agrees_with_what_happens(arm):
    what = template(account(tags={"a": "b"}), deployments(2, loop=SERIAL))
    arm.group()
    before = what_if(arm, what)
    deploy(arm, what)
    after = what_if(arm, what)
    changed = template(account(tags={"a": "c"}), deployments(1, loop=SERIAL, sku={"name": "GlobalStandard", "capacity": 5}))  # fmt: skip
    later = rows(arm, changed)

    assert before == {"voice": "Create", "audio0": "Create", "audio1": "Create"}
    assert after == {"voice": "NoChange", "audio0": "NoChange", "audio1": "NoChange"}
    assert [one["path"] for one in later["voice"]["delta"]] == ["tags.a"]
    assert later["audio0"]["delta"] == [
        {"path": "sku.capacity", "propertyChangeType": "Modify", "before": 1, "after": 5}
    ]


def test_what_if_leaves_no_trace(arm):
    arm.group()
    what_if(arm, template(account()))

    assert arm.get(ACCOUNT).status == 404


def test_what_the_template_does_not_name_is_ignored_or_in_mode_complete_deleted(arm):
    other = f"{GROUP}/providers/{ACCOUNT_TYPE}/other"
    arm.account(other)
    what = template(account())
    incremental, complete = what_if(arm, what), what_if(arm, what, mode="Complete")
    deploy(arm, what, mode="Complete")

    assert (incremental["other"], complete["other"]) == ("Ignore", "Delete")
    assert arm.get(other).status == 404


def test_what_mode_complete_may_not_delete_fails_the_run(arm):
    arm.account()
    arm.deployment()

    ended = deploy(arm, template(account("only")), mode="Complete")

    assert ended["provisioningState"] == "Failed"
    assert [one["code"] for one in ended["error"]["details"]] == [
        "CannotDeleteAccountWithDeployments"
    ]


def test_preflight_wraps_every_refusal_and_writes_nothing(arm):
    arm.group()
    broken = deployments(
        2, properties={"model": {"format": "OpenAI", "name": "gpt-9", "version": "1"}}
    )

    for path, method in ((f"{RUN}/validate", "POST"), (RUN, "PUT"), (f"{RUN}/whatIf", "POST")):
        answer = arm.ask(method, path, request(template(account(), broken)))
        assert (answer.status, answer.code) == (400, "InvalidTemplateDeployment")
        assert answer.message.startswith("The template deployment 'main' is not valid according to")
        assert codes(answer.body["error"]) == {"DeploymentModelNotSupported"}
    assert arm.get(ACCOUNT).status == 404


def test_preflight_sees_quota_subdomains_and_soft_deleted_names(arm):
    arm.account()
    arm.ask("DELETE", ACCOUNT)
    arm.account(ACCOUNT.replace("/voice", "/held"))

    answer = begin(
        arm, template(account(), account("late", properties={"customSubDomainName": "held"}))
    )

    assert codes(answer.body["error"]) == {"FlagMustBeSetForRestore", "CustomDomainInUse"}


def test_a_conflict_is_no_matter_of_preflight(arm, emulator):
    emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 60})
    arm.account()

    answer = arm.ask("POST", f"{RUN}/validate", request(template(deployments(1, dependsOn=[]))))

    assert answer.status == 200


def test_a_filter_of_the_same_template_is_unknown_to_preflight(arm, emulator):
    named = deployments(1, dependsOn=["strict"], properties={
        "model": {"format": "OpenAI", "name": "gpt-4o-audio-preview", "version": "2024-12-17"},
        "raiPolicyName": "strict",
    })  # fmt: skip
    policy = {**POLICY, "name": "voice/strict"}
    what = template(account(), policy, {**named, "dependsOn": ["voice/strict"]})
    arm.group()
    refused = begin(arm, what)
    emulator.ask("PATCH", "settings", {"preflightKnowsRaiPolicies": True})

    assert codes(refused.body["error"]) == {"InvalidResourceProperties"}
    assert deploy(arm, what)["provisioningState"] == "Succeeded"


def test_the_wire_is_as_recorded(arm, emulator):
    emulator.ask("PATCH", "settings", {"pacing": "fast"})
    arm.group()
    what = template(
        account(),
        parameters={"word": {"type": "string", "defaultValue": "x"}, "key": {"type": "secureString", "defaultValue": "s"}},
        outputs={"endpoint": {"type": "string", "value": "[reference('voice').endpoint]"}},
    )  # fmt: skip
    answer = begin(arm, what)
    address = answer.headers["azure-asyncoperation"]
    running = arm.follow(address)
    ended = end(arm)

    assert (answer.status, answer.body["properties"]["provisioningState"]) == (201, "Accepted")
    assert answer.headers["Retry-After"] is None
    assert re.search(r"/deployments/main/operationStatuses/0858\d{16}\?api-version=2025-04-01&t=", address)  # fmt: skip
    assert running.body == {"status": "Running"}
    assert arm.follow(address).body == {"status": "Succeeded"}
    assert ended["parameters"] == {
        "word": {"type": "String", "value": "x"},
        "key": {"type": "SecureString"},
    }
    assert ended["outputs"] == {
        "endpoint": {"type": "String", "value": arm.get(ACCOUNT).body["properties"]["endpoint"]}
    }
    assert ended["outputResources"] == [{"id": ACCOUNT}]
    assert re.fullmatch(r"PT\d+(\.\d+)?S", ended["duration"])
    assert ended["providers"][0]["namespace"] == "Microsoft.CognitiveServices"
    assert begin(arm, what).status == 200


def test_operations_are_told_for_each_resource_and_for_the_outputs(arm):
    deploy(arm, template(account(), deployments(2)))
    failed = arm.get(f"{GROUP.lower()}/deployments/main/operations").body["value"]
    statuses = sorted(one["properties"]["statusCode"] for one in failed)
    deploy(arm, template(account()))
    rows = arm.get(f"{RUN}/operations").body["value"]

    assert statuses == ["Conflict", "Created", "Created"]
    assert [one["properties"]["provisioningOperation"] for one in rows] == ["Create", "EvaluateDeploymentOutput"]  # fmt: skip
    assert rows[0]["properties"]["targetResource"]["id"] == ACCOUNT
    assert re.fullmatch(r"[0-9A-F]{16}", rows[0]["operationId"])


def test_deployments_are_listed_with_a_slash_behind_and_forgotten(arm):
    deploy(arm, template(account()))
    listed = [
        one["name"]
        for one in arm.get(f"{GROUP}/providers/Microsoft.Resources/deployments/").body["value"]
    ]

    assert listed == ["main"]
    assert arm.ask("HEAD", RUN).status == 204
    assert arm.ask("DELETE", RUN).status == 204
    assert arm.get(RUN).code == "DeploymentNotFound"
    assert arm.get(ACCOUNT).status == 200, "what it wrote stays"


def test_a_run_that_goes_on_cannot_be_overwritten_and_can_be_cancelled(arm, emulator):
    emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 0.2})
    arm.group()
    what = template(account(), deployments(2, loop=SERIAL))
    begin(arm, what)
    again = begin(arm, what)
    cancelled = arm.ask("POST", f"{RUN}/cancel")
    ended = end(arm)

    assert (again.status, again.code) == (409, "DeploymentActive")
    assert (cancelled.status, ended["provisioningState"]) == (204, "Canceled")
    assert names(arm) == set()
    assert arm.ask("POST", f"{RUN}/cancel").status == 409


def test_a_subscription_deploys_groups_and_nested_templates_into_them(arm):
    inner = template(
        account(),
        deployments(2, loop=SERIAL),
        outputs={
            "id": {
                "type": "string",
                "value": "[resourceId('Microsoft.CognitiveServices/accounts', 'voice')]",
            }
        },
    )
    what = template(
        {
            "type": "Microsoft.Resources/resourceGroups",
            "apiVersion": "2024-03-01",
            "name": "rg",
            "location": "eastus2",
        },
        {
            "type": "Microsoft.Resources/deployments",
            "apiVersion": "2024-03-01",
            "name": "inner",
            "resourceGroup": "rg",
            "dependsOn": ["[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'rg')]"],
            "properties": {
                "mode": "Incremental",
                "expressionEvaluationOptions": {"scope": "inner"},
                "template": inner,
            },
        },
        outputs={"id": {"type": "string", "value": "[reference('inner').outputs.id.value]"}},
    )
    path = f"{SUBSCRIPTION}/providers/Microsoft.Resources/deployments/whole"
    body = {**request(what), "location": "eastus2"}
    assert arm.ask("PUT", path, body, **{"api-version": "2025-04-01"}).status == 201
    ended = end(arm, path)

    assert ended["provisioningState"] == "Succeeded", ended
    assert ended["outputs"]["id"]["value"] == ACCOUNT
    assert names(arm) == {"audio0", "audio1"}


def test_a_nested_template_that_fails_fails_the_outer_one(arm):
    inner = template(account(), deployments(2))
    nested = {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2024-03-01",
        "name": "inner",
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "template": inner,
        },
    }

    ended = deploy(arm, template(nested))

    assert codes(ended["error"]) == {"DeploymentFailed"}
    assert codes(ended["error"]["details"][0]) == {"RequestConflict"}


def test_a_role_is_assigned_at_the_scope_that_a_resource_names(arm):
    role = {
        "type": "Microsoft.Authorization/roleAssignments",
        "apiVersion": "2022-04-01",
        "name": "[guid('voice', 'someone')]",
        "scope": f"[format('{ACCOUNT_TYPE}/{{0}}', 'voice')]",
        "dependsOn": ["voice"],
        "properties": {
            "roleDefinitionId": "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '5e0bd9bd-7b93-4f28-af87-19fc36ad61bd')]",
            "principalId": "[reference('voice', '2025-06-01', 'Full').identity.principalId]",
            "principalType": "ServicePrincipal",
        },
    }
    ended = deploy(arm, template(account(identity={"type": "SystemAssigned"}), role))
    assigned = arm.get(
        f"{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments", **{"$filter": "atScope()"}
    ).body["value"]
    principal = arm.get(ACCOUNT).body["identity"]["principalId"]

    assert ended["provisioningState"] == "Succeeded", ended
    assert principal in {one["properties"]["principalId"] for one in assigned}


def test_keys_are_listed_where_a_template_asks_for_them(arm):
    outputs = {
        "key": {
            "type": "string",
            "value": f"[listKeys(resourceId('{ACCOUNT_TYPE}', 'voice'), '2025-06-01').key1]",
        }
    }
    ended = deploy(arm, template(account(), outputs=outputs))

    assert ended["outputs"]["key"]["value"] == arm.ask("POST", f"{ACCOUNT}/listKeys").body["key1"]


def test_what_a_template_writes_needs_the_permission_of_a_request_of_its_own(arm):
    arm.group()
    helper = arm.principal("helper", "Reader", "Cognitive Services OpenAI Contributor")
    refused = begin(helper, template(account()))

    assert refused.status in (400, 403)
    assert "AuthorizationFailed" in str(refused.body)


def test_az_sends_a_body_that_is_not_json(arm):
    arm.group()
    text = "{ // comment\n \"$schema\": \"s\", 'contentVersion': '1.0.0.0', resources: [], }"
    raw = '{"properties": {"mode": "Incremental", "parameters": {}, template:' + text + "}}"
    headers = {"Authorization": f"Bearer {arm.token()}"}

    answer = arm.send(
        "POST", f"{RUN}/validate?api-version=2025-04-01", raw=raw.encode(), headers=headers
    )

    assert answer.body["properties"]["provisioningState"] == "Succeeded"


def test_a_run_that_the_emulator_did_not_survive_has_failed(tmp_path):
    from datetime import date

    from deployer.emulator.cloud import EmulatedCloud
    from deployer.emulator.state.records import TemplateDeployment

    cloud = EmulatedCloud(tmp_path, date(2025, 2, 6))
    cloud.store.put(TemplateDeployment(GROUP, "main", {"provisioningState": "Running"}, "1"))
    cloud.close()
    again = EmulatedCloud(tmp_path, date(2025, 2, 6))

    found = again.store.template_deployment(GROUP, "main")
    assert found
    assert found.state == "Failed"
    again.close()
