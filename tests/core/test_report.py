"""The exit code is a property of what happened."""

import pytest
from build import account, deployment, desired, group, observed

from deployer.core.events import Done, Failed, NotDone
from deployer.core.planning import make_plan
from deployer.core.problems import Problem, Severity
from deployer.core.report import CheckResult, Ending, Outcome, Report, heard
from deployer.errors import ExitCode

PLAN = make_plan(desired(group(), account(), deployment()), observed(group(), account()))
EMPTY = make_plan(desired(group(), account()), observed(group(), account()))
CHANGE = PLAN.writes[0]


def problem(code="quota.insufficient", severity=Severity.ERROR):
    return Problem(code, severity, "Not enough quota")


def check(outcome, address="account/a/deployment/d", name="audio-wav"):
    return CheckResult(name, address, outcome)


@pytest.mark.parametrize(
    ("report", "code"),
    [
        pytest.param(
            Report("up", "voice", EMPTY, remaining=EMPTY), ExitCode.DONE, id="nothing to do"
        ),
        pytest.param(Report("plan", "voice", PLAN), ExitCode.DONE, id="a plan with changes"),
        pytest.param(
            Report("drift", "voice", PLAN, changes_are_news=True), ExitCode.CHANGES, id="drift"
        ),
        pytest.param(
            Report("drift", "voice", EMPTY, changes_are_news=True), ExitCode.DONE, id="no drift"
        ),
        pytest.param(Report("up", "voice", PLAN, (problem(),)), ExitCode.BLOCKED, id="blocked"),
        pytest.param(
            Report("up", "voice", EMPTY, (problem(severity=Severity.WARNING),)),
            ExitCode.DONE,
            id="only a warning",
        ),
        pytest.param(
            Report("up", "voice", EMPTY, (problem(severity=Severity.UNVERIFIED),)),
            ExitCode.DONE,
            id="unverified",
        ),
        pytest.param(
            Report("up", "voice", PLAN, ending=Ending.DECLINED), ExitCode.INTERRUPTED, id="declined"
        ),
        pytest.param(
            Report(
                "up",
                "voice",
                PLAN,
                events=(Failed(CHANGE, 1, problem("apply.failed")),),
                remaining=PLAN,
            ),
            ExitCode.APPLY_FAILED,
            id="a write failed",
        ),
        pytest.param(
            Report("up", "voice", PLAN, events=(Failed(CHANGE, 1, problem("permission.denied")),)),
            ExitCode.PERMISSION,
            id="a write was forbidden",
        ),
        pytest.param(
            Report("up", "voice", PLAN, events=(Failed(CHANGE, 1, problem("timeout.budget")),)),
            ExitCode.TIMEOUT,
            id="Azure took too long",
        ),
        pytest.param(
            Report("up", "voice", PLAN, events=(Failed(CHANGE, 1, problem("policy.denied")),)),
            ExitCode.POLICY,
            id="a policy forbids it",
        ),
        pytest.param(
            Report(
                "up",
                "voice",
                PLAN,
                events=(NotDone(CHANGE, 1, "stopped"),),
                ending=Ending.INTERRUPTED,
            ),
            ExitCode.INTERRUPTED,
            id="Ctrl-C",
        ),
        pytest.param(
            Report("up", "voice", PLAN, events=(Done(CHANGE, 1, 1),), remaining=PLAN),
            ExitCode.APPLY_FAILED,
            id="Azure said done and it is not",
        ),
        pytest.param(
            Report(
                "up",
                "voice",
                EMPTY,
                remaining=EMPTY,
                checks=(check(Outcome.PASSED), check(Outcome.FAILED)),
            ),
            ExitCode.SMOKE_FAILED,
            id="one deployment does not speak",
        ),
        pytest.param(
            Report("smoke", "voice", checks=(check(Outcome.SKIPPED),)),
            ExitCode.DONE,
            id="a skipped check is no failure",
        ),
    ],
)
def test_the_exit_code_says_what_happened(report, code):
    assert code == report.exit_code


def test_a_deployment_is_heard_when_none_of_its_checks_failed():
    checks = [
        check(Outcome.PASSED, "a"),
        check(Outcome.FAILED, "a", "audio-stream"),
        check(Outcome.PASSED, "b"),
        check(Outcome.SKIPPED, "c"),
        check(Outcome.FAILED, "d"),
        check(Outcome.PASSED, "d", "audio-stream"),
    ]

    assert 1 == heard(checks)
