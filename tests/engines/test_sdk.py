"""The SDK engine against the emulator: what it waits out, what it does not, and in which order it writes."""

import threading
from itertools import pairwise

import pytest
from build import AUDIO, account, deployment, group, role

from deployer.azure.clients import clients
from deployer.azure.paths import account_path, deployment_path
from deployer.azure.role_assignments import assignment_body, assignment_path
from deployer.azure.waiting import SystemClock
from deployer.catalog.api_versions import ARM, AUTHORIZATION
from deployer.core.events import Done, Failed, NotDone, Progress, Waited
from deployer.core.role_names import definition
from deployer.engines.sdk import SdkEngine

ONE = (group(), account("voice-a"), deployment("realtime", "voice-a"))
REALTIME_AT = "account/voice-a/deployment/realtime"


def of(events, kind):
    return [event for event in events if isinstance(event, kind)]


def outcomes(events):
    return {e.change.address: type(e) for e in events if isinstance(e, Done | Failed | NotDone)}


def puts(stage, ending):
    return [
        one for one in stage.writes() if one["method"] == "PUT" and one["path"].endswith(ending)
    ]


@pytest.mark.parametrize(
    ("fault", "code", "pause"),
    [
        ({"kind": "status", "status": 409, "code": "RequestConflict"}, "RequestConflict", 0.1),
        (
            {"kind": "status", "status": 429, "code": "TooManyRequests", "retryAfter": 33},
            "TooManyRequests",
            33,
        ),
        (
            {"kind": "status", "status": 503, "code": "ServiceUnavailable"},
            "ServiceUnavailable",
            0.1,
        ),
        ({"kind": "status", "status": 500, "code": "SomethingNew"}, "SomethingNew", 0.1),
        ({"kind": "disconnect", "when": "before"}, "ConnectionBroken", 0.1),
    ],
    ids=["conflict", "throttled", "unavailable", "unknown-500", "disconnected"],
)
def test_what_passes_is_waited_out_and_told(stage, fault, code, pause):
    stage.fault(method="PUT", path="deployments/realtime$", **fault)

    events = stage.apply(stage.want(*ONE))

    assert (Done, [(code, pause)]) == (
        outcomes(events)[REALTIME_AT],
        [(one.code, one.seconds) for one in of(events, Waited)],
    )


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"status": 409, "code": "CustomDomainInUse"}, "name.custom-domain-in-use"),
        ({"status": 409, "code": "FlagMustBeSetForRestore"}, "name.flag-must-be-set-for-restore"),
        ({"status": 400, "code": "InsufficientQuota"}, "quota.insufficient-quota"),
        ({"status": 403, "code": "AuthorizationFailed"}, "permission.authorization-failed"),
        (
            {"status": 403, "code": "RequestDisallowedByPolicy"},
            "policy.request-disallowed-by-policy",
        ),
        ({"status": 409, "code": "NobodyKnowsThis"}, "azure.nobody-knows-this"),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_final_error_is_not_tried_again(stage, fault, code):
    stage.fault("status", method="PUT", path="accounts/voice-a$", **fault)

    events = stage.apply(stage.want(*ONE))

    assert [code] == [event.problem.code for event in of(events, Failed)]
    assert (1, []) == (len(puts(stage, "accounts/voice-a")), of(events, Waited))


def test_an_operation_that_fails_later_is_a_failure_with_its_own_code(stage):
    stage.fault("operationFailed", code="CustomDomainInUse", message="taken meanwhile")

    events = stage.apply(stage.want(*ONE))

    assert ["name.custom-domain-in-use"] == [event.problem.code for event in of(events, Failed)]


def test_an_answer_lost_on_its_way_is_looked_for_and_not_asked_for_again(stage):
    stage.fault("disconnect", when="after", method="PUT", path="accounts/voice-a$")
    wanted = stage.want(*ONE)

    events = stage.apply(wanted)

    assert ({Done}, []) == (set(outcomes(events).values()), stage.left(wanted))
    assert 1 == len(puts(stage, "accounts/voice-a"))
    assert ["ConnectionBroken"] == [one.code for one in of(events, Waited)]


def test_a_poll_that_fails_is_repeated(stage):
    code = "ServiceUnavailable"
    stage.fault("status", status=503, code=code, method="GET", path="operationResults", times=2)

    events = stage.apply(stage.want(*ONE))

    assert {Done} == set(outcomes(events).values())
    assert [code, code] == [one.code for one in of(events, Waited)]


def test_what_does_not_pass_in_time_is_a_timeout(stage):
    stage.fault(
        "status", status=409, code="RequestConflict", path="realtime$", method="PUT", times=None
    )

    events = stage.apply(stage.want(*ONE), budget=60)

    assert ["timeout.request-conflict"] == [event.problem.code for event in of(events, Failed)]
    assert 50 < sum(one.seconds for one in of(events, Waited)) <= 60


def test_pauses_grow_and_stay_short_at_first(stage):
    stage.fault(
        "status", status=409, code="RequestConflict", path="realtime$", method="PUT", times=4
    )

    events = stage.apply(stage.want(*ONE))

    waits = [one.seconds for one in of(events, Waited)]
    assert 0.1 == waits[0]
    assert all(later == pytest.approx(1.5 * sooner) for sooner, later in pairwise(waits))


def test_a_stop_ends_a_wait_and_what_follows_is_not_done(stage):
    stage.fault(
        "status", status=409, code="RequestConflict", path="realtime$", method="PUT", times=None
    )
    stop, events = threading.Event(), []
    wanted = stage.want(*ONE, deployment("audio", "voice-a", AUDIO))

    for event in SdkEngine(stage.cloud).apply(stage.plan(wanted), stop):
        events.append(event)
        if isinstance(event, Waited):
            stop.set()

    assert {
        "group/rg-voice": Done,
        "account/voice-a": Done,
        REALTIME_AT: NotDone,
        "account/voice-a/deployment/audio": NotDone,
    } == outcomes(events)


def test_a_stop_lets_an_operation_in_flight_finish(stage):
    stop, events = threading.Event(), []
    stage.emulator.ask("PATCH", "settings", {"accountSeconds": 1.5})

    for event in SdkEngine(stage.cloud).apply(stage.plan(stage.want(*ONE)), stop):
        events.append(event)
        if isinstance(event, Progress):
            stop.set()

    assert {"group/rg-voice": Done, "account/voice-a": Done, REALTIME_AT: NotDone} == outcomes(
        events
    )


def test_whoever_leaves_the_stream_stops_the_run(stage):
    stop = threading.Event()
    events = SdkEngine(stage.cloud).apply(stage.plan(stage.want(*ONE)), stop)
    next(events)

    events.close()

    assert stop.is_set()


def test_nothing_is_tried_without_the_group(stage):
    stage.fault("status", status=403, code="AuthorizationFailed", method="PUT", path="rg-voice$")

    events = stage.apply(stage.want(*ONE, account("voice-b")))

    assert {Failed: 1, NotDone: 3} == {kind: len(of(events, kind)) for kind in (Failed, NotDone)}
    assert 1 == len(stage.writes())


def test_a_failure_ends_its_own_account_only(stage):
    stage.fault("status", status=400, code="InsufficientQuota", path="voice-a/deployments/realtime")
    wanted = stage.want(
        *ONE,
        deployment("audio", "voice-a", AUDIO),
        account("voice-b"),
        deployment("realtime", "voice-b"),
    )

    found = outcomes(stage.apply(wanted))

    assert [Failed, NotDone, Done] == [
        found[REALTIME_AT],
        found["account/voice-a/deployment/audio"],
        found["account/voice-b/deployment/realtime"],
    ]


def test_the_group_stays_when_something_in_it_could_not_go(stage):
    wanted = stage.want(*ONE)
    stage.apply(wanted)
    stage.fault(
        "status", status=409, code="ScopeLocked", method="DELETE", path="deployments/realtime"
    )

    found = outcomes(stage.apply(wanted.nothing()))

    assert {REALTIME_AT: Failed, "account/voice-a": NotDone, "group/rg-voice": NotDone} == found


def in_flight(writes):
    """The most writes that were under way at one moment."""
    edges = sorted([(one["start"], 1) for one in writes] + [(one["end"], -1) for one in writes])
    most = now = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


NAMES = ("voice-a", "voice-b", "voice-c")


def many():
    return [
        one
        for name in NAMES
        for one in (
            account(name),
            deployment("realtime", name),
            deployment("audio", name, AUDIO),
        )
    ]


def test_one_write_at_a_time_within_an_account_and_several_across_them(stage):
    stage.set(deploymentSeconds=0.05, lockLinger=0.02)

    stage.apply(stage.want(group(), *many()), clock=SystemClock())

    writes = [one for one in stage.writes() if one["account"]]
    assert [1, 1, 1] == [in_flight([w for w in writes if w["account"] == name]) for name in NAMES]
    assert 1 < in_flight(writes) <= 3


def test_as_many_accounts_at_a_time_as_was_said(stage):
    stage.apply(stage.want(group(), *many()), parallel=1)

    assert 1 == in_flight(stage.writes())


def test_events_come_in_the_order_in_which_they_happened(stage):
    events = stage.apply(stage.want(group(), *many()))

    for name in NAMES:
        at = [e.at for e in events if e.change.address.startswith(f"account/{name}")]
        assert at == sorted(at)


def test_an_account_that_is_settling_is_only_read(stage):
    stage.apply(stage.want(*ONE[:2]))
    stage.set(accountSeconds=0.3)
    arm, path = clients(stage.cloud, stage.scope.subscription), account_path(stage.scope, "voice-a")
    body = arm.get(path) or {}
    arm.send(
        "PUT",
        path,
        ARM,
        body={key: body[key] for key in ("location", "kind", "sku", "tags", "properties")},
    )
    stage.forget()

    events = stage.apply(stage.want(*ONE), clock=SystemClock())

    assert {REALTIME_AT: Done} == outcomes(events)
    assert [201] == [one["status"] for one in stage.writes()]


def test_a_deployment_that_came_back_with_its_account_is_not_written(stage):
    wanted = stage.want(*ONE)
    stage.apply(wanted)
    stage.set(cannotDeleteAccountWithDeployments=False)
    clients(stage.cloud, stage.scope.subscription).send(
        "DELETE", account_path(stage.scope, "voice-a"), ARM
    )
    stage.forget()

    events = stage.apply(wanted)

    assert ["", "was recovered with the account"] == [event.message for event in of(events, Done)]
    assert [] == puts(stage, "deployments/realtime")


def test_a_deployment_that_came_back_otherwise_is_changed(stage):
    stage.apply(stage.want(*ONE))
    stage.set(cannotDeleteAccountWithDeployments=False)
    clients(stage.cloud, stage.scope.subscription).send(
        "DELETE", account_path(stage.scope, "voice-a"), ARM
    )
    wanted = stage.want(*ONE[:2], deployment("realtime", "voice-a", capacity=5))

    stage.apply(wanted)

    assert [] == stage.left(wanted)


def test_a_role_held_under_another_name_is_what_was_wanted(stage):
    stage.apply(stage.want(*ONE[:2]))
    grant, owner = role("voice-a"), stage.want().owner
    named = (
        assignment_path(stage.scope, grant).rpartition("/")[0]
        + "/99999999-9999-4999-8999-999999999999"
    )
    plan = stage.plan(stage.want(*ONE[:2], grant))
    body = assignment_body(stage.scope, grant, owner)
    clients(stage.cloud, stage.scope.subscription).send("PUT", named, AUTHORIZATION, body=body)

    events = list(SdkEngine(stage.cloud).apply(plan, threading.Event()))

    assert {grant.address: Done} == outcomes(events)


def test_a_principal_that_the_directory_does_not_know_yet_is_waited_for(stage):
    stage.fault(
        "status",
        status=400,
        code="PrincipalNotFound",
        method="PUT",
        path="roleAssignments",
        times=3,
    )

    events = stage.apply(stage.want(group(), account("voice-a"), role("voice-a")))

    assert ({Done}, ["PrincipalNotFound"] * 3) == (
        set(outcomes(events).values()),
        [one.code for one in of(events, Waited)],
    )


def test_a_role_assignment_is_named_as_a_template_would_name_it(stage):
    grant = role("voice-a", principal="22222222-2222-4222-8222-222222222222")

    stage.apply(stage.want(group(), account("voice-a"), grant))

    arm = clients(stage.cloud, stage.scope.subscription)
    found = arm.get(assignment_path(stage.scope, grant), AUTHORIZATION) or {}
    assert (definition(stage.scope, grant), "deployer=voice; deployer-engine=sdk") == (
        found["properties"]["roleDefinitionId"],
        found["properties"]["description"],
    )


def test_what_others_set_on_a_deployment_survives_our_change(stage):
    theirs = deployment(
        "realtime", "voice-a", tags={"team": "x"}, rai_policy_name="Microsoft.Default"
    )
    stage.apply(stage.want(*ONE[:2], theirs))

    stage.apply(stage.want(*ONE[:2], deployment("realtime", "voice-a", capacity=4)))

    seen = stage.look().observed.resources[REALTIME_AT]
    assert ("x", "Microsoft.Default", 4) == (
        seen.tags["team"],
        seen.rai_policy_name,
        seen.sku.capacity,
    )


def test_what_is_gone_already_is_deleted(stage):
    wanted = stage.want(*ONE)
    stage.apply(wanted)
    plan = stage.plan(wanted.nothing(), group_contents=True)
    arm = clients(stage.cloud, stage.scope.subscription)
    arm.send("DELETE", deployment_path(stage.scope, "voice-a", "realtime"), ARM)

    events = list(SdkEngine(stage.cloud).apply(plan, threading.Event()))

    assert {Done} == set(outcomes(events).values())


def test_an_equal_state_is_not_written(stage):
    wanted = stage.want(*ONE, role("voice-a"))
    stage.apply(wanted)
    stage.forget()

    stage.apply(wanted)

    assert [] == stage.writes()


def test_an_accepted_write_is_read_back_even_where_the_sdk_knows_no_such_answer(stage):
    stage.fault("status", status=202, method="PUT", path="deployments/realtime$")

    events = stage.apply(stage.want(*ONE))

    assert ["azure.not-as-written"] == [event.problem.code for event in of(events, Failed)]
    assert 1 == len(puts(stage, "deployments/realtime"))


def test_no_event_holds_a_secret(stage):
    echo = f"you sent client_secret={stage.emulator.client_secret}"
    stage.fault("status", status=400, code="Odd", message=echo, method="PUT", path="voice-a$")

    events = stage.apply(stage.want(*ONE))

    assert 1 == len(of(events, Failed))
    assert stage.emulator.client_secret not in repr(events)


@pytest.mark.parametrize("then", ["up", "down"])
def test_an_account_that_failed_is_mended_or_deleted_by_the_next_run(stage, then):
    wanted = stage.want(*ONE)
    stage.emulator.ask("PATCH", "settings", {"accountSeconds": 0})
    stage.fault("operationFailed", code="InternalServerError", message="no luck", times=None)
    stage.apply(wanted, budget=0.0)
    stage.emulator.ask("DELETE", "faults")
    broken = stage.look().observed.states["account/voice-a"]
    goal = wanted if then == "up" else wanted.nothing()

    stage.apply(goal)

    assert ("Failed", []) == (broken, stage.left(goal))
