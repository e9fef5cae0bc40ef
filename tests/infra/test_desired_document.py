"""The file that the program reads: every problem of it is told, with its path."""

from __future__ import annotations

import json

import pulumi
import pytest
from desired_document import DocumentInvalid, problems, read
from hypothesis import given, settings
from infra_documents import INFRA, account, deployment, document, policy, role
from states import desired_states

from deployer.engines.pulumi.graph import Recorder, record
from deployer.export import desired


@settings(max_examples=20)
@given(desired_states())
def test_whatever_is_exported_can_be_read(state):
    assert [] == list(problems(desired.document(state)))


def test_everything_that_a_document_may_say_can_be_read():
    full = account(
        "a1", deployment(raiPolicyName=None, tags={}), raiPolicies=[policy()], roles=[role()]
    )

    assert [] == list(problems(document(full)))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda it: it.pop("name"), "$.name: missing"),
        (lambda it: it.update(formatVersion=2), "$.formatVersion: 2 is not 1"),
        (lambda it: it.update(formatVersion=True), "$.formatVersion: true is not 1"),
        (lambda it: it.update(accounts={}), "$.accounts: {} is not a list"),
        (lambda it: it.update(accounts=[7]), "$.accounts[0]: 7 is not an object"),
        (lambda it: it["accounts"][0].pop("location"), "$.accounts[0].location: missing"),
        (
            lambda it: it["accounts"][0].update(disableLocalAuth="yes"),
            '$.accounts[0].disableLocalAuth: "yes" is not true or false',
        ),
        (
            lambda it: it["accounts"][0]["deployments"][0]["sku"].update(capacity=True),
            "$.accounts[0].deployments[0].sku.capacity: true is not a whole number",
        ),
        (
            lambda it: it["accounts"][0]["deployments"][0].update(raiPolicyName=1),
            "$.accounts[0].deployments[0].raiPolicyName: 1 is not a text or null",
        ),
        (
            lambda it: it["accounts"][0].update(tags={"env": 1}),
            "$.accounts[0].tags.env: 1 is not a text",
        ),
        (
            lambda it: it["accounts"][0].update(tags=[]),
            "$.accounts[0].tags: [] is not an object",
        ),
        (
            lambda it: it["resourceGroup"].pop("location"),
            "$.resourceGroup.location: missing, and a group that is managed needs one",
        ),
        (
            lambda it: it["accounts"].append(account("VOICE-eus2")),
            "$.accounts[1].name: 'VOICE-eus2' is there already",
        ),
        (
            lambda it: it["accounts"][0]["deployments"].append(deployment("Realtime")),
            "$.accounts[0].deployments[1].name: 'Realtime' is there already",
        ),
        (
            lambda it: it["accounts"][0].update(roles=[role(), role()]),
            "$.accounts[0].roles[1].name: '33333333-3333-4333-8333-333333333333' is there already",
        ),
        (
            lambda it: it["accounts"][0].update(raiPolicies=[policy("a"), policy("A")]),
            "$.accounts[0].raiPolicies[1].name: 'A' is there already",
        ),
    ],
)
def test_a_problem_has_a_path(change, problem):
    wanted = document()
    change(wanted)

    assert [problem] == list(problems(wanted))


def test_an_unknown_key_is_told_with_the_known_ones():
    wanted = document(resourceGroup={"name": "g", "manage": False, "managed": True})

    assert [
        "$.resourceGroup.managed: unknown; known here are name, manage, location, tags"
    ] == list(problems(wanted))


def test_all_problems_are_told_at_once(tmp_path):
    file = tmp_path / "desired.json"
    file.write_text(json.dumps(document(name=1, subscription=2)), encoding="utf-8")

    with pytest.raises(DocumentInvalid) as refused:
        read(file)

    assert str(refused.value) == (
        f"{file} does not say what should exist:\n"
        "  $.name: 1 is not a text\n"
        "  $.subscription: 2 is not a text"
    )


@pytest.mark.parametrize(
    ("text", "said"), [("{", "is not JSON"), (None, "cannot be read")], ids=["broken", "absent"]
)
def test_a_file_that_cannot_be_read_is_told(tmp_path, text, said):
    file = tmp_path / "desired.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")

    with pytest.raises(DocumentInvalid, match=said):
        read(file)


def run_program(named):
    """What `pulumi up` runs, with the configuration that `pulumi config set desired` writes."""
    recorder = Recorder()

    def program():
        import runpy

        pulumi.runtime.set_all_config({"azure-openai-voice:desired": str(named)})
        runpy.run_path(str(INFRA / "__main__.py"))

    record(recorder, program)
    return recorder


def test_the_program_declares_the_file_that_its_configuration_names():
    names = {one.name for one in run_program("desired.sample.json").requests}

    assert {"rg-voice-prod", "voice-eus2/realtime", "voice-swc/audio-mini"} <= names


def test_a_bad_file_ends_the_program_with_its_problems_and_no_traceback(tmp_path):
    file = tmp_path / "desired.json"
    file.write_text("{}", encoding="utf-8")

    with pytest.raises(pulumi.RunError, match=r"\$\.subscription: missing"):
        run_program(file)
