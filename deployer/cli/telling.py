"""What is told while a verb runs, in the words of a progress line. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deployer.core.events import Done, Event, Failed, NotDone, Progress, Started, Waited
from deployer.core.report import CheckResult, Outcome
from deployer.core.resources import account_of
from deployer.render.wording import deployment_names, noun, own_name
from deployer.smoke import CheckDone, CheckEvent, CheckStarted, CheckWaited
from deployer.views import Step

Item = Event | Step | CheckEvent

_GROUP = "resource group"


@dataclass(frozen=True, slots=True)
class Told:
    """One remark: about whom (an account), which thing of theirs, what. `key` names the thing for as long as it lasts."""

    subject: str
    thing: str
    text: str
    key: str
    is_begun: bool = False
    is_over: bool = False
    meaning: str = "dim"


def told(item: Item) -> Told:
    """The item as a remark."""
    match item:
        case Step(name=name, detail=detail):
            return Told("", name, detail, "", is_over=True)
        case CheckStarted() | CheckWaited() | CheckDone():
            return _check(item)
        case _:
            return _event(item)


def _event(event: Event) -> Told:
    change = event.change
    subject = account_of(change.resource) or _GROUP
    thing = f"{change.action} {noun(change.resource)} {own_name(change.resource)}"
    key = f"{change.action}{change.address}"
    match event:
        case Started():
            return Told(subject, thing, "", key, is_begun=True)
        case Progress(message=message):
            return Told(subject, thing, message, key)
        case Waited(code=code, seconds=seconds):
            return Told(subject, thing, f"waiting {seconds:.1f}s for Azure ({code})", key)
        case Done(seconds=seconds, message=message):
            aside = f", {message}" if message else ""
            text = f"done ({seconds:.1f}s{aside})"
            return Told(subject, thing, text, key, is_over=True, meaning="good")
        case Failed(problem=problem):
            text = f"failed: {problem.summary}"
            return Told(subject, thing, text, key, is_over=True, meaning="bad")
        case NotDone(reason=reason):
            return Told(subject, thing, f"not begun: {reason}", key, is_over=True, meaning="warn")


def _check(event: CheckEvent) -> Told:
    account, deployment = deployment_names(event.address)
    thing = f"? {deployment} {event.check}"
    key = f"?{event.address} {event.check}"
    match event:
        case CheckStarted():
            return Told(account, thing, "", key, is_begun=True)
        case CheckWaited(code=code, seconds=seconds):
            return Told(account, thing, f"waiting {seconds:.1f}s ({code})", key)
        case CheckDone(result=result):
            return _ended(result, account, thing, key)


def _ended(result: CheckResult, account: str, thing: str, key: str) -> Told:
    match result.outcome:
        case Outcome.PASSED:
            first = result.timings.get("firstAudio")
            text = "heard" if first is None else f"heard (first audio {first:.2f}s)"
            return Told(account, thing, text, key, is_over=True, meaning="good")
        case Outcome.FAILED:
            said = result.diagnosis.summary if result.diagnosis else result.reason
            return Told(account, thing, f"failed: {said}", key, is_over=True, meaning="bad")
        case Outcome.SKIPPED:
            text = f"skipped: {result.reason}"
            return Told(account, thing, text, key, is_over=True, meaning="warn")
