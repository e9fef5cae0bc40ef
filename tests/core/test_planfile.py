"""A plan survives its file, and only its file."""

import datetime as dt
import json

import pytest
from build import AUDIO, SCOPE, account, deleted, deployment, desired, group, observed, role

from deployer.core.checks import AudioSettings, SmokeSettings
from deployer.core.planfile import PlanFile, digest, dump, parse, same_changes
from deployer.core.planning import make_plan
from deployer.core.problems import Place
from deployer.core.state import Succession


def plan_file(plan):
    return PlanFile(
        tool="0.1.0",
        name="voice",
        cloud="emulator@2025-02-06",
        engine="sdk",
        scope=SCOPE,
        config="configs/voice.yaml",
        config_digest="0" * 64,
        desired=plan.desired,
        phases=plan.phases,
        observed_digest="1" * 64,
        smoke=SmokeSettings(timeout=5, audio=AudioSettings(voices=("ash", "echo"))),
    )


def rich_plan():
    wanted = deployment(model=AUDIO, capacity=3)
    target = desired(
        group(),
        account(),
        role(),
        wanted,
        account("second", "swedencentral"),
        successions={wanted.address: Succession(wanted.model, AUDIO, "why")},
        places={wanted.address: Place("voice.yaml", 3, 7)},
    )
    seen = observed(
        group(),
        account(),
        deployment(version="2024-10-01"),
        deleted=[deleted("second", "swedencentral")],
    )
    return make_plan(target, seen)


def test_what_is_written_is_what_is_read():
    written = plan_file(rich_plan())

    assert written == parse(dump(written))


def test_a_soft_deleted_account_keeps_its_dates():
    gone = deleted()
    gone = type(gone)(
        gone.account, gone.resource_group, dt.datetime(2025, 2, 6, 12, tzinfo=dt.UTC), None
    )
    plan = make_plan(desired(group(), account()), observed(group(), deleted=[gone]))

    assert gone == parse(dump(plan_file(plan))).plan.changes[1].before


@pytest.mark.parametrize(
    ("edit", "complaint"),
    [
        pytest.param(lambda d: d.pop("formatVersion"), "formatVersion is missing", id="not a plan"),
        pytest.param(
            lambda d: d.update(formatVersion=2), "formatVersion 2 is not 1", id="of another version"
        ),
        pytest.param(lambda d: d.pop("scope"), "scope is missing", id="a part is missing"),
        pytest.param(lambda d: d.update(surprise=1), "no surprise", id="a part too many"),
        pytest.param(
            lambda d: d["scope"].update(resourceGroup=3),
            "scope.resourceGroup: expected str",
            id="a wrong type",
        ),
    ],
)
def test_a_file_that_does_not_fit_is_refused_with_the_reason(edit, complaint):
    data = json.loads(dump(plan_file(rich_plan())))
    edit(data)

    with pytest.raises(ValueError, match=complaint):
        parse(json.dumps(data))


def test_plans_that_write_the_same_are_the_same_whatever_they_say():
    one = make_plan(desired(group(), account(), deployment()), observed(group(), account()))
    other = make_plan(
        desired(
            group(), account(), deployment(), places={account().address: Place("other.yaml", 1, 1)}
        ),
        observed(group(), account(), account("theirs", ours=False)),
    )

    assert same_changes(one, other)


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param(
            observed(group(), account(), deployment(capacity=2)), id="somebody changed a deployment"
        ),
        pytest.param(observed(group()), id="somebody deleted the account"),
        pytest.param(observed(group(), account(), deployment()), id="somebody did our work"),
    ],
)
def test_a_world_that_moved_makes_another_plan(seen):
    target = desired(group(), account(), deployment())

    assert not same_changes(
        make_plan(target, observed(group(), account())), make_plan(target, seen)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(deployment(capacity=2), deployment(capacity=3), id="from another value"),
        pytest.param(
            deployment(tags={"a": "b"}, capacity=2), deployment(capacity=2), id="beside another tag"
        ),
    ],
)
def test_the_same_change_of_something_else_is_another_change(one, other):
    target = desired(group(), account(), deployment(capacity=5))

    assert not same_changes(
        make_plan(target, observed(group(), account(), one)),
        make_plan(target, observed(group(), account(), other)),
    )


def test_plans_that_lead_elsewhere_are_not_the_same():
    seen = observed(group(), account(), deployment())

    assert not same_changes(
        make_plan(desired(group(), account(), deployment(capacity=5)), seen),
        make_plan(desired(group(), account(), deployment(capacity=6)), seen),
    )


def test_a_plan_file_can_be_read_by_people():
    text = dump(plan_file(make_plan(desired(group(tags={"team": "Grüße"}), account()), observed())))

    assert '\n  "name": "voice",\n' in text
    assert "Grüße" in text


def test_the_digest_does_not_depend_on_the_order_of_reading():
    one = observed(account(tags={"a": "1", "b": "2"}), account("other"))
    other = observed(account("other"), account(tags={"b": "2", "a": "1"}))

    assert digest(one) == digest(other)


def test_the_digest_follows_what_was_seen():
    assert digest(observed(account())) == digest(observed(account()))
    assert digest(observed(account())) != digest(observed(account(tags={"a": "b"})))
