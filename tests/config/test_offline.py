from __future__ import annotations

import datetime as dt

import pytest
from config.files import HEAD, loaded

from deployer.catalog.queries import AS_OF
from deployer.config import unanswered
from deployer.core.problems import Problem, Severity
from deployer.errors import ConfigurationInvalid

OLD_AUDIO = "gpt-4o-mini-audio-preview@2024-12-17"


def warnings(folder, model, *, location="eastus2", more="", cloud=None, today=None, policy="fail"):
    text = (
        HEAD
        + f"lifecycle: {{onRetired: {policy}}}\n"
        + f"accounts:\n  - {{name: a1, location: {location}, auth: keys, "
        + f"deployments: [{{name: d, model: {model}{more}}}]}}\n"
    )
    return loaded(folder, text, cloud=cloud, today=today).problems


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"model": "gpt-realtime@2025-08-28"}, [], id="a model that lives"),
        pytest.param(
            {"model": OLD_AUDIO},
            ["model.retired"],
            id="past its retirement, by the catalogue's day",
        ),
        pytest.param(
            {"model": OLD_AUDIO, "cloud": "emulator@2025-02-06"},
            [],
            id="alive on the emulator's day",
        ),
        pytest.param(
            {"model": OLD_AUDIO, "cloud": "emulator"},
            ["model.retired"],
            id="the newest snapshot's day",
        ),
        pytest.param(
            {"model": OLD_AUDIO, "today": dt.date(2025, 3, 1)},
            [],
            id="alive on the day that is today",
        ),
        pytest.param(
            {"model": "gpt-audio@2025-08-28", "cloud": "emulator@2025-02-06"},
            ["model.not-yet-known"],
            id="nobody had heard of it",
        ),
        pytest.param(
            {"model": "gpt-realtime@2026-01-01"},
            ["model.unknown-version"],
            id="a version nobody knows",
        ),
        pytest.param(
            {"model": "gpt-audio@2025-08-28", "more": ", successor: gpt-audio@2099-01-01"},
            ["model.unknown-version"],
            id="a successor nobody knows",
        ),
        pytest.param(
            {"model": "gpt-audio@2025-08-28", "more": ", sku: DataZoneStandard"},
            ["model.sku-not-offered"],
            id="a SKU it was never seen with",
        ),
        pytest.param(
            {"model": "gpt-audio@2025-08-28", "location": "West US"},
            ["region.unknown"],
            id="a region without facts",
        ),
        pytest.param(
            {"model": "gpt-audio@2025-08-28", "location": "East US 2"},
            [],
            id="a region's long name",
        ),
    ],
)
def test_what_the_catalogue_has_against_a_deployment(tmp_path, given, expected):
    assert expected == [one.code for one in warnings(tmp_path, **given)]


def test_a_retirement_names_date_source_and_successor(tmp_path):
    (problem,) = warnings(tmp_path, OLD_AUDIO, today=AS_OF)

    assert "2026-03-24" in problem.detail
    assert "2026-04-23" in problem.detail
    assert "gpt-audio-mini@2025-12-15" in problem.detail
    assert "gpt-audio-mini@2025-12-15" in problem.hint


def test_a_retirement_that_is_taken_care_of_names_what_takes_over(tmp_path):
    (problem,) = warnings(
        tmp_path, OLD_AUDIO, more=", successor: gpt-audio@2025-08-28", policy="useSuccessor"
    )

    assert ("gpt-audio@2025-08-28 takes over." in problem.detail, "") == (True, problem.hint)


def test_a_newer_version_than_all_known_may_be_right(tmp_path):
    (problem,) = warnings(tmp_path, "gpt-audio@2099-01-01")

    assert str(AS_OF) in problem.detail
    assert "newer than the catalogue" in problem.hint


def test_a_slip_in_a_version_is_noticed(tmp_path):
    (problem,) = warnings(tmp_path, "gpt-4o-audio-preview@2024-12-16")

    assert 'Did you mean "2024-12-17"?' == problem.hint


def test_what_azure_has_answered_is_no_longer_asked_of_the_catalogue(tmp_path):
    text = HEAD + (
        "accounts:\n"
        f"  - {{name: a1, location: East US 2, auth: keys, deployments: [{{name: d, model: {OLD_AUDIO}}}]}}\n"
        f"  - {{name: a2, location: westus, auth: keys, deployments: [{{name: d, model: {OLD_AUDIO}}}]}}\n"
    )
    config = loaded(tmp_path, text)

    assert ["model.retired", "region.unknown", "model.retired"] == [
        one.code for one in config.problems
    ]
    assert ["region.unknown", "model.retired"] == [
        one.code for one in unanswered(config, {"eastus2": ()})
    ]
    assert ["model.retired"] == [one.code for one in unanswered(config, {"westus": ()})]


@pytest.mark.parametrize(
    ("successor", "code"),
    [
        pytest.param(
            "gpt-4o-mini-audio-preview@2024-12-17", "model.successor-is-itself", id="itself"
        ),
        pytest.param(
            "gpt-realtime@2025-08-28", "model.successor-of-another-kind", id="of another kind"
        ),
    ],
)
def test_a_successor_that_could_not_take_over_is_refused(tmp_path, successor, code):
    with pytest.raises(ConfigurationInvalid) as refused:
        warnings(tmp_path, OLD_AUDIO, more=f", successor: {successor}")

    found = (one for one in refused.value.problems if isinstance(one, Problem))
    (problem,) = (one for one in found if one.severity is Severity.ERROR)
    assert (code, True) == (problem.code, bool(problem.hint))


def test_a_successor_of_the_same_kind_is_fine(tmp_path):
    found = warnings(
        tmp_path, OLD_AUDIO, more=", successor: gpt-audio@2025-08-28", policy="useSuccessor"
    )

    assert ["model.retired"] == [problem.code for problem in found]
