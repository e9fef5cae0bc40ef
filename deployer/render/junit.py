"""A report as JUnit XML: what CI servers show. A change and a check are test cases, a problem is a failure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

from deployer.core.events import Done, Failed, NotDone
from deployer.core.problems import Problem, Severity, in_order
from deployer.core.report import CheckResult, Outcome, Report
from deployer.core.resources import account_of, title
from deployer.render import Renderer
from deployer.render.redaction import redact
from deployer.render.wording import short_name

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(report: Report) -> str:
    """One `testsuite` for each part of the run that there was: problems, apply, checks."""
    suites = Xml.Element("testsuites", name=_clean(f"deployer {report.verb} {report.name}".strip()))
    suites.set("time", f"{report.seconds:.3f}")
    for name, cases in (
        ("problems", list(_problems(report))),
        ("apply", list(_changes(report))),
        ("checks", [_check(check) for check in report.checks]),
    ):
        if cases:
            _suite(suites, name, cases)
    if len(suites) == 0:
        _suite(suites, report.verb, [_case(report.verb, "deployer", report.seconds)])
    for attribute in ("tests", "failures", "skipped"):
        suites.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in suites)))
    Xml.indent(suites)
    body = Xml.tostring(suites, encoding="unicode")
    return redact(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n')


def _suite(parent: Xml.Element, name: str, cases: list[Xml.Element]) -> None:
    suite = Xml.SubElement(parent, "testsuite", name=name, tests=str(len(cases)), errors="0")
    for attribute, tag in (("failures", "failure"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("time", f"{sum(float(case.get('time', '0')) for case in cases):.3f}")
    suite.extend(cases)


def _problems(report: Report) -> Iterator[Xml.Element]:
    for problem in in_order(report.problems):
        where = str(problem.where) if problem.where else problem.address
        case = _case(f"{problem.summary} {where}".strip(), problem.code)
        if problem.severity is Severity.ERROR:
            _fail(case, problem)
        else:
            Xml.SubElement(case, "system-out").text = _clean(_words(problem))
        yield case


def _changes(report: Report) -> Iterator[Xml.Element]:
    for event in report.events:
        if not isinstance(event, Done | Failed | NotDone):
            continue
        resource = event.change.resource
        name = f"{event.change.action.name.casefold()} {title(resource)}"
        case = _case(name, account_of(resource) or "resource group")
        match event:
            case Done(seconds=seconds):
                case.set("time", f"{seconds:.3f}")
            case Failed(problem=problem):
                _fail(case, problem)
            case NotDone(reason=reason):
                Xml.SubElement(case, "skipped", message=_clean(reason))
        yield case


def _check(check: CheckResult) -> Xml.Element:
    deployment = short_name(check.address)
    case = _case(f"{deployment} {check.check}", deployment, check.timings.get("total", 0.0))
    if check.outcome is Outcome.SKIPPED:
        Xml.SubElement(case, "skipped", message=_clean(check.reason))
    elif check.diagnosis is not None:
        _fail(case, check.diagnosis)
    elif check.outcome is Outcome.FAILED:
        Xml.SubElement(case, "failure", message=_clean(check.reason or "failed"))
    facts = [
        f"{name} = {value}" for name, value in (*check.timings.items(), *check.evidence.items())
    ]
    if facts:
        Xml.SubElement(case, "system-out").text = _clean("\n".join(facts))
    return case


def _case(name: str, classname: str, seconds: float = 0.0) -> Xml.Element:
    attributes = {"name": _clean(name), "classname": _clean(classname), "time": f"{seconds:.3f}"}
    return Xml.Element("testcase", attributes)


def _fail(case: Xml.Element, problem: Problem) -> None:
    failure = Xml.SubElement(case, "failure", type=problem.code, message=_clean(problem.summary))
    failure.text = _clean(_words(problem))


def _words(problem: Problem) -> str:
    place = str(problem.where) if problem.where else ""
    hint = f"hint: {problem.hint}" if problem.hint else ""
    return "\n".join(part for part in (place, problem.detail, hint) if part)


def _clean(text: str) -> str:
    """XML 1.0 has no way to write most control characters, not even escaped."""
    return _NOT_XML.sub("?", text)


_: Renderer = render
