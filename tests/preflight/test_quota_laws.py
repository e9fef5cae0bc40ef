"""Laws of quota that hold for every pair of states."""

import datetime as dt
from dataclasses import replace

from build import observed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from states import MODELS, desired_states, observed_states

from deployer.core.offers import Life, Offer, OfferedSku
from deployer.core.plan import Plan
from deployer.core.planning import make_plan
from deployer.core.resources import Deployment
from deployer.preflight.answers import Answers
from deployer.preflight.judgements import judge
from deployer.preflight.judgements.case import Case
from deployer.preflight.judgements.quota import demands

OFFERS = tuple(
    Offer("AIServices", model, Life.ALIVE, None, (OfferedSku("GlobalStandard", f"u.{model.name}"),))
    for model in MODELS
)
LIVE = {"eastus2": OFFERS, "swedencentral": OFFERS}
usual = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def needed(plan, seen):
    return {key: one.needed for key, one in demands(Case(plan, seen, LIVE)).items()}


@usual
@given(desired=desired_states())
def test_an_unchanged_state_needs_no_quota(desired):
    seen = observed(*desired.resources)

    assert {} == needed(make_plan(desired, seen), seen)


@usual
@given(desired=desired_states(), seen=observed_states(), chance=st.randoms(use_true_random=False))
def test_the_order_of_changes_does_not_matter(desired, seen, chance):
    plan = make_plan(desired, seen)
    shuffled = []
    for phase in plan.phases:
        changes = list(phase.changes)
        chance.shuffle(changes)
        shuffled.append(replace(phase, changes=tuple(changes)))

    assert needed(plan, seen) == needed(Plan(desired, tuple(shuffled)), seen)


@usual
@given(desired=desired_states(), seen=observed_states())
def test_the_sum_of_demands_is_what_the_plan_adds(desired, seen):
    plan = make_plan(desired, seen)
    after = {**seen.resources}
    for change in plan.writes:
        if change.after is None:
            after.pop(change.address, None)
        else:
            after[change.address] = change.after

    added = _units(after.values()) - _units(seen.resources.values())
    models = {key: units for key, units in needed(plan, seen).items() if key[1].startswith("u.")}
    assert added == sum(models.values())


@usual
@given(desired=desired_states(), seen=observed_states())
def test_judging_never_fails(desired, seen):
    plan = make_plan(desired, seen)

    for verdict in judge(plan, seen, {}, Answers(), frozenset(), dt.date(2026, 4, 23)):
        assert verdict.detail


def _units(resources):
    return sum(one.sku.capacity for one in resources if isinstance(one, Deployment))
