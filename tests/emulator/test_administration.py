"""The emulator's own interface: switches, faults of requests, the journal, the clock."""

from __future__ import annotations

import http.client
import re

import pytest
from emulator.arm_client import ACCOUNT, GROUP, PROVIDER, SUBSCRIPTION

from deployer.emulator.faults.faults import KINDS, Faults
from deployer.emulator.faults.parameters import PARAMETERS
from deployer.emulator.faults.wrongs import SWITCHES, WRONGS
from deployer.emulator.journal import Journal
from deployer.emulator.serving.holder import AdministrationRefused
from deployer.emulator.state.settings import Settings


def test_settings_change_one_by_one_and_go_back(emulator):
    changed = emulator.ask("PATCH", "settings", {"accountSeconds": 2, "pacing": "real"})
    back = emulator.ask("DELETE", "settings")

    assert (changed["accountSeconds"], changed["pacing"], changed["lockLinger"]) == (
        2,
        "real",
        0.02,
    )
    assert back == Settings().as_json()


@pytest.mark.parametrize(
    "wanted",
    [
        {"acountSeconds": 1},
        {"accountSeconds": "soon"},
        {"accountSeconds": -1},
        {"accountSeconds": True},
        {"pacing": "slow"},
        {"takenSubdomains": "one"},
        {"quota": []},
        {"patchMergesTags": 1},
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_is_refused_by_name(emulator, wanted):
    with pytest.raises(AdministrationRefused, match=next(iter(wanted))):
        emulator.ask("PATCH", "settings", wanted)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "nothing", None),
        ("POST", "faults", {"kind": "flood"}),
        ("POST", "faults", {"kind": "status", "path": "("}),
        ("POST", "faults", {"kind": "status", "times": "twice"}),
        ("POST", "clock", {"date": "yesterday"}),
        ("POST", "clock", {"date": "2024-01-01"}),
        ("POST", "clock", {"date": "9999-12-31"}),
        ("POST", "clock", {"hours": -1}),
        ("PUT", "principals/x", {"roles": ["King"]}),
        ("PATCH", "settings", [1]),
        ("POST", "clock", {"hours": 1e9}),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_refused(emulator, method, path, body):
    with pytest.raises(AdministrationRefused):
        emulator.ask(method, path, body)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "missingEvent", "event": "respnse.done"}, "'event' is a type of server event"),
        ({"kind": "latency", "firsttoken": 1}, "no 'firsttoken' here; there is firstToken, "),
        ({"kind": "latency", "firstToken": "soon"}, "'firstToken' is a number of seconds"),
        ({"kind": "latency", "firstToken": True}, "'firstToken' is a number of seconds"),
        ({"kind": "shortSession", "form": "dropped"}, "'form' is one of event, close, both, drop"),
        ({"kind": "contentFilter", "where": "there"}, "'where' is one of prompt, completion"),
        ({"kind": "wrongIndex", "field": "index"}, "'field' is one of content_index"),
        ({"kind": "failedResponse", "code": 1}, "'code' is a text, or null"),
        ({"kind": "paced", "speed": 0}, "'speed' is a number over 0"),
        ({"kind": "reply"}, "'text' is missing"),
        ({"kind": "toolCall", "name": "look", "arguments": "{}"}, "'arguments' is an object"),
        ({"kind": "silent", "event": "error"}, "no 'event' here"),
        ({"kind": "silent", "path": "/openai/"}, "no 'path' here"),
        ({"kind": "status", "deployment": "live"}, "no 'deployment' here"),
        ({"kind": "status", "status": 99}, "'status' is a status of HTTP"),
        ({"kind": "delay", "path": "("}, "'path' is a regular expression"),
        ({"kind": "delay", "skip": -1}, "'skip' is a whole number"),
        ({"kind": ["silent"]}, "no fault of kind"),
    ],
    ids=str,
)  # fmt: skip
def test_what_a_kind_of_fault_does_not_take_is_refused_by_name(emulator, fault, words):
    with pytest.raises(AdministrationRefused, match=re.escape(words)):
        emulator.ask("POST", "faults", fault)


def test_all_mistakes_are_told_at_once_and_where_they_are(emulator):
    wrong = [
        {"kind": "silent"},
        {"kind": "latency", "firsttoken": 1, "firstAudio": -1},
        {"kind": "flood"},
    ]

    with pytest.raises(AdministrationRefused) as refused:
        emulator.ask("POST", "faults", wrong)
    assert [line.partition(" ")[0] for line in str(refused.value).splitlines()][-3:] == [
        "[1]", "[1]", "[2]",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_takes_is_told_where_it_is_described(kind):
    taken = PARAMETERS.get(kind, {})
    told = set(re.findall(r"`(\w+)`", KINDS[kind]))

    assert taken.keys() <= told
    assert told <= taken.keys() | MENTIONED


# Words of the descriptions that are no parameters.
MENTIONED = {"before", "after", "content", "part", "modalities", "audio"}


def test_a_list_of_faults_is_taken_whole_or_not_at_all(emulator):
    with pytest.raises(AdministrationRefused):
        emulator.ask("POST", "faults", [{"kind": "silent"}, {"kind": "flood"}])

    assert emulator.ask("GET", "faults") == []


def test_every_kind_of_the_data_plane_can_be_asked_for():
    assert {*WRONGS, *SWITCHES} < set(KINDS)


def test_a_status_fault_strikes_as_often_as_asked(arm, emulator):
    fault = {
        "kind": "status", "status": 429, "code": "TooManyRequests", "message": "Slow down.",
        "retryAfter": 1, "method": "GET", "path": "/accounts$", "skip": 1, "times": 1,
    }  # fmt: skip
    emulator.ask("POST", "faults", fault)

    answers = [arm.get(f"{PROVIDER}/accounts") for _ in range(3)]

    assert [one.status for one in answers] == [200, 429, 200]
    assert answers[1].body == {"error": {"code": "TooManyRequests", "message": "Slow down."}}
    assert answers[1].headers["Retry-After"] == "1"
    assert emulator.ask("GET", "faults")[0]["struck"] == 1


@pytest.mark.parametrize(("when", "exists"), [("before", 404), ("after", 200)])
def test_a_connection_breaks_before_or_after_the_write(arm, emulator, when, exists):
    arm.token()
    emulator.ask("POST", "faults", {"kind": "disconnect", "when": when, "times": 1})

    with pytest.raises((ConnectionError, http.client.HTTPException, OSError)):
        arm.group()

    assert arm.get(GROUP).status == exists
    assert emulator.ask("GET", "journal")["entries"][-2]["status"] is None


def test_an_operation_fails_with_the_code_asked_for(arm, emulator):
    emulator.ask(
        "POST", "faults",
        {"kind": "operationFailed", "code": "CustomDomainInUse", "message": "Taken.", "times": 1},
    )  # fmt: skip

    created = arm.account()
    poll = arm.follow(created.headers["azure-asyncoperation"])

    assert created.status == 201
    assert (poll.status, poll.body["status"]) == (200, "Failed")
    assert poll.body["error"] == {"code": "CustomDomainInUse", "message": "Taken."}
    assert arm.get(ACCOUNT).body["properties"]["provisioningState"] == "Failed"
    assert arm.account().status == 200
    assert arm.get(ACCOUNT).body["properties"]["provisioningState"] == "Succeeded"


def test_a_delayed_request_is_done_late(arm, emulator):
    arm.token()
    emulator.ask("POST", "faults", {"kind": "delay", "seconds": 0.05, "times": 1})
    arm.get(f"{PROVIDER}/accounts")

    late = emulator.ask("GET", "journal")["entries"][-1]

    # The loop counts whole milliseconds.
    assert late["end"] - late["start"] >= 0.049


def test_faults_end_one_by_one_or_all_together(emulator):
    first, second = emulator.ask("POST", "faults", [{"kind": "silent"}, {"kind": "clipped"}])

    assert emulator.ask("DELETE", f"faults/{first['id']}") == [second]
    assert emulator.ask("DELETE", "faults") == []


def test_a_fault_without_a_name_strikes_every_deployment():
    faults = Faults()
    faults.add({"kind": "silent", "deployment": "a"})

    assert faults.for_call("silent", "any", "A") is not None
    assert faults.for_call("silent", "any", "b") is None
    assert faults.for_call("clipped", "any", "a") is None


def test_the_journal_tells_writes_from_questions(arm, emulator):
    arm.account()
    emulator.ask("DELETE", "journal")
    arm.get(ACCOUNT)
    arm.ask("POST", f"{PROVIDER}/checkDomainAvailability", {"subdomainName": "x"})
    arm.ask("POST", f"{ACCOUNT}/listKeys")
    arm.ask("PATCH", ACCOUNT, {"tags": {}})

    entries = emulator.ask("GET", "journal")["entries"]

    assert [(one["method"], one["write"]) for one in entries] == [
        ("GET", False), ("POST", False), ("POST", False), ("PATCH", True),
    ]  # fmt: skip
    assert all(one["account"] in ("voice", "") and one["end"] >= one["start"] for one in entries)
    assert entries[0]["query"] == {"api-version": "2025-09-01"}


def test_the_journal_forgets_the_oldest_and_says_so():
    journal = Journal(capacity=2)
    for number in range(3):
        journal.end(journal.begin("control", "GET", f"/{number}", []), 200)

    told = journal.as_json()

    assert [one["path"] for one in told["entries"]] == ["/1", "/2"]
    assert told["dropped"] == 1


def test_asking_the_emulator_about_itself_is_not_journalled(emulator):
    emulator.ask("GET", "settings")

    assert emulator.ask("GET", "journal")["entries"] == []


def test_a_reset_forgets_resources_and_keeps_principals(arm, emulator):
    arm.account()
    arm.deployment()
    emulator.ask("POST", "reset")

    assert arm.get(f"{SUBSCRIPTION}/resourceGroups").body == {"value": []}
    assert arm.group().status == 201
    assert arm.account().status == 201
    assert arm.get(f"{ACCOUNT}/deployments").body == {"value": []}
