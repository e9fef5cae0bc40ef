"""Doing one step of a run: told before and after, counted, recorded, tried again when the program's hook says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

from pulumi_doubles.events import Events
from pulumi_doubles.hooks import Hooks
from pulumi_doubles.marks import has_unknown
from pulumi_doubles.plugin import Diff, StepFailed
from pulumi_doubles.state import STACK, Resource, State

_NOBODY = Resource(urn="", type=STACK, custom=False)
_OPERATIONS = {"create-replacement": "create", "delete-replaced": "delete"}
"""What error hooks are told about steps that have a name of their own."""


class Stopped(Exception):
    """A step failed or the run was cancelled: nothing more is begun."""


class Errored(Exception):
    """A step failed in a run that goes on with what does not depend on it; the text is the URN."""


class Steps:
    """The steps of one run. `save` is called with the state after every one that changed it."""

    def __init__(
        self, state: State, events: Events, hooks: Hooks, save: Callable[[State], None]
    ) -> None:
        self.state = state
        self.events = events
        self.hooks = hooks
        self.lock = threading.RLock()
        self.stopped = False
        self.goes_on = False
        """Whether a failed step leaves alone what does not depend on it."""
        self.errored: set[str] = set()
        """The steps that failed: not checks, and not the program."""
        self.made: set[str] = set()
        """What came into the state in this run."""
        self._save = save

    def run(
        self,
        op: str,
        old: Resource | None,
        new: Resource | None,
        work: Callable[[], Resource | None],
        diff: Diff | None = None,
        keep: Resource | None = None,
    ) -> Resource:
        """One step; what it left, `keep` instead where that is given. Raises Stopped or Errored when it failed."""
        kinds = diff.kinds if diff else {}
        of = new or old or _NOBODY
        self.events.before(op, old, new, kinds=kinds)
        errors: list[str] = []
        while True:
            try:
                done = work()
                break
            except StepFailed as failed:
                errors.insert(0, str(failed))
                if self._again(_OPERATIONS.get(op, op), of, old, new, errors):
                    continue
                self._record_unfinished(new, failed)
                self.events.diagnostic("error", self.said(failed), of.urn)
                if not self.events.dry_run:
                    self.events.failed(op, old, new, kinds=kinds)
                self.errored.add(of.urn)
                if self.goes_on:
                    raise Errored(of.urn) from None
                self.stopped = True
                raise Stopped from None
        self.events.after(op, old, done or new, kinds=kinds)
        self.events.count(op)
        if keep is not None or done is not None:
            return self.keep(keep or done or _NOBODY)
        if new is None:
            self.drop(of)
        return of

    def keep(self, new: Resource) -> Resource:
        """Put a resource into the state."""
        with self.lock:
            self.state.set(new)
            self._saved()
        return new

    def drop(self, old: Resource) -> None:
        """Take a resource out of the state."""
        with self.lock:
            self.state.resources.pop(old.urn, None)
            self._saved()

    def refused(self, new: Resource, wrong: list[str]) -> None:
        """Raises Stopped where a check found anything wrong."""
        for reason in wrong:
            self.events.diagnostic(
                "error", f"{new.type} resource '{new.name}' has a problem: {reason}", new.urn
            )
        if wrong:
            self.stopped = True
            raise Stopped

    def stop(self, urn: str, message: str) -> Stopped:
        """Tell an error and begin nothing more; to be raised."""
        self.events.diagnostic("error", message, urn)
        self.stopped = True
        return Stopped()

    def said(self, failed: StepFailed) -> str:
        return f"Preview failed: {failed}" if self.events.dry_run else str(failed)

    def _again(
        self,
        operation: str,
        of: Resource,
        old: Resource | None,
        new: Resource | None,
        errors: list[str],
    ) -> bool:
        names = of.resourceHooks.get("onError", [])
        if self.events.dry_run or self.stopped:
            return False
        return self.hooks.say_again(names, operation, of, old, new, errors)

    def _record_unfinished(self, new: Resource | None, failed: StepFailed) -> None:
        """What Azure accepted and did not finish is in the state, with its error."""
        if new is not None and failed.partial is not None and not self.events.dry_run:
            self.keep(replace(new, **failed.partial, initErrors=(str(failed),)))

    def _saved(self) -> None:
        if self.events.dry_run:
            return
        cloud = [one for one in self.state.resources.values() if one.custom]
        if any(has_unknown(one.outputs) for one in cloud):
            raise AssertionError("an unknown value reached the state")
        self._save(self.state)
