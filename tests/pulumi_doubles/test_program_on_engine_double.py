"""The program of infra/ over the real gRPC wire: what reaches the emulator, in which order, and what stays unknown or secret."""

from __future__ import annotations

import types
from pathlib import Path

import azure_openai
import pytest
from infra_documents import account, deployment, document, policy, role
from pulumi.runtime.rpc import UNKNOWN
from pulumi_doubles.in_process import InProcess

PREVIEW = "gpt-4o-realtime-preview"
MODEL = {"format": "OpenAI", "name": PREVIEW, "version": "2024-12-17"}


@pytest.fixture
def stack(provider) -> InProcess:
    return InProcess(provider)


def realtime(name="realtime", capacity=1, **fields):
    sku = {"name": "GlobalStandard", "capacity": capacity}
    return deployment(name, **{"model": MODEL, "sku": sku, **fields})


def wanted(stack, *accounts, **fields):
    every = accounts or (voice(realtime("audio"), realtime("realtime")),)
    subscription = stack.provider.subscription
    return document(*every, **{"subscription": subscription, "protect": False, **fields})


def voice(*deployments, name="voice-eus2", **fields):
    stated = {"kind": "AIServices", "sku": "S0", "customSubDomainName": name, **fields}
    return account(name, *deployments, **stated)


def declaring(document, program=azure_openai, **options):
    return lambda: program.declare(document, **options)


def mutated(*replaced: tuple[str, str]) -> types.ModuleType:
    """The program with lines of it changed; each has to be there."""
    source = Path(azure_openai.__file__).read_text("utf-8")
    for old, new in replaced:
        assert source.count(old) >= 1, old
        source = source.replace(old, new)
    module = types.ModuleType("azure_openai_mutated")
    exec(compile(source, "azure_openai_mutated", "exec"), vars(module))  # noqa: S102
    return module


UNCHAINED = (
    "last = made = self._deployment(wanted, deployment, component, last)",
    "made = self._deployment(wanted, deployment, component, account)",
)
UNHOOKED = ("hooks=self._waiting,", "")


def test_a_preview_writes_nothing_and_leaves_the_unknown_unknown(stack):
    ran = stack.preview(declaring(wanted(stack)))

    assert {"create": 7} == ran.changes
    assert [] == ran.writes
    made = ran.resource("voice-eus2").outputs
    assert "voice-eus2" == made["properties"]["customSubDomainName"]
    assert UNKNOWN == made["properties"]["endpoint"]
    assert UNKNOWN == ran.resource("realtime").outputs["properties"]["provisioningState"]
    assert UNKNOWN == ran.outputs["accounts"]["voice-eus2"]["endpoint"]
    assert {} == stack.state.resources


def test_an_update_makes_what_the_document_says_one_write_at_a_time(stack, stage):
    stage.set(deploymentSeconds=0.05)
    ran = stack.up(declaring(wanted(stack)))

    assert [] == ran.errors
    assert ["create rg-voice", "create voice-eus2", "create voice-eus2/audio"] == ran.writes[:3]
    assert {"voice-eus2": 1} == ran.at_once
    found = stage.journal()
    puts = [one["path"].rpartition("/")[2] for one in found if one["method"] == "PUT"]
    assert ["rg-voice", "voice-eus2", "audio", "realtime"] == puts
    told = ran.outputs["accounts"]["voice-eus2"]
    assert told["endpoint"].startswith("https://localhost:")
    assert ["audio", "realtime"] == sorted(told["deployments"])


@pytest.mark.long
def test_accounts_are_written_beside_each_other(stack, stage):
    stage.set(deploymentSeconds=0.2)
    both = [voice(realtime(), name=name) for name in ("voice-a", "voice-b")]
    ran = stack.up(declaring(wanted(stack, *both)))

    one, other = (step for step in ran.steps if step.name.endswith("/realtime"))
    assert one.start < other.end
    assert other.start < one.end
    assert {"voice-a": 1, "voice-b": 1} == ran.at_once


def test_every_child_waits_for_the_one_before_it(stack):
    inside = voice(realtime("a"), realtime("b"), raiPolicies=[policy()], roles=[role()])
    ran = stack.preview(declaring(wanted(stack, inside)))

    waits = {name: _names(ran.goal(name).dependencies) for name in ("a", "b", "strict")}
    assert {"strict": ["voice-eus2"], "a": ["strict"], "b": ["a"]} == waits
    assert ["voice-eus2"] == _names(ran.goal(role()["principalId"]).dependencies)


@pytest.mark.long
def test_what_is_as_it_should_be_is_not_written(stack, stage):
    stack.up(declaring(wanted(stack)))
    stage.forget()
    ran = stack.up(declaring(wanted(stack)))

    assert {"same": 7} == ran.changes
    assert [] == stage.writes()


@pytest.mark.long
def test_a_capacity_is_changed_in_place_and_what_is_gone_is_deleted(stack):
    stack.up(declaring(wanted(stack)))
    ran = stack.up(declaring(wanted(stack, voice(realtime("audio", capacity=3)))))

    assert ["update voice-eus2/audio", "delete voice-eus2/realtime"] == ran.writes
    assert 3 == ran.resource("audio").outputs["sku"]["capacity"]


@pytest.mark.long
def test_another_model_is_a_replacement_that_deletes_first(stack):
    stack.up(declaring(wanted(stack, voice(realtime()))))
    mini = {**MODEL, "name": "gpt-4o-mini-realtime-preview"}
    ran = stack.up(declaring(wanted(stack, voice(realtime(model=mini)))))

    assert ["delete voice-eus2/realtime", "create voice-eus2/realtime"] == ran.writes
    assert {"replace": 1, "same": 5} == ran.changes


@pytest.mark.long
def test_what_exists_is_an_error_and_an_import_takes_it_over(stack):
    stack.up(declaring(wanted(stack)))
    other = InProcess(stack.provider)

    assert "cannot create already existing resource" in other.up(declaring(wanted(stack))).text

    imports = {f"{one.type}::{one.name}": one.id for one in stack.state.resources.values()}
    ran = InProcess(stack.provider).up(declaring(wanted(stack), imports=imports))
    assert [] == ran.errors
    assert 4 == ran.changes["import"]
    assert "create" not in {write.split()[0] for write in ran.writes}


@pytest.mark.long
def test_a_refresh_carries_a_change_from_outside_into_the_next_update(stack, stage):
    stack.up(declaring(wanted(stack)))
    kept = stack.state.resources
    audio = next(one for one in kept.values() if one.name.endswith("/audio"))
    body = {"sku": {"name": "GlobalStandard", "capacity": 7}, "properties": {"model": MODEL}}
    stack.provider.rest.put(audio.id, "2025-06-01", body)

    assert {"same": 7} == stack.preview(declaring(wanted(stack))).changes
    assert ["update voice-eus2/audio"] == stack.up(declaring(wanted(stack)), refresh=True).writes


def test_without_chain_and_hook_the_account_is_in_conflict(stack, stage):
    stage.set(deploymentSeconds=0.3)
    ran = stack.up(declaring(wanted(stack), mutated(UNCHAINED, UNHOOKED)))

    assert 'Status=409 Code="RequestConflict"' in ran.text
    assert 2 == ran.at_once["voice-eus2"]


def test_without_the_chain_the_hook_absorbs_the_conflicts(stack, stage):
    stage.set(deploymentSeconds=0.3)
    unchained = mutated(UNCHAINED, ("= 2.0, 1.5,", "= 0.2, 1.5,"))
    ran = stack.up(declaring(wanted(stack), unchained))

    assert [] == ran.errors
    assert ran.asked
    assert all("RequestConflict" in errors[0] for _, _, errors in ran.asked)
    assert {"create": 7} == ran.changes


@pytest.mark.long
def test_nothing_more_is_begun_after_a_step_failed(stack, stage):
    last = realtime("b", capacity=0)
    ran = stack.up(declaring(wanted(stack, voice(realtime("a"), last, realtime("c")))))

    assert "The specified capacity '0'" in ran.text
    assert "create voice-eus2/c" not in ran.writes


@pytest.mark.long
def test_what_azure_accepted_and_did_not_finish_is_taken_up_again(stack, stage):
    stage.fault("operationFailed", method="PUT", path="/accounts/voice-eus2")
    first = stack.up(declaring(wanted(stack)))
    (kept,) = [one for one in stack.state.resources.values() if one.initErrors]

    assert first.errors
    assert "voice-eus2" == kept.name
    assert ["update voice-eus2"] == stack.up(declaring(wanted(stack))).writes[:1]


@pytest.mark.long
def test_what_is_protected_stays(stack):
    stack.up(declaring(wanted(stack, protect=True)))
    ran = stack.destroy()

    assert "because it is protected" in ran.text
    assert "delete voice-eus2" not in ran.writes


@pytest.mark.long
def test_destroying_goes_from_the_last_to_the_first(stack):
    stack.up(declaring(wanted(stack)))
    ran = stack.destroy(declaring(wanted(stack)))

    assert [] == ran.errors
    assert [
        *("delete voice-eus2/realtime", "delete voice-eus2/audio"),
        *("delete voice-eus2", "delete rg-voice"),
    ] == ran.writes
    assert {} == stack.state.resources


def _names(urns):
    return sorted(urn.rpartition("::")[2].rpartition("/")[2] for urn in urns)
