"""What a what-if shows: filters, ids alone, and no secret. What a template sees of where it is deployed."""

from __future__ import annotations

import pytest
from emulator.arm_client import ACCOUNT, GROUP, SUBSCRIPTION
from emulator.templates.templates import (
    RUN,
    account,
    changes,
    deploy,
    deployments,
    end,
    policies,
    request,
    rows,
    template,
    what_if,
)

from deployer.emulator.templates.hashing import template_hash


def test_a_content_filter_is_validated_and_foreseen(arm):
    arm.group()
    what = template(account(), policies())
    validated = arm.ask("POST", f"{RUN}/validate", request(what)).body["properties"]
    before = what_if(arm, what)
    deploy(arm, what)
    changed = rows(arm, template(account(), policies(mode="Deferred")))["strict0"]

    assert {"id": f"{ACCOUNT}/raiPolicies/strict0"} in validated["validatedResources"]
    assert before == {"voice": "Create", "strict0": "Create"}
    assert [one["path"] for one in changed["delta"]] == ["properties.mode"]


def test_a_filter_that_is_there_and_written_again_is_known_to_preflight(arm):
    named = {
        "model": {"format": "OpenAI", "name": "gpt-4o-audio-preview", "version": "2024-12-17"},
        "raiPolicyName": "strict0",
    }
    deploy(arm, template(account(), policies()))

    ended = deploy(
        arm,
        template(
            account(), policies(), deployments(1, dependsOn=["filters-voice"], properties=named)
        ),
    )

    assert ended["provisioningState"] == "Succeeded", ended


def test_ids_alone_are_shown_when_that_is_asked_for(arm):
    deploy(arm, template(account()))
    what = template(account(tags={"a": "b"}), account("new"))

    assert changes(arm, what, shows="resourceIdOnly") == [
        {"resourceId": f"{ACCOUNT[:-5]}new", "changeType": "Create"},
        {"resourceId": ACCOUNT, "changeType": "Deploy"},
    ]
    assert "after" in changes(arm, what, shows="FullResourcePayloads")[0]
    answer = arm.ask("POST", f"{RUN}/whatIf", request(what, shows="Nothing"))
    assert (answer.status, answer.code) == (400, "InvalidRequestContent")


SECRETS = {
    "word": {"type": "secureString"},
    "more": {"type": "secureObject", "defaultValue": {"deep": ["tiger-2"]}},
}


@pytest.mark.parametrize("exists", [False, True])
def test_a_secret_is_not_shown(arm, exists):
    tags = {
        "plain": "[parameters('word')]",
        "within": "[concat('a-', parameters('word'))]",
        "deep": "[parameters('more').deep[0]]",
        "open": "visible",
    }
    arm.group()
    if exists:
        deploy(arm, template(account()))

    (row,) = changes(
        arm, template(account(tags=tags), parameters=SECRETS), parameters={"word": "hunter2"}
    )

    assert "hunter2" not in str(row)
    assert "tiger-2" not in str(row)
    hidden = dict.fromkeys(("plain", "within", "deep"), "*******")
    assert row["after"]["tags"] == {**hidden, "open": "visible"}
    assert (row["resourceId"], row["after"]["name"]) == (ACCOUNT, "voice")


def test_a_secret_of_two_letters_is_only_hidden_where_it_stands_alone(arm):
    tags = {"alone": "[parameters('word')]", "within": "visible"}
    arm.group()

    (row,) = changes(
        arm,
        template(account(tags=tags), parameters={"word": SECRETS["word"]}),
        parameters={"word": "vi"},
    )

    assert row["after"]["tags"] == {"alone": "*******", "within": "visible"}


def test_a_secret_of_a_nested_template_is_not_shown(arm):
    inner = template(
        account(tags={"a": "[parameters('own')]"}),
        parameters={"own": {"type": "secureString", "defaultValue": "tiger-2"}},
    )
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
    arm.group()

    assert rows(arm, template(nested))["voice"]["after"]["tags"] == {"a": "*******"}


def test_what_only_the_clouds_answers_can_tell_fails_the_run_and_not_preflight(arm):
    arm.group()
    what = template(account(), account("late", tags={"a": "[first(reference('voice'))]"}))
    validated = arm.ask("POST", f"{RUN}/validate", request(what))
    (failed,) = deploy(arm, what)["error"]["details"]

    assert validated.status == 200
    assert failed["code"] == "InvalidTemplate"
    assert failed["message"].startswith("Unable to process template language expressions for")


def test_a_new_guid_is_the_same_in_all_that_a_deployment_writes(arm):
    one = {"type": "string", "defaultValue": "[newGuid()]"}
    tags = {"first": "[parameters('a')]", "second": "[parameters('b')]"}
    ended = deploy(
        arm,
        template(account(tags=tags), account("other", tags=tags), parameters={"a": one, "b": one}),
    )
    shown = [one["value"] for one in ended["parameters"].values()]
    written = [
        arm.get(f"{ACCOUNT[:-5]}{name}").body["tags"].values() for name in ("voice", "other")
    ]

    assert len(set(shown)) == 2
    assert [list(each) for each in written] == [shown, shown]


def outputs(**expressions):
    return {name: {"type": kind, "value": one} for name, (kind, one) in expressions.items()}


def test_a_deployment_tells_of_itself(arm):
    what = template(
        outputs=outputs(
            place=("string", "[deployment().location]"),
            hash=("string", "[deployment().properties.templateHash]"),
            mode=("string", "[deployment().properties.mode]"),
        )
    )
    path = f"{SUBSCRIPTION}/providers/Microsoft.Resources/deployments/whole"
    arm.ask("PUT", path, {**request(what), "location": "eastus2"}, **{"api-version": "2025-04-01"})

    shown = {name: one["value"] for name, one in end(arm, path)["outputs"].items()}

    assert shown == {"place": "eastus2", "hash": template_hash(what), "mode": "Incremental"}


def test_at_a_group_a_deployment_has_no_location(arm):
    arm.group()
    what = template(account(tags={"a": "[deployment().location]"}))
    answer = arm.ask("POST", f"{RUN}/validate", request(what))

    assert (answer.status, answer.code) == (400, "InvalidTemplate")
    assert "'location' doesn't exist, available properties are 'name, properties'" in answer.message


def test_the_cloud_tenant_providers_and_caller_are_told(arm):
    what = template(
        outputs=outputs(
            cloud=("object", "[environment()]"),
            tenant=("string", "[tenant().tenantId]"),
            own=("string", "[subscription().tenantId]"),
            provider=("string", "[providers('microsoft.cognitiveservices', 'Accounts').resourceType]"),
            caller=("string", "[deployer().objectId]"),
        )
    )  # fmt: skip

    shown = {name: one["value"] for name, one in deploy(arm, what)["outputs"].items()}
    metadata = arm.send("GET", "/metadata/endpoints?api-version=2022-09-01").body

    assert set(shown["cloud"]["suffixes"]) == set(metadata["suffixes"])
    assert shown["cloud"]["suffixes"]["keyVaultDns"] == f".{metadata['suffixes']['keyVaultDns']}"
    assert shown["cloud"]["authentication"] == metadata["authentication"]
    assert shown["tenant"] == shown["own"]
    assert (shown["provider"], shown["caller"]) == ("accounts", arm.object_id("deployer"))


def test_an_output_that_cannot_be_evaluated_fails_the_run_and_names_it(arm):
    what = template(
        account(),
        outputs=outputs(
            good=("string", "[reference('voice').endpoint]"),
            missing=("string", "[reference('voice').nothing]"),
            other=("int", "[reference('voice').endpoint]"),
            odd=("string", "[first(reference('voice'))]"),
            gone=("string", f"[reference('{GROUP}/providers/Microsoft.CognitiveServices/accounts/no', '2025-06-01').endpoint]"),
        ),
    )  # fmt: skip
    ended = deploy(arm, what)
    details = {one["target"]: one for one in ended["error"]["details"]}
    (row,) = (
        one["properties"]
        for one in arm.get(f"{RUN}/operations").body["value"]
        if one["properties"]["provisioningOperation"] == "EvaluateDeploymentOutput"
    )

    assert (ended["provisioningState"], ended["error"]["code"]) == ("Failed", "DeploymentOutputEvaluationFailed")  # fmt: skip
    assert set(details) == {"missing", "other", "odd", "gone"}
    assert "'nothing' doesn't exist" in details["missing"]["message"]
    assert "Expected 'int'. Actual 'String'" in details["other"]["message"]
    assert details["gone"]["code"] == "ResourceNotFound"
    assert row["provisioningState"] == "Failed"
    assert arm.get(ACCOUNT).status == 200
