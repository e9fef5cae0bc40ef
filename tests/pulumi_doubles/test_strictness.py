"""What the engine double and the double of azure-native refuse, and what they keep as it was marked."""

from __future__ import annotations

import pulumi
import pulumi_azure_native as azure
import pytest
from pulumi_azure_native import cognitiveservices, resources
from pulumi_doubles.in_process import InProcess
from pulumi_doubles.marks import has_secret, is_secret


@pytest.fixture
def stack(provider) -> InProcess:
    return InProcess(provider)


def _provided(stack):
    return azure.Provider("azure", subscription_id=stack.provider.subscription)


def test_a_secret_stays_secret(stack):
    def program():
        group = resources.ResourceGroup(
            "rg",
            resource_group_name="rg-voice",
            location="eastus2",
            tags={"token": pulumi.Output.secret("hush")},
            opts=pulumi.ResourceOptions(provider=_provided(stack)),
        )
        pulumi.export("tags", group.tags)
        pulumi.export("name", group.name)

    ran = stack.up(program)

    assert [] == ran.errors
    assert has_secret(ran.resource("rg").inputs["tags"])
    assert is_secret(ran.outputs["tags"])
    assert "rg-voice" == ran.outputs["name"]


@pytest.mark.long
def test_what_was_renamed_with_an_alias_is_the_same(stack):
    def program(name, *aliases):
        options = pulumi.ResourceOptions(provider=_provided(stack), aliases=list(aliases))
        resources.ResourceGroup(
            name, resource_group_name="rg-voice", location="eastus2", opts=options
        )

    stack.up(lambda: program("old"))
    ran = stack.up(lambda: program("new", pulumi.Alias(name="old")))

    assert {"same": 3} == ran.changes


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"retain_on_delete": True}, "knows no 'retainOnDelete'"),
        ({"delete_before_replace": False, "transforms": [lambda args: None]}, "transforms"),
        ({"additional_secret_outputs": ["tags"]}, "knows no 'additionalSecretOutputs'"),
    ],
    ids=["retain", "transforms", "secret outputs"],
)
@pytest.mark.long
def test_an_option_that_the_double_does_not_know_is_refused(stack, options, said):
    def program():
        chosen = pulumi.ResourceOptions(provider=_provided(stack), **options)
        resources.ResourceGroup(
            "rg", resource_group_name="rg-voice", location="eastus2", opts=chosen
        )

    assert said in stack.up(program).text


def test_a_typing_error_in_a_property_is_refused(stack):
    def program():
        cognitiveservices.Account(
            "voice",
            account_name="voice",
            resource_group_name="rg-voice",
            location="eastus2",
            sku={"nme": "S0"},  # type: ignore[call-overload]
            opts=pulumi.ResourceOptions(provider=_provided(stack)),
        )

    assert "unknown property 'sku.nme'" in stack.preview(program).text


@pytest.mark.long
def test_a_type_that_the_double_does_not_know_is_refused(stack):
    def program():
        cognitiveservices.CommitmentPlan(
            "plan",
            account_name="voice",
            resource_group_name="rg-voice",
            opts=pulumi.ResourceOptions(provider=_provided(stack)),
        )

    assert (
        "knows no type azure-native:cognitiveservices:CommitmentPlan" in stack.preview(program).text
    )
