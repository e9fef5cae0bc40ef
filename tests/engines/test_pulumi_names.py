"""Addresses and URNs name the same things."""

import pytest
from build import AUDIO, SCOPE, account, deleted, deployment, group, role

from deployer.azure.ids import arm_id
from deployer.engines.pulumi.names import address, held, name_of

RESOURCES = [
    group("RG-Voice"),
    account("Voice-A"),
    deployment("Real.Time", "Voice-A"),
    role("Voice-A"),
]
URN = "urn:pulumi:prod::azure-openai-voice::{}::{}"


def urn(resource, inside="pulumi:pulumi:Stack$deployer:azure:OpenAIAccount$"):
    kind, name = name_of(resource)
    return URN.format(inside + kind, name)


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: type(one).__name__)
def test_a_urn_leads_back_to_the_address(resource):
    assert [resource.address] * 2 == [address(urn(resource)), address(urn(resource, inside=""))]


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("pulumi:pulumi:Stack", "azure-openai-voice-prod"),
        ("deployer:azure:OpenAIAccount", "voice-a"),
        ("pulumi:providers:azure-native", "azure"),
        ("azure-native:storage:StorageAccount", "voice-a"),
        ("azure-native:cognitiveservices:Account", "voice-a/strange"),
    ],
)
def test_what_is_no_resource_of_ours_has_no_address(kind, name):
    assert address(URN.format(kind, name)) is None


def test_what_waits_to_be_deleted_is_not_held():
    kept, going = deployment("one"), deployment("two", model=AUDIO)
    exported = {
        "resources": [
            {"urn": URN.format("pulumi:pulumi:Stack", "x"), "custom": False},
            {"urn": urn(kept), "custom": True},
            {"urn": urn(going), "custom": True, "delete": True},
        ]
    }

    assert {kept.address} == held(exported)


def test_an_empty_stack_holds_nothing():
    assert frozenset() == held({})


def test_where_they_stand_in_azure():
    group_id = f"/subscriptions/{SCOPE.subscription}/resourceGroups/rg-voice"
    there = f"{group_id}/providers/Microsoft.CognitiveServices/accounts/voice-a"

    assert [group_id, there, f"{there}/deployments/one"] == [
        arm_id(SCOPE, one) for one in (group(), account("voice-a"), deployment("one", "voice-a"))
    ]
    assert arm_id(SCOPE, role("voice-a")).startswith(f"{there}/providers/Microsoft.Authorization/")


def test_a_soft_deleted_account_is_nothing_that_pulumi_knows():
    with pytest.raises(ValueError, match="soft-deleted"):
        name_of(deleted())
