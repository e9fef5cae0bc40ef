"""What every engine promises, in memory and on the emulator."""

import threading
from dataclasses import replace

import pytest
from build import AUDIO, REALTIME, account, deployment, desired, group, observed, role

from deployer.core.events import Done, Failed, NotDone, Started
from deployer.core.plan import Action, Consent
from deployer.core.planning import make_plan
from deployer.core.problems import Place
from deployer.core.resources import ModelVersion
from deployer.core.state import SoftDelete
from deployer.engines.memory import MemoryCloud, MemoryEngine

OLDER = ModelVersion(REALTIME.name, "2024-10-01")


class MemoryStage:
    """The memory engine with the face of `clouds.Stage`."""

    def __init__(self):
        self.cloud = MemoryCloud(observed(strangers=0))

    def want(self, *resources, **fields):
        return desired(*resources, **fields)

    def plan(self, wanted, **_):
        return make_plan(wanted, self.cloud.look())

    def apply(self, wanted, stop=None):
        return list(MemoryEngine(self.cloud).apply(self.plan(wanted), stop or threading.Event()))

    def left(self, wanted):
        return [str(change) for change in self.plan(wanted).writes]


@pytest.fixture(params=["memory", "sdk"])
def engine(request):
    return MemoryStage() if request.param == "memory" else request.getfixturevalue("stage")


def unhappy(events):
    return [event for event in events if isinstance(event, Failed | NotDone)]


def done(events):
    return [
        (event.change.action, event.change.address) for event in events if isinstance(event, Done)
    ]


def before_and_after():
    """States that lead from one to the other, by what has to happen on the way."""
    one = account("voice-a")
    empty = (group(), one)
    full = (*empty, role("voice-a"), deployment("realtime", "voice-a", capacity=3))
    return {
        "create": ((), full),
        "add-a-deployment": (empty, full),
        "more-capacity": (full, (*full[:3], deployment("realtime", "voice-a", capacity=5))),
        "another-version": (
            (*empty, deployment("realtime", "voice-a", OLDER)),
            (*empty, deployment("realtime", "voice-a")),
        ),
        "version-and-capacity": (
            (*empty, deployment("realtime", "voice-a", OLDER, capacity=1)),
            (*empty, deployment("realtime", "voice-a", capacity=4)),
        ),
        "version-and-less-capacity": (
            (*empty, deployment("realtime", "voice-a", OLDER, capacity=4)),
            (*empty, deployment("realtime", "voice-a", capacity=1)),
        ),
        "another-model": (full, (*full[:3], deployment("realtime", "voice-a", AUDIO))),
        "tags": (empty, (group(tags={"env": "dev"}), account("voice-a", tags={"env": "dev"}))),
        "keys-on": (empty, (group(), account("voice-a", disable_local_auth=False))),
        "less": (full, empty),
        "no-role": (full, (*empty, full[3])),
        "down": (full, ()),
    }


CASES = before_and_after()


@pytest.mark.parametrize("case", CASES)
def test_after_apply_nothing_is_left_to_do(engine, case):
    before, after = (engine.want(*resources) for resources in CASES[case])

    unwelcome = unhappy(engine.apply(before)) + unhappy(engine.apply(after))

    assert ([], []) == (unwelcome, engine.left(after))


@pytest.mark.parametrize("case", CASES)
def test_every_change_of_the_plan_is_begun_and_done_in_order(engine, case):
    before, after = (engine.want(*resources) for resources in CASES[case])
    engine.apply(before)
    planned = [(c.action, c.address) for c in engine.plan(after, group_contents=True).writes]

    events = engine.apply(after)

    begun = [(e.change.action, e.change.address) for e in events if isinstance(e, Started)]
    assert (planned, planned) == (begun, done(events))


def test_a_deleted_account_is_recovered_with_what_is_declared(engine):
    wanted = engine.want(group(), account("voice-a"), deployment("realtime", "voice-a"))
    engine.apply(wanted)
    engine.apply(wanted.nothing())

    events = engine.apply(wanted)

    assert (Action.RECOVER, "account/voice-a") in done(events)
    assert [] == engine.left(wanted)


def test_a_deleted_account_is_purged_and_made_anew(engine):
    resources = (group(), account("voice-a"), deployment("realtime", "voice-a"))
    wanted = engine.want(*resources, soft_delete=SoftDelete.PURGE)
    engine.apply(wanted)
    engine.apply(wanted.nothing())

    events = engine.apply(wanted)

    assert [Action.PURGE, Action.CREATE] == [a for a, at in done(events) if at.endswith("voice-a")]
    assert [] == engine.left(wanted)


def test_what_is_not_ours_is_adopted_and_keeps_its_own_tags(engine):
    theirs = engine.want(
        group(),
        account("voice-a", ours=False, tags={"team": "other"}),
        deployment("realtime", "voice-a", ours=False, tags={"team": "other"}),
    )
    ours = engine.want(group(), account("voice-a"), deployment("realtime", "voice-a"))
    engine.apply(theirs)

    assert {(Consent.ADOPT,)} == {change.needs for change in engine.plan(ours).writes}
    engine.apply(ours)

    seen = engine.plan(ours)
    assert seen.is_empty
    assert {"other"} == {
        change.before.tags["team"] for change in seen.changes if change.address != "group/rg-voice"
    }


def test_what_is_not_ours_stays(engine):
    theirs = engine.want(
        group(), account("voice-b", ours=False), deployment("realtime", "voice-b", ours=False)
    )
    engine.apply(theirs)

    engine.apply(engine.want(group()))

    seen = engine.plan(engine.want(group()))
    assert {"account/voice-b", "account/voice-b/deployment/realtime"} == {
        change.address for change in seen if change.action is Action.LEAVE
    }


def test_a_stopped_run_begins_nothing(engine):
    stop = threading.Event()
    stop.set()
    wanted = engine.want(group(), account("voice-a"), deployment("realtime", "voice-a"))

    events = engine.apply(wanted, stop)

    assert {NotDone} == {type(event) for event in events}
    assert 3 == len(events)


def test_a_place_in_the_file_goes_with_a_failure(engine):
    place = Place("prod.yaml", 7, 5)
    orphan = deployment("realtime", "voice-z")
    wanted = replace(engine.want(group(), orphan), places={orphan.address: place})

    failed = [event for event in engine.apply(wanted) if isinstance(event, Failed)]

    assert [(orphan.address, place)] == [(e.problem.address, e.problem.where) for e in failed]
