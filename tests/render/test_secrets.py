"""No writer lets through what looks like a secret, wherever the text came from."""

import json
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest
from render.reports import PLAN, QUOTA, SILENT

from deployer.core.events import Failed, NotDone, Progress
from deployer.core.report import CheckResult, Outcome, Report
from deployer.core.verdicts import Answer, Verdict
from deployer.render import FORMATS, render
from deployer.render.ndjson import check_line, event_line, report_line, step_line
from deployer.render.redaction import redact

TOKEN = "eyJ" + "hbGciOiJSUzI1NiJ9" + ".eyJvaWQiOiJjYW5hcnkifQ" + ".c2lnbmF0dXJlLWNhbmFyeQ"
OLD_KEY = "0123456789abcdef" * 2
NEW_KEY = "Canary7" * 12
CANARIES = {
    "a token": (f"got {TOKEN} back", TOKEN),
    "a bearer header": ("Authorization: Bearer canary-opaque-token", "canary-opaque-token"),
    "an old key": (f"key is {OLD_KEY}.", OLD_KEY),
    "a new key": (f"key is {NEW_KEY}.", NEW_KEY),
    "a header": ("api-key: canary-value", "canary-value"),
    "a query": ("wss://x/openai/realtime?api-key=canary-value&deployment=d", "canary-value"),
    "a form": ("grant_type=x&client_secret=canary~value&scope=y", "canary~value"),
    "quoted json": ('{"access_token": "canary-value", "b": 1}', "canary-value"),
    "a signature": ("https://blob/x?sv=1&sig=canary%2Bvalue", "canary%2Bvalue"),
}


def report(text):
    change = PLAN.writes[0]
    problem = replace(QUOTA, detail=text, hint=text)
    return Report(
        "up",
        "voice",
        PLAN,
        (problem,),
        (Verdict("quota", Answer.BLOCKED, text, problem),),
        (Failed(change, 1.0, problem), NotDone(PLAN.writes[1], 1.0, text)),
        checks=(
            replace(SILENT, diagnosis=problem),
            CheckResult("realtime", SILENT.address, Outcome.SKIPPED, reason=text),
            CheckResult("audio", SILENT.address, Outcome.PASSED, evidence={"transcript": text}),
        ),
    )


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("canary", CANARIES)
def test_no_format_shows_a_secret(canary, form):
    text, secret = CANARIES[canary]

    shown = render(report(text), form)

    assert secret not in shown
    assert "redacted" in shown


@pytest.mark.parametrize("canary", CANARIES)
def test_no_line_of_a_stream_shows_a_secret(canary):
    text, secret = CANARIES[canary]
    told = report(text)

    lines = [
        report_line(told),
        step_line("looking", text),
        event_line(Progress(PLAN.writes[0], 1.0, text)),
        *(event_line(event) for event in told.events),
        *(check_line(check) for check in told.checks),
    ]

    assert [] == [line for line in lines if secret in line]


@pytest.mark.parametrize("canary", CANARIES)
def test_what_is_redacted_stays_well_formed(canary):
    text, _ = CANARIES[canary]

    assert json.loads(render(report(text), "json"))["verb"] == "up"
    assert Xml.fromstring(render(report(text), "junit")).tag == "testsuites"  # noqa: S314


@pytest.mark.parametrize(
    "text",
    [
        "gpt-4o-realtime-preview@2024-12-17",
        "account/voice-eus2/deployment/realtime",
        "role Cognitive Services OpenAI User for 11111111-1111-4111-8111-111111111111",
        "The key is refused: use a bearer token of the right audience.",
        "audio_0123456789abcdef0123456789abcdef",
    ],
)
def test_what_is_no_secret_is_left(text):
    assert redact(text) == text
