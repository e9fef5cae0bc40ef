"""One phase of a plan as runs of the template: submitted, followed, confirmed by reading, begun again where a wait helps.

Mostly that is one run. Azure's account lock outlives the call that took it, so a run can fail with a conflict that
passes; then another run does what is left. A final failure takes its account out, and the others go on.
"""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from deployer.azure import reading
from deployer.azure.clients import Clients
from deployer.azure.failures import Failure, Refused, classify, problem
from deployer.azure.template_deployments import (
    ENDED,
    Course,
    Operation,
    TemplateDeployments,
    refused,
)
from deployer.azure.waiting import Clock, Patience, Stopped
from deployer.azure.writing import RECOVERED, Turn, Writing
from deployer.core.differences import differences
from deployer.core.events import Done, Failed, NotDone, Progress, Started, Waited
from deployer.core.plan import Action, Change, Plan
from deployer.core.resources import Account, Deployment, account_address, account_of
from deployer.core.state import accounts
from deployer.engines.arm_values import Bodies, present_bodies, resource_path, values
from deployer.engines.background import Tell

STOPPED = "the run was stopped"

_LONGEST_NAME = 64
_ACTIVE = "DeploymentActive"


@dataclass
class ArmRun:
    """A pass over a plan: what has begun, what has failed, and the clock that events are counted on."""

    plan: Plan
    clients: Clients
    templates: TemplateDeployments
    writing: Writing
    clock: Clock
    budget: float
    stop: threading.Event
    began: float = 0.0
    number: int = 0
    failed: set[str] = field(default_factory=set)
    """Addresses of accounts in which something has failed; empty for the group."""
    recovered: set[str] = field(default_factory=set)
    cleared: set[str] = field(default_factory=set)
    """Addresses of what a replacement has deleted, for the template to create anew."""
    started: dict[str, float] = field(default_factory=dict)
    left: dict[str, Change] = field(default_factory=dict)
    """What of the present phase is not over, by address and in order."""
    said: dict[str, str] = field(default_factory=dict)
    passing: Failure | None = None
    """Why the present run failed, where waiting helps."""
    tell: Tell = lambda _event: None

    def __post_init__(self) -> None:
        self.began = self.clock.now()
        owner = re.sub(r"[^\w.()-]", "-", self.plan.desired.owner.name)
        # Unlike any run before, so that nobody's run is taken for ours; Azure's history keeps 800 of them in a group.
        self.name = f"deployer-{secrets.token_hex(4)}-{owner}"[: _LONGEST_NAME - 4]

    def now(self) -> float:
        """Seconds since the pass began."""
        return self.clock.now() - self.began

    def reason_not_to(self, change: Change) -> str:
        """Why a change must not begin; empty when it may."""
        if self.stop.is_set():
            return STOPPED
        if account(change) and "" in self.failed:
            return "the resource group could not be written"
        if account(change) in self.failed:
            return "an earlier change in the same account failed"
        return ""

    def carry_out(self, changes: Sequence[Change], tell: Tell) -> None:
        """Do the changes by the template, run after run, until each is done, has failed, or must not begin."""
        self.tell = tell
        self.left = {change.address: change for change in changes}
        patience = self._turn(changes).patience
        try:
            self._wait_for_accounts()
            while ready := self._ready():
                self._once(ready, patience)
        except Stopped:
            pass
        for change in list(self.left.values()):
            self._over(NotDone(change, self.now(), self.reason_not_to(change) or STOPPED))

    def _ready(self) -> list[Change]:
        return [change for change in self.left.values() if not self.reason_not_to(change)]

    def _wait_for_accounts(self) -> None:
        """Wait until the accounts that are there already have settled; a PUT would unsettle them again."""
        made = {change.address for change in self.left.values() if change.action is Action.CREATE}
        inside: dict[str, Change] = {}
        for change in self._ready():
            inside.setdefault(account(change), change)
        for address, change in inside.items():
            if address not in made:
                try:
                    self.writing.wait_for_account(
                        account_of(change.resource) or "", self._turn([change])
                    )
                except Refused as given_up:
                    self._fail(change, given_up.failure, timed_out=given_up.timed_out)

    def _once(self, ready: list[Change], patience: Patience) -> None:
        """One run of the template. Whatever happens, something is over afterwards, or time was given to what passes."""
        try:
            present = patience.through(lambda: self._present(ready))
            ready = [change for change in ready if not self._has_come_back(change, present)]
            if not ready:
                return
            self.number += 1
            name = f"{self.name}-{self.number}"
            if self._begin(name, ready, present, patience):
                patience.committed = True
                unfinished = len(self.left)
                course = self._follow(name, ready)
                patience.committed = False
                self._conclude(course, patience, unfinished)
        except Refused as given_up:
            first = next((one for one in ready if one.address in self.left), None)
            if first is not None:
                self._fail(first, given_up.failure, timed_out=given_up.timed_out)

    def _present(self, ready: Sequence[Change]) -> Bodies:
        """What a PUT must not wipe: what stands where something is updated, or has come back with its account."""
        return present_bodies(
            self.clients,
            self.plan.desired.scope,
            [
                change
                for change in ready
                if change.action is Action.UPDATE or account(change) in self.recovered
            ],
        )

    def _has_come_back(self, change: Change, present: Bodies) -> bool:
        """Whether a deployment that is to be created stands in the recovered account already; told when it does."""
        body = present.get(change.address)
        if body is None or change.action is not Action.CREATE:
            return False
        if not isinstance(change.after, Deployment):
            return False
        if differences(reading.deployment(change.after.account, body), change.after):
            return False
        self._start(change)
        self._over(Done(change, self.now(), 0.0, RECOVERED))
        return True

    def _begin(
        self, name: str, ready: Sequence[Change], present: Bodies, patience: Patience
    ) -> bool:
        """Submit the template; whether it runs. Where it does not, those because of whom have failed."""
        parameters = self._values(ready, present)
        self._progress(ready[0], f"Azure tries the template out, as {name}")
        while True:
            try:
                self.templates.begin(name, parameters)
            except Exception as error:  # noqa: BLE001 - classify raises again what is not Azure's
                failure, found = classify(error), refused(error)
                if failure.code == _ACTIVE or (failure.in_doubt and self._runs(name, patience)):
                    patience.count(failure)
                    return True
                if found and not all(one.passes for one in found):
                    self._blame(name, ready, present, found, patience)
                    return False
                patience.outlast(failure)
            else:
                patience.succeeded()
                return True

    def _runs(self, name: str, patience: Patience) -> bool:
        return patience.through(lambda: self.templates.course(name)) is not None

    def _values(self, changes: Sequence[Change], present: Bodies) -> dict[str, object]:
        known = {one.name.casefold(): one for one in accounts(self.plan.desired.resources)}
        return values(changes, present, known, self.plan.desired.scope, self.plan.desired.owner)

    def _blame(
        self,
        name: str,
        ready: Sequence[Change],
        present: Bodies,
        found: Sequence[Failure],
        patience: Patience,
    ) -> None:
        """Azure refused the whole template before writing any of it: try each change alone, writing nothing either."""
        creates = {one.address: one for one in ready if isinstance(one.after, Account)}
        for change in ready:
            if self.reason_not_to(change):
                continue
            holder = creates.get(account(change), change)
            alone = list({one.address: one for one in (holder, change)}.values())
            refusals = self._refusals(name, self._values(alone, present), patience)
            if refusals:
                self._fail(change, refusals[0])
        if all(one.address in self.left for one in ready):
            said = "; ".join(f"{one.code}: {one.message}" for one in found)
            self._fail(ready[0], replace(found[0], message=said))

    def _refusals(
        self, name: str, parameters: dict[str, object], patience: Patience
    ) -> tuple[Failure, ...]:
        return patience.through(lambda: self.templates.refusals(name, parameters))

    def _follow(self, name: str, ready: Sequence[Change]) -> Course:
        """Watch a run until it has ended, and tell what it does. Raises Refused when it takes too long."""
        scope = self.plan.desired.scope
        by_id = {resource_path(scope, one.resource).casefold(): one for one in ready}
        watch = self._turn(ready).patience
        watch.committed, watch.budget = True, self.budget * len(ready)
        written: dict[str, Operation] = {}
        cancelled = False
        for _ in watch.polls("the template deployment has not ended"):
            course = watch.through(lambda: self.templates.course(name)) or Course("Failed")
            for operation in watch.through(lambda: self.templates.operations(name)):
                change = by_id.get(operation.target.casefold())
                if change is not None and change.address in self.left:
                    self._hear(change, operation, written)
            for address in list(written):
                self._confirm(self.left[address], written, wait=course.state in ENDED)
            if course.state in ENDED:
                break
            if self.stop.is_set() and not cancelled:
                self.templates.cancel(name)
                cancelled = True
        else:
            raise AssertionError("polls end by raising")
        if course.state == "Succeeded":
            for change in ready:
                if change.address in self.left:
                    self._start(change)
                    self._confirm(change, written, wait=True)
        return course

    def _hear(self, change: Change, operation: Operation, written: dict[str, Operation]) -> None:
        self._start(change)
        final = [one for one in operation.failures if not one.passes]
        if operation.state == "Succeeded":
            written[change.address] = operation
        elif final:
            self._fail(change, final[0])
        elif operation.failures:
            self.passing = operation.failures[0]
        else:
            self._progress(change, f"provisioningState {operation.state}")

    def _confirm(self, change: Change, written: dict[str, Operation], *, wait: bool) -> None:
        """Say that a change is done, once a read shows it."""
        if change.after is None:
            raise ValueError(f"{change} writes nothing")
        turn = self._turn([change])
        turn.patience.committed = True
        try:
            if wait:
                self.writing.confirm(change.after, turn)
            elif not self.writing.is_as_written(change.after, turn):
                return
        except Refused as given_up:
            self._fail(change, given_up.failure, timed_out=given_up.timed_out)
        else:
            now = self.now()
            took = written.get(change.address)
            seconds = took.seconds if took else now - self.started[change.address]
            self._over(Done(change, now, seconds))
        written.pop(change.address, None)

    def _conclude(self, course: Course, patience: Patience, unfinished: int) -> None:
        """After a run: wait out what passes. Raises Refused for what does not, Stopped."""
        if course.state == "Succeeded" or self.stop.is_set():
            return
        if course.state == "Canceled":
            raise Refused(Failure("DeploymentCanceled", None, "somebody else cancelled the run"))
        if len(self.left) < unfinished:
            patience.succeeded()
        elif self.passing is None:
            said = "the run failed, and none of its resources says why"
            failures = course.failures or (Failure("DeploymentFailed", None, said),)
            self.passing = failures[0]
        passing, self.passing = self.passing, None
        if passing is not None:
            patience.outlast(passing)

    def _start(self, change: Change) -> None:
        if change.address not in self.started:
            self.started[change.address] = self.now()
            self.tell(Started(change, self.now()))

    def _progress(self, change: Change, message: str) -> None:
        if self.said.get(change.address) != message:
            self.said[change.address] = message
            self._start(change)
            self.tell(Progress(change, self.now(), message))

    def _fail(self, change: Change, failure: Failure, *, timed_out: bool = False) -> None:
        self._start(change)
        place = self.plan.desired.places.get(change.address)
        told = problem(failure, timed_out=timed_out, address=change.address, where=place)
        self.failed.add(account(change))
        self._over(Failed(change, self.now(), told))

    def _over(self, event: Done | Failed | NotDone) -> None:
        self.left.pop(event.change.address, None)
        self.tell(event)

    def _turn(self, changes: Sequence[Change]) -> Turn:
        """How we wait for some changes; the first of them that is not over is the one that is told of."""

        def waited(code: str, seconds: float) -> None:
            about = next((one for one in changes if one.address in self.left), changes[0])
            self._start(about)
            self.tell(Waited(about, self.now(), code, seconds))

        patience = Patience(self.clock, budget=self.budget, stop=self.stop, waited=waited)
        return Turn(patience, lambda message: self._progress(changes[0], message))


def account(change: Change) -> str:
    """The address of the account that a change is in; empty for the group."""
    name = account_of(change.resource)
    return "" if name is None else account_address(name)
