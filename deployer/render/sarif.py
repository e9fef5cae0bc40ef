"""A report's problems as SARIF 2.1.0: what code scanning shows at the lines of a pull request.

GitHub refuses a result without a place in a file, so a problem that has none is a notification about the run.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from deployer import __version__
from deployer.core.problems import Place, Problem, Severity, in_order
from deployer.core.report import Report
from deployer.render import Renderer
from deployer.render.redaction import redact

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.UNVERIFIED: "note"}
Json = dict[str, Any]


def render(report: Report) -> str:
    """One run of one tool: a rule for each code, a result for each problem that has a place."""
    problems = in_order(report.problems)
    codes = list(dict.fromkeys(problem.code for problem in problems))
    placed = [problem for problem in problems if problem.where]
    others = [problem for problem in problems if not problem.where]
    run: Json = {
        "tool": {"driver": _driver(problems, codes)},
        "invocations": [_invocation(report, others)],
        "columnKind": "unicodeCodePoints",
        "results": [
            {**_words(problem), "ruleId": problem.code, "ruleIndex": codes.index(problem.code)}
            for problem in placed
        ],
    }
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return redact(json.dumps(log, indent=2, ensure_ascii=False)) + "\n"


def _driver(problems: Sequence[Problem], codes: Sequence[str]) -> Json:
    # A code may be said with several summaries; the rule has the first, the results their own.
    first = {problem.code: problem for problem in reversed(problems)}
    rules = [
        {
            "id": code,
            "shortDescription": {"text": first[code].summary},
            "defaultConfiguration": {"level": _LEVELS[first[code].severity]},
        }
        for code in codes
    ]
    return {"name": "deployer", "semanticVersion": __version__, "rules": rules}


def _invocation(report: Report, problems: Sequence[Problem]) -> Json:
    return {
        "executionSuccessful": all(one.severity is not Severity.ERROR for one in problems),
        "exitCode": int(report.exit_code),
        "toolExecutionNotifications": [
            {**_words(problem), "descriptor": {"id": problem.code}} for problem in problems
        ],
    }


def _words(problem: Problem) -> Json:
    hint = f"Hint: {problem.hint}" if problem.hint else ""
    said = "\n".join(part for part in (problem.summary, problem.detail, hint) if part)
    # Redacted before it is escaped too: behind `\\n` the name of a secret no longer begins a word.
    about: Json = {"level": _LEVELS[problem.severity], "message": {"text": redact(said)}}
    if problem.where:
        about["locations"] = [_location(problem.where)]
    return about


def _location(place: Place) -> Json:
    path = quote(place.file.replace("\\", "/"))
    is_absolute = path.startswith("/")
    file = {"uri": f"file://{path}"} if is_absolute else {"uri": path, "uriBaseId": "%SRCROOT%"}
    region = {"startLine": place.line, "startColumn": place.column}
    return {"physicalLocation": {"artifactLocation": file, "region": region}}


_: Renderer = render
