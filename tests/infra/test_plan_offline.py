"""`deployer plan --engine pulumi --offline`: the program's graph, without a CLI, a cloud or a sign-in."""

from __future__ import annotations

import json
import sys

import pytest
from command_line import command, small
from infra_documents import ACCOUNT, DEPLOYMENT, GROUP, PRINCIPAL, ROLE, USER_ROLE, document

from deployer.engines.pulumi.graph import graph

OFFLINE = ("--engine", "pulumi", "--offline")


def test_the_graph_is_told_as_what_it_is_with_every_option(tmp_path):
    ended = command("plan", small(tmp_path), *OFFLINE, "--self-id", PRINCIPAL, "-o", "json")

    assert ended.code == 0
    assert "what the program registers, not a difference to anything" == ended.json["meaning"]
    assert [
        ("pulumi:providers:azure-native", "azure", []),
        (GROUP, "rg-voice-test", []),
        ("deployer:azure:OpenAIAccount", "voice-east", []),
        (ACCOUNT, "voice-east", [f"{GROUP}::rg-voice-test"]),
        (ROLE, f"voice-east/{USER_ROLE}/{PRINCIPAL}", [f"{ACCOUNT}::voice-east"]),
        (DEPLOYMENT, "voice-east/realtime", [f"{ACCOUNT}::voice-east"]),
        (DEPLOYMENT, "voice-east/audio", [f"{DEPLOYMENT}::voice-east/realtime"]),
    ] == [(one["type"], one["name"], one["dependsOn"]) for one in ended.json["resources"]]


def test_for_people_each_resource_stands_under_its_account_with_what_azure_is_told(tmp_path):
    ended = command("plan", small(tmp_path), *OFFLINE)
    lines = ended.out.splitlines()

    assert lines[0] == (
        "voice-test: what the program registers, not a difference to anything. "
        "Nobody was asked what exists."
    )
    assert "OpenAIAccount voice-east" in lines
    assert "  Deployment voice-east/audio" in lines
    assert (
        "      after ResourceGroup rg-voice-test; protected; hook: wait-for-the-account-lock"
        in (lines)
    )
    assert "sku.capacity=1" in ended.out


def test_registrations_come_in_one_order_account_by_account():
    found = graph(document()).registrations

    assert [one.key for one in found] == [one.key for one in graph(document()).registrations]
    assert "pulumi:providers:azure-native::azure" == found[0].key


def test_numbers_are_whole_as_they_were_written():
    found = {one.key: one for one in graph(document()).registrations}

    sku = found[f"{DEPLOYMENT}::voice-eus2/realtime"].inputs["sku"]
    assert '{"capacity": 1, "name": "GlobalStandard"}' == json.dumps(sku)


def test_another_engine_has_no_program(tmp_path):
    ended = command("plan", small(tmp_path), "--offline")

    assert ended.code == 64
    assert "deployer export" in ended.err


@pytest.mark.parametrize(
    "option",
    [("--out", "x.json"), ("--report", "md=x.md"), ("--detailed-exitcode",), ("-o", "markdown")],
    ids=lambda option: option[0],
)
def test_options_that_mean_nothing_without_a_plan_are_refused(tmp_path, monkeypatch, option):
    monkeypatch.chdir(tmp_path)

    assert 64 == command("plan", small(tmp_path), *OFFLINE, *option).code


def test_a_broken_file_is_told_in_the_format_that_was_asked_for(tmp_path):
    broken = small(tmp_path, edit=lambda text: text.replace("resourceGroup:", "group:", 1))
    ended = command("plan", broken, *OFFLINE, "-o", "json")

    assert ended.code == 3
    assert "config.missing-key" in ended.codes()


def test_without_the_extra_it_is_guidance_and_not_a_traceback(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pulumi", None)
    monkeypatch.delitem(sys.modules, "deployer.engines.pulumi.graph")
    ended = command("plan", small(tmp_path), *OFFLINE)

    assert ended.code == 6
    assert "pip install 'deployer[pulumi]'" in ended.err
