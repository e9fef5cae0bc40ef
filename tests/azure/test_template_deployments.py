"""Runs of templates as Azure tells of them: errors unwrapped, operations and durations read."""

import json

import pytest

from deployer.azure.failures import Failure, innermost
from deployer.azure.template_deployments import TemplateDeployments
from deployer.core.resources import Scope

CONFLICT = {"code": "RequestConflict", "message": "Another operation is being performed"}
QUOTA = {"code": "InsufficientQuota", "message": "This operation require 100 new capacity"}


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


class Answering:
    """Clients that answer every list with the same rows."""

    def __init__(self, *rows):
        self.rows = rows

    def items(self, *_):
        return [{"properties": one} for one in self.rows]


def operations(*rows):
    return TemplateDeployments(Answering(*rows), Scope("s", "rg"), {}).operations("run")


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
