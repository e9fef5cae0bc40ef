"""What every way to drive a stack promises: in this process, by the double of the command line, by the real one.

A module of tests imports all of it and says which `stack` is meant.
"""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from build import AUDIO, account, deployment, group, role

from deployer.core.events import Done, Failed, NotDone, Progress, Started
from deployer.core.plan import Consent
from deployer.core.resources import Deployment
from deployer.core.state import SoftDelete
from deployer.engines.pulumi import declaration as pulumi_declaration
from deployer.export.desired import document as as_document

ACCOUNT = "account/voice-a"
REALTIME = f"{ACCOUNT}/deployment/realtime"
FULL = (
    group(),
    account("voice-a"),
    role("voice-a"),
    deployment("realtime", "voice-a", capacity=3),
    deployment("audio", "voice-a", AUDIO),
)


def capacity(resources, units):
    return [
        replace(one, sku=replace(one.sku, capacity=units)) if one.address == REALTIME else one
        for one in resources
    ]


def unhappy(events):
    return [one for one in events if isinstance(one, Failed | NotDone)]


def done(events):
    return [(one.change.action.name, one.change.address) for one in events if isinstance(one, Done)]


def test_a_life(stack):
    """Preview, up, nothing to do, another capacity, a removal, a drift, down: one stack from its first to its last day."""
    wanted = stack.want(*FULL)

    assert [] == list(stack.check(wanted))
    assert not stack.stage.writes()
    first = stack.apply(wanted)
    assert ([], []) == (unhappy(first), stack.left(wanted))
    assert stack.plan(wanted).is_empty

    larger = stack.want(*capacity(FULL, 5))
    assert [("UPDATE", REALTIME)] == done(stack.apply(larger))

    fewer = stack.want(*capacity(FULL[:-1], 5))
    assert [("DELETE", f"{ACCOUNT}/deployment/audio")] == done(stack.apply(fewer))

    stack.stage.apply(stack.want(*capacity(FULL[:-1], 9)))
    assert [("UPDATE", REALTIME)] == done(stack.apply(fewer))
    assert [] == stack.left(fewer)

    nothing = fewer.nothing()
    assert ([], []) == (unhappy(stack.apply(nothing)), stack.left(nothing))


@pytest.mark.long
def test_every_change_is_begun_before_it_is_done_and_told_once(stack):
    events = stack.apply(stack.want(*FULL))

    begun = [one.change.address for one in events if isinstance(one, Started)]
    assert sorted(begun) == sorted(one.address for one in FULL)
    assert sorted(begun) == sorted(address for _, address in done(events))


def test_what_exists_is_adopted_and_keeps_the_tags_of_others(stack):
    theirs = stack.stage.want(
        group(ours=False),
        account("voice-a", ours=False, tags={"team": "other"}),
        deployment("realtime", "voice-a", ours=False, tags={"team": "other"}),
    )
    stack.stage.apply(theirs)
    ours = stack.want(
        group(), account("voice-a"), deployment("realtime", "voice-a", capacity=2), FULL[-1]
    )

    events = stack.apply(ours, Consent.ADOPT)

    seen = stack.stage.look().observed.resources
    assert ([], []) == (unhappy(events), stack.left(ours))
    assert ["other", "other"] == [seen[at].tags["team"] for at in (ACCOUNT, REALTIME)]


@pytest.mark.long
def test_what_the_other_engine_made_needs_the_consent_of_an_adoption(stack):
    stack.stage.apply(stack.stage.want(*FULL))
    ours = stack.want(*FULL)

    needs = {change.needs for change in stack.plan(ours).writes}
    events = stack.apply(ours, Consent.ADOPT)

    assert {(Consent.ADOPT,)} == needs
    assert ([], []) == (unhappy(events), stack.left(ours))


@pytest.mark.long
def test_what_is_ours_but_not_in_the_state_is_refused_and_adopted(stack):
    stack.apply(stack.want(*FULL))
    stack.lose()
    larger = stack.want(*capacity(FULL, 4))

    problems = stack.check(larger)
    assert {"pulumi.not-in-state"} == {one.code for one in problems}
    assert {one.address for one in FULL} == {one.address for one in problems}
    assert all("--adopt" in one.hint for one in problems)

    events = stack.apply(larger, Consent.ADOPT)
    assert [("UPDATE", REALTIME)] == done(events)
    assert [] == stack.left(larger)


def test_a_state_that_was_lost_is_seen_and_taken_over_although_nothing_changes(stack):
    same = stack.want(*FULL)
    stack.apply(same)
    stack.lose()
    assert ([], {"pulumi.not-in-state"}) == (
        stack.left(same),
        {one.code for one in stack.check(same)},
    )

    engine, plan = stack.engine(Consent.ADOPT), stack.plan(same)
    assert [] == [one.detail for one in engine.check(plan) if one.problem]
    assert engine.has_more_to_do(plan)
    assert [] == list(engine.apply(plan, threading.Event()))

    assert ([], False) == (stack.check(same), stack.engine().has_more_to_do(plan))


@pytest.mark.long
def test_what_is_stated_anew_and_stands_already_is_not_written(stack):
    stack.apply(stack.want(*FULL))
    stated = [
        replace(one, rai_policy_name="Microsoft.DefaultV2") if isinstance(one, Deployment) else one
        for one in FULL
    ]
    more = stack.want(*stated, deployment("more", "voice-a", AUDIO))

    events = stack.apply(more)

    assert [("CREATE", "account/voice-a/deployment/more")] == done(events)
    assert [] == stack.left(more)


@pytest.mark.long
def test_what_is_ours_and_unknown_to_the_state_is_deleted_once_it_is_allowed(stack):
    stack.apply(stack.want(*FULL))
    stack.lose()
    nothing = stack.want(*FULL).nothing()

    assert {"pulumi.not-in-state"} == {one.code for one in stack.check(nothing)}
    assert ([], []) == (unhappy(stack.apply(nothing, Consent.ADOPT)), stack.left(nothing))


@pytest.mark.long
def test_another_model_is_deleted_first_and_created_anew(stack):
    stack.apply(stack.want(*FULL))
    other = stack.want(*FULL[:-2], deployment("realtime", "voice-a", AUDIO, capacity=3), FULL[-1])

    events = stack.apply(other)

    said = [one.message for one in events if isinstance(one, Progress)]
    assert [("REPLACE", REALTIME)] == done(events)
    assert ["deleting it, to create it anew", "deleted, now created anew"] == said
    assert [] == stack.left(other)


@pytest.mark.long
def test_version_and_capacity_are_two_updates(stack):
    resources = [*FULL[:-1]]
    resources[-1] = deployment("realtime", "voice-a", version="2024-10-01", capacity=1)
    stack.apply(stack.want(*resources))
    wanted = stack.want(*FULL[:-1])

    assert 2 == len([phase for phase in stack.plan(wanted).phases if phase.changes])
    assert [("UPDATE", REALTIME)] * 2 == done(stack.apply(wanted))
    assert [] == stack.left(wanted)


@pytest.mark.long
def test_what_frees_quota_for_another_account_is_an_update_of_its_own(stack):
    """What the first phase leaves to the second stands there as Azure filled it in, and is no change of Pulumi's."""
    before = [*FULL, account("voice-b"), deployment("realtime", "voice-b", capacity=2)]
    stack.apply(stack.want(*before))
    wanted = stack.want(
        group(),
        account("voice-a", tags={"env": "prod"}),
        deployment("realtime", "voice-a", AUDIO, capacity=3),
    )

    first, second = (phase for phase in stack.plan(wanted).phases if phase.changes)
    events = stack.apply(wanted)

    assert {"-"} == {str(change.action.value) for change in first.changes if change.action.writes}
    assert len(first.changes) and len(second.changes)
    assert ([], []) == (unhappy(events), stack.left(wanted))


@pytest.mark.long
def test_a_deleted_account_is_recovered_by_us_and_taken_into_the_state(stack):
    wanted = stack.want(*FULL)
    stack.apply(wanted)
    stack.apply(wanted.nothing())

    events = stack.apply(wanted)

    assert ("RECOVER", ACCOUNT) in done(events)
    assert ([], []) == (unhappy(events), stack.left(wanted))


@pytest.mark.long
def test_a_deleted_account_is_purged_by_us_and_made_anew(stack):
    wanted = stack.want(*FULL, soft_delete=SoftDelete.PURGE)
    stack.apply(wanted)
    stack.apply(wanted.nothing())

    events = stack.apply(wanted)

    assert ["PURGE", "CREATE"] == [name for name, at in done(events) if at.endswith("voice-a")]
    assert ([], []) == (unhappy(events), stack.left(wanted))


@pytest.mark.long
def test_what_vanished_from_azure_is_made_again(stack):
    wanted = stack.want(*FULL)
    stack.apply(wanted)
    stack.stage.clear()

    assert [] == unhappy(stack.apply(wanted))
    assert [] == stack.left(wanted)


@pytest.mark.long
def test_what_is_as_declared_but_failed_is_written_once_more(stack):
    goal = stack.want(*FULL[:-1])
    stack.stage.fault("operationFailed", path="voice-a$", code="CustomDomainInUse")
    stack.apply(goal)
    broken = stack.stage.look().observed.states[ACCOUNT]

    events = stack.apply(goal)

    assert ("Failed", [], []) == (broken, unhappy(events), stack.left(goal))
    assert ("UPDATE", ACCOUNT) in done(events)


def test_a_refusal_of_azures_is_told_with_our_advice(stack):
    wanted = stack.want(*capacity(FULL, 5000))

    events = stack.apply(wanted)

    failed = [one for one in events if isinstance(one, Failed)]
    assert [(REALTIME, "quota.insufficient-quota")] == [
        (one.change.address, one.problem.code) for one in failed
    ]
    assert [f"{ACCOUNT}/deployment/audio"] == [
        one.change.address for one in events if isinstance(one, NotDone)
    ]


@pytest.mark.long
def test_where_pulumi_means_something_else_nothing_is_written(stack, monkeypatch):
    """A program that is not ours any more: what it leaves out, Pulumi would delete."""
    stack.apply(stack.want(*FULL))
    before = len(stack.stage.writes())
    without_roles(monkeypatch)

    problems = stack.check(stack.want(*capacity(FULL, 4)))

    assert [("pulumi.disagrees", FULL[2].address)] == [(one.code, one.address) for one in problems]
    assert "the plan says nothing, Pulumi says delete" in problems[0].detail
    assert before == len(stack.stage.writes())


def test_a_program_without_the_mark_leaves_what_the_next_plan_calls_not_ours(stack, monkeypatch):
    wanted = stack.want(*FULL[:2], FULL[3])
    without_marks(monkeypatch)
    stack.apply(wanted)

    assert {Consent.ADOPT} == {
        need for change in stack.plan(wanted).writes for need in change.needs
    }
    assert {ACCOUNT, REALTIME} == {change.address for change in stack.plan(wanted).writes}


def without_roles(monkeypatch):
    def document(desired, **options):
        kept = [one for one in desired.resources if "/role/" not in one.address]
        return as_document(replace(desired, resources=tuple(kept)), **options)

    monkeypatch.setattr(pulumi_declaration, "document", document)


def without_marks(monkeypatch):
    def document(desired, **options):
        bare = tuple(
            replace(one, tags={}) if hasattr(one, "tags") else one for one in desired.resources
        )
        return as_document(replace(desired, resources=bare), **options)

    monkeypatch.setattr(pulumi_declaration, "document", document)
