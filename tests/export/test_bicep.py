"""Bicep that is written says what was wanted: read back by a grammar that did not write it."""

import pytest
from build import AUDIO, OWNER, SCOPE, account, deployment, desired, group, role
from emulator.arm_client import Arm
from hypothesis import given
from hypothesis import strategies as st
from states import desired_states

from deployer.catalog import api_versions
from deployer.export import bicep
from deployer.export.desired import document

pytest.importorskip("tree_sitter_bicep", reason="tree-sitter-bicep is not installed")

from export.bicep_reader import Program, Symbol

ACCOUNT = "Microsoft.CognitiveServices/accounts"
DEPLOYMENT = f"{ACCOUNT}/deployments"
ROLE = "Microsoft.Authorization/roleAssignments"


def read(state):
    return Program(bicep.text(state), SCOPE)


def accounts(program):
    """What the program makes, in the words of the plain document."""
    return [
        {
            **{key: body[key] for key in ("name", "location", "kind", "tags")},
            "sku": body["sku"]["name"],
            **body["properties"],
            "raiPolicies": [],
            "deployments": [
                {"name": one["name"], "sku": one["sku"], "tags": one["tags"], **one["properties"]}
                for one in program.of(DEPLOYMENT).values()
                if one["parent"] == Symbol(symbol)
            ],
            "roles": [
                {"name": one["name"], **one["properties"]}
                for one in program.of(ROLE).values()
                if one["scope"] == Symbol(symbol)
            ],
        }
        for symbol, body in program.of(ACCOUNT).items()
    ]


FULL = desired(
    group(),
    account(),
    role(),
    deployment(rai_policy_name="Microsoft.DefaultV2"),
    deployment("audio", model=AUDIO),
    account("voice-swc", "swedencentral"),
    deployment("realtime", "voice-swc"),
)


def test_everything_a_state_can_say_is_read_back():
    assert document(FULL)["accounts"] == accounts(read(FULL))


@pytest.mark.timeout(600)
@pytest.mark.long
@given(desired_states())
def test_what_is_read_back_is_what_was_wanted(state):
    assert document(state)["accounts"] == accounts(read(state))


@pytest.mark.long
def test_what_it_makes_in_azure_is_what_was_wanted(stage):
    wanted = stage.want(*FULL.resources)
    arm = Arm(stage.emulator)
    group_path = f"/subscriptions/{stage.scope.subscription}/resourceGroups/rg-voice"
    arm.ask("PUT", group_path, {"location": "eastus2", "tags": OWNER.tags})
    properties = {
        "mode": "Incremental",
        "template": Program(bicep.text(wanted), stage.scope).template(),
    }

    path = f"{group_path}/providers/Microsoft.Resources/deployments/bicep"
    begun = arm.ask("PUT", path, {"properties": properties}, **{"api-version": "2025-04-01"})
    assert 201 == begun.status, begun.body
    ended = begun
    while ended.body.get("status", "Running") in ("Running", "Accepted"):
        ended = arm.follow(begun.headers["Azure-AsyncOperation"])
    assert ("Succeeded", []) == (ended.body["status"], stage.left(wanted))


def test_deployments_of_one_account_wait_for_each_other_and_for_no_other_account():
    made = read(FULL).of(DEPLOYMENT)

    waits = [None, [Symbol("voiceEus2RealtimeDeployment")], None]
    assert waits == [one.get("dependsOn") for one in made.values()]


@given(st.text(), st.text(min_size=1))
def test_no_text_breaks_out_of_its_string(value, key):
    (made,) = read(desired(group(), account(tags={key: value}))).of(ACCOUNT).values()

    assert value == made["tags"][key]


@pytest.mark.parametrize(
    "value",
    ["${x}", "it's", "\\", "\\${x}", "'''", "a\nb\r\tc", "\x00\u2028\u202e", "$", "\\u{41}", "🎤"],
    ids=ascii,
)
def test_what_bicep_gives_a_meaning_stays_text(value):
    (made,) = read(desired(group(), account(tags={"note": value}))).of(ACCOUNT).values()

    assert value == made["tags"]["note"]


def test_names_that_look_alike_get_symbols_of_their_own():
    state = desired(
        group(), account("a-b"), account("a_b"), deployment("c", "a-b"), deployment("c", "a_b")
    )

    assert ["a-b", "a_b"] == [one["name"] for one in accounts(read(state))]


@pytest.mark.parametrize("name", ["true", "param", "guid", "1st"])
def test_no_name_is_a_word_of_the_language(name):
    state = desired(group(), account(name), deployment("string", name, AUDIO), role(name))

    assert document(state)["accounts"] == accounts(read(state))


def test_the_host_name_is_a_parameter_for_it_is_unique_in_all_of_azure():
    assert {"voiceEus2SubDomain": "voice-eus2"} == read(desired(group(), account())).parameters


def test_the_addresses_are_told_and_no_key_is():
    program = read(desired(group(), account()))

    assert {"voiceEus2Endpoint": "voiceEus2Account.properties.endpoint"} == program.outputs


def test_every_type_has_the_api_version_of_all_engines():
    program = read(desired(group(), account(), role(), deployment()))

    versions = {one.kind.partition("@")[2] for one in program.resources.values()}
    assert {api_versions.ARM, api_versions.AUTHORIZATION} == versions
