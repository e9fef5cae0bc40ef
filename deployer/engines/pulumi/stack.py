"""One stack, through Pulumi's Automation API; what goes wrong with it becomes an error of ours, without secrets."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

from pulumi.automation import (
    CommandError,
    ConcurrentUpdateError,
    EngineEvent,
    LocalWorkspace,
    ProjectSettings,
    Stack,
    StackNotFoundError,
)

from deployer.azure.failures import redacted
from deployer.core.problems import Problem
from deployer.engines.pulumi.command import StoppableCommand
from deployer.engines.pulumi.names import held
from deployer.engines.pulumi.preview import Intent, Intents
from deployer.engines.pulumi.tools import blocked
from deployer.engines.pulumi.workspace import PROJECT, Workspace, prepare
from deployer.errors import Blocked, LockedByAnotherRun

Program = Callable[[], None]
_FRAME = re.compile(r"code: -?\d+|stdout:|stderr:")
Hear = Callable[[EngineEvent], None]

_DOCTOR = "See what is there and what is missing: deployer doctor CONFIG"
_LINES = 12
"""How much of what Pulumi said is shown when it fails for a reason that nobody foresaw."""


class PulumiFailed(Exception):
    """An update ended with an error; its words, without secrets."""


class OurStack:
    """A stack that may not exist yet. Raises LockedByAnotherRun when somebody else updates it, Blocked when it
    cannot be read.
    """

    def __init__(self, of: Workspace, command: StoppableCommand) -> None:
        prepare(of)
        self._of = of
        self._stack: Stack | None = None
        self._workspace = LocalWorkspace(
            work_dir=str(of.directory),
            env_vars=of.environment,
            secrets_provider=None if of.secrets_provider == "default" else of.secrets_provider,
            project_settings=ProjectSettings(PROJECT, "python", main="."),
            pulumi_command=command,
        )

    def held(self) -> frozenset[str] | None:
        """The addresses that its state holds; None when there is no such stack."""
        with self._told():
            try:
                return held(self._workspace.export_stack(self._of.stack).deployment or {})
            except StackNotFoundError:
                return None

    def create(self) -> None:
        """Create the stack where there is none. It is empty, and nothing in Azure is asked or written."""
        with self._told():
            self._stack = Stack.create_or_select(self._of.stack, self._workspace)

    def preview(self, program: Program) -> dict[str, Intent]:
        """What an update would do, by address, after a refresh that is not kept."""
        intents = Intents()

        def hear(event: EngineEvent) -> None:
            if event.resource_pre_event is not None:
                intents.hear(event.resource_pre_event.metadata)

        with self._told():
            self._selected().preview(program=program, on_event=hear, refresh=True, color="never")
        return intents.found

    def update(self, program: Program, hear: Hear) -> None:
        """Refresh, and make it so. Raises PulumiFailed when any of it does not succeed."""
        try:
            self._selected().up(
                program=program,
                on_event=hear,
                refresh=True,
                continue_on_error=True,
                color="never",
                suppress_outputs=True,
            )
        except ConcurrentUpdateError as error:
            raise self._locked() from error
        except CommandError as error:
            raise PulumiFailed(words(error)) from None

    def _selected(self) -> Stack:
        if self._stack is None:
            self._stack = Stack.select(self._of.stack, self._workspace)
        return self._stack

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ConcurrentUpdateError as error:
            raise self._locked() from error
        except CommandError as error:
            if "incorrect passphrase" in str(error):
                raise Blocked("", problems=(self._not_the_passphrase(),)) from None
            told = blocked(
                "pulumi.failed", "Pulumi could not do what it was asked", words(error), _DOCTOR
            )
            raise Blocked(told.summary, problems=(told,)) from None

    def _not_the_passphrase(self) -> Problem:
        return blocked(
            "pulumi.passphrase",
            "The passphrase does not open the stack",
            f"Stack {self._of.stack} in {self._of.shown} was made with another one; its salt is in {self._of.settings}.",
            "Set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to that one.",
        )

    def _locked(self) -> LockedByAnotherRun:
        of = self._of
        backend = f"PULUMI_BACKEND_URL={of.shown} " if of.shown.startswith("file://") else ""
        return LockedByAnotherRun(
            f"The Pulumi stack {of.stack} is locked by another update.",
            hint="Wait until it has ended. If none runs any more (it was killed), unlock the stack: "
            f"`{backend}pulumi cancel --stack {of.stack}` in {of.directory}.",
        )


def words(error: CommandError) -> str:
    """The last lines of what Pulumi said, without anything that looks like a secret."""
    lines = [line.strip() for line in str(error).splitlines()]
    lines = [line.removeprefix("stderr: ") for line in lines if line and not _FRAME.fullmatch(line)]
    return redacted("\n".join(lines[-_LINES:]))
