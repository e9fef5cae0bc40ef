"""What code scanning asks of SARIF: a place for every result, a rule for every code, one level each."""

import json
from dataclasses import replace

import pytest
from render.reports import QUOTA, REPORTS, ROLE

from deployer.core.problems import Place, Severity
from deployer.core.report import Report
from deployer.render import render


def run(*problems):
    report = Report("validate", "voice", problems=problems)
    return json.loads(render(report, "sarif"))["runs"][0]


def file_of(path):
    (result,) = run(replace(QUOTA, where=Place(path, 3, 4)))["results"]
    return result["locations"][0]["physicalLocation"]["artifactLocation"]


def test_a_problem_is_shown_at_its_line_and_column():
    (result,) = run(QUOTA)["results"]

    place = {"uri": "configs/prod.yaml", "uriBaseId": "%SRCROOT%"}
    expected = {"artifactLocation": place, "region": {"startLine": 31, "startColumn": 84}}
    assert [{"physicalLocation": expected}] == result["locations"]


def test_its_message_says_what_where_and_what_to_do():
    (result,) = run(QUOTA)["results"]

    assert result["message"]["text"].splitlines() == [
        QUOTA.summary,
        QUOTA.detail,
        f"Hint: {QUOTA.hint}",
    ]


def test_what_has_no_place_is_about_the_run_because_github_refuses_such_results():
    found = run(ROLE)

    (notification,) = found["invocations"][0]["toolExecutionNotifications"]
    assert ([], "permission.unknown") == (found["results"], notification["descriptor"]["id"])


@pytest.mark.parametrize(
    ("severity", "level"),
    [(Severity.ERROR, "error"), (Severity.WARNING, "warning"), (Severity.UNVERIFIED, "note")],
)
def test_severities_are_levels(severity, level):
    assert level == run(replace(QUOTA, severity=severity))["results"][0]["level"]


def test_every_code_has_one_rule_and_results_point_at_it():
    elsewhere = Place("configs/prod.yaml", 40, 1)
    found = run(QUOTA, replace(QUOTA, where=elsewhere), replace(QUOTA, code="quota.other"))

    rules = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert ["quota.insufficient", "quota.other"] == rules
    assert all(one["ruleId"] == rules[one["ruleIndex"]] for one in found["results"])


@pytest.mark.parametrize("successful", [True, False])
def test_a_run_that_an_error_without_a_place_ended_was_not_successful(successful):
    ended = replace(ROLE, severity=Severity.WARNING if successful else Severity.ERROR)

    assert successful is run(ended)["invocations"][0]["executionSuccessful"]


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("configs/two words.yaml", "configs/two%20words.yaml"),
        ("configs\\prod.yaml", "configs/prod.yaml"),
        ("/home/me/prod.yaml", "file:///home/me/prod.yaml"),
    ],
    ids=["space", "windows", "absolute"],
)
def test_a_path_is_a_uri(path, uri):
    assert uri == file_of(path)["uri"]


@pytest.mark.parametrize("name", REPORTS)
def test_no_result_is_without_a_place(name):
    found = json.loads(render(REPORTS[name], "sarif"))["runs"][0]

    assert all(result["locations"] for result in found["results"])
    told = len(found["results"]) + len(found["invocations"][0]["toolExecutionNotifications"])
    assert len(REPORTS[name].problems) == told
