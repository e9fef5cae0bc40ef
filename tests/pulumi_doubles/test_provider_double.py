"""What the double of azure-native promises apart from any engine: checks, differences, what a read carries over."""

from __future__ import annotations

import pytest
from pulumi_doubles.azure_native import AlreadyExists, AzureNative, Initialization
from pulumi_doubles.differences import Difference, difference, merged
from pulumi_doubles.marks import UNKNOWN
from pulumi_doubles.provider import Step, most_at_once
from pulumi_doubles.rest import AzureError, Rest

GROUP = "azure-native:resources:ResourceGroup"
ACCOUNT = "azure-native:cognitiveservices:Account"
DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
ROLE = "azure-native:authorization:RoleAssignment"
IN_GROUP = {"resourceGroupName": "rg-voice", "location": "eastus2"}
VOICE = {
    **IN_GROUP,
    "accountName": "voice-eus2",
    "kind": "AIServices",
    "sku": {"name": "S0"},
    "properties": {"customSubDomainName": "voice-eus2"},
}


@pytest.fixture
def native(stage) -> AzureNative:
    return AzureNative(Rest.of(stage.emulator), stage.emulator.subscription)


@pytest.mark.parametrize(
    ("token", "inputs", "problems"),
    [
        (GROUP, IN_GROUP, []),
        (GROUP, {"resourceGroupName": "rg"}, ["the double wants 'location' to be given"]),
        (ACCOUNT, {**VOICE, "color": "red"}, ["unknown property 'color'"]),
        (ACCOUNT, {**VOICE, "sku": {}}, ["missing required property 'sku.name'"]),
        (ACCOUNT, {**VOICE, "sku": {"name": 3}}, ["'sku.name' cannot be 3"]),
        (ACCOUNT, {**VOICE, "sku": {"name": UNKNOWN}}, []),
        (ACCOUNT, {**VOICE, "tags": {"a": True}}, ["'tags.a' cannot be True"]),
        (
            ACCOUNT,
            {**VOICE, "properties": {"publicNetworkAccess": "Perhaps"}},
            ["'properties.publicNetworkAccess' is 'Perhaps', known are Enabled, Disabled"],
        ),
    ],
    ids=["good", "no place", "unknown", "missing", "type", "not known yet", "map", "enum"],
)
def test_inputs_are_checked_against_the_types_of_the_sdk(native, token, inputs, problems):
    checked, wrong = native.check(token, inputs)

    assert problems == wrong
    assert checked["azureApiVersion"] == native.kind(token).version


def test_what_exists_cannot_be_created(native):
    native.create(GROUP, IN_GROUP)

    with pytest.raises(AlreadyExists, match="cannot create already existing resource"):
        native.create(GROUP, IN_GROUP)


def test_a_refusal_is_told_in_the_words_of_azcore(native):
    with pytest.raises(AzureError, match=r'^Status=404 Code="ResourceGroupNotFound" Message="'):
        native.create(ACCOUNT, VOICE)


def test_a_failed_operation_leaves_what_there_is_to_be_recorded(native, stage):
    native.create(GROUP, IN_GROUP)
    stage.fault("operationFailed", method="PUT", path="/accounts/")

    with pytest.raises(Initialization) as caught:
        native.create(ACCOUNT, VOICE)
    assert "Failed" == caught.value.outputs["properties"]["provisioningState"]


def test_outputs_are_what_the_sdk_has_properties_for(native):
    native.create(GROUP, IN_GROUP)
    identity, outputs = native.create(ACCOUNT, VOICE)

    assert identity.endswith("/accounts/voice-eus2")
    assert {"azureApiVersion", "kind", "location", "name", "properties"} <= outputs.keys()
    assert not {"id", "resourceGroupName", "accountName"} & outputs.keys()


def test_a_role_assignment_is_flat_in_pulumi_and_nested_in_azure(native):
    native.create(GROUP, IN_GROUP)
    scope = f"/subscriptions/{native.subscription}/resourceGroups/rg-voice"
    definitions = (
        f"/subscriptions/{native.subscription}/providers/Microsoft.Authorization/roleDefinitions"
    )
    inputs = {
        "scope": scope,
        "roleAssignmentName": "33333333-3333-4333-8333-333333333333",
        "roleDefinitionId": f"{definitions}/5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
        "principalId": "11111111-1111-4111-8111-111111111111",
        "principalType": "ServicePrincipal",
    }
    identity, outputs = native.create(ROLE, inputs)
    found = native.read(ROLE, identity, None, {})

    assert inputs["principalId"] == outputs["principalId"]
    assert found is not None
    assert inputs == {name: found[0][name] for name in inputs}


def test_what_is_gone_reads_as_nothing(native):
    native.create(GROUP, IN_GROUP)
    gone = f"/subscriptions/{native.subscription}/resourceGroups/rg-other"

    assert native.read(GROUP, gone, None, {}) is None


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"location": "eastus2"}, {"location": "East US 2"}, []),
        ({"sku": {"n": 1}}, {"sku": {"n": 2}}, [Difference("sku.n", "update", False)]),
        ({}, {"accountName": "b"}, [Difference("accountName", "add", True)]),
        ({"tags": {"a": "1"}}, {}, [Difference("tags", "delete", False)]),
        ({"l": [1, 2]}, {"l": [1]}, [Difference("l[1]", "delete", False)]),
    ],
    ids=["same", "place", "nested", "replaces", "gone", "list"],
)
def test_differences_are_told_by_path(old, new, found):
    assert found == difference(old, new, {"accountName"})


@pytest.mark.parametrize(
    ("inputs", "before", "after", "result"),
    [
        ({"a": 1}, {"a": 1, "filled": 1}, {"a": 1, "filled": 1}, {"a": 1}),
        ({"a": 1}, {"a": 1}, {"a": 2}, {"a": 2}),
        ({"a": 1}, {"a": 1, "filled": 1}, {"a": 1, "filled": 2}, {"a": 1, "filled": 2}),
        ({"a": 1}, {"a": 1}, {}, {}),
        ({"p": {"x": 1}}, {"p": {"x": 1, "y": 1}}, {"p": {"x": 2, "y": 1}}, {"p": {"x": 2}}),
    ],
    ids=["nothing changed", "changed", "default changed", "gone", "inside"],
)
def test_a_read_carries_over_only_what_changed(inputs, before, after, result):
    assert result == merged(inputs, before, after)


def test_the_highest_number_of_writes_at_once_is_by_account():
    steps = [
        Step("create", "urn::x", "a", 0.0, 2.0),
        Step("create", "urn::y", "a", 1.0, 3.0),
        Step("delete", "urn::z", "a", 2.0, 3.0),
        Step("read", "urn::r", "a", 1.0, 3.0),
        Step("update", "urn::b", "b", 0.0, 3.0),
    ]

    assert {"a": 2, "b": 1} == most_at_once(steps)
