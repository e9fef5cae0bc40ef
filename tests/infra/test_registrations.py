"""What the Pulumi program registers: resources, options and edges, read from the requests themselves."""

from __future__ import annotations

import inspect
import json
import os
from functools import cache
from pathlib import Path

import pulumi_azure_native.authorization as authorization  # noqa: PLR0402 - as in infra
import pulumi_azure_native.cognitiveservices as cognitiveservices  # noqa: PLR0402
import pulumi_azure_native.resources as resources  # noqa: PLR0402
import pytest
from command_line import CONFIGS
from google.protobuf import json_format
from infra_documents import (
    ACCOUNT,
    DEPLOYMENT,
    GROUP,
    INFRA,
    POLICY,
    PRINCIPAL,
    ROLE,
    SUBSCRIPTION,
    USER_ROLE,
    account,
    deployment,
    document,
    edges,
    exported,
    inputs,
    policy,
    registered,
    role,
    tail,
)

from deployer.core.naming import camel

SNAPSHOTS = Path(__file__).with_name("registrations")
NOISE = {
    "acceptResources",
    "acceptSecrets",
    "aliases",
    "deleteBeforeReplaceDefined",
    "propertyDependencies",
    "sourcePosition",
    "stackTrace",
    "supportsPartialValues",
    "supportsResultReporting",
    "version",
}
"""What says something about the SDK or the machine, and nothing about us."""

FULL = document(
    account(
        "Voice-EUS2",
        deployment("Audio"),
        deployment("realtime"),
        raiPolicies=[policy("Strict"), policy("Lenient")],
        roles=[role()],
    ),
    account("voice-swc", deployment("audio")),
)
ROLE_NAME = f"{ROLE}::voice-eus2/{USER_ROLE}/{PRINCIPAL}"


@cache
def full():
    """What is registered for `FULL`; reading it takes nothing from it."""
    return registered(FULL)


@pytest.mark.parametrize("config", sorted(CONFIGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_configuration_registers_what_it_did(config):
    found = snapshot(registered(exported(config)))
    kept = SNAPSHOTS / f"{config.stem}.json"
    if os.environ.get("REGENERATE_SAMPLES"):
        kept.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8", newline="\n")

    assert kept.exists(), "run this test once with REGENERATE_SAMPLES=1 and read what it wrote"
    assert json.loads(kept.read_text(encoding="utf-8")) == found


def snapshot(requests):
    found = {}
    for key, request in sorted(requests.items()):
        said = json_format.MessageToDict(request)
        found[key] = {name: said[name] for name in sorted(said) if name not in NOISE}
    return found


def test_the_sample_is_what_is_exported_of_the_production_file():
    sample = json.loads((INFRA / "desired.sample.json").read_text(encoding="utf-8"))

    assert exported(CONFIGS / "prod.yaml") == sample


def test_filters_and_deployments_of_an_account_are_a_chain_and_roles_wait_for_the_account_only():
    assert {
        "pulumi:providers:azure-native::azure": [],
        f"{GROUP}::rg-voice": [],
        f"{ACCOUNT}::voice-eus2": [f"{GROUP}::rg-voice"],
        f"{POLICY}::voice-eus2/strict": [f"{ACCOUNT}::voice-eus2"],
        f"{POLICY}::voice-eus2/lenient": [f"{POLICY}::voice-eus2/strict"],
        f"{DEPLOYMENT}::voice-eus2/audio": [f"{POLICY}::voice-eus2/lenient"],
        f"{DEPLOYMENT}::voice-eus2/realtime": [f"{DEPLOYMENT}::voice-eus2/audio"],
        ROLE_NAME: [f"{ACCOUNT}::voice-eus2"],
        f"{ACCOUNT}::voice-swc": [f"{GROUP}::rg-voice"],
        f"{DEPLOYMENT}::voice-swc/audio": [f"{ACCOUNT}::voice-swc"],
    } == edges(full())


def test_what_an_account_holds_hangs_under_one_component():
    parents = {key: tail(one.parent) for key, one in full().items() if "swc" in key}

    assert {"deployer:azure:OpenAIAccount::voice-swc"} == set(parents.values())


def test_a_group_that_is_not_managed_is_not_declared():
    found = edges(registered(document(resourceGroup={"name": "rg-theirs", "manage": False})))

    assert [] == found[f"{ACCOUNT}::voice-eus2"]
    assert [] == [key for key in found if key.startswith(GROUP)]


def test_only_accounts_and_their_group_are_protected_and_the_others_say_that_they_are_not():
    found = {
        key: one.protect if one.HasField("protect") else None
        for key, one in full().items()
        if "providers" not in key
    }

    assert {f"{GROUP}::rg-voice", f"{ACCOUNT}::voice-eus2", f"{ACCOUNT}::voice-swc"} == {
        key for key, protect in found.items() if protect
    }
    assert None not in found.values()


def test_nothing_is_protected_when_the_document_says_so():
    assert [] == [key for key, one in registered(document(protect=False)).items() if one.protect]


def test_another_model_or_sku_replaces_a_deployment_and_nothing_replaces_an_account():
    found = {key: list(one.replaceOnChanges) for key, one in full().items()}
    replaced = ["properties.model.name", "properties.model.format", "sku.name"]

    assert replaced == found[f"{DEPLOYMENT}::voice-eus2/audio"]
    assert [] == found[f"{ACCOUNT}::voice-eus2"]


def test_what_has_a_name_is_deleted_before_it_is_made_anew():
    found = {one.deleteBeforeReplace for key, one in full().items() if "providers" not in key}

    assert {True} == found


@pytest.mark.parametrize(
    ("option", "keep_upgrades", "ignored"),
    [
        ("NoAutoUpgrade", True, ["properties.currentCapacity"]),
        (None, True, ["properties.currentCapacity"]),
        (
            "OnceNewDefaultVersionAvailable",
            True,
            ["properties.currentCapacity", "properties.model.version"],
        ),
        (
            "OnceCurrentVersionExpired",
            True,
            ["properties.currentCapacity", "properties.model.version"],
        ),
        ("OnceNewDefaultVersionAvailable", False, ["properties.currentCapacity"]),
    ],
)
def test_a_version_is_ignored_where_azure_may_raise_it(option, keep_upgrades, ignored):
    wanted = deployment()
    wanted.pop("versionUpgradeOption")
    if option:
        wanted["versionUpgradeOption"] = option
    found = registered(document(account("a1", wanted)), keep_upgrades=keep_upgrades)

    assert ignored == list(found[f"{DEPLOYMENT}::a1/realtime"].ignoreChanges)


def test_the_groups_location_never_replaces_it():
    assert ["location"] == list(full()[f"{GROUP}::rg-voice"].ignoreChanges)


def test_what_takes_the_accounts_lock_waits_for_it():
    found = {key for key, one in full().items() if list(one.hooks.on_error)}

    assert {key for key in full() if key.startswith((ACCOUNT, POLICY, DEPLOYMENT))} == (found)


def test_what_exists_is_imported_under_its_id():
    imports = {f"{DEPLOYMENT}::voice-eus2/realtime": "/subscriptions/x"}
    found = registered(document(), imports=imports)

    assert imports == {key: one.importId for key, one in found.items() if one.importId}


def test_names_are_azures_and_logical_names_have_no_case():
    found = inputs(full()[f"{DEPLOYMENT}::voice-eus2/audio"])

    assert ("rg-voice", "Voice-EUS2", "Audio") == (
        found["resourceGroupName"],
        found["accountName"],
        found["deploymentName"],
    )


def test_what_the_document_does_not_state_is_not_sent():
    found = inputs(registered(document(account("a1")))[f"{ACCOUNT}::a1"])

    assert {
        "accountName": "a1",
        "location": "eastus2",
        "properties": {},
        "resourceGroupName": "rg-voice",
    } == found


def test_whatever_the_document_may_state_is_sent():
    strict = policy()
    strict["mode"] = "Blocking"
    strict["contentFilters"][0]["severityThreshold"] = "High"
    granted = {**role(), "principalType": "Group", "description": "whose it is"}
    found = registered(
        document(
            account("a1", deployment(raiPolicyName="Strict"), raiPolicies=[strict], roles=[granted])
        )
    )

    properties = inputs(found[f"{POLICY}::a1/strict"])["properties"]
    assert {
        "basePolicyName": "Microsoft.DefaultV2",
        "mode": "Blocking",
        "contentFilters": [
            {
                "name": "hate",
                "source": "Prompt",
                "enabled": True,
                "blocking": True,
                "severityThreshold": "High",
            }
        ],
    } == properties
    sent = inputs(found[f"{ROLE}::a1/{USER_ROLE}/{PRINCIPAL}"])
    assert ("Group", "whose it is") == (sent["principalType"], sent["description"])
    assert "Strict" == inputs(found[f"{DEPLOYMENT}::a1/realtime"])["properties"]["raiPolicyName"]


def test_tags_are_carried_as_they_are():
    tags = {"deployer": "voice", "deployer-engine": "pulumi"}
    wanted = document(
        account("a1", deployment(tags=tags), tags=tags),
        resourceGroup={"name": "g", "location": "eastus2", "manage": True, "tags": tags},
    )
    found = registered(wanted)

    for key in (f"{GROUP}::g", f"{ACCOUNT}::a1", f"{DEPLOYMENT}::a1/realtime"):
        assert tags == inputs(found[key])["tags"]


def test_a_role_is_on_the_account_as_the_document_spells_it():
    scope = inputs(full()[ROLE_NAME])["scope"]

    assert scope == (
        f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-voice"
        "/providers/Microsoft.CognitiveServices/accounts/Voice-EUS2"
    )


def test_the_provider_is_for_the_documents_subscription_and_cloud(monkeypatch):
    monkeypatch.setenv("ARM_ENVIRONMENT", "usgovernment")
    provider = registered(document())["pulumi:providers:azure-native::azure"]

    assert {"subscriptionId": SUBSCRIPTION, "environment": "usgovernment"} == inputs(provider)


PROPERTIES = {
    GROUP: resources.ResourceGroupArgs,
    ACCOUNT: cognitiveservices.AccountArgs,
    f"{ACCOUNT}.properties": cognitiveservices.AccountPropertiesArgs,
    f"{ACCOUNT}.sku": cognitiveservices.SkuArgs,
    DEPLOYMENT: cognitiveservices.DeploymentArgs,
    f"{DEPLOYMENT}.properties": cognitiveservices.DeploymentPropertiesArgs,
    f"{DEPLOYMENT}.properties.model": cognitiveservices.DeploymentModelArgs,
    f"{DEPLOYMENT}.sku": cognitiveservices.SkuArgs,
    POLICY: cognitiveservices.RaiPolicyArgs,
    f"{POLICY}.properties": cognitiveservices.RaiPolicyPropertiesArgs,
    f"{POLICY}.properties.contentFilters": cognitiveservices.RaiPolicyContentFilterArgs,
    ROLE: authorization.RoleAssignmentArgs,
}


def test_azure_native_knows_every_property_that_is_sent():
    for key, request in full().items():
        kind = key.partition("::")[0]
        if kind in PROPERTIES:
            known(kind, inputs(request))


def known(path, said):
    for one in said if isinstance(said, list) else [said]:
        if isinstance(one, dict) and not path.endswith(".tags"):
            names = {camel(name) for name in inspect.signature(PROPERTIES[path]).parameters}
            assert set() == set(one) - names, path
            for name, value in one.items():
                known(f"{path}.{name}", value)
