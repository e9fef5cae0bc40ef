"""`deployer export CONFIG --to desired`: the document that the Pulumi program reads."""

from __future__ import annotations

import json

import pytest
from build import SCOPE, account, deployment, desired, group, role
from command_line import command, small

from deployer.azure.role_assignments import assignment_body, assignment_path
from deployer.export.desired import document
from deployer.export.desired import text as as_text

STATE = desired(
    group(tags={"env": "prod"}),
    account("Voice-EUS2", public_network_access="Enabled"),
    deployment("audio", account="voice-eus2", rai_policy_name="Strict"),
    role("VOICE-eus2"),
    account("voice-swc", "swedencentral"),
    deployment("realtime", account="voice-swc"),
)
MARKS = {"deployer": "voice", "deployer-engine": "sdk"}


def test_everything_that_is_stated_is_there():
    written = document(desired(group(tags={"env": "prod"}), account(), deployment(), role()))
    assignment = written["accounts"][0]["roles"].pop()

    assert {
        "formatVersion": 1,
        "name": "voice",
        "subscription": SCOPE.subscription,
        "resourceGroup": {
            "name": "rg-voice",
            "location": "eastus2",
            "manage": True,
            "tags": {**MARKS, "env": "prod"},
        },
        "protect": True,
        "accounts": [
            {
                "name": "voice-eus2",
                "location": "eastus2",
                "kind": "AIServices",
                "sku": "S0",
                "customSubDomainName": "voice-eus2",
                "disableLocalAuth": True,
                "tags": MARKS,
                "raiPolicies": [],
                "deployments": [
                    {
                        "name": "realtime",
                        "model": {
                            "format": "OpenAI",
                            "name": "gpt-4o-realtime-preview",
                            "version": "2024-12-17",
                        },
                        "sku": {"name": "GlobalStandard", "capacity": 1},
                        "versionUpgradeOption": "NoAutoUpgrade",
                        "tags": MARKS,
                    }
                ],
                "roles": [],
            }
        ],
    } == written
    assert assignment["principalId"] == "11111111-1111-4111-8111-111111111111"


def test_a_role_is_named_and_marked_as_by_the_engine_that_writes_it_itself():
    written = document(STATE)["accounts"][0]["roles"][0]
    granted = role("VOICE-eus2")
    body = assignment_body(SCOPE, granted, STATE.owner)["properties"]

    assert {"name": assignment_path(SCOPE, granted).rpartition("/")[2], **body} == written


def test_children_find_their_account_without_case():
    inside = {
        one["name"]: ([d["name"] for d in one["deployments"]], len(one["roles"]))
        for one in document(STATE)["accounts"]
    }

    assert {"Voice-EUS2": (["audio"], 1), "voice-swc": (["realtime"], 0)} == inside


def test_what_the_cloud_may_choose_is_left_out():
    choosing = account(
        kind=None, sku=None, custom_sub_domain_name=None, disable_local_auth=None, ours=False
    )
    pending = deployment(version_upgrade_option=None, capacity=None, ours=False)
    written = document(desired(choosing, pending))["accounts"][0]

    assert {"name", "location", "tags", "raiPolicies", "deployments", "roles"} == set(written)
    assert {"name": "GlobalStandard"} == written["deployments"][0]["sku"]
    assert {"name", "model", "sku", "tags"} == set(written["deployments"][0])


def test_a_group_that_is_not_wanted_is_not_managed():
    assert {"name": "rg-voice", "manage": False} == document(desired(account()))["resourceGroup"]


def test_protection_can_be_taken_back():
    assert document(STATE, protect=False)["protect"] is False


def test_the_text_is_the_document_for_people():
    written = as_text(STATE)

    assert document(STATE) == json.loads(written)
    assert written.startswith('{\n  "formatVersion": 1,\n')
    assert written.endswith("}\n")


def test_the_command_marks_what_it_writes_as_pulumis(tmp_path):
    ended = command("export", small(tmp_path), "--to", "desired")

    assert ended.code == 0
    assert ended.json["accounts"][0]["tags"] == {
        "deployer": "voice-test",
        "deployer-engine": "pulumi",
    }


def test_roles_of_nobody_are_left_out_and_it_is_said(tmp_path):
    ended = command("export", small(tmp_path), "--to", "desired")

    assert [] == ended.json["accounts"][0]["roles"]
    assert "role.self-unknown" in ended.err


def test_out_writes_a_file(tmp_path):
    ended = command(
        *("export", small(tmp_path), "--to", "desired", "--out", tmp_path / "desired.json")
    )

    assert ("", 0) == (ended.out, ended.code)
    assert json.loads((tmp_path / "desired.json").read_text())["name"] == "voice-test"


@pytest.mark.parametrize("key", ["resourceGroup", "name"])
def test_a_broken_file_is_refused_with_its_problems(tmp_path, key):
    broken = small(tmp_path, edit=lambda text: text.replace(f"{key}:", f"{key}x:", 1))
    ended = command("export", broken, "--to", "desired")

    assert ended.code == 3
    assert f"The file has no {key}." in ended.err
