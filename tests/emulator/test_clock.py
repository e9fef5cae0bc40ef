"""The emulator's calendar, and how long operations take by it."""

from __future__ import annotations

import datetime
from datetime import UTC, timedelta

import pytest
from emulator.arm_client import ACCOUNT, GROUP, account_body
from emulator.test_restart import performed

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.data_plane.calls import Calls
from deployer.emulator.state.clock import Clock
from deployer.emulator.state.settings import PACINGS, InvalidSetting, Settings

DAY = datetime.date(2026, 4, 23)
EVENING = datetime.datetime(2026, 11, 27, 20, 39, tzinfo=UTC).timestamp()


def test_hours_put_forward_in_the_evening_are_of_the_next_day():
    clock = Clock(DAY, lambda: EVENING)
    clock.set(DAY, timedelta(hours=20))

    assert clock.now() == datetime.datetime(2026, 4, 24, 16, 39, tzinfo=UTC)
    assert clock.today == datetime.date(2026, 4, 24)


def test_hours_age_what_the_data_plane_has_given_out_too(tmp_path):
    cloud = EmulatedCloud(tmp_path, DAY)
    calls = Calls(cloud)
    before = calls.now()

    cloud.advance(2)

    assert 7_200 <= calls.now() - before < 7_260
    cloud.close()


def test_hours_add_up_and_a_new_day_forgets_them(tmp_path):
    cloud = EmulatedCloud(tmp_path, DAY, wall=lambda: EVENING)
    cloud.advance(3)
    cloud.advance(1.5)
    ahead = cloud.clock.token_time() - EVENING
    cloud.set_day(DAY)
    back = cloud.clock.token_time() - EVENING
    cloud.close()

    assert (ahead, back) == (4.5 * 3600, 0)


@pytest.mark.parametrize(
    ("stated", "with_subdomain", "without", "group"),
    [
        ({}, 0.3, 0.3, 0.3),
        ({"pacing": "instant"}, 0, 0, 0),
        ({"pacing": "real"}, 32, 1, 75),
        ({"pacing": "real", "accountSeconds": 2}, 2, 2, 75),
        ({"pacing": "real", "accountSeconds": 2, "subdomainSeconds": 5}, 7, 2, 75),
        ({"pacing": "real", "groupSeconds": 3}, 32, 1, 3),
        ({"pacing": "instant", "groupSeconds": 3}, 0, 0, 3),
    ],
    ids=str,
)
def test_a_pacing_sets_the_times_that_nobody_states(
    tmp_path, stated, with_subdomain, without, group
):
    cloud = EmulatedCloud(tmp_path, DAY, wall=lambda: EVENING)
    cloud.state_settings({**stated, "groupDeletionWaits": False})
    performed(cloud, "PUT", GROUP, {"location": "eastus2"})
    performed(cloud, "PUT", ACCOUNT, account_body())
    plain = ACCOUNT.replace("voice", "plain")
    performed(cloud, "PUT", plain, account_body(properties={"customSubDomainName": None}))
    accounts = {one.name: one.ready_at - EVENING for one in cloud.store.accounts()}
    performed(cloud, "DELETE", GROUP)
    (going,) = (one.gone_at or EVENING for one in cloud.store.groups())
    cloud.close()

    took = [accounts["voice"], accounts["plain"], going - EVENING]
    assert took == pytest.approx([with_subdomain, without, group], abs=1e-6)


def test_going_back_to_another_pacing_goes_back_to_its_times():
    assert Settings.of({"pacing": "real"}).deployment_seconds == 0.6
    assert Settings.of({"pacing": "fast"}) == Settings()
    assert Settings.of({"pacing": "real"}).at_once().deployment_seconds == 0


@pytest.mark.parametrize("pacing", PACINGS)
def test_what_a_pacing_sets_can_be_set(pacing):
    assert set(PACINGS[pacing]) <= set(Settings.__dataclass_fields__)


def test_what_cannot_be_is_refused_under_every_pacing():
    with pytest.raises(InvalidSetting, match="pacing"):
        Settings.of({"pacing": "slow"})


@pytest.mark.parametrize(
    "stated",
    [
        {"accountSeconds": float("inf")},
        {"retiredStatus": float("inf")},
        {"retiredStatus": 5},
        {"quota": {"OpenAI.S0.AccountCount": "many"}},
        {"refusals": {"keysDisabled": {"status": 9}}},
    ],
    ids=str,
)
def test_settings_that_no_answer_could_follow_are_refused(stated):
    with pytest.raises(InvalidSetting):
        Settings.of(stated)
