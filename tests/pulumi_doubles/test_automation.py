"""The unmodified Automation API with `pulumi` on PATH: the double of the CLI, and the same with the real one."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import threading
from pathlib import Path

import azure_openai
import pytest
from pulumi import automation
from pulumi.automation import errors
from pulumi_doubles.arguments import WrongUsage, parse
from pulumi_doubles.automation_stack import MODEL, PROJECT, Stack
from pulumi_doubles.fixtures import NO_LANGUAGE_PLUGIN


@pytest.fixture
def stack(pulumi_command) -> Stack:
    return Stack(pulumi_command)


@pytest.mark.long
def test_a_stack_lives_from_its_first_preview_to_its_end(stack):
    assert {"create": 6} == stack.preview()
    assert {"create": 6} == stack.up()
    assert {"same": 6} == stack.preview()
    stack.capacity = 2
    assert {"same": 5, "update": 1} == stack.up()
    destroyed = stack.opened.destroy(run_program=True).summary.resource_changes
    assert {"delete": 6, "same": 6} == destroyed


@pytest.mark.long
def test_outputs_are_what_azure_answered(stack):
    found = stack.opened.up().outputs["accounts"]

    assert found.value["voice-eus2"]["endpoint"].startswith("https://localhost:")
    assert not found.secret


@pytest.mark.long
def test_what_is_declared_no_more_is_deleted(stack):
    stack.names = ["audio", "realtime"]
    stack.up()
    stack.names = ["audio"]

    assert {"delete": 1, "same": 6} == stack.up()


@pytest.mark.long
def test_a_change_from_outside_is_seen_by_a_refresh_and_set_right(stack):
    stack.up()
    identity = next(one for one in stack.ids().values() if one.endswith("/audio"))
    body = {"sku": {"name": "GlobalStandard", "capacity": 7}, "properties": {"model": MODEL}}
    stack.command.provider.rest.put(identity, "2025-06-01", body)

    assert {"same": 6} == stack.preview()
    assert {"same": 5, "update": 1} == stack.opened.preview_refresh().change_summary
    assert {"same": 5, "update": 1} == stack.up(refresh=True)


@pytest.mark.long
def test_what_exists_is_refused_and_an_import_takes_it_over(stack):
    stack.up()
    other = Stack(stack.command, "other")

    with pytest.raises(errors.CommandError, match="cannot create already existing resource"):
        other.up()
    taken = Stack(stack.command, "taken", imports=stack.ids())
    assert {"create": 3, "import": 3, "update": 2} == taken.preview()
    taken.up()
    assert {"same": 6} == taken.preview()


@pytest.mark.long
def test_a_refusal_of_azure_ends_the_run_and_is_told_in_full(stack):
    stack.capacity = 0

    with pytest.raises(errors.CommandError, match='Code="InvalidCapacity"'):
        stack.up()
    failed = [one.res_op_failed_event for one in stack.events if one.res_op_failed_event]
    assert ["create"] == [one.metadata.op.value for one in failed]
    assert "failed" == stack.opened.history()[0].result


@pytest.mark.long
def test_what_was_made_before_a_failure_is_destroyed_with_the_program(stack):
    stack.names, stack.capacity = ["a", "b"], 0
    with pytest.raises(errors.CommandError):
        stack.up()
    destroyed = stack.opened.destroy(run_program=True).summary.resource_changes

    assert 5 == destroyed["delete"]
    assert {} == stack.ids()


@pytest.mark.long
def test_what_does_not_depend_on_a_failure_goes_on_where_that_is_asked(stack):
    stack.names = ["a", "b", "c"]
    stack.up()
    document = stack.document
    a, b, _ = document["accounts"][0]["deployments"]
    a["sku"], b["sku"] = {**a["sku"], "capacity": 0}, {**b["sku"], "capacity": 5}
    document["accounts"][0]["deployments"] = [a, b]
    stack.opened.workspace.program = lambda: azure_openai.declare(document)
    stack.events.clear()

    with pytest.raises(errors.CommandError, match="The specified capacity '0'"):
        stack.up(continue_on_error=True)
    ended = [one.res_outputs_event for one in stack.events if one.res_outputs_event]
    steps = [one.metadata for one in ended if one.metadata.op.value != "same"]
    assert ["delete voice-eus2/c"] == [f"{one.op.value} {_name(one.urn)}" for one in steps]
    assert ["a", "b"] == [one.rpartition("/")[2] for one in stack.ids() if "::voice-eus2/" in one]


@pytest.mark.long
def test_a_failed_replacement_is_finished_by_the_next_run(stack):
    stack.up()
    stack.capacity = 1
    broken = azure_openai.declare
    document = stack.document
    document["accounts"][0]["deployments"][0]["sku"]["name"] = "DataZoneStandard"
    stack.opened.workspace.program = lambda: broken(document)
    with pytest.raises(errors.CommandError, match="DataZoneStandard"):
        stack.up()
    stack.opened.workspace.program = stack.declare

    assert {"replace": 1, "same": 5} == stack.up()


@pytest.mark.long
def test_a_locked_stack_is_somebody_elses_until_it_is_cancelled(stack):
    stack.up()
    lock = stack.command.lock(PROJECT, "dev")

    with pytest.raises(errors.ConcurrentUpdateError):
        stack.up()
    assert {"same": 6} == stack.preview()
    stack.opened.cancel()
    assert not lock.exists()
    assert {"same": 6} == stack.up()


@pytest.mark.long
def test_an_interrupted_run_ends_what_it_began_and_can_be_taken_up(stack, stage, monkeypatch):
    stage.set(deploymentSeconds=1.0)
    stack.names = ["a", "b", "c"]
    began = threading.Event()
    started = _started(monkeypatch)

    def interrupt():
        began.wait(30)
        started[-1].send_signal(signal.SIGINT)

    def watch(event):
        step = event.resource_pre_event
        if step and step.metadata.urn.endswith("/a"):
            began.set()

    waiting = threading.Thread(target=interrupt)
    waiting.start()
    with pytest.raises(errors.CommandError, match="update canceled"):
        stack.opened.up(on_event=watch)
    waiting.join()
    made = [step.name for step in stack.command.provider.steps if step.verb == "create"]

    assert "voice-eus2/a" == made[-1]
    assert stack.command.provider.cancelled
    assert {"create": 2, "same": 6} == stack.up()


def _name(urn):
    return urn.rpartition("::")[2]


def _started(monkeypatch):
    """The processes that the Automation API starts from now on."""
    found = []

    class Started(subprocess.Popen[str]):
        def __init__(self, *args, **options):
            super().__init__(*args, **options)
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Started)
    return found


@pytest.mark.long
def test_no_secret_reaches_a_file_or_an_event(stack):
    def program():
        import pulumi

        pulumi.export("key", pulumi.Output.secret("hush-hush"))

    stack.opened.workspace.program = program
    outputs = stack.opened.up(on_event=stack.events.append).outputs

    assert "hush-hush" == outputs["key"].value
    assert outputs["key"].secret
    files = [one for one in stack.command.state.rglob("*") if one.is_file()]
    assert not [one for one in files if "hush-hush" in one.read_text("utf-8")]
    assert not [one for one in stack.events if "hush-hush" in repr(vars(one))]


@pytest.mark.long
def test_a_wrong_passphrase_opens_nothing(stack, monkeypatch):
    stack.up()
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "another")

    with pytest.raises(errors.CommandError, match="incorrect passphrase"):
        stack.up()


@pytest.mark.long
def test_stacks_are_told_apart(stack):
    with pytest.raises(errors.StackNotFoundError):
        automation.select_stack("none", PROJECT, lambda: None, work_dir=None)
    with pytest.raises(errors.StackAlreadyExistsError):
        automation.create_stack(
            "dev",
            PROJECT,
            lambda: None,
            opts=automation.LocalWorkspaceOptions(work_dir=str(stack.command.work_dir)),
        )
    assert ["dev"] == [one.name for one in stack.opened.workspace.list_stacks()]


@pytest.mark.long
def test_a_stack_with_resources_is_not_removed(stack):
    stack.up()

    with pytest.raises(errors.CommandError, match="still has resources; removal rejected"):
        stack.opened.workspace.remove_stack("dev")
    stack.opened.destroy()
    stack.opened.workspace.remove_stack("dev")
    assert [] == stack.opened.workspace.list_stacks()


@pytest.mark.long
def test_an_error_of_the_program_is_told_as_one(stack):
    def program():
        raise ValueError("mine alone")

    stack.opened.workspace.program = program

    with pytest.raises(errors.InlineSourceRuntimeError, match="mine alone"):
        stack.up()


@pytest.mark.long
def test_changes_that_nobody_expected_are_an_error(stack):
    with pytest.raises(errors.CommandError, match="no changes were expected"):
        stack.up(expect_no_changes=True)


@pytest.mark.long
def test_the_program_stands_alone_in_a_folder(stack):
    """`pulumi up` in a copy of infra/. The real CLI needs its language plugin for that, which has no source module."""
    if stack.command.which == "real" and shutil.which("pulumi-language-python") is None:
        pytest.skip(NO_LANGUAGE_PLUGIN)
    folder = stack.command.work_dir / "infra"
    shutil.copytree(Path(azure_openai.__file__).parent, folder)
    (folder / "desired.json").write_text(json.dumps(stack.document), "utf-8")
    alone = automation.create_or_select_stack("dev", work_dir=str(folder))
    alone.set_config("desired", automation.ConfigValue("desired.json"))

    assert {"create": 6} == alone.up().summary.resource_changes
    assert {"same": 6} == alone.preview().change_summary


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["up", "--attach-debugger"], "unknown flag: --attach-debugger"),
        (["state", "delete"], 'unknown command "state" for "pulumi"'),
        (["up", "--stack"], "flag needs an argument: --stack"),
    ],
    ids=["flag", "command", "value"],
)
def test_what_the_double_does_not_know_is_an_error(line, said):
    with pytest.raises(WrongUsage, match=said):
        parse(["--non-interactive", *line])


def test_flags_are_read_in_both_forms():
    found = parse(["up", "--client=127.0.0.1:1", "--stack", "dev", "--yes"])

    assert {"client": "127.0.0.1:1", "stack": "dev", "yes": "true"} == found.flags
