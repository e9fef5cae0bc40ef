"""Laws that every entry of the catalogue keeps, and what the questions to it answer."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from deployer.catalog import queries, regions
from deployer.catalog.models import MODELS
from deployer.core.offers import Life
from deployer.core.resources import ModelVersion

EVERY = pytest.mark.parametrize("row", MODELS, ids=lambda row: str(row.model))
FIRST, APRIL, LATE = dt.date(2025, 2, 6), dt.date(2026, 4, 23), dt.date(2026, 11, 22)


def version(text):
    name, number = text.split("@")
    return ModelVersion(name, number)


def facts(row):
    return [one for seen in row.observations.values() for one in seen]


def test_a_version_has_one_entry():
    assert len(MODELS) == len({row.model for row in MODELS})


@EVERY
def test_every_fact_has_a_source_and_a_date(row):
    sources = [one.source for one in facts(row)] + [row.successor.source]

    assert all(
        source.text and dt.date(2025, 1, 1) < source.date <= queries.AS_OF for source in sources
    )


@EVERY
def test_every_region_has_its_facts(row):
    assert set(regions.DISPLAY_NAMES) == set(row.observations)
    assert all(row.observations.values())


@EVERY
def test_facts_are_in_order_of_time(row):
    for seen in row.observations.values():
        assert all(one.source.date < other.source.date for one, other in pairwise(seen))


@EVERY
def test_a_version_is_a_day_that_comes_before_its_retirement_and_its_facts(row):
    born = dt.date.fromisoformat(row.model.version)

    assert all(born <= one.source.date for one in facts(row))
    assert all(born < one.retires for one in facts(row) if one.retires)


@EVERY
def test_a_successor_is_an_entry_of_the_same_family_that_outlives_it(row):
    if row.successor.model is None:
        return
    heir = queries.find(row.successor.model)
    assert heir is not None
    assert row.family == heir.family
    for location in regions.DISPLAY_NAMES:
        mine, theirs = (
            queries.retirement(model, location, queries.AS_OF).date
            for model in (row.model, heir.model)
        )
        assert mine is not None and (theirs is None or mine < theirs)


@EVERY
def test_what_is_needed_to_listen_is_there(row):
    assert "alloy" in row.voices
    assert row.formats
    assert "GlobalStandard" in row.skus


@pytest.mark.parametrize(
    ("model", "day", "expected"),
    [
        ("gpt-4o-audio-preview@2024-12-17", FIRST, (Life.ALIVE, None)),
        ("gpt-4o-audio-preview@2024-12-17", dt.date(2026, 1, 20), (Life.ALIVE, "2026-02-02")),
        ("gpt-4o-audio-preview@2024-12-17", APRIL, (Life.RETIRED, "2026-03-24")),
        ("gpt-4o-realtime-preview@2024-10-01", FIRST, (Life.ALIVE, "2025-09-30")),
        ("gpt-4o-realtime-preview@2024-10-01", APRIL, (Life.RETIRED, "2025-03-26")),
        ("gpt-realtime-mini@2025-10-06", APRIL, (Life.ALIVE, "2027-04-07")),
        ("gpt-realtime-mini@2025-10-06", LATE, (Life.RETIRED, "2026-07-23")),
        ("gpt-realtime@2025-08-28", FIRST, (None, None)),
        ("gpt-realtime@2025-08-28", LATE, (Life.ALIVE, "2027-02-28")),
        ("nobody@1", LATE, (None, None)),
    ],
)
def test_what_was_true_on_a_day_stays_true_of_it(model, day, expected):
    when = queries.retirement(version(model), "East US 2", day).date

    assert expected == (queries.life(version(model), "East US 2", day), when and str(when))


@pytest.mark.parametrize(
    ("model", "location", "sku", "day", "expected"),
    [
        ("gpt-4o-mini-audio-preview@2024-12-17", "swedencentral", "GlobalStandard", FIRST, True),
        ("gpt-4o-mini-audio-preview@2024-12-17", "swedencentral", "GlobalStandard", APRIL, False),
        ("gpt-4o-mini-audio-preview@2024-12-17", "eastus2", "GlobalStandard", APRIL, True),
        ("gpt-audio@2025-08-28", "eastus2", "GlobalStandard", FIRST, None),
        ("gpt-audio@2025-08-28", "Sweden Central", "GlobalStandard", LATE, True),
        ("gpt-audio@2025-08-28", "eastus2", "DataZoneStandard", LATE, False),
        ("gpt-audio@2025-08-28", "westus", "GlobalStandard", LATE, None),
        ("gpt-realtime-2@2026-05-06", "eastus2", "GlobalStandard", LATE, None),
        ("nobody@1", "eastus2", "GlobalStandard", LATE, None),
    ],
)
def test_unknown_is_an_answer_too(model, location, sku, day, expected):
    assert queries.available(version(model), location, sku, day) is expected


@pytest.mark.parametrize(
    ("model", "day", "expected"),
    [
        pytest.param(
            "gpt-4o-realtime-preview@2024-12-17",
            APRIL,
            "gpt-realtime@2025-08-28",
            id="its successor",
        ),
        pytest.param(
            "gpt-4o-realtime-preview@2025-06-03",
            APRIL,
            "gpt-realtime@2025-08-28",
            id="without successor, the longest life",
        ),
        pytest.param(
            "gpt-audio-mini@2025-10-06",
            LATE,
            "gpt-audio-mini@2025-12-15",
            id="without successor, the same size first",
        ),
    ],
)
def test_the_nearest_is_one_that_can_be_deployed(model, day, expected):
    nearest = queries.nearest(version(model), "eastus2", "GlobalStandard", day)

    assert version(expected) == nearest


def test_where_nothing_is_known_nothing_is_near():
    assert (
        queries.nearest(version("gpt-audio@2025-08-28"), "westus", "GlobalStandard", LATE) is None
    )


@pytest.mark.parametrize(
    ("model", "family", "protocol", "api_version"),
    [
        ("gpt-4o-audio-preview@2024-12-17", "audio", "preview", "2025-01-01-preview"),
        ("gpt-4o-realtime-preview@2024-12-17", "realtime", "preview", "2025-04-01-preview"),
        ("gpt-audio@2025-08-28", "audio", "ga", None),
        ("gpt-realtime-9@2030-01-01", "realtime", "ga", None),
        ("gpt-9-audio-preview@2030-01-01", "audio", "preview", "2025-01-01-preview"),
        ("gpt-4o@2024-08-06", None, "ga", None),
    ],
)
def test_how_a_model_is_spoken_to(model, family, protocol, api_version):
    one = version(model)

    assert (family, protocol, api_version) == (
        queries.family(one),
        queries.protocol(one),
        queries.api_version(one),
    )


def test_a_preference_of_protocol_is_obeyed():
    one = version("gpt-realtime@2025-08-28")

    assert ("preview", "2025-04-01-preview") == (
        queries.protocol(one, "preview"),
        queries.api_version(one, "preview"),
    )
