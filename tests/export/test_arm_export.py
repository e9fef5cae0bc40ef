"""What is exported for ARM, opened again: it sends what the SDK sends, resource by resource."""

import json

import pytest
from arm.expanding import GROUP, expanded
from arm.files import TEMPLATE
from build import account, deployment, desired, group, role
from command_line import CONFIGS, command
from hypothesis import given, settings
from states import desired_states

from deployer.azure import bodies, paths
from deployer.azure.role_assignments import assignment_body, assignment_path
from deployer.core.resources import Account, Deployment, ResourceGroup, RoleAssignment
from deployer.errors import ExitCode
from deployer.export import FORMATS, arm, arm_parameters, text


def sent_by_the_sdk(state):
    """The bodies that the SDK engine would PUT to make all of a state, by id."""
    found = {}
    for one in state.resources:
        match one:
            case Account(name=name):
                found[paths.account_path(state.scope, name)] = bodies.new_account(one).serialize()
            case Deployment(account=holder, name=name):
                path = paths.deployment_path(state.scope, holder, name)
                found[path] = bodies.new_deployment(one).serialize()
            case RoleAssignment():
                path = assignment_path(state.scope, one)
                found[path] = assignment_body(state.scope, one, state.owner)
            case _:
                assert isinstance(one, ResourceGroup)
    return found


def sent_by(template, parameters=None):
    """The bodies that a template would PUT; a null is what ARM leaves out."""
    return {
        target: {name: value for name, value in body.items() if value is not None}
        for target, body in expanded(template, parameters).items()
    }


def parameters_of(written):
    return {name: one["value"] for name, one in json.loads(written)["parameters"].items()}


@settings(max_examples=10)
@given(state=desired_states())
def test_the_template_with_a_states_parameters_sends_what_the_sdk_sends(state):
    parameters = parameters_of(arm_parameters.text(state))
    if parameters["accounts"]:
        assert sent_by_the_sdk(state) == sent_by(TEMPLATE, parameters)


@settings(max_examples=10)
@given(state=desired_states())
def test_so_does_the_template_that_holds_the_state_itself(state):
    if any(isinstance(one, Account) for one in state.resources):
        assert sent_by_the_sdk(state) == sent_by(json.loads(arm.text(state)))


@pytest.mark.parametrize("value", ["[resourceGroup().id]", "[[x]", "[", "it's", "{{0}}", "é"])
def test_what_looks_like_an_expression_is_taken_literally(value):
    state = desired(group(), account(tags={"note": value}), deployment(tags={value: "x"}))

    for sent in (
        sent_by(json.loads(arm.text(state))),
        sent_by(TEMPLATE, parameters_of(arm_parameters.text(state))),
    ):
        assert sent_by_the_sdk(state) == sent


def test_what_is_not_stated_is_not_in_the_file():
    state = desired(account(public_network_access=None), deployment(version_upgrade_option=None))
    values = parameters_of(arm_parameters.text(state))

    assert "publicNetworkAccess" not in values["accounts"][0]["properties"]
    assert set(values["deployments"][0]["properties"]) == {"model"}


def test_a_role_has_the_name_that_the_button_would_give_it():
    somebody = role().principal_id
    single = {"accountName": "voice-eus2", "principalIds": [somebody], "models": []}

    by_button = [target for target in expanded(TEMPLATE, single) if "roleAssignments" in target]
    by_file = [
        target
        for target in expanded(json.loads(arm.text(desired(account(), role()))))
        if "roleAssignments" in target
    ]
    assert by_button == by_file
    assert by_file[0].startswith(GROUP)


@pytest.mark.parametrize("to", ["arm", "arm-parameters"])
@pytest.mark.parametrize("config", sorted(one.name for one in CONFIGS.glob("*.yaml")))
def test_every_configuration_can_be_exported(config, to):
    ended = command("export", CONFIGS / config, "--to", to, "--on", "2026-04-23" if config != "local.yaml" else "2025-02-06", AZURE_SUBSCRIPTION_ID="00000000-0000-4000-8000-000000000000")  # fmt: skip

    assert ended.code == ExitCode.DONE, ended.err
    assert json.loads(ended.out)["contentVersion"] == "1.0.0.0"
    assert '"deployer-engine": "arm"' in ended.out


def test_a_language_is_named_by_its_format():
    assert text(desired(account()), "arm") == arm.text(desired(account()))
    assert {FORMATS[one].engine for one in ("arm", "arm-parameters")} == {"arm"}
