"""The hook that waits for the account's write lock, and for nothing else."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import azure_openai
import pulumi
import pytest

CONFLICT = 'Status=409 Code="RequestConflict" Message="Another operation is being performed on the parent resource"'
FINAL = 'Status=409 Code="FlagMustBeSetForRestore" Message="An existing resource has been soft-deleted."'


@pytest.fixture
def waits(monkeypatch):
    """The seconds that the hook waited."""
    found = []

    async def sleep(seconds):
        found.append(seconds)

    # Only the program's own names: an emulator in this process sleeps and draws lots too.
    monkeypatch.setattr(azure_openai, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(azure_openai, "random", SimpleNamespace(uniform=lambda _, longest: longest))
    return found


def tries_again(*errors):
    failed = pulumi.ErrorHookArgs("urn", "", "voice-eus2/audio", "type", errors=list(errors))
    return asyncio.run(azure_openai.wait_for_the_account_lock(failed))


def test_a_conflict_is_tried_again(waits):
    assert tries_again(CONFLICT)
    assert [2.0] == waits


@pytest.mark.parametrize("errors", [[FINAL], [FINAL, CONFLICT]], ids=["alone", "after a conflict"])
def test_any_other_refusal_is_final(waits, errors):
    assert not tries_again(*errors)
    assert [] == waits


def test_waits_grow_up_to_a_minute_and_end_after_a_quarter_of_an_hour(waits):
    conflicts = [CONFLICT]
    while tries_again(*conflicts):
        conflicts.append(CONFLICT)

    assert waits == sorted(waits)
    assert 60.0 == max(waits)
    assert 14 * 60 <= sum(waits) <= 16 * 60


def test_waits_are_spread(waits, monkeypatch):
    shortest = SimpleNamespace(uniform=lambda shortest, _: shortest)
    monkeypatch.setattr(azure_openai, "random", shortest)
    tries_again(CONFLICT)

    assert [1.0] == waits
