"""In which order, and in how many passes."""

import pytest
from build import account, deployment, desired, group, observed, role

from deployer.core.plan import Action
from deployer.core.planning import make_plan


def passes(plan):
    return [[c.address for c in phase.changes if c.action.writes] for phase in plan.phases]


def test_quota_freed_in_one_account_is_free_before_another_of_its_region_takes_it():
    west, east = account("west"), account("east")
    giving, taking = deployment("a", "west", capacity=5), deployment("b", "east", capacity=1)
    wanted = desired(
        group(),
        west,
        deployment("a", "west", capacity=1),
        east,
        deployment("b", "east", capacity=5),
    )

    plan = make_plan(wanted, observed(group(), west, giving, east, taking))

    assert [[giving.address], [taking.address]] == passes(plan)


@pytest.mark.parametrize(
    ("east", "capacity"),
    [
        pytest.param(account("east", "swedencentral"), 5, id="another region"),
        pytest.param(account("east"), 1, id="nothing is taken"),
    ],
)
def test_accounts_that_share_no_quota_need_one_pass(east, capacity):
    west = account("west")
    before, after = deployment("a", "west", capacity=5), deployment("a", "west", capacity=1)
    seen = observed(group(), west, before, east, deployment("b", "east", capacity=1))

    plan = make_plan(
        desired(group(), west, after, east, deployment("b", "east", capacity=capacity)), seen
    )

    assert 1 == len(plan.phases)


def test_within_an_account_what_frees_quota_goes_first():
    seen = observed(group(), account(), deployment("big", capacity=6), deployment("old"))
    wanted = desired(group(), account(), deployment("new"), deployment("big", capacity=1))

    plan = make_plan(wanted, seen)

    assert [Action.UPDATE, Action.DELETE, Action.CREATE] == [
        change.action for change in plan.writes
    ]


def test_roles_come_before_deployments_because_they_take_minutes_to_arrive():
    plan = make_plan(desired(group(), account(), deployment(), role()), observed())

    assert [group().address, account().address, role().address, deployment().address] == [
        change.address for change in plan.changes
    ]


def test_a_phase_holds_the_whole_state_that_it_reaches():
    kept, gone = deployment("kept"), deployment("gone")
    before = observed(group(), account(), kept, gone, account("other", ours=False))

    (phase,) = make_plan(desired(group(), account(), kept, deployment("new")), before).phases

    assert [group().address, account().address, kept.address, deployment("new").address] == [
        resource.address for resource in phase.resources
    ]
