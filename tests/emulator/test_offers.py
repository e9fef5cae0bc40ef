"""Quota arithmetic, the snapshots' models, and what the clock makes of them."""

from __future__ import annotations

import datetime

import pytest
from emulator.arm_client import ACCOUNT, DEPLOYMENT, PROVIDER, deployment_path

from deployer.emulator.state.catalogue import Catalogue, clock_date, snapshot, snapshot_dates
from deployer.emulator.state.clock import Clock
from deployer.emulator.state.settings import Settings
from deployer.errors import UsageError

REALTIME = "gpt-4o-realtime-preview@2024-12-17"
USAGE = "OpenAI.GlobalStandard.gpt-4o-realtime-preview"
MISSION = {
    ("gpt-4o-audio-preview", "2024-12-17"),
    ("gpt-4o-mini-audio-preview", "2024-12-17"),
    ("gpt-4o-realtime-preview", "2024-12-17"),
    ("gpt-4o-mini-realtime-preview", "2024-12-17"),
    ("gpt-4o-realtime-preview", "2024-10-01"),
}


def used(arm, location="eastus2", name=USAGE):
    rows = arm.get(f"{PROVIDER}/locations/{location}/usages").body["value"]
    return next(row["currentValue"] for row in rows if row["name"]["value"] == name)


def models(day, location="eastus2", settings=None):
    catalogue = Catalogue(Clock(datetime.date.fromisoformat(day)), lambda: settings or Settings())
    return {(one["name"], one["version"]): one for one in catalogue.models(location)}


def test_usage_counts_deployments_of_its_location_alone(arm):
    arm.account()
    arm.deployment(model=REALTIME, capacity=2)
    arm.deployment(deployment_path("two"), model="gpt-4o-realtime-preview@2024-10-01", capacity=3)

    assert (used(arm), used(arm, "swedencentral")) == (5, 0)


def test_an_update_needs_quota_only_for_what_it_adds(arm):
    arm.account()
    arm.deployment(model=REALTIME, capacity=6)

    assert arm.deployment(model=REALTIME, capacity=7).code == "InsufficientQuota"
    assert arm.deployment(model=REALTIME, capacity=4).status == 200
    assert arm.deployment(model=REALTIME, capacity=6).status == 200


def test_deleting_a_deployment_frees_its_quota(arm):
    arm.account()
    arm.deployment(model=REALTIME, capacity=6)
    arm.ask("DELETE", DEPLOYMENT)

    assert used(arm) == 0


def test_a_soft_deleted_account_holds_its_quota_until_it_is_purged(arm, emulator):
    emulator.ask("PATCH", "settings", {"cannotDeleteAccountWithDeployments": False})
    arm.account()
    arm.deployment(model=REALTIME, capacity=6)
    arm.ask("DELETE", ACCOUNT)
    held = used(arm)
    other = ACCOUNT.replace("/voice", "/other")
    arm.account(other)
    refused = arm.deployment(deployment_path("d", other), model=REALTIME)

    arm.ask("DELETE", f"{PROVIDER}/locations/eastus2/resourceGroups/rg/deletedAccounts/voice")

    assert (held, refused.code) == (6, "InsufficientQuota")
    assert used(arm) == 0


def test_accounts_count_by_kind_and_in_all(arm):
    arm.account()
    arm.account(ACCOUNT.replace("/voice", "/services"), kind="AIServices")

    counts = [
        used(arm, name=name)
        for name in ("OpenAI.S0.AccountCount", "AIServices.S0.AccountCount", "AccountCount")
    ]

    assert counts == [1, 1, 2]


@pytest.mark.parametrize(("counts", "held"), [(True, 1), (False, 0)])
def test_soft_deleted_accounts_count_as_the_switch_says(arm, emulator, counts, held):
    emulator.ask("PATCH", "settings", {"softDeletedAccountsCount": counts})
    arm.account()
    arm.ask("DELETE", ACCOUNT)

    assert used(arm, name="OpenAI.S0.AccountCount") == held


def test_a_limit_can_be_set_for_every_location(arm, emulator):
    emulator.ask("PATCH", "settings", {"quota": {USAGE: 100}})
    arm.account(location="swedencentral")

    assert arm.deployment(model=REALTIME, capacity=100).status == 201


def test_moving_the_clock_retires_a_model_and_keeps_its_deployment(arm, emulator):
    arm.account()
    arm.deployment()

    emulator.ask("POST", "clock", {"date": "2026-04-23"})

    assert arm.get(DEPLOYMENT).body["properties"]["provisioningState"] == "Succeeded"
    assert arm.deployment(deployment_path("late")).code == "ServiceModelDeprecated"


@pytest.mark.parametrize("location", ["eastus2", "swedencentral"])
def test_the_first_snapshot_offers_the_missions_models(location):
    found = models("2025-02-06", location)

    assert set(found) == MISSION
    assert {one["lifecycleStatus"] for one in found.values()} == {"Preview"}
    assert {sku["name"] for one in found.values() for sku in one["skus"]} == {"GlobalStandard"}


def test_the_first_snapshot_says_that_it_is_reconstructed():
    assert snapshot(datetime.date(2025, 2, 6))["reconstructed"] is True
    assert snapshot(datetime.date(2026, 4, 23))["reconstructed"] is False


@pytest.mark.parametrize("day", snapshot_dates(), ids=str)
def test_every_model_of_a_snapshot_has_its_quota_row(day):
    for rows in snapshot(day)["locations"].values():
        offered = {sku["usageName"] for row in rows["models"] for sku in row["model"]["skus"]}
        assert offered <= {row["name"]["value"] for row in rows["usages"]}


@pytest.mark.parametrize(
    ("day", "model", "status"),
    [
        ("2025-09-29", ("gpt-4o-realtime-preview", "2024-10-01"), "Preview"),
        ("2025-09-30", ("gpt-4o-realtime-preview", "2024-10-01"), "Deprecated"),
        ("2026-04-23", ("gpt-4o-audio-preview", "2024-12-17"), "Deprecated"),
        ("2026-04-23", ("gpt-realtime-mini", "2025-12-15"), "GenerallyAvailable"),
        ("2026-12-15", ("gpt-realtime-mini", "2025-12-15"), "Deprecated"),
    ],
)
def test_a_models_lifecycle_follows_the_clock(day, model, status):
    assert models(day)[model]["lifecycleStatus"] == status


def test_a_lifecycle_can_be_set_by_hand():
    settings = Settings(lifecycles={"gpt-audio@2025-08-28": "Deprecating"})

    found = models("2026-04-23", settings=settings)

    assert found["gpt-audio", "2025-08-28"]["lifecycleStatus"] == "Deprecating"


def test_between_snapshots_the_older_one_counts():
    assert set(models("2026-04-22")) == MISSION


def test_without_a_date_the_newest_snapshots_day_is_meant():
    assert clock_date(None) == datetime.date(2026, 4, 23)


def test_a_day_before_the_first_snapshot_is_refused_with_its_reason():
    with pytest.raises(UsageError, match="first snapshot is of 2025-02-06") as caught:
        clock_date(datetime.date(2025, 2, 5))

    assert "2026-04-23" in caught.value.hint
