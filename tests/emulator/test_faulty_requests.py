"""Faults of requests: where they strike, what they answer, and which are refused because they never could."""

from __future__ import annotations

import re

import pytest
from emulator.arm_client import ACCOUNT, GROUP, PROVIDER, SUBSCRIPTION

from deployer.emulator.arm.routes import ROUTES
from deployer.emulator.faults.aims import OPERATIONS
from deployer.emulator.faults.faults import problems
from deployer.emulator.serving.holder import AdministrationRefused

DELETED = f"{PROVIDER}/locations/eastus2/resourceGroups/rg/deletedAccounts/voice"
POLICY = f"{ACCOUNT}/raiPolicies/strict"
FAILED = {"kind": "operationFailed", "code": "Broken", "message": "It broke."}


def trip(arm, **fault):
    return arm.emulator.ask("POST", "faults", fault)


def test_an_answer_in_azures_place_carries_the_headers_of_any_answer(arm):
    trip(arm, kind="status", status=429, path="/accounts$", retryAfter=7)
    answer = arm.get(f"{PROVIDER}/accounts")

    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["x-ms-request-id"])
    assert "x-ms-ratelimit-remaining-subscription-reads" in answer.headers


def test_an_answer_in_azures_place_has_the_headers_that_were_stated(arm):
    challenge = 'Bearer authorization_uri="https://login.invalid", error="insufficient_claims"'
    trip(
        arm, kind="status", status=401, path="/accounts$",
        headers={"WWW-Authenticate": challenge, "x-ms-request-id": "mine"},
    )  # fmt: skip
    answer = arm.get(f"{PROVIDER}/accounts")

    assert answer.headers["WWW-Authenticate"] == challenge
    assert answer.headers.get_all("x-ms-request-id") == ["mine"]


def test_a_status_without_a_body_has_none(arm):
    trip(arm, kind="status", status=204, path="/accounts$")

    assert arm.get(f"{PROVIDER}/accounts").body is None


def test_a_groups_deletion_fails_and_the_group_stays(arm):
    arm.account()
    trip(arm, **FAILED, method="DELETE", path="/resourceGroups/rg$")
    begun = arm.ask("DELETE", GROUP)
    poll = arm.follow(begun.headers["Location"])

    assert (begun.status, poll.status, poll.code, poll.message) == (
        202,
        409,
        "Broken",
        "It broke.",
    )
    assert arm.get(ACCOUNT).status == 200
    assert arm.get(GROUP).body["properties"]["provisioningState"] == "Succeeded"


def test_a_groups_deletion_never_ends(arm):
    arm.group()
    trip(arm, kind="operationStuck", method="DELETE")
    begun = arm.ask("DELETE", GROUP)

    assert arm.follow(begun.headers["Location"]).status == 202
    assert arm.get(GROUP).body["properties"]["provisioningState"] == "Deleting"


@pytest.mark.parametrize(
    ("fault", "status"), [(FAILED, "Failed"), ({"kind": "operationStuck"}, "Deleting")], ids=str
)
def test_a_purge_that_does_not_succeed_leaves_the_account_deleted(arm, fault, status):
    arm.account()
    arm.ask("DELETE", ACCOUNT)
    trip(arm, **fault, method="DELETE", path="/deletedAccounts/")
    begun = arm.ask("DELETE", DELETED)

    assert arm.follow(begun.headers["azure-asyncoperation"]).body["status"] == status
    assert arm.get(DELETED).status == 200


@pytest.mark.parametrize(
    ("fault", "status"), [(FAILED, 409), ({"kind": "operationStuck"}, 202)], ids=str
)
def test_a_content_filter_whose_deletion_does_not_succeed_is_there(arm, fault, status):
    arm.account()
    arm.ask("PUT", POLICY, {"properties": {}})
    trip(arm, **fault, method="DELETE", path="raiPolicies")
    poll = arm.follow(arm.ask("DELETE", POLICY).headers["location"])

    assert poll.status == status
    assert poll.body is None or poll.code == "Broken"
    assert arm.get(POLICY).status == 200


@pytest.mark.parametrize(
    ("fault", "state"), [(FAILED, "Failed"), ({"kind": "operationStuck"}, "Accepted")], ids=str
)
def test_an_update_of_an_account_does_not_succeed(arm, fault, state):
    arm.account()
    trip(arm, **fault, times=1)

    assert arm.account(tags={"a": "b"}).status == 200
    assert arm.get(ACCOUNT).body["properties"]["provisioningState"] == state


@pytest.mark.parametrize(
    ("fault", "state"), [(FAILED, "Failed"), ({"kind": "operationStuck"}, "Accepted")], ids=str
)
def test_a_change_of_an_identity_does_not_succeed(arm, fault, state):
    arm.account()
    trip(arm, **fault, method="PATCH")
    begun = arm.ask("PATCH", ACCOUNT, {"identity": {"type": "SystemAssigned"}})
    poll = arm.follow(begun.headers["azure-asyncoperation"]).body

    assert begun.status == 202
    assert poll["status"] == {"Failed": "Failed", "Accepted": "Updating"}[state]
    assert arm.get(ACCOUNT).body["properties"]["provisioningState"] == state


def test_the_operations_that_can_be_struck_are_operations():
    def shape(path):
        return re.sub(r"\{\w+\}", "{}", path)

    routes = {(one.method, shape(one.pattern)) for one in ROUTES}

    assert {(method, shape(path)) for method, path, _ in OPERATIONS} <= routes


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "operationStuck", "method": "GET"},
        {"kind": "operationFailed", "method": "patch", "path": "/accounts/voice/deployments/"},
        {"kind": "operationStuck", "path": "/accounts/voice/deployments/audio$"},
        {"kind": "operationStuck", "method": "DELETE", "path": "/accounts/voice$"},
        {"kind": "operationStuck", "method": "PUT", "path": "/accounts/voice/raiPolicies/"},
        {"kind": "operationFailed", "method": "POST", "path": "/listKeys$"},
        {"kind": "status", "path": "^/_emulator/"},
        {"kind": "delay", "path": "/_emulator/settings"},
    ],
    ids=str,
)
def test_what_could_never_strike_is_refused_with_a_reason(emulator, fault):
    with pytest.raises(AdministrationRefused, match=r"begins? an operation|own interface"):
        emulator.ask("POST", "faults", fault)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "operationStuck"},
        {"kind": "operationStuck", "path": ""},
        {"kind": "operationStuck", "method": "put", "path": "/accounts/voice$"},
        {"kind": "operationStuck", "path": "ACCOUNTS/"},
        {"kind": "operationStuck", "path": r"/Microsoft\.CognitiveServices/accounts/v"},
        {"kind": "operationStuck", "path": "/accounts/.*/deployments/"},
        {"kind": "operationStuck", "path": "^/subscriptions/"},
        {"kind": "operationStuck", "path": "/deployments/main"},
        {"kind": "operationStuck", "path": "/resourceGroups/rg/providers/Microsoft.Resources"},
        {"kind": "operationStuck", "path": "oic"},
        {"kind": "operationStuck", "method": "POST", "path": "/whatIf$"},
        {"kind": "operationStuck", "method": "DELETE", "path": "/resourceGroups/rg$"},
        {"kind": "operationStuck", "method": "DELETE", "path": "/accounts/voice/raiPolicies/x"},
        {"kind": "status", "path": "/_emulatorish" , "method": "OPTIONS"},
    ],
    ids=str,
)  # fmt: skip
def test_what_may_strike_is_taken(fault):
    assert problems(fault) == []


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"kind": "status", "status": "abc"}, "'status' is a status of HTTP"),
        ({"kind": "status", "status": 101}, "'status' is a status of HTTP"),
        ({"kind": "status", "retryAfter": "x"}, "'retryAfter' is a number"),
        ({"kind": "status", "metod": "PUT"}, "no 'metod' here"),
        ({"kind": "status", "method": "PUTT"}, "'method' is one of GET"),
        ({"kind": "status", "headers": ["a"]}, "'headers' is an object"),
        ({"kind": "status", "headers": {"a": 1}}, "'headers' is an object"),
        ({"kind": "status", "headers": {"a b": "c"}}, "'headers' is an object"),
        ({"kind": "status", "headers": {"a": "b\r\nc: d"}}, "'headers' is an object"),
        ({"kind": "disconnect", "when": "sometime"}, "'when' is one of before, after"),
    ],
    ids=str,
)
def test_what_a_fault_of_requests_does_not_take_is_refused_by_name(fault, words):
    assert any(words in one for one in problems(fault)), problems(fault)


def test_the_path_of_a_group_is_no_account():
    assert problems({"kind": "operationStuck", "path": f"^{SUBSCRIPTION}$"}) != []
