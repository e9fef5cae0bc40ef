"""Pulumi's command line as a process that Ctrl-C reaches once, through us, and not a second time from the terminal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import IO, Any

from pulumi.automation import CommandResult, OnOutput, PulumiCommand
from pulumi.automation.errors import create_command_error
from semver import VersionInfo

from deployer.engines.pulumi.tools import CommandLine

PATIENCE = 5.0
"""Seconds that a second interrupt is given before the process is killed."""


class StoppableCommand(PulumiCommand):
    """The Automation API's way to its command line, in a process group of its own.

    The terminal sends Ctrl-C to everyone in its group, and the second one makes Pulumi drop what it has in flight. So
    it is sent by `interrupt`, when this run is stopped, and by `end`, when nothing is waited for any more.
    """

    def __init__(self, found: CommandLine) -> None:
        self.command = str(found.path)
        self.version = VersionInfo.parse(found.version or "0.0.0")
        self._running: subprocess.Popen[str] | None = None

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: OnOutput | None = None,
        on_error: OnOutput | None = None,
    ) -> CommandResult:
        """Run one command to its end. Raises CommandError when it fails."""
        out: list[str] = []
        err: list[str] = []
        with subprocess.Popen(  # noqa: S603 - Pulumi's own command line
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"},
            encoding="utf-8",
            errors="replace",
            **_own_group(),
        ) as process:
            self._running = process
            readers = [
                threading.Thread(target=_read, args=of, daemon=True)
                for of in ((process.stdout, on_output, out), (process.stderr, on_error, err))
            ]
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join()
            code = process.wait()
            self._running = None
        result = CommandResult("\n".join(out), "\n".join(err), code)
        if code:
            raise create_command_error(result)
        return result

    def interrupt(self) -> None:
        """Ask the running command to begin nothing more; what it has in flight finishes."""
        process = self._running
        if process is not None and process.poll() is None:
            if sys.platform == "win32":
                process.send_signal(signal.CTRL_BREAK_EVENT)
            else:
                process.send_signal(signal.SIGINT)

    def end(self) -> None:
        """End the running command now."""
        process = self._running
        if process is None:
            return
        self.interrupt()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()


def _own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"process_group": 0}


def _read(stream: IO[str], tell: OnOutput | None, lines: list[str]) -> None:
    for line in stream:
        stripped = line.rstrip()
        if tell is not None:
            tell(stripped)
        lines.append(stripped)
