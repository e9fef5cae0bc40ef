"""What an interrupted or a random run leads to: the same state, and an empty plan."""

import threading

import pytest
from build import AUDIO, account, deployment, group, role
from hypothesis import HealthCheck, given, settings
from states import desired_states

from deployer.core.events import Failed, NotDone
from deployer.engines.sdk import SdkEngine

WANTED = (
    group(),
    account("voice-a"),
    role("voice-a"),
    deployment("realtime", "voice-a", capacity=3),
    deployment("audio", "voice-a", AUDIO),
    account("voice-b", "swedencentral"),
    deployment("realtime", "voice-b"),
)


def die_at(stage, wanted, request):
    """Apply until that request of the run is done; its answer and every later one are lost, as if killed there."""
    plan, stop = stage.plan(wanted), threading.Event()
    stage.forget()
    stage.fault("disconnect", when="after", path="^/subscriptions", skip=request, times=1)
    stage.fault("disconnect", when="before", path="^/subscriptions", skip=request, times=None)
    for event in SdkEngine(stage.cloud, budget=0.0).apply(plan, stop):
        if isinstance(event, Failed):
            stop.set()
    stage.emulator.ask("DELETE", "faults")


def requests_of_a_run(stage, wanted):
    plan = stage.plan(wanted)
    stage.forget()
    list(SdkEngine(stage.cloud).apply(plan, threading.Event()))
    return len(stage.journal())


@pytest.mark.parametrize("request_number", [0, 1, 2, 5, 9])
def test_a_run_that_died_is_finished_by_the_next(stage, request_number):
    wanted = stage.want(*WANTED)
    die_at(stage, wanted, request_number)
    unfinished = stage.left(wanted)

    stage.apply(wanted)

    assert ([], True) == (stage.left(wanted), bool(unfinished))


@pytest.mark.long
@pytest.mark.timeout(600)
def test_a_run_that_died_at_any_request_is_finished_by_the_next(stage):
    wanted = stage.want(*WANTED)
    for request_number in range(requests_of_a_run(stage, wanted)):
        stage.clear()
        die_at(stage, wanted, request_number)

        events = stage.apply(wanted)

        unhappy = [event for event in events if isinstance(event, Failed | NotDone)]
        assert ([], []) == (unhappy, stage.left(wanted)), request_number


@pytest.mark.long
@pytest.mark.timeout(600)
@settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=desired_states(), then=desired_states())
def test_after_apply_nothing_is_left_to_do(stage, first, then):
    stage.clear()
    for state in (first, then):
        wanted = stage.want(
            *state.resources, soft_delete=next(iter(state.soft_delete.values()), "recover")
        )
        events = stage.apply(wanted)

        assert [] == [event for event in events if isinstance(event, Failed | NotDone)]
        assert [] == stage.left(wanted)
