"""What Pulumi tells while it updates a stack, as our events: one stream for every engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from deployer.azure.failures import Failure, problem, redacted
from deployer.azure.writing import RECOVERED
from deployer.core.events import Done, Event, Failed, NotDone, Progress, Started
from deployer.core.plan import Action, Change
from deployer.core.problems import Place, Problem, Severity
from deployer.engines.pulumi.names import address

if TYPE_CHECKING:
    from pulumi.automation import DiagnosticEvent, EngineEvent, StepEventMetadata

STOPPED = "the run was stopped"

_FINISHES = frozenset({"create", "update", "delete", "create-replacement"})
_SILENT = frozenset({"same", "refresh", "read", "diff", "replace"})
_SAYS = {
    "delete-replaced": "deleting it, to create it anew",
    "create-replacement": "deleted, now created anew",
    "import": "taking it into Pulumi's state",
}
# azure-native writes the first form, the Azure SDK for Go underneath it the second.
_CODES = (
    re.compile(r'Status=(?P<status>\d+)\s+Code="(?P<code>\w+)"(?:\s+Message="(?P<message>[^"]*))?'),
    re.compile(r"RESPONSE (?P<status>\d+)[^\n]*\s+ERROR CODE: (?P<code>\w+)(?P<message>)"),
)


class Course:
    """One update, as it goes: which of the phase's changes have begun, and which have ended, and how.

    `came_back` are addresses that a recovered account brought with it; `now` counts seconds since the run began.
    """

    def __init__(
        self,
        changes: Sequence[Change],
        places: Mapping[str, Place],
        now: Callable[[], float],
        tell: Callable[[Event], None],
    ) -> None:
        self.failed = False
        self._open = {change.address: change for change in changes}
        self._places = places
        self._now = now
        self._tell = tell
        self._begun: dict[str, float] = {}
        self._imported: set[str] = set()
        self._errors: dict[str, str] = {}

    def hear(self, event: EngineEvent) -> None:
        """One event of Pulumi's."""
        if event.diagnostic_event is not None:
            self._said(event.diagnostic_event)
        elif event.resource_pre_event is not None:
            self._begins(event.resource_pre_event.metadata)
        elif event.res_outputs_event is not None:
            self._finishes(event.res_outputs_event.metadata)
        elif event.res_op_failed_event is not None:
            self._fails(event.res_op_failed_event.metadata)

    def succeeded(self) -> None:
        """The update is over without an error."""
        for change in list(self._open.values()):
            if change.address in self._imported:
                remark = RECOVERED if change.action is Action.CREATE else ""
                self._done(change, remark)
            else:
                self._not_done(change, "Pulumi found nothing to do for it")

    def broke_off(self, words: str, *, stopped: bool) -> None:
        """The update ended with an error. What was in flight is in doubt; the rest was not begun."""
        for change in list(self._open.values()):
            if change.address in self._begun:
                self._failed(change, words)
            elif stopped or self.failed:
                self._not_done(change, STOPPED if stopped else "an earlier change failed")
            else:  # It failed before any change: the first of them says why.
                self._started(change)
                self._failed(change, words)

    def _said(self, event: DiagnosticEvent) -> None:
        at = address(event.urn) if event.urn and event.urn.count("::") >= 3 else None
        if event.severity == "error" and at is not None:
            self._errors[at] = event.message.strip()

    def _begins(self, step: StepEventMetadata) -> None:
        change, operation = self._change(step), step.op.value
        if change is None or operation in _SILENT:
            return
        if operation == "import":
            self._imported.add(change.address)
        if change.address not in self._begun:
            self._started(change)
        if operation in _SAYS:
            self._tell(Progress(change, self._now(), _SAYS[operation]))

    def _finishes(self, step: StepEventMetadata) -> None:
        change = self._change(step)
        if change is not None and step.op.value in _FINISHES and change.address in self._begun:
            self._done(change)

    def _fails(self, step: StepEventMetadata) -> None:
        change = self._change(step)
        if change is not None:
            if change.address not in self._begun:
                self._started(change)
            self._failed(change, "")

    def _change(self, step: StepEventMetadata) -> Change | None:
        return self._open.get(address(step.urn) or "")

    def _started(self, change: Change) -> None:
        self._begun[change.address] = self._now()
        self._tell(Started(change, self._begun[change.address]))

    def _done(self, change: Change, remark: str = "") -> None:
        now = self._now()
        self._tell(Done(self._end(change), now, now - self._begun[change.address], remark))

    def _failed(self, change: Change, otherwise: str) -> None:
        words = self._errors.get(change.address, otherwise)
        told = refusal(words, change.address, self._places.get(change.address))
        self.failed = True
        self._tell(Failed(self._end(change), self._now(), told))

    def _not_done(self, change: Change, reason: str) -> None:
        self._tell(NotDone(self._end(change), self._now(), reason))

    def _end(self, change: Change) -> Change:
        return self._open.pop(change.address)


def refusal(words: str, address: str, where: Place | None) -> Problem:
    """What Pulumi said of a failure: Azure's error code with our advice where there is one, else its own words."""
    for form in _CODES:
        found = form.search(words)
        if found:
            failure = Failure(found["code"], int(found["status"]), found["message"] or "")
            return problem(failure, address=address, where=where)
    return Problem(
        "pulumi.failed",
        Severity.ERROR,
        "Pulumi could not carry it out",
        redacted(words) or "Pulumi ended without saying why.",
        "Run the same command again to go on.",
        where,
        address,
    )
