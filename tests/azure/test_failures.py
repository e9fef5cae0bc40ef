"""Every kind of failure as one value, and in words without secrets."""

import json
from typing import Any

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.identity import CredentialUnavailableError

from deployer.azure.failures import Failure, Refused, classify, ending, problem, redacted
from deployer.errors import AuthenticationFailed, DeployerError, TimedOut


class Answer:
    """As much of an SDK response as is looked at."""

    reason = "because"
    content_type = "application/json"

    def __init__(self, status, body="", headers=None):
        self.status_code = status
        self.headers = headers or {}
        self._text = body if isinstance(body, str) else json.dumps(body)

    def text(self, encoding=None):
        return self._text

    def body(self):
        return self._text.encode()


def refused(status, code="", message="", headers=None, **more):
    body = {"error": {"code": code, "message": message, **more}} if code else "<html>"
    answer: Any = Answer(status, body, headers)
    error = HttpResponseError(message="x")
    error.response = answer
    return classify(error)


@pytest.mark.parametrize(
    ("status", "code", "passes"),
    [
        (409, "RequestConflict", True),
        (409, "AccountProvisioningStateInvalid", True),
        (409, "FlagMustBeSetForRestore", False),
        (409, "CustomDomainInUse", False),
        (409, "ScopeLocked", False),
        (409, "AnyOther", False),
        (400, "PrincipalNotFound", True),
        (400, "InsufficientQuota", False),
        (429, "TooManyRequests", True),
        (429, "AnyOther", True),
        (503, "", True),
        (504, "", True),
        (404, "NotFound", False),
        (403, "AuthorizationFailed", False),
    ],
)
def test_what_passes_by_itself_is_a_table(status, code, passes):
    assert passes is refused(status, code).passes


@pytest.mark.parametrize(
    ("error", "code", "passes", "in_doubt"),
    [
        (ServiceRequestError("refused"), "ConnectionFailed", True, False),
        (
            ServiceRequestError("... CERTIFICATE_VERIFY_FAILED ..."),
            "CertificateNotTrusted",
            False,
            False,
        ),
        (ServiceResponseError("reset"), "ConnectionBroken", True, True),
        (ClientAuthenticationError("AADSTS7000215"), "SignInFailed", False, False),
        (CredentialUnavailableError("no az"), "SignInFailed", False, False),
    ],
    ids=["not-sent", "certificate", "broken", "refused-sign-in", "nobody"],
)
def test_failures_without_an_answer(error, code, passes, in_doubt):
    found = classify(error)

    assert (code, passes, in_doubt) == (found.code, found.passes, found.in_doubt)


def test_what_is_not_azures_is_raised_again():
    with pytest.raises(ZeroDivisionError):
        classify(ZeroDivisionError())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "17"}, 17),
        ({"retry-after-ms": "50"}, 0.05),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({}, None),
    ],
)
def test_the_pause_that_azure_asks_for(headers, seconds):
    assert seconds == refused(429, "TooManyRequests", headers=headers).retry_after


def test_the_innermost_error_counts():
    inner = {"code": "InsufficientQuota", "message": "too little"}

    found = refused(400, "InvalidTemplateDeployment", "not valid", details=[inner])

    assert ("InsufficientQuota", "too little") == (found.code, found.message)


@pytest.mark.parametrize("code", ["ResourceGroupNotFound", "ResourceNotFound", "NotFound"])
def test_an_absence(code):
    assert refused(404, code).is_absence


def test_a_subscription_that_is_not_found_is_no_absence():
    assert not refused(404, "SubscriptionNotFound").is_absence


def test_a_problem_has_advice_and_azures_own_words():
    told = problem(refused(400, "InsufficientQuota", "needs 100 of 1"), address="account/a")

    assert (
        "quota.insufficient-quota",
        "HTTP 400 InsufficientQuota: needs 100 of 1",
        "account/a",
    ) == (
        told.code,
        told.detail,
        told.address,
    )
    assert told.summary and told.hint


def test_a_problem_without_advice_still_says_what_to_do():
    told = problem(refused(418, "Teapot", "short and stout"))

    assert ("azure.teapot", True) == (told.code, bool(told.hint))


@pytest.mark.parametrize(
    ("failure", "timed_out", "kind"),
    [
        (Failure("SignInFailed", None, ""), False, AuthenticationFailed),
        (Failure("AuthorizationFailed", 403, ""), False, AuthenticationFailed),
        (Failure("Whatever", 403, ""), False, AuthenticationFailed),
        (Failure("ServiceUnavailable", 503, ""), True, TimedOut),
        (Failure("SubscriptionNotFound", 404, ""), False, DeployerError),
    ],
)
def test_a_run_that_cannot_look_ends_with_its_own_exit_code(failure, timed_out, kind):
    assert kind is type(ending(Refused(failure, timed_out=timed_out)))


@pytest.mark.parametrize(
    "secret",
    [
        "eyJhbGciOiJSUzI1NiJ9.eyJvaWQiOiIxIn0.c2lnbmF0dXJl",
        "Authorization: Bearer abc123secret",
        "api-key: 0123456789abcdef0123456789abcdef",
        '"key1": "0123456789abcdef0123456789abcdef"',
        "client_secret=abc123secret&x=1",
        "https://x/y?sig=abc123secret",
    ],
)
def test_no_secret_survives(secret):
    told = problem(refused(400, "Odd", f"you sent {secret} to me"))

    assert not any(part in told.detail for part in ("abc123secret", "0123456789abcdef", "eyJ"))
    assert "[hidden]" in redacted(secret)
