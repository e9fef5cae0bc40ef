"""One plan and one stack: what the two think of each other, and how a phase of the plan becomes an update."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from deployer.azure import look
from deployer.azure.clients import clients
from deployer.azure.cloud import Cloud
from deployer.azure.reading import describer
from deployer.azure.role_assignments import assignment_path
from deployer.catalog import api_versions
from deployer.core.events import Event, Failed, NotDone, Started
from deployer.core.plan import Action, Change, Consent, Phase, Plan
from deployer.core.problems import Problem
from deployer.core.resources import Account, ResourceGroup, RoleAssignment
from deployer.engines.pulumi.command import StoppableCommand
from deployer.engines.pulumi.declaration import Declaration, declaration, present, program
from deployer.engines.pulumi.events import STOPPED, Course
from deployer.engines.pulumi.preview import disagreements, in_accounts, writes_around
from deployer.engines.pulumi.stack import OurStack, Program, PulumiFailed
from deployer.engines.pulumi.tools import CommandLine, blocked
from deployer.engines.pulumi.workspace import ENVIRONMENTS, Workspace
from deployer.engines.sdk import SdkEngine

_LOOKS_FOR_SIGNALS = 0.5


class Session:
    """A stack and a plan for it. Raises Blocked when the stack cannot be read, LockedByAnotherRun when it is locked."""

    def __init__(
        self, cloud: Cloud, plan: Plan, where: Workspace, found: CommandLine, *, may_adopt: bool
    ) -> None:
        self.plan = plan
        self.has_previewed = False
        self.has_imports = False
        self._cloud = cloud
        self._may_adopt = may_adopt
        self._command = StoppableCommand(found)
        self._stack = OurStack(where, self._command)
        self._present = present(plan)
        self._began = 0.0
        self._stop = threading.Event()

    def judge(self, phase: Phase) -> Sequence[Problem]:
        """What stands against the first phase; where there is no stack yet, no preview is asked: it would make one."""
        held = self._stack.held()
        wanted = self._declaration(phase, held or frozenset())
        self.has_imports = self._may_adopt and bool(wanted.imports)
        unknown = () if self._may_adopt else tuple(self._unknown(wanted, held or frozenset()))
        if unknown or held is None:
            return unknown
        self.has_previewed = True
        return self._differing(phase, wanted, held, ())

    def begin(self, stop: threading.Event) -> None:
        """Make the stack where there is none. From here on seconds count, and `stop` ends it."""
        self._began, self._stop = time.monotonic(), stop
        self._stack.create()

    def leave(self, changes: Iterable[Change], reason: str) -> Iterator[Event]:
        """Say of changes that they are not carried out."""
        for change in changes:
            if change.action.writes:
                yield NotDone(change, self._now(), reason)

    def carry_out(self, phase: Phase, *, is_agreed: bool) -> Iterator[Event]:
        """One phase: first what Pulumi cannot do, then one update, then the deletion of what it does not know."""
        held = self._stack.held() or frozenset()
        around = [one for one in phase.changes if _is_around(one, held)]
        last = [one for one in around if _goes_last(one)]
        first = [one for one in around if one not in last]
        inside = [one for one in phase.changes if one.action.writes and one not in around]
        recovered = [one for one in first if one.action is Action.RECOVER]
        group = [one for one in inside if _makes_group(one)] if recovered else []
        inside = [one for one in inside if one not in group]
        rest = replace(phase, changes=tuple(inside + around))
        parts: tuple[tuple[Sequence[Change], Callable[[], Iterator[Event]]], ...] = (
            (group, lambda: self._group_alone(group)),
            (first, lambda: self._around(first)),
            (inside, lambda: self._inside(rest, inside, recovered, is_agreed=is_agreed)),
            (last, lambda: self._around(last)),
        )
        failed = False
        for changes, part in parts:
            if failed or self._stop.is_set():
                reason = STOPPED if self._stop.is_set() else "an earlier change failed"
                yield from self.leave(changes, reason)
                continue
            for event in part():
                failed = failed or isinstance(event, Failed | NotDone)
                yield event

    def _group_alone(self, changes: Sequence[Change]) -> Iterator[Event]:
        """An account is recovered into its group. Where there is no group, nothing else is there to be declared."""
        if changes:
            alone = Phase(tuple(one.resource for one in changes), tuple(changes))
            yield from self._inside(alone, changes, (), is_agreed=False)

    def _around(self, changes: Sequence[Change]) -> Iterator[Event]:
        """By Azure's SDK, as the other engine does it."""
        if not changes:
            return
        offset = self._now()
        part = Plan(self.plan.desired, (Phase((), tuple(changes)),))
        for event in SdkEngine(self._cloud).apply(part, self._stop):
            yield replace(event, at=event.at + offset)

    def _inside(
        self,
        phase: Phase,
        changes: Sequence[Change],
        recovered: Sequence[Change],
        *,
        is_agreed: bool,
    ) -> Iterator[Event]:
        """By one update of the stack, once Pulumi means to do what the plan says."""
        held = self._stack.held() or frozenset()
        if recovered:
            with_roles = any(isinstance(one, RoleAssignment) for one in phase.resources)
            scope = self.plan.desired.scope
            seen = look(self._cloud, scope, accounts=(), roles=with_roles).observed
            self._present.update(seen.resources)
        wanted = self._declaration(phase, held)
        if not changes and not wanted.imports:
            return
        if recovered or not is_agreed:
            moved = in_accounts(phase, recovered)
            differing = self._differing(phase, wanted, held, moved)
            if differing:
                yield from self._refused(changes, differing)
                return
        yield from self._updated(self._program(wanted), changes)

    def _updated(self, run: Program, changes: Sequence[Change]) -> Iterator[Event]:
        """Update in a thread of its own, and yield the events as they come. Whoever leaves early ends the update."""
        events = queue.SimpleQueue[Event | BaseException | None]()
        course = Course(changes, self.plan.desired.places, self._now, events.put)

        def work() -> None:
            try:
                self._stack.update(run, course.hear)
                course.succeeded()
            except PulumiFailed as failure:
                course.broke_off(str(failure), stopped=self._stop.is_set())
            except BaseException as error:  # noqa: BLE001 - it is raised where the events are read
                events.put(error)
            finally:
                events.put(None)

        thread = threading.Thread(target=work, name="pulumi-update", daemon=True)
        thread.start()
        is_told = False
        try:
            while True:
                if self._stop.is_set() and not is_told:
                    is_told = True
                    self._command.interrupt()
                try:
                    event = events.get(timeout=_LOOKS_FOR_SIGNALS)
                except queue.Empty:
                    continue
                if isinstance(event, BaseException):
                    raise event
                if event is None:
                    return
                yield event
        finally:
            self._command.end()

    def _declaration(self, phase: Phase, held: frozenset[str]) -> Declaration:
        return declaration(self.plan, phase, self._present, held, self._is_ours)

    def _program(self, wanted: Declaration) -> Program:
        return program(wanted, self.plan, ENVIRONMENTS.get(self._cloud.name, "public"))

    def _differing(
        self, phase: Phase, wanted: Declaration, held: frozenset[str], moved: Iterable[str]
    ) -> tuple[Problem, ...]:
        intents = self._stack.preview(self._program(wanted))
        around = {
            one.address
            for one in phase.changes
            if writes_around(one) or _is_deleted_around(one, held)
        }
        places = self.plan.desired.places
        return tuple(disagreements(phase, intents, wanted.imports, around | set(moved), places))

    def _unknown(self, wanted: Declaration, held: frozenset[str]) -> Iterator[Problem]:
        """What is ours in Azure and not in the state. What another owner has needs the same consent, and is told."""
        asked = {one.address for one in self.plan.changes if Consent.ADOPT in one.needs}
        deleted = {one.address for one in self.plan.changes if _is_deleted_around(one, held)}
        for address in sorted((set(wanted.imports) | deleted) - asked):
            yield blocked(
                "pulumi.not-in-state",
                "A resource of ours is not in Pulumi's state",
                f"{address} exists in Azure and is marked as ours, but the stack does not know it: a run was cut "
                "off, or this is not the stack that made it.",
                "Take it over with `deployer up --adopt`, or name the right stack (pulumi.backend, pulumi.stack).",
                address,
            )

    def _refused(self, changes: Sequence[Change], problems: Sequence[Problem]) -> Iterator[Event]:
        """No change is begun; those on which the two disagree fail, or else the first one."""
        told = {one.address: one for one in problems}
        if not any(one.address in told for one in changes) and changes:
            told[changes[0].address] = problems[0]
        for change in changes:
            if change.address in told:
                yield Started(change, self._now())
                yield Failed(change, self._now(), told[change.address])
            else:
                yield NotDone(change, self._now(), "Pulumi and the plan disagree")

    def _is_ours(self, role: RoleAssignment) -> bool:
        """Whether the assignment that stands in Azure has the name that we would give it, and our mark."""
        desired = self.plan.desired
        connections = clients(self._cloud, desired.scope.subscription)
        body = connections.get(assignment_path(desired.scope, role), api_versions.AUTHORIZATION)
        return (
            body is not None and describer(body["properties"].get("description")) == desired.owner
        )

    def _now(self) -> float:
        return time.monotonic() - self._began


def _is_around(change: Change, held: frozenset[str]) -> bool:
    """Whether it is done by us and not by Pulumi: nothing that a declaration says would bring it about."""
    return (
        change.action in (Action.RECOVER, Action.PURGE)
        or writes_around(change)
        or _is_deleted_around(change, held)
    )


def _is_deleted_around(change: Change, held: frozenset[str]) -> bool:
    return change.action is Action.DELETE and change.address not in held


def _goes_last(change: Change) -> bool:
    """An account and the group hold what the update may have to delete first."""
    return change.action is Action.DELETE and isinstance(change.resource, Account | ResourceGroup)


def _makes_group(change: Change) -> bool:
    return change.action is Action.CREATE and isinstance(change.resource, ResourceGroup)
