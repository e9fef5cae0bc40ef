"""What Pulumi tells, told as our events: once begun, once ended, with Azure's own code where there is one."""

import pytest
from build import AUDIO, account, deployment, desired, group, observed
from pulumi.automation import EngineEvent

from deployer.core.events import Done, Event, Failed, NotDone, Progress, Started
from deployer.core.planning import make_plan
from deployer.core.problems import Place
from deployer.engines.pulumi.events import Course, refusal
from deployer.engines.pulumi.names import name_of

ONE, TWO = deployment("one", "voice-a"), deployment("two", "voice-a", AUDIO)
BEFORE, AFTER = (group(), account("voice-a")), (group(), account("voice-a"), ONE, TWO)
PLACE = Place("prod.yaml", 7, 5)
CONFLICT = 'Status=409 Code="RequestConflict" Message="Another operation is being performed."'


def urn(resource):
    kind, name = name_of(resource)
    return f"urn:pulumi:prod::azure-openai-voice::{kind}::{name}"


def pulumi_event(kind, resource, operation):
    metadata = {"op": operation, "urn": urn(resource), "type": "", "provider": ""}
    return EngineEvent.from_json({kind: {"metadata": metadata}})


def begins(resource, operation="create"):
    return pulumi_event("resourcePreEvent", resource, operation)


def ends(resource, operation="create"):
    return pulumi_event("resOutputsEvent", resource, operation)


def fails(resource, operation="create"):
    return pulumi_event("resOpFailedEvent", resource, operation)


def says(resource, message, severity="error"):
    said = {"message": message, "color": "never", "severity": severity, "urn": urn(resource)}
    return EngineEvent.from_json({"diagnosticEvent": said})


def heard(*events, before=BEFORE, after=AFTER, end=lambda _course: None):
    """Our events of an update on a clock that goes on a second at each look."""
    plan = make_plan(desired(*after, places={ONE.address: PLACE}), observed(*before))
    told: list[Event] = []
    ticks = iter(range(1000))
    course = Course(plan.writes, plan.desired.places, lambda: float(next(ticks)), told.append)
    for event in events:
        course.hear(event)
    end(course)
    return told


def kinds(events):
    return [(type(one).__name__, one.change.address.rpartition("/")[2]) for one in events]


def test_a_change_begins_and_is_done_with_its_seconds():
    begun, ended = heard(begins(ONE), ends(ONE))

    assert (Started, 0.0) == (type(begun), begun.at)
    assert (Done, 1.0, 1.0) == (type(ended), ended.at, ended.seconds)


@pytest.mark.parametrize("operation", ["same", "refresh", "read"])
def test_what_pulumi_only_looks_at_is_not_told(operation):
    assert [] == heard(begins(ONE, operation), ends(ONE, operation))


def test_what_is_not_among_the_changes_is_not_told():
    assert [] == heard(begins(account("voice-z")), ends(account("voice-z")), fails(group()))


def test_a_replacement_is_one_change():
    other = (*BEFORE, deployment("one", "voice-a", AUDIO))
    steps = [
        of(ONE, operation)
        for operation in ("delete-replaced", "replace", "create-replacement")
        for of in (begins, ends)
    ]

    told = heard(*steps, before=(*BEFORE, ONE), after=other)

    assert [Started, Progress, Progress, Done] == [type(one) for one in told]


def test_an_import_goes_on_to_its_update():
    told = heard(
        begins(ONE, "import"), ends(ONE, "import"), begins(ONE, "update"), ends(ONE, "update")
    )

    assert [Started, Progress, Done] == [type(one) for one in told]


def test_what_was_only_imported_is_done_at_the_end():
    told = heard(
        begins(ONE, "import"), ends(ONE, "import"), begins(TWO), ends(TWO), end=Course.succeeded
    )

    assert [("Done", "two"), ("Done", "one")] == kinds(told)[-2:]
    assert "was recovered with the account" == told[-1].message


def test_what_pulumi_never_spoke_of_is_not_called_done():
    told = heard(begins(ONE), ends(ONE), end=Course.succeeded)

    assert ("NotDone", "two") == kinds(told)[-1]


def test_a_failure_has_azures_code_our_advice_and_its_place():
    (begun, failed) = heard(begins(ONE), says(ONE, f"error: {CONFLICT}"), fails(ONE))

    assert (Started, Failed) == (type(begun), type(failed))
    assert ("conflict.request-conflict", PLACE) == (failed.problem.code, failed.problem.where)
    assert "HTTP 409 RequestConflict: Another operation" in failed.problem.detail


def test_a_warning_is_no_failures_reason():
    told = heard(begins(ONE), says(ONE, CONFLICT, "warning"), fails(ONE))

    assert "pulumi.failed" == told[-1].problem.code


def test_after_a_failure_the_rest_was_not_begun():
    told = heard(begins(ONE), fails(ONE), end=lambda course: course.broke_off("x", stopped=False))

    assert [("Failed", "one"), ("NotDone", "two")] == kinds(told)[-2:]
    assert "an earlier change failed" == told[-1].reason


def test_what_was_in_flight_when_pulumi_ended_is_in_doubt():
    told = heard(begins(ONE), end=lambda course: course.broke_off("it was killed", stopped=False))

    assert [("Started", "one"), ("Failed", "one"), ("NotDone", "two")] == kinds(told)
    assert "it was killed" == told[1].problem.detail


def test_a_run_that_was_stopped_says_so():
    told = heard(
        begins(ONE), ends(ONE), end=lambda course: course.broke_off("cancelled", stopped=True)
    )

    assert [(NotDone, "the run was stopped")] == [(type(one), one.reason) for one in told[2:]]


def test_an_update_that_failed_before_any_change_says_why_once():
    told = heard(end=lambda course: course.broke_off("no such plugin", stopped=False))

    assert [("Started", "one"), ("Failed", "one"), ("NotDone", "two")] == kinds(told)
    assert "no such plugin" == told[1].problem.detail


FORMS = {
    "azure-native": (CONFLICT, "conflict.request-conflict", "409"),
    "sdk-for-go": (
        "RESPONSE 400: 400 Bad Request\nERROR CODE: InsufficientQuota\n-----",
        "quota.insufficient-quota",
        "400",
    ),
    "unknown-code": ('Status=418 Code="Teapot"', "azure.teapot", "418"),
    "no-code": ("grpc: the client connection is closing", "pulumi.failed", "grpc"),
    "nothing": ("", "pulumi.failed", "without saying why"),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_made_of_pulumis_words(form):
    words, code, part = FORMS[form]

    told = refusal(words, "account/a", None)

    assert (code, True) == (told.code, part in told.detail)


def test_a_token_in_pulumis_words_is_hidden():
    told = refusal("Authorization: Bearer abc.def.ghi and api-key=topsecret", "account/a", None)

    assert not [one for one in ("abc.def.ghi", "topsecret") if one in told.detail]
