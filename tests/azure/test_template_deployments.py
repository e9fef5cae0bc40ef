"""Runs of templates as Azure tells of them: errors unwrapped, operations and durations read."""

import json
from typing import Any

import pytest
from clouds import FakeClock

from deployer.azure.failures import Failure, Refused, innermost
from deployer.azure.template_deployments import TemplateDeployments
from deployer.azure.waiting import Patience
from deployer.core.resources import Scope

CONFLICT = {"code": "RequestConflict", "message": "Another operation is being performed"}
QUOTA = {"code": "InsufficientQuota", "message": "This operation require 100 new capacity"}


def tried(clients: Any) -> TemplateDeployments:
    return TemplateDeployments(clients, Scope("s", "rg"), {})


def wrapped(*inner, code="DeploymentFailed"):
    return {"code": code, "message": "At least one resource failed", "details": list(inner)}


@pytest.mark.parametrize(
    ("error", "codes"),
    [
        (QUOTA, ["InsufficientQuota"]),
        (wrapped(QUOTA, CONFLICT), ["InsufficientQuota", "RequestConflict"]),
        (
            wrapped(wrapped(QUOTA, code="InvalidTemplateDeployment"), wrapped(CONFLICT)),
            ["InsufficientQuota", "RequestConflict"],
        ),
        (wrapped(CONFLICT, CONFLICT), ["RequestConflict"]),
        ({"code": "DeploymentFailed", "message": json.dumps({"error": QUOTA})}, ["InsufficientQuota"]),
        ({"code": "DeploymentFailed", "message": "nobody says why"}, ["DeploymentFailed"]),
        ({}, ["Unknown"]),
    ],
    ids=["bare", "two", "nested", "the-same-twice", "as-text", "nothing-inside", "nothing-at-all"],
)  # fmt: skip
def test_errors_are_unwrapped_to_the_innermost(error, codes):
    assert codes == [one.code for one in innermost(error)]


def test_what_passes_is_known_by_the_inner_code_not_by_the_outer_status():
    assert (Failure("RequestConflict", None, CONFLICT["message"], passes=True),) == innermost(
        wrapped(CONFLICT), 400
    )


class Forecasting:
    """Clients whose what-if is told at once, or after some polls that say when to ask again."""

    def __init__(self, *told, at_once=None):
        self.told, self.at_once = list(told), at_once

    def begin(self, *_):
        return ("", self.at_once) if self.at_once else ("https://arm/operation", {})

    def poll(self, _address):
        return self.told.pop(0)


CHANGES = {"status": "Succeeded", "properties": {"changes": [{"changeType": "Create"}]}}


@pytest.mark.parametrize(
    ("clients", "paused"),
    [
        (Forecasting(at_once=CHANGES), 0),
        (Forecasting((None, 15.0), (None, None), (CHANGES, None)), 15.25),
    ],
    ids=["at-once", "later"],
)
def test_a_what_if_is_polled_as_azure_asks(clients, paused):
    clock = FakeClock()

    assert [{"changeType": "Create"}] == tried(clients).what_if("w", {}, Patience(clock))
    assert paused == pytest.approx(clock.now())


def test_a_what_if_that_fails_says_why():
    failed = {"status": "Failed", "error": wrapped(QUOTA)}

    with pytest.raises(Refused, match="InsufficientQuota"):
        tried(Forecasting(at_once=failed)).what_if("w", {}, Patience(FakeClock()))


class Answering:
    """Clients that answer every list with the same rows."""

    def __init__(self, *rows):
        self.rows = rows

    def items(self, *_):
        return [{"properties": one} for one in self.rows]


def operations(*rows):
    return tried(Answering(*rows)).operations("run")


def row(state="Succeeded", **fields):
    return {
        "provisioningOperation": "Create",
        "provisioningState": state,
        "targetResource": {"id": "/subscriptions/s/x"},
        **fields,
    }


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("PT27.0709147S", 27.0709147), ("PT1M2.5S", 62.5), ("PT1H0M1S", 3601.0), (None, 0.0), ("?", 0.0)],
)  # fmt: skip
def test_durations_are_seconds(duration, seconds):
    assert seconds == operations(row(duration=duration))[0].seconds


def test_only_what_is_written_counts():
    outputs = {
        "provisioningOperation": "EvaluateDeploymentOutput",
        "provisioningState": "Succeeded",
    }

    assert [] == operations(outputs, row(provisioningOperation="Read"))


def test_a_failed_operation_says_why():
    failed = row("Failed", statusCode="TooManyRequests", statusMessage={"error": {"code": "Busy", "message": "later"}})  # fmt: skip
    (told,) = operations(failed)

    assert (Failure("Busy", 429, "later", passes=True),) == told.failures
