"""Runs of the template against Azure's answers as a script tells them: what is rare, and what the emulator does not do."""

import json
import threading
from dataclasses import dataclass, field
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from build import OWNER, SCOPE, account, deployment, desired
from clouds import FakeClock

from deployer.azure.failures import Failure, Refused
from deployer.azure.ids import arm_id
from deployer.azure.template_deployments import Course, Operation
from deployer.core.events import Done, Failed, NotDone, Progress, Waited
from deployer.core.plan import Action, Change, Plan
from deployer.engines.arm.record import Record
from deployer.engines.arm.run import ArmRun

ACCOUNT, ONE, TWO = account("voice-a"), deployment("one", "voice-a"), deployment("two", "voice-a")
ELSEWHERE = account("voice-b")
CONFLICT = Failure("RequestConflict", None, "busy", passes=True)
QUOTA = Failure("InsufficientQuota", None, "too much")
SUCCEEDED, RUNNING = Course("Succeeded"), Course("Running")


def row(resource, state="Succeeded", *failures):
    return Operation(arm_id(SCOPE, resource), state, 1.5, failures)


class Answer:
    """An HTTP answer with an error in it."""

    def __init__(self, status, code, *details):
        self.status_code, self.reason, self.headers = status, code, {}
        inner = [{"code": one.code, "message": one.message} for one in details]
        self.said = json.dumps({"error": {"code": code, "message": code, "details": inner}})

    def text(self):
        return self.said


def refusal(status, code, *details):
    answer: Any = Answer(status, code, *details)
    return HttpResponseError(response=answer)


@dataclass
class Script:
    """Azure's side: what it says to submissions, and what each look at a run shows."""

    looks: list[Any] = field(default_factory=lambda: [(SUCCEEDED, [])])
    submissions: list[Any] = field(default_factory=list)
    alone: dict[str, Any] = field(default_factory=dict)
    begun: list[Any] = field(default_factory=list)
    cancelled: list[Any] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)

    def begin(self, name, parameters):
        self.begun.append([one["name"] for one in parameters["deployments"]["value"]])
        if self.submissions and (error := self.submissions.pop(0)):
            raise error

    def course(self, _name):
        course, self.rows = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        return course

    def operations(self, _name):
        return self.rows

    def refusals(self, _name, parameters):
        names = [one["name"] for one in parameters["deployments"]["value"]]
        return self.alone.get(names[0] if names else "", ())

    def cancel(self, name):
        self.cancelled.append(name)


class Sighted:
    """Reads that show everything at once, but what is `unseen`."""

    def __init__(self, *unseen):
        self.unseen = [one.address for one in unseen]

    def wait_for_account(self, *_):
        pass

    def is_as_written(self, after, _turn):
        return after.address not in self.unseen

    def confirm(self, after, _turn):
        if after.address in self.unseen:
            raise Refused(Failure("NotAsWritten", None, "a read shows something else"))


def carried_out(script: Any, *resources, writing=None, budget=900.0):
    """The events of creating these by template."""
    changes = [Change(Action.CREATE, one.address, None, one) for one in resources]
    events: list[Any] = []
    nobody: Any = None
    sight: Any = writing or Sighted()
    record = Record(Plan(desired(*resources), ()), FakeClock(), budget, threading.Event())
    ArmRun(record, nobody, script, sight).carry_out(changes, events.append)
    assert {one.address for one in resources} == {one.change.address for one in ends(events)}
    return events


def ends(events):
    return [one for one in events if isinstance(one, Done | Failed | NotDone)]


def outcome(events):
    return [type(one) for one in ends(events)]


def failures(events):
    return [one.problem for one in events if isinstance(one, Failed)]


def test_a_row_that_is_not_over_is_progress():
    script = Script([(RUNNING, [row(ACCOUNT, "Running")]), (SUCCEEDED, [row(ACCOUNT)])])

    events = carried_out(script, ACCOUNT)

    assert "provisioningState Running" in [
        one.message for one in events if isinstance(one, Progress)
    ]
    assert [1.5] == [one.seconds for one in ends(events)]


def test_what_no_row_tells_of_is_done_when_the_run_is():
    assert [Done, Done] == outcome(carried_out(Script(), ACCOUNT, ONE))


def test_a_conflict_of_one_is_waited_out_and_only_the_rest_submitted_again():
    failed = Course("Failed", (CONFLICT,))
    script = Script(
        [(failed, [row(ACCOUNT), row(ONE), row(TWO, "Failed", CONFLICT)]), (SUCCEEDED, [])]
    )

    events = carried_out(script, ACCOUNT, ONE, TWO)

    assert ([["one", "two"], ["two"]], {Done}) == (script.begun, set(outcome(events)))
    assert ["RequestConflict"] == [one.code for one in events if isinstance(one, Waited)]


def test_a_conflict_that_nothing_explains_is_waited_out_too():
    script = Script([(Course("Failed", (CONFLICT,)), []), (SUCCEEDED, [])])

    assert [Done] == outcome(carried_out(script, ACCOUNT))


def test_a_conflict_that_does_not_pass_in_time_is_a_timeout():
    script = Script([(Course("Failed", (CONFLICT,)), [])])

    (told,) = failures(carried_out(script, ACCOUNT, budget=1.0))

    assert "timeout.request-conflict" == told.code


def test_a_final_failure_ends_its_account_and_no_other():
    failed = Course("Failed", (QUOTA,))
    script = Script([(failed, [row(ACCOUNT), row(ONE, "Failed", QUOTA)]), (SUCCEEDED, [])])

    events = carried_out(script, ACCOUNT, ONE, TWO, ELSEWHERE)

    by_address = {one.change.address: type(one) for one in ends(events)}
    assert {ACCOUNT.address: Done, ONE.address: Failed, TWO.address: NotDone, ELSEWHERE.address: Done} == by_address  # fmt: skip


@pytest.mark.parametrize(
    ("course", "code"),
    [
        (Course("Canceled"), "azure.deployment-canceled"),
        (Course("Failed"), "azure.deployment-failed"),
        (Course("Failed", (QUOTA,)), "quota.insufficient-quota"),
    ],
    ids=["cancelled-by-somebody", "no-reason-given", "a-reason-for-all"],
)
def test_a_run_that_ends_badly_is_told_of_the_first(course, code):
    events = carried_out(Script([(course, [])]), ACCOUNT, ONE)

    assert ([code], [Failed, NotDone]) == ([one.code for one in failures(events)], outcome(events))


def test_a_run_that_does_not_end_is_cancelled():
    script = Script([(RUNNING, [])])

    (told,) = failures(carried_out(script, ACCOUNT, budget=5.0))

    assert ("timeout.not-ready", 1) == (told.code, len(script.cancelled))


def test_what_a_read_does_not_show_has_failed():
    events = carried_out(Script(), ACCOUNT, ONE, writing=Sighted(ONE))

    assert ([Done, Failed], ["azure.not-as-written"]) == (
        outcome(events),
        [one.code for one in failures(events)],
    )


def test_a_run_of_ours_that_is_active_already_is_followed():
    script = Script(submissions=[refusal(409, "DeploymentActive")])

    assert ([Done], 1) == (outcome(carried_out(script, ACCOUNT)), len(script.begun))


def test_a_full_history_is_told_with_its_advice():
    script = Script(submissions=[refusal(409, "DeploymentQuotaExceeded")])

    (told,) = failures(carried_out(script, ACCOUNT))

    assert ("quota.deployment-quota-exceeded", True) == (told.code, "az deployment" in told.hint)


def test_who_is_to_blame_is_found_by_trying_each_alone():
    refused = refusal(400, "InvalidTemplateDeployment", QUOTA)
    script = Script(submissions=[refused], alone={"two": (QUOTA,)})

    events = carried_out(script, ELSEWHERE, ACCOUNT, ONE, TWO)

    by_address = {one.change.address: type(one) for one in ends(events)}
    assert (Failed, NotDone, Done) == tuple(
        by_address[one.address] for one in (TWO, ONE, ELSEWHERE)
    )


def test_a_refusal_that_nobody_alone_is_to_blame_for_is_told_in_full():
    retired = Failure("ServiceModelDeprecated", None, "gone")
    script = Script(submissions=[refusal(400, "InvalidTemplateDeployment", QUOTA, retired)])

    events = carried_out(script, ACCOUNT, ONE)

    assert ["InsufficientQuota: too much; ServiceModelDeprecated: gone"] == [
        one.detail for one in failures(events)
    ]


def test_a_run_is_named_for_its_owner_and_unlike_any_other():
    names = set()

    class Named(Script):
        def course(self, name):
            names.add(name)
            return super().course(name)

    for _ in range(2):
        carried_out(Named(), ACCOUNT)

    assert 2 == len(names)
    assert all(name.startswith("deployer-") and OWNER.name in name for name in names)
