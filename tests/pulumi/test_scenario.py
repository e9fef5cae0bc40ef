"""The life of a stack through the unmodified Automation API: by the double of the command line, and by the real one."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from build import AUDIO, account, deployment
from pulumi_promises import *
from pulumi_promises import ACCOUNT, FULL, REALTIME, done, unhappy
from pulumi_stage import PulumiStage

from deployer.core.events import Failed, Started
from deployer.errors import LockedByAnotherRun

# An update starts some ten processes of Pulumi's, half a second each on a machine that is busy.
pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture
def stack(stage, pulumi_command, tmp_path):
    return PulumiStage(stage, tmp_path)


def test_a_locked_stack_is_another_runs(stack, pulumi_command, tmp_path):
    stack.apply(stack.want(*FULL[:2]))
    before = len(stack.stage.writes())
    state = tmp_path / ".deployer" / "pulumi" / "emulator" / "state"
    lock = replace(pulumi_command, state=state).lock("azure-openai-voice", "voice")

    with pytest.raises(LockedByAnotherRun) as locked:
        stack.apply(stack.want(*FULL[:3]))

    assert "pulumi cancel --stack voice" in locked.value.hint
    assert before == len(stack.stage.writes())
    lock.unlink()
    assert [] == unhappy(stack.apply(stack.want(*FULL[:3])))


def test_a_stopped_run_finishes_what_is_in_flight_and_begins_nothing_more(stack):
    stack.stage.set(deploymentSeconds=1.5)
    stop, events = threading.Event(), []
    for event in stack.begin(stack.want(*FULL), stop=stop):
        events.append(event)
        if isinstance(event, Started) and event.change.address == REALTIME:
            stop.set()

    assert ("CREATE", REALTIME) in done(events)
    assert [f"{ACCOUNT}/deployment/audio"] == [one.change.address for one in unhappy(events)]
    stack.stage.set(deploymentSeconds=0.0)
    assert ([], []) == (unhappy(stack.apply(stack.want(*FULL))), stack.left(stack.want(*FULL)))


def test_an_account_does_not_wait_for_another_one_that_failed(stack):
    stack.stage.set(deploymentSeconds=0.3)
    other = [account("voice-b"), *(deployment(f"d{n}", "voice-b", AUDIO) for n in range(3))]
    wanted = stack.want(*capacity(FULL, 5000), *other)

    events = stack.apply(wanted)

    assert [REALTIME] == [one.change.address for one in events if isinstance(one, Failed)]
    gone_on = {one.address for one in other}
    assert gone_on == gone_on & {address for _, address in done(events)}
