"""Two witnesses, the product's catalogue and the emulator's snapshots, share no data; here they are heard against each other."""

import datetime as dt

import pytest

from deployer.catalog import queries, roles
from deployer.catalog.api_versions import CHAT_COMPLETIONS, REALTIME_PREVIEW
from deployer.catalog.models import MODELS
from deployer.core.offers import Life
from deployer.core.resources import ModelVersion
from deployer.emulator.data_plane.handlers import CHAT_API_VERSIONS
from deployer.emulator.identity.roles import ROLES
from deployer.emulator.realtime.preview import API_VERSIONS
from deployer.emulator.state.catalogue import snapshot, snapshot_dates

LIVES = {
    "Preview": Life.ALIVE,
    "GenerallyAvailable": Life.ALIVE,
    "Deprecating": Life.CLOSING,
    "Deprecated": Life.RETIRED,
}

ROWS = [
    pytest.param(
        day,
        location,
        row["model"],
        id=f"{day}-{location}-{row['model']['name']}-{row['model']['version']}",
    )
    for day in snapshot_dates()
    for location, place in snapshot(day)["locations"].items()
    for row in place["models"]
]


def version_of(row):
    return ModelVersion(row["name"], row["version"])


@pytest.mark.parametrize(("date", "location", "row"), ROWS)
def test_the_catalogue_knows_what_a_snapshot_lists(date, location, row):
    assert queries.available(version_of(row), location, row["skus"][0]["name"], date)


@pytest.mark.parametrize(("date", "location", "row"), ROWS)
def test_both_say_how_long_a_model_lives(date, location, row):
    model = version_of(row)
    inference = row.get("deprecation", {}).get("inference")
    retires = dt.date.fromisoformat(inference[:10]) if inference else None

    assert (LIVES[row["lifecycleStatus"]], retires) == (
        queries.life(model, location, date),
        queries.retirement(model, location, date).date,
    )


@pytest.mark.parametrize(("date", "location", "row"), ROWS)
def test_both_agree_on_what_a_unit_of_capacity_is_worth(date, location, row):
    entry = queries.find(version_of(row))
    limits = {limit["key"]: limit for limit in row["skus"][0]["rateLimits"]}

    assert entry is not None
    if entry.unit is None:  # unknown is a value; the emulator has to choose a number all the same
        assert ModelVersion("gpt-4o-realtime-preview", "2024-10-01") == entry.model
        return
    assert (
        limits["request"]["count"],
        limits["request"]["renewalPeriod"],
        limits["token"]["count"],
    ) == (
        entry.unit.requests,
        entry.unit.seconds,
        entry.unit.tokens,
    )


@pytest.mark.parametrize(("date", "location", "row"), ROWS)
def test_both_agree_on_what_a_model_does(date, location, row):
    realtime = row["capabilities"]["realtime"] == "true"

    assert ("realtime" if realtime else "audio") == queries.family(version_of(row))


def test_roles_have_the_same_ids():
    theirs = {role.name: role.id for role in ROLES}

    assert [] == [r.name for r in roles.CAN.values() if theirs.get(r.name) != r.id]


def test_the_api_versions_that_smoke_uses_are_served():
    assert CHAT_COMPLETIONS in CHAT_API_VERSIONS
    assert REALTIME_PREVIEW in API_VERSIONS


def test_every_model_of_the_catalogue_was_compared_or_has_no_recorded_row():
    recorded = {version_of(param.values[2]) for param in ROWS}
    unheard = {row.model for row in MODELS} - recorded

    assert {
        "gpt-realtime-2@2026-05-06",
        "gpt-realtime-2.1@2026-07-07",
        "gpt-realtime-2.1-mini@2026-07-07",
    } == {str(model) for model in unheard}
