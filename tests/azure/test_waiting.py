"""Pauses, budgets and stops, on a clock of our own."""

import threading
from itertools import islice

import pytest
from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from clouds import FakeClock

from deployer.azure.failures import Failure, Refused
from deployer.azure.waiting import Patience, Stopped, SystemClock, pauses

CONFLICT = Failure("RequestConflict", 409, "later", passes=True)


def failing(times, error=None):
    left = [times]

    def call():
        if left[0]:
            left[0] -= 1
            raise error or ServiceResponseError("reset")
        return "answer"

    return call


def test_pauses_start_well_under_a_second_and_end_under_ten():
    every = list(islice(pauses(), 30))

    assert (0.1, 8.0) == (every[0], every[-1])
    assert every == sorted(every)


def test_what_passes_is_asked_again():
    heard = []
    patience = Patience(FakeClock(), waited=lambda code, seconds: heard.append((code, seconds)))

    assert "answer" == patience.through(failing(2))
    assert [("ConnectionBroken", 0.1), ("ConnectionBroken", pytest.approx(0.15))] == heard


def test_after_an_answer_pauses_are_short_again():
    clock = FakeClock()
    patience = Patience(clock)

    patience.through(failing(3))
    patience.through(failing(1))

    assert 0.1 == clock.paused[-1]


def test_what_azure_asks_for_is_obeyed():
    clock = FakeClock()

    Patience(clock).outlast(Failure("TooManyRequests", 429, "", passes=True, retry_after=36))

    assert [36] == clock.paused


def test_a_pause_beyond_the_budget_is_not_begun():
    clock = FakeClock()
    asked = Failure("TooManyRequests", 429, "", passes=True, retry_after=372)

    with pytest.raises(Refused) as refused:
        Patience(clock, budget=60).outlast(asked)

    assert (True, []) == (refused.value.timed_out, clock.paused)


def test_the_budget_ends_the_waiting():
    clock = FakeClock()

    with pytest.raises(Refused) as refused:
        Patience(clock, budget=60).through(failing(10_000))

    assert refused.value.timed_out
    assert 45 < sum(clock.paused) <= 60


def test_a_connection_that_cannot_be_made_is_not_waited_for_as_long():
    clock = FakeClock()

    with pytest.raises(Refused):
        Patience(clock, budget=900).through(failing(10_000, ServiceRequestError("refused")))

    assert sum(clock.paused) <= 120


def test_a_stop_ends_a_pause():
    stop = threading.Event()
    stop.set()

    with pytest.raises(Stopped):
        Patience(FakeClock(), stop=stop).outlast(CONFLICT)


def test_a_stop_does_not_end_what_is_committed():
    stop = threading.Event()
    stop.set()
    patience = Patience(FakeClock(), stop=stop)
    patience.committed = True

    patience.outlast(CONFLICT)


def test_the_real_clock_hears_a_stop_at_once():
    stop = threading.Event()
    stop.set()
    clock = SystemClock()
    began = clock.now()

    assert clock.pause(30, stop)
    assert clock.now() - began < 5


def test_polling_ends_with_the_budget():
    clock = FakeClock()

    with pytest.raises(Refused):
        for _ in Patience(clock, budget=30).polls("still Creating"):
            pass

    assert sum(clock.paused) <= 30
