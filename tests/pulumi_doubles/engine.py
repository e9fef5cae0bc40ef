"""A strict double of Pulumi's engine, not an engine: it knows what our program needs and refuses everything else."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from pulumi_doubles.events import Events
from pulumi_doubles.goal import Goal, NotInTheDouble
from pulumi_doubles.hooks import Hooks
from pulumi_doubles.marks import UNKNOWN, Json, bare
from pulumi_doubles.plugin import Diff, Plugin, StepFailed
from pulumi_doubles.state import PROVIDER, Resource, State
from pulumi_doubles.steps import Errored, Steps, Stopped


class Skipped(Exception):
    """A resource is left as it is: what it needs failed, or nothing is to be made. The text is its URN."""


class EngineDouble:
    """One run over one stack. `save` is called with the state after every step that changed it."""

    def __init__(
        self,
        stack: str,
        project: str,
        state: State,
        port: int,
        events: Events,
        save: Callable[[State], None] = lambda _: None,
    ) -> None:
        self.stack = stack
        self.project = project
        self.state = state
        self.plugin = Plugin(port)
        self.events = events
        self.hooks = Hooks()
        self.steps = Steps(state, events, self.hooks, save)
        self.goals: dict[str, Goal] = {}
        """Everything that the program registered, in order."""
        self.destroying = False
        self.cancelled = False
        self._unusable = ""
        self._skipped: set[str] = set()

    @property
    def dry_run(self) -> bool:
        return self.events.dry_run

    @property
    def failed(self) -> bool:
        return self.steps.stopped or bool(self.events.errors)

    def cancel(self) -> None:
        """Begin nothing more; what has begun goes on to its end."""
        self.cancelled = self.steps.stopped = True
        self.plugin.cancel()

    def register(self, goal: Goal) -> Resource:
        """Do what a registration asks for; the resource as far as it is known. Raises Stopped."""
        if self.steps.stopped:
            raise Stopped
        with self.steps.lock:
            if goal.urn in self.goals:
                twice = f"Duplicate resource URN '{goal.urn}'; try giving it a unique name"
                raise self.steps.stop(goal.urn, twice)
            self.goals[goal.urn] = goal
            self._alias(goal)
            old = self.state.resources.get(goal.urn)
        new = goal.resource(old)
        if new.needs & (self.steps.errored | self._skipped):
            raise self._skip(new)
        if goal.type == PROVIDER:
            return self._provider(old, new)
        if not goal.custom:
            return self._component(old, new)
        return self._kept(old, new) if self.destroying else self._custom(goal, old, new)

    def outputs(self, urn: str, outputs: Json) -> None:
        """A component or the stack is complete."""
        with self.steps.lock:
            new = self.state.resources[urn]
        if not self.destroying:
            new = self.steps.keep(replace(new, outputs=outputs))
        op = "same" if urn not in self.steps.made else "create"
        self.events.after(op, None if op == "create" else new, new)

    def delete_what_is_left(self) -> None:
        """Delete what no program registered any more; several at once where none needs another."""
        if not self.steps.stopped:
            self._delete([urn for urn in self.state.resources if urn not in self.goals])

    def destroy(self) -> None:
        self._delete(list(self.state.resources))

    def refresh(self, alone: bool) -> None:
        """Read every resource; `alone`: what is found counts as a change of this run."""
        self._configure()
        for one in list(self.state.resources.values()):
            with suppress(Stopped):
                self._read(one, alone)

    def close(self) -> None:
        self.plugin.close()
        self.hooks.close()

    def _alias(self, goal: Goal) -> None:
        if goal.urn not in self.state.resources:
            for urn in goal.aliases:
                if urn in self.state.resources:
                    self.state.renamed(urn, goal.urn)
                    return

    def _component(self, old: Resource | None, new: Resource) -> Resource:
        op = "same" if old else "create"
        self.events.before(op, old, new)
        self.steps.keep(new)
        self.events.count(op)
        if op == "create":
            self.steps.made.add(new.urn)
        return new

    def _kept(self, old: Resource | None, new: Resource) -> Resource:
        """While destroying nothing is made or changed; options like `protect` are the program's of now."""
        if old is None:
            raise self._skip(new)
        new = replace(new, inputs=old.inputs)
        return self.steps.run("same", old, new, lambda: new)

    def _skip(self, new: Resource) -> Skipped:
        self._skipped.add(new.urn)
        return Skipped(new.urn)

    def _provider(self, old: Resource | None, new: Resource) -> Resource:
        inputs, wrong = self.plugin.check_config(new.urn, new.inputs)
        self.steps.refused(new, wrong)
        new = replace(new, inputs=inputs, outputs=inputs)
        if old is None:
            op, identity = "create", self._configured(new)
        else:
            op = "same" if bare(old.inputs) == bare(inputs) else "update"
            identity = old.id
            self._configured(new)
        new = replace(new, id=identity)
        return self.steps.run(op, old, new, lambda: new)

    def _configured(self, new: Resource) -> str:
        try:
            identity = self.plugin.configure(new.inputs)
        except StepFailed as failed:
            identity, self._unusable = str(uuid.uuid4()), str(failed)
        return UNKNOWN if self.dry_run else identity

    def _custom(self, goal: Goal, old: Resource | None, new: Resource) -> Resource:
        if self._unusable:
            raise self.steps.stop(goal.urn, self._unusable)
        inputs, wrong = self._checked(goal, old)
        self.steps.refused(new, wrong)
        new = replace(new, inputs=inputs)
        if goal.import_id and (old is None or old.id != goal.import_id):
            old = new = self._imported(goal, new)
            # What is ignored keeps the value that was imported.
            new = replace(new, inputs=self._checked(goal, old)[0])
        if old is None:
            return self.steps.run("create", None, new, lambda: self._created(new))
        if old.pendingReplacement:
            self.steps.run("replace", old, new, lambda: None)
            return self.steps.run("create-replacement", old, new, lambda: self._created(new))
        diff = self._diff(goal, old, new)
        if diff.replaces:
            return self._replaced(goal, old, new, diff)
        if not diff.kinds and not old.initErrors:
            if goal.import_id and goal.urn in self.steps.made:
                return self.steps.keep(replace(new, id=old.id, outputs=old.outputs))
            return self.steps.run("same", old, new, lambda: new)
        return self.steps.run(
            "update",
            old,
            new,
            lambda: replace(new, outputs=self.plugin.update(old, new.inputs, self.dry_run)),
            diff,
        )

    def _checked(self, goal: Goal, old: Resource | None) -> tuple[Json, list[str]]:
        olds = old.inputs if old else {}
        try:
            return self.plugin.check(
                goal.urn, olds, goal.with_ignored(olds) if old else goal.inputs
            )
        except StepFailed as failed:
            raise self.steps.stop(goal.urn, str(failed)) from None

    def _diff(self, goal: Goal, old: Resource, new: Resource) -> Diff:
        if old.provider.rpartition("::")[0] != new.provider.rpartition("::")[0]:
            raise NotInTheDouble(f"{new.urn} would move to another provider")
        diff = self.plugin.diff(old, new.inputs, goal.ignore_changes)
        return diff.replaced_on(goal.replace_on_changes)

    def _created(self, new: Resource) -> Resource:
        identity, outputs = self.plugin.create(new, self.dry_run)
        return replace(new, id=identity, outputs=outputs)

    def _imported(self, goal: Goal, new: Resource) -> Resource:
        def work() -> Resource:
            found = self.plugin.read(goal.urn, goal.import_id, None)
            if found is None:
                raise StepFailed(f"resource '{goal.import_id}' does not exist")
            inputs, outputs = found
            return replace(
                new, id=goal.import_id, importID=goal.import_id, inputs=inputs, outputs=outputs
            )

        made = self.steps.run("import", None, new, work)
        self.steps.made.add(goal.urn)
        return made

    def _replaced(self, goal: Goal, old: Resource, new: Resource, diff: Diff) -> Resource:
        first = goal.delete_before_replace
        if not (diff.deletes_first if first is None else first):
            raise NotInTheDouble(f"{goal.urn} would be made anew before it is deleted")
        needing = [
            one.urn
            for one in self.state.resources.values()
            if any(goal.urn in urns for urns in one.propertyDependencies.values())
        ]
        if needing:
            raise NotInTheDouble(f"{goal.urn} is replaced, and properties of {needing} need it")
        if old.protect:
            raise self.steps.stop(
                goal.urn,
                f'unable to replace resource "{goal.urn}"\nas it is currently marked for protection.',
            )
        gone = replace(old, pendingReplacement=True)
        self.steps.run("delete-replaced", old, None, lambda: self._deleted(old), keep=gone)
        self.steps.run("replace", old, new, lambda: None, diff, keep=gone)
        blank = replace(new, id="", outputs={})
        return self.steps.run("create-replacement", old, blank, lambda: self._created(blank), diff)

    def _delete(self, urns: Iterable[str]) -> None:
        self._configure()
        kept: set[str] = set()
        for wave in self.state.waves(urns):
            doomed = [one for one in wave if one.urn not in kept]
            kept |= {urn for one in wave if one.urn in kept for urn in one.needs}
            with ThreadPoolExecutor(max_workers=16) as pool:
                done = [(one, pool.submit(self._delete_one, one)) for one in doomed]
            for one, future in done:
                try:
                    future.result()
                except (Errored, Stopped):
                    kept |= one.needs
            if self.steps.stopped:
                return

    def _delete_one(self, old: Resource) -> None:
        self.steps.run("delete", old, None, lambda: self._deleted(old))

    def _deleted(self, old: Resource) -> None:
        if old.protect:
            raise StepFailed(
                f'resource "{old.urn}" cannot be deleted\nbecause it is protected. To unprotect the '
                "resource, either remove the `protect` flag from the resource in your Pulumi program "
                f"and run `pulumi up`, or use the command:\n`pulumi state unprotect '{old.urn}'`"
            )
        if not self.dry_run and old.custom and old.type != PROVIDER and not old.pendingReplacement:
            self.plugin.delete(old)

    def _read(self, old: Resource, alone: bool) -> None:
        if self.steps.stopped:
            raise Stopped
        self.events.before("refresh", old, old)
        new: Resource | None = old
        kinds: dict[str, str] = {}
        if old.custom and old.type != PROVIDER and not old.pendingReplacement:
            try:
                found = self.plugin.read(old.urn, old.id, old)
                new = replace(old, inputs=found[0], outputs=found[1]) if found else None
                kinds = self.plugin.diff(old, new.inputs).kinds if new else {}
            except StepFailed as failed:
                self.events.failed("refresh", old, old)
                raise self.steps.stop(old.urn, self.steps.said(failed)) from None
        op = "delete" if new is None else "same" if new.outputs == old.outputs else "update"
        self.events.after(op if alone else "refresh", old, new, kinds=kinds, logical=False)
        if alone:
            self.events.count(op)
        if new is None:
            self.steps.drop(old)
        else:
            self.steps.keep(new)

    def _configure(self) -> None:
        for one in self.state.resources.values():
            if one.type == PROVIDER:
                self.plugin.configure(one.inputs)
