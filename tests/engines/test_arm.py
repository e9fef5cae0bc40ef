"""The ARM engine against the emulator: what the template does, what is done around it, and what it waits out."""

import threading

import pytest
from build import AUDIO, account, deployment, group, role
from emulator.arm_client import Arm
from engines.arm_stage import (
    BriskClock,
    apply,
    by_template,
    check,
    left_by,
    outcomes,
    problems,
    runs,
    unhappy,
)
from engines.test_engines import CASES

from deployer.azure.clients import clients
from deployer.azure.paths import account_path, deployment_path
from deployer.catalog.api_versions import ARM as ARM_VERSION
from deployer.catalog.api_versions import TEMPLATE_DEPLOYMENTS
from deployer.core.events import Done, Failed, NotDone, Progress, Started, Waited
from deployer.core.problems import Place, Severity
from deployer.core.verdicts import Answer, Verdict
from deployer.engines.arm.engine import MOST_RESOURCES, ArmEngine

TWO = (
    group(),
    account("voice-a"),
    role("voice-a"),
    deployment("realtime", "voice-a"),
    account("voice-b", "swedencentral"),
    deployment("realtime", "voice-b"),
)
IN_A, IN_B = (f"account/{name}/deployment/realtime" for name in ("voice-a", "voice-b"))
QUICK = {"version-and-less-capacity", "another-model"}
SLOW = [
    case if case in QUICK else pytest.param(case, marks=pytest.mark.long, id=case) for case in CASES
]


def of(events, kind):
    return [event for event in events if isinstance(event, kind)]


def wanted(stage, *resources, **fields):
    return by_template(stage.want(*resources, **fields))


@pytest.mark.parametrize("case", SLOW)
def test_templates_leave_what_the_sdk_leaves(stage, case):
    by_sdk, by_arm = left_by(stage, *(stage.want(*resources) for resources in CASES[case]))

    assert by_sdk == by_arm


def test_a_phase_is_one_run_and_every_change_is_begun_and_done_once(stage):
    state = wanted(stage, *TWO)
    planned = sorted(change.address for change in stage.plan(state).writes)

    events = apply(stage, state)

    begun, done = (sorted(e.change.address for e in of(events, kind)) for kind in (Started, Done))
    assert (planned, planned, [], 1) == (begun, done, stage.left(state), len(runs(stage)))


def test_what_is_as_declared_is_not_written_again(stage):
    state = wanted(stage, *TWO)
    apply(stage, state)
    stage.forget()
    more = wanted(stage, *TWO, deployment("audio", "voice-a", AUDIO))

    apply(stage, more)

    assert (1, []) == (len(runs(stage)), stage.left(more))
    operations = clients(stage.cloud, stage.scope.subscription).items(
        f"{runs(stage)[0]}/operations", TEMPLATE_DEPLOYMENTS
    )
    written = [
        one["properties"].get("targetResource", {}).get("resourceName") for one in operations
    ]
    assert ["voice-a/audio"] == [name for name in written if name]


def test_what_others_set_on_an_adopted_account_stays(stage):
    here = account_path(stage.scope, "voice-a")
    theirs = {
        "location": "eastus2",
        "kind": "AIServices",
        "sku": {"name": "S0"},
        "tags": {"team": "other"},
        "identity": {"type": "SystemAssigned"},
        "properties": {"customSubDomainName": "voice-a", "networkAcls": {"defaultAction": "Deny"}},
    }
    arm = Arm(stage.emulator)
    arm.group(here.split("/providers/")[0])
    arm.ask("PUT", here, theirs)
    state = wanted(stage, group(), account("voice-a"))

    apply(stage, state)

    seen = clients(stage.cloud, stage.scope.subscription).get(here, ARM_VERSION) or {}
    kept = (
        seen["tags"]["team"],
        seen["identity"]["type"],
        seen["properties"]["networkAcls"]["defaultAction"],
        seen["properties"]["disableLocalAuth"],
    )
    assert (("other", "SystemAssigned", "Deny", True), []) == (kept, stage.left(state))


def test_a_lock_that_outlives_its_call_is_waited_for_and_the_rest_submitted_again(stage):
    apply(stage, wanted(stage, group(), account("voice-a")))
    stage.forget()
    stage.set(lockLinger=0.4)
    state = wanted(
        stage,
        group(),
        account("voice-a"),
        *(deployment(name, "voice-a") for name in ("one", "two")),
    )

    events = apply(stage, state, clock=None)

    assert ({Done}, True) == (set(outcomes(events).values()), len(runs(stage)) > 1)
    assert {"RequestConflict"} == {event.code for event in of(events, Waited)}


def test_what_azure_refuses_before_it_writes_fails_alone_and_other_accounts_go_on(stage):
    state = wanted(
        stage,
        *TWO[:3],
        deployment("realtime", "voice-a", capacity=5000),
        deployment("audio", "voice-a", AUDIO),
        *TWO[4:],
    )

    events = apply(stage, state)

    assert (Failed, NotDone, Done) == tuple(
        outcomes(events)[at] for at in (IN_A, "account/voice-a/deployment/audio", IN_B)
    )
    assert ["quota.insufficient-quota"] == [one.problem.code for one in of(events, Failed)]


def test_what_fails_while_it_runs_is_told_in_azures_inner_words(stage):
    stage.fault("operationFailed", code="CustomDomainInUse", message="taken meanwhile")

    events = apply(stage, wanted(stage, *TWO[:4]))

    (failed,) = of(events, Failed)
    assert ("name.custom-domain-in-use", "account/voice-a") == (
        failed.problem.code,
        failed.change.address,
    )
    assert "taken meanwhile" in failed.problem.detail
    assert NotDone is outcomes(events)[IN_A]


def test_a_place_in_the_file_goes_with_a_failure(stage):
    place = Place("prod.yaml", 7, 5)
    state = wanted(stage, *TWO[:3], deployment("realtime", "voice-a", capacity=5000), places={IN_A: place})  # fmt: skip

    assert [place] == [one.problem.where for one in of(apply(stage, state), Failed)]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_submission_whose_answer_is_lost_is_looked_for(stage, when):
    stage.fault("disconnect", when=when, method="PUT", path="Microsoft.Resources/deployments")
    state = wanted(stage, *TWO[:4])

    events = apply(stage, state)

    assert ([], [], "ConnectionBroken") == (
        unhappy(events),
        stage.left(state),
        of(events, Waited)[0].code,
    )


def test_stopping_cancels_the_run_and_leaves_the_rest_undone(stage):
    stage.set(deploymentSeconds=0.15)
    stop, seen = threading.Event(), []
    names = ("one", "two", "three", "four")
    state = wanted(stage, group(), account("voice-a"), *(deployment(n, "voice-a") for n in names))
    plan = stage.plan(state, group_contents=True)

    for event in ArmEngine(stage.cloud).apply(plan, stop):
        seen.append(event)
        if event.change.address == "account/voice-a/deployment/one":
            stop.set()

    ends = outcomes(seen)
    assert (Done, Done, NotDone) == tuple(
        ends[at]
        for at in ("account/voice-a", *(f"account/voice-a/deployment/{n}" for n in ("one", "four")))
    )
    run = clients(stage.cloud, stage.scope.subscription).get(runs(stage)[0], TEMPLATE_DEPLOYMENTS)
    assert "Canceled" == (run or {})["properties"]["provisioningState"]


def test_a_stopped_run_begins_nothing(stage):
    stop = threading.Event()
    stop.set()

    events = apply(stage, wanted(stage, *TWO), stop)

    assert ({NotDone}, len(TWO)) == ({type(one) for one in events}, len(events))


def test_a_replacement_is_deleted_by_us_and_created_by_the_template(stage):
    apply(stage, wanted(stage, *TWO[:4]))
    state = wanted(stage, *TWO[:3], deployment("realtime", "voice-a", AUDIO))
    stage.forget()

    events = [one for one in apply(stage, state) if one.change.address == IN_A]

    deletes = [one for one in stage.writes() if one["method"] == "DELETE"]
    assert (Started, Done, 1) == (type(events[0]), type(events[-1]), len(deletes))
    assert "deleted, now created anew" in [one.message for one in of(events, Progress)]
    assert [] == stage.left(state)


def test_a_deployment_that_came_back_with_its_account_is_not_written_again(stage):
    state = wanted(stage, group(), account("voice-a"), deployment("realtime", "voice-a"))
    apply(stage, state)
    stage.set(cannotDeleteAccountWithDeployments=False)
    clients(stage.cloud, stage.scope.subscription).send(
        "DELETE", account_path(stage.scope, "voice-a"), ARM_VERSION
    )
    stage.forget()

    events = apply(stage, state)

    assert (["was recovered with the account"], [], []) == (
        [one.message for one in of(events, Done) if one.change.address == IN_A],
        runs(stage),
        stage.left(state),
    )


def test_an_account_that_failed_is_written_once_more_as_it_is(stage):
    stage.fault("operationFailed", code="InternalServerError", message="no luck")
    state = wanted(stage, group(), account("voice-a"))
    assert [] != unhappy(apply(stage, state, budget=0.0))
    assert [] == check(stage, state)

    events = apply(stage, state)

    assert ([Done], []) == (list(outcomes(events).values()), stage.left(state))


@pytest.mark.parametrize(
    "number", [9, *(pytest.param(one, marks=pytest.mark.long) for one in (0, 1, 2, 4, 6, 12, 15))]
)
def test_a_run_that_died_is_finished_by_the_next(stage, number):
    """Answer `number` of the run and all later ones are lost; what was begun goes on without us."""
    state = wanted(stage, *TWO)
    plan, stop = stage.plan(state, group_contents=True), threading.Event()
    stage.fault("disconnect", when="after", path="^/subscriptions", skip=number, times=1)
    stage.fault("disconnect", when="before", path="^/subscriptions", skip=number, times=None)
    for event in ArmEngine(stage.cloud, budget=0.0, clock=BriskClock()).apply(plan, stop):
        if isinstance(event, Failed):
            stop.set()
    stage.emulator.ask("DELETE", "faults")
    stage.set(cannotDeleteAccountWithDeployments=False)

    events = apply(stage, state)

    assert ([], []) == (unhappy(events), stage.left(state))


def test_the_group_stays_while_something_in_it_could_not_be_deleted(stage):
    apply(stage, wanted(stage, *TWO))
    stage.fault("status", status=403, code="AuthorizationFailed", method="DELETE", path="voice-a/deployments")  # fmt: skip

    events = apply(stage, wanted(stage).nothing())

    ends = outcomes(events)
    assert (Failed, NotDone, NotDone, Done) == tuple(
        ends[at] for at in (IN_A, "account/voice-a", "group/rg-voice", "account/voice-b")
    )


def test_a_run_that_lasts_too_long_is_a_timeout(stage):
    stage.fault("operationStuck", times=None)

    events = apply(stage, wanted(stage, *TWO[:4]), budget=2.0)

    assert ["timeout.not-ready"] == [one.problem.code for one in of(events, Failed)]


def test_what_if_agrees_with_a_plan_that_is_fresh(stage):
    apply(stage, wanted(stage, *TWO))
    changed = wanted(
        stage,
        group(),
        account("voice-a", tags={"env": "prod"}),
        role("voice-a"),
        deployment("realtime", "voice-a", capacity=3),
        *TWO[4:],
        deployment("audio", "voice-b", AUDIO),
    )

    assert [] == check(stage, changed)
    assert 3 == len(stage.plan(changed).writes)


def test_what_if_agrees_with_an_adoption(stage):
    stage.apply(stage.want(*TWO))
    state = wanted(stage, *TWO)

    assert [] == check(stage, state)
    apply(stage, state)
    assert ([], 1) == (stage.left(state), len(runs(stage)))


def test_a_what_if_that_agrees_is_told_beside_the_plan(stage):
    apply(stage, wanted(stage, *TWO))
    state = wanted(stage, *TWO[:3], deployment("realtime", "voice-a", capacity=3), *TWO[4:])

    told = ArmEngine(stage.cloud).check(stage.plan(state, group_contents=True))

    assert [Verdict("what-if", Answer.OK, "Azure says the same: 1 Modify")] == list(told)


def test_what_if_asks_nothing_where_there_is_no_group_yet(stage):
    assert [] == check(stage, wanted(stage, *TWO))
    assert [] == stage.writes()


def test_a_plan_that_what_if_does_not_bear_out_is_an_error(stage):
    apply(stage, wanted(stage, *TWO))
    state = wanted(stage, *TWO[:3], deployment("realtime", "voice-a", capacity=3), *TWO[4:])
    plan = stage.plan(state, group_contents=True)
    path = deployment_path(stage.scope, "voice-a", "realtime")
    arm = Arm(stage.emulator)
    body = arm.get(path).body
    arm.ask("PUT", path, {**body, "sku": {"name": "GlobalStandard", "capacity": 3}})

    (told,) = problems(ArmEngine(stage.cloud).check(plan))

    assert ("arm.disagrees", Severity.ERROR, IN_A) == (told.code, told.severity, told.address)
    assert "the plan says Modify (sku.capacity), what-if says NoChange" in told.detail


def test_what_if_that_may_not_be_asked_leaves_the_plan_unverified(stage):
    apply(stage, wanted(stage, group(), account("voice-a")))
    stage.fault("status", status=403, code="AuthorizationFailed", method="POST", path="whatIf")

    (told,) = check(stage, wanted(stage, *TWO[:4]))

    assert ("arm.what-if-unverified", Severity.UNVERIFIED) == (told.code, told.severity)


def test_what_the_template_could_not_do_either_is_an_error_before_anything_is_written(stage):
    apply(stage, wanted(stage, group(), account("voice-a")))

    (told,) = check(
        stage, wanted(stage, *TWO[:3], deployment("realtime", "voice-a", capacity=5000))
    )

    assert ("quota.insufficient-quota", Severity.ERROR) == (told.code, told.severity)


def test_a_template_holds_so_many_resources_and_no_more(stage):
    names = (f"d{number}" for number in range(MOST_RESOURCES))
    many = (group(), account("voice-a"), *(deployment(name, "voice-a") for name in names))

    (told,) = check(stage, wanted(stage, *many))

    assert ("arm.too-many-resources", Severity.ERROR) == (told.code, told.severity)
