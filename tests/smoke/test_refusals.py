"""From an HTTP answer to a diagnosis: the table, row by row."""

import json
from typing import Any

import pytest

from deployer.smoke.diagnoses import DIAGNOSES, Cure
from deployer.smoke.refusals import diagnose, diagnose_event, read_refusal


def refused(status, code=None, message="", with_key=False, headers=None, **rest):
    error = {"code": code, "message": message, **rest}
    body = b"" if code is None and not message and not rest else json.dumps({"error": error})
    refusal = read_refusal(
        status, headers or {}, body if isinstance(body, bytes) else body.encode()
    )
    return diagnose(refusal, "/openai/realtime", with_key)


ROWS: list[tuple[int, str | None, dict[str, Any], str]] = [
    (400, "OperationNotSupported", {}, "smoke.wrong-kind"),
    (400, "invalid_value", {"param": "model"}, "smoke.wrong-kind"),
    (400, "invalid_value", {"param": "audio.voice"}, "smoke.voice-refused"),
    (400, "content_filter", {"param": "prompt"}, "smoke.content-filtered"),
    (400, "BadRequest", {}, "smoke.request-refused"),
    (400, "ServiceModelDeprecated", {}, "smoke.retired-model"),
    (401, "PermissionDenied", {}, "smoke.role-missing"),
    (401, "401", {}, "smoke.token-refused"),
    (401, "401", {"with_key": True}, "smoke.key-refused"),
    (401, None, {}, "smoke.role-missing"),
    (401, None, {"with_key": True}, "smoke.key-refused"),
    (403, "AuthenticationTypeDisabled", {}, "smoke.local-auth-disabled"),
    (
        403,
        "403",
        {"message": "denied due to Virtual Network/Firewall rules"},
        "smoke.network-rules",
    ),
    (403, "", {"message": "Public access is disabled."}, "smoke.network-rules"),
    (403, "Forbidden", {}, "smoke.forbidden"),
    (403, None, {}, "smoke.forbidden"),
    (404, "DeploymentNotFound", {}, "smoke.deployment-unknown"),
    (404, "404", {"message": "Resource not found"}, "smoke.path-or-api-version"),
    (404, None, {}, "smoke.path-or-api-version"),
    (407, None, {}, "smoke.proxy"),
    (408, None, {}, "smoke.timeout"),
    (410, "ModelRetired", {}, "smoke.retired-model"),
    (410, None, {}, "smoke.retired-model"),
    (429, "429", {}, "smoke.throttled"),
    (429, "insufficient_quota", {}, "smoke.quota-exhausted"),
    (431, None, {}, "smoke.request-refused"),
    (302, None, {}, "smoke.redirected"),
    (308, None, {}, "smoke.redirected"),
    (500, "InternalServerError", {}, "smoke.server-error"),
    (503, None, {}, "smoke.server-error"),
    (200, None, {}, "smoke.not-understood"),
    (204, None, {}, "smoke.not-understood"),
]


@pytest.mark.parametrize(
    ("status", "code", "rest", "diagnosis"),
    ROWS,
    ids=[f"{row[0]}-{row[1]}-{row[3]}{'-key' if 'with_key' in row[2] else ''}" for row in ROWS],
)
def test_a_refusal_has_its_diagnosis(status, code, rest, diagnosis):
    assert refused(status, code, **rest).code == diagnosis


def test_only_readiness_and_throttling_are_cured_by_time():
    cured = {code: row.cure for code, row in DIAGNOSES.items() if row.cure is not Cure.NONE}

    assert cured == {
        "smoke.role-missing": Cure.READY,
        "smoke.deployment-unknown": Cure.READY,
        "smoke.throttled": Cure.THROTTLED,
    }


@pytest.mark.parametrize("code", DIAGNOSES)
def test_a_diagnosis_says_what_it_is_and_what_to_do(code):
    row = DIAGNOSES[code]

    assert row.summary[-1] not in ".!"
    assert row.hint.endswith(".")


def test_no_two_diagnoses_read_alike():
    assert len({row.summary for row in DIAGNOSES.values()}) == len(DIAGNOSES)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>no</html>",
        b"",
        b"[]",
        b"null",
        b'{"error": "text"}',
        b'{"detail": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
    ids=["page", "nothing", "list", "null", "text", "other", "not UTF-8", "endless"],
)
def test_a_body_that_is_not_azures_says_nothing(body):
    refusal = read_refusal(404, {}, body)

    assert (refusal.code, refusal.message) == ("", "")


@pytest.mark.parametrize(
    ("headers", "message", "seconds"),
    [
        ({"Retry-After": "7"}, "", 7),
        ({"retry-after-ms": "1500", "Retry-After": "2"}, "", 1.5),
        ({"x-rate-limit-reset-tokens": "55"}, "", 55),
        ({"x-ratelimit-reset-tokens": "-1"}, "", None),
        ({"x-ratelimit-reset-requests": "0"}, "Please retry after 45 seconds.", 45),
        ({}, "Please retry after 250 milliseconds.", 0.25),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "", None),
        ({"Retry-After": "nan"}, "", None),
        ({}, "", None),
    ],
)
def test_the_time_to_wait_is_found_wherever_it_is_said(headers, message, seconds):
    body = json.dumps({"error": {"code": "429", "message": message}}).encode()

    assert read_refusal(429, headers, body).retry_after == seconds


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"type": "server_error", "code": None}, "smoke.response-failed"),
        ({"code": "session_expired"}, "smoke.session-expired"),
        ({"code": "inference_rate_limit_exceeded"}, "smoke.throttled"),
        ({"code": "insufficient_quota"}, "smoke.quota-exhausted"),
        ({"code": "something_new"}, "smoke.response-failed"),
        (None, "smoke.response-failed"),
        ("text", "smoke.response-failed"),
    ],
)
def test_an_error_event_is_what_its_code_says(error, expected):
    assert diagnose_event(error, "smoke.response-failed", "The session").code == expected


def test_the_services_own_words_are_told():
    detail = refused(400, "BadRequest", "The field  'x'\nis not known.").detail

    assert (
        detail == "/openai/realtime answered 400 (BadRequest)."
        " The service says: \"The field 'x' is not known.\""
    )
