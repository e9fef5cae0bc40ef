"""A program run in this process against the engine double, over the real wire: what a test of a program needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2
from pulumi_doubles.engine import EngineDouble
from pulumi_doubles.events import Events
from pulumi_doubles.goal import Goal
from pulumi_doubles.marks import Json
from pulumi_doubles.monitor import ProgramFailed, run_program
from pulumi_doubles.provider import ProviderDouble, Step, most_at_once
from pulumi_doubles.state import STACK, Resource, State


@dataclass
class Ran:
    """What one run did."""

    changes: dict[str, int]
    errors: list[str]
    events: list[Json]
    steps: list[Step]
    goals: dict[str, Goal]
    asked: list[tuple[str, str, list[str]]]
    """What error hooks were asked: the resource, the operation, the errors."""
    state: State

    @property
    def text(self) -> str:
        return "\n".join(self.errors)

    @property
    def writes(self) -> list[str]:
        """`create realtime` for every write that the provider did, in the order of their beginning."""
        return [f"{one.verb} {one.name}" for one in self.steps if one.verb != "read"]

    @property
    def at_once(self) -> dict[str, int]:
        return most_at_once(self.steps)

    @property
    def outputs(self) -> Json:
        return next(one.outputs for one in self.state.resources.values() if one.type == STACK)

    def goal(self, name: str) -> Goal:
        """The one resource of the cloud whose logical name this is, or ends in it behind a slash."""
        cloud = [one for one in self.goals.values() if one.custom]
        (found,) = [one for one in cloud if one.name.rpartition("/")[2] == name]
        return found

    def resource(self, name: str) -> Resource:
        return self.state.resources[self.goal(name).urn]


@dataclass
class InProcess:
    """A stack of the engine double; its state stays from run to run."""

    provider: ProviderDouble
    state: State = field(default_factory=State)

    def preview(self, program: Callable[[], Any], *, refresh: bool = False) -> Ran:
        return self._run(program, dry_run=True, refresh=refresh)

    def up(self, program: Callable[[], Any], *, refresh: bool = False) -> Ran:
        return self._run(program, dry_run=False, refresh=refresh)

    def destroy(self, program: Callable[[], Any] | None = None) -> Ran:
        return self._run(program, dry_run=False, destroy=True)

    def _run(
        self,
        program: Callable[[], Any] | None,
        dry_run: bool,
        refresh: bool = False,
        destroy: bool = False,
    ) -> Ran:
        told: list[Json] = []
        events = Events(told.append, dry_run)
        state = State(dict(self.state.resources)) if dry_run else self.state
        before = len(self.provider.steps)
        engine = EngineDouble("dev", "voice", state, self.provider.port, events)
        try:
            if refresh:
                engine.refresh(alone=False)
            engine.destroying = destroy
            if program is not None:
                server = LanguageServer(program)

                def run(request: language_pb2.RunRequest) -> language_pb2.RunResponse:
                    answer: language_pb2.RunResponse = server.Run(request, None)
                    return answer

                run_program(engine, run)
            if destroy:
                engine.destroy()
            else:
                engine.delete_what_is_left()
        except ProgramFailed as failed:
            events.diagnostic("error", str(failed))
        finally:
            engine.close()
        return Ran(
            dict(sorted(events.changes.items())),
            [message for _, message in events.errors],
            told,
            self.provider.steps[before:],
            engine.goals,
            engine.hooks.asked,
            state,
        )
