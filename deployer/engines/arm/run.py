"""One phase of a plan as runs of the template: submitted, followed, confirmed by reading, begun again where a wait helps.

Mostly that is one run. Azure's account lock outlives the call that took it, so a run can fail with a conflict that
passes; then another run does what is left. A final failure takes its account out, and the others go on.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from deployer.azure import reading
from deployer.azure.clients import Clients
from deployer.azure.failures import Failure, Refused, classify
from deployer.azure.ids import arm_id
from deployer.azure.template_deployments import (
    ENDED,
    Course,
    Operation,
    TemplateDeployments,
    refused,
)
from deployer.azure.waiting import Patience, Stopped
from deployer.azure.writing import RECOVERED, Writing
from deployer.core.differences import differences
from deployer.core.events import Done
from deployer.core.plan import Action, Change
from deployer.core.resources import Account, Deployment, account_of
from deployer.core.state import accounts
from deployer.engines.arm.record import Record, account, unsaid
from deployer.engines.arm.values import Bodies, present_bodies, values
from deployer.engines.background import Tell
from deployer.export.arm_items import Object

_LONGEST_NAME = 60
_ACTIVE = "DeploymentActive"


@dataclass
class ArmRun:
    """Carries out by template what the record says is left."""

    record: Record
    clients: Clients
    templates: TemplateDeployments
    writing: Writing
    _number: int = 0
    _passing: Failure | None = None
    """Why something has failed in the present run, where waiting helps."""
    _written: dict[str, Operation] = field(default_factory=dict)
    """What the template has written, and no read has shown yet, by address."""

    def __post_init__(self) -> None:
        owner = re.sub(r"[^\w.()-]", "-", self.record.plan.desired.owner.name)
        # Unlike any run before, so that nobody's run is taken for ours; a group's history keeps 800 of them.
        self._name = f"deployer-{secrets.token_hex(4)}-{owner}"[:_LONGEST_NAME]

    def carry_out(self, changes: Sequence[Change], tell: Tell) -> None:
        """Do the changes, run after run, until each is done, has failed, or must not begin."""
        record = self.record
        record.tell, record.left = tell, {change.address: change for change in changes}
        between_runs = record.turn(changes).patience
        try:
            self._wait_for_accounts()
            while ready := record.ready():
                self._once(ready, between_runs)
        except Stopped:
            pass
        record.close()

    def _wait_for_accounts(self) -> None:
        """Wait until the accounts that are there already have settled; a PUT would unsettle them again."""
        made = {one.address for one in self.record.ready() if one.action is Action.CREATE}
        inside = {account(change): change for change in reversed(self.record.ready())}
        for address, change in inside.items():
            if address not in made:
                name = account_of(change.resource) or ""
                try:
                    self.writing.wait_for_account(name, self.record.turn([change]))
                except Refused as given_up:
                    self.record.fail(change, given_up)

    def _once(self, ready: list[Change], between_runs: Patience) -> None:
        """One run of the template. Afterwards something is over, or time was given to what passes. Raises Stopped."""
        patience = self.record.turn(ready).patience
        try:
            present = patience.through(lambda: self._present(ready))
            ready = [change for change in ready if not self._has_come_back(change, present)]
            self._number += 1
            name = f"{self._name}-{self._number}"
            if ready and self._begin(name, ready, present, patience):
                self._conclude(self._follow(name, ready), between_runs, len(ready))
        except Refused as given_up:
            self.record.fail_first(ready, given_up)

    def _present(self, ready: Sequence[Change]) -> Bodies:
        """What a PUT must not wipe: what stands where something is updated, or has come back with its account."""
        asked = [
            change
            for change in ready
            if change.action is Action.UPDATE or account(change) in self.record.recovered
        ]
        return present_bodies(self.clients, self.record.plan.desired.scope, asked)

    def _has_come_back(self, change: Change, present: Bodies) -> bool:
        """Whether a deployment that is to be created stands in the recovered account already; told when it does."""
        body = present.get(change.address)
        match change:
            case Change(Action.CREATE, after=Deployment() as wanted) if body is not None:
                if differences(reading.deployment(wanted.account, body), wanted):
                    return False
                self.record.start(change)
                self.record.over(Done(change, self.record.now(), 0.0, RECOVERED))
                return True
            case _:
                return False

    def _begin(
        self, name: str, ready: Sequence[Change], present: Bodies, patience: Patience
    ) -> bool:
        """Submit the template; whether it runs. Where it does not, those because of whom have failed."""
        parameters = self._values(ready, present)
        self.record.progress(ready[0], f"Azure tries the template out, as {name}")
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

    def _values(self, changes: Sequence[Change], present: Bodies) -> Object:
        desired = self.record.plan.desired
        known = {one.name.casefold(): one for one in accounts(desired.resources)}
        return values(changes, present, known, desired.scope, desired.owner)

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
            if not self.record.reason_not_to(change):
                holder = creates.get(account(change), change)
                alone = list({one.address: one for one in (holder, change)}.values())
                refusals = self._refusals(name, self._values(alone, present), patience)
                if refusals:
                    self.record.fail(change, Refused(refusals[0]))
        if all(one.address in self.record.left for one in ready):
            others = "".join(f"; {one.code}: {one.message}" for one in found[1:])
            told = replace(found[0], message=found[0].message + others)
            self.record.fail(ready[0], Refused(told))

    def _refusals(self, name: str, parameters: Object, patience: Patience) -> tuple[Failure, ...]:
        return patience.through(lambda: self.templates.refusals(name, parameters))

    def _follow(self, name: str, ready: Sequence[Change]) -> Course:
        """Watch a run until it has ended, and tell what it does. Raises Refused when it takes too long."""
        scope = self.record.plan.desired.scope
        by_id = {arm_id(scope, one.resource).casefold(): one for one in ready}
        watch = self.record.turn(ready).patience
        watch.committed, watch.budget = True, self.record.budget * len(ready)
        self._written.clear()
        cancelled = False
        try:
            for _ in watch.polls("the run of the template has not ended"):
                course = watch.through(lambda: self.templates.course(name)) or Course("Failed")
                self._hear(watch.through(lambda: self.templates.operations(name)), by_id)
                ended = course.state in ENDED
                for address in list(self._written):
                    self._confirm(self.record.left[address], wait=ended)
                if ended:
                    return self._completed(course, ready)
                if self.record.stop.is_set() and not cancelled:
                    self.templates.cancel(name)
                    cancelled = True
        except Refused:
            self.templates.cancel(name)
            raise
        raise AssertionError("polls end by raising")

    def _hear(self, operations: Sequence[Operation], by_id: Mapping[str, Change]) -> None:
        for operation in operations:
            change = by_id.get(operation.target.casefold())
            if change is None or change.address not in self.record.left:
                continue
            self.record.start(change)
            final = [one for one in operation.failures if not one.passes]
            if operation.state == "Succeeded":
                self._written[change.address] = operation
            elif final:
                self.record.fail(change, Refused(final[0]))
            elif operation.failures:
                self._passing = operation.failures[0]
            else:
                self.record.progress(change, f"provisioningState {operation.state}")

    def _completed(self, course: Course, ready: Sequence[Change]) -> Course:
        """A run that succeeded has done everything, also what no operation told of."""
        for change in ready:
            if course.state == "Succeeded" and change.address in self.record.left:
                self.record.start(change)
                self._confirm(change, wait=True)
        return course

    def _confirm(self, change: Change, *, wait: bool) -> None:
        """Say that a change is done, once a read shows it."""
        if change.after is None:
            raise ValueError(f"{change} writes nothing")
        turn = self.record.turn([change])
        turn.patience.committed = True
        try:
            if wait:
                self.writing.confirm(change.after, turn)
            elif not self.writing.is_as_written(change.after, turn):
                return
        except Refused as given_up:
            self.record.fail(change, given_up)
        else:
            now, told = self.record.now(), self._written.get(change.address)
            seconds = told.seconds if told else now - self.record.started[change.address]
            self.record.over(Done(change, now, seconds))
        self._written.pop(change.address, None)

    def _conclude(self, course: Course, between_runs: Patience, submitted: int) -> None:
        """After a run that did not do everything: wait out what passes. Raises Refused for what does not, Stopped."""
        passing, self._passing = self._passing, None
        if course.state == "Succeeded" or self.record.stop.is_set():
            return
        if course.state == "Canceled":
            raise unsaid("DeploymentCanceled", "somebody else cancelled the run of the template")
        if len(self.record.ready()) < submitted:
            between_runs.succeeded()
        elif passing is None:
            if not course.failures:
                raise unsaid("DeploymentFailed", "the run failed, and nothing in it says why")
            passing = course.failures[0]
        if passing is not None:
            between_runs.outlast(passing)
