"""Laws that hold for every pair of states, tried on the memory engine; a thousand pairs with the profile `thorough`."""

import threading
from dataclasses import replace

from build import OWNER
from hypothesis import given
from states import desired_states, observed_states

from deployer.core.events import Failed, NotDone
from deployer.core.plan import Action
from deployer.core.planning import make_plan
from deployer.core.resources import Account, Deployment, RoleAssignment, account_address
from deployer.engines.memory import MemoryCloud, MemoryEngine


def carry_out(plan, cloud):
    events = list(MemoryEngine(cloud).apply(plan, threading.Event()))
    assert [] == [event for event in events if isinstance(event, Failed | NotDone)]


@given(desired=desired_states(), observed=observed_states())
def test_an_applied_plan_leaves_nothing_to_do(desired, observed):
    cloud = MemoryCloud(observed)

    carry_out(make_plan(desired, cloud.look()), cloud)

    assert [] == [str(change) for change in make_plan(desired, cloud.look()).writes]


@given(desired=desired_states(), observed=observed_states())
def test_what_is_not_ours_and_not_declared_is_never_written(desired, observed):
    wanted = desired.by_address()
    theirs = {a for a in observed.resources if a not in wanted and not observed.is_ours(a, OWNER)}

    assert [] == [
        change for change in make_plan(desired, observed).writes if change.address in theirs
    ]


@given(desired=desired_states(), observed=observed_states())
def test_down_leaves_nothing_of_ours_but_what_strangers_need(desired, observed):
    cloud = MemoryCloud(observed)
    nothing = desired.nothing()

    carry_out(make_plan(nothing, cloud.look()), cloud)

    after = cloud.look()
    ours = [one for address, one in after.resources.items() if after.is_ours(address, OWNER)]
    assert [] == [one for one in ours if isinstance(one, Deployment)]
    roles = [one for one in ours if isinstance(one, RoleAssignment)]
    # A role on an account that is somebody else's by now is left to them.
    assert [] == [one for one in roles if after.is_ours(account_address(one.account), OWNER)]
    for kept in (one for one in ours if isinstance(one, Account)):
        assert any(a.startswith(f"{kept.address}/deployment/") for a in after.resources)


@given(desired=desired_states(), observed=observed_states())
def test_children_come_after_their_parents_and_go_before_them(desired, observed):
    for phase in make_plan(desired, observed).phases:
        born: set[str] = set()
        gone: set[str] = set()
        for change in phase.changes:
            parent = change.address.partition("/deployment/")[0].partition("/role/")[0]
            if change.action in (Action.CREATE, Action.RECOVER):
                assert not any(one.startswith(f"{change.address}/") for one in born)
                born.add(change.address)
            if change.action is Action.DELETE:
                assert parent == change.address or parent not in gone
                gone.add(change.address)


@given(desired=desired_states(), observed=observed_states())
def test_one_write_never_changes_capacity_and_version(desired, observed):
    for change in make_plan(desired, observed).writes:
        paths = {difference.path for difference in change.differences}
        assert change.action is Action.REPLACE or not {"sku.capacity", "model.version"} <= paths


@given(desired=desired_states(), observed=observed_states())
def test_the_order_of_reading_does_not_matter(desired, observed):
    backwards = replace(observed, resources=dict(reversed(list(observed.resources.items()))))

    one, other = make_plan(desired, observed), make_plan(desired, backwards)

    assert {(c.action, c.address, c.reason) for c in one.changes} == {
        (c.action, c.address, c.reason) for c in other.changes
    }
