"""A run for programs while it happens: one JSON object a line, the whole report last.

Every line has `event`: the step begun (`step`), what an engine tells (`started`, `progress`, `waited`, `done`,
`failed`, `notDone`), a check (`check`) and at the end `report`, whose `report` is the document of `--output json`.
"""

from __future__ import annotations

import json

from deployer.core.encoding import Json
from deployer.core.events import Event
from deployer.core.report import CheckResult, Report
from deployer.render.data import check, document, event
from deployer.render.redaction import redact


def event_line(value: Event) -> str:
    """An engine's event."""
    return line(event(value))


def step_line(name: str, detail: str) -> str:
    """A step of the verb begins."""
    return line({"event": "step", "step": name, "detail": detail})


def check_line(value: CheckResult) -> str:
    """A check has ended."""
    return line({"event": "check", **check(value)})


def report_line(report: Report) -> str:
    """The last line."""
    return line({"event": "report", "report": document(report)})


def line(data: dict[str, Json]) -> str:
    """One object, compact, with its newline."""
    return redact(json.dumps(data, separators=(",", ":"))) + "\n"
