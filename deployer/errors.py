"""The exit codes and the exceptions that end a run. Imports nothing of the product.

DeployerError
├── UsageError            the command line asks for something that cannot be (64)
├── ConfigurationInvalid  the file is wrong; carries every problem found (3)
├── AuthenticationFailed  nobody is signed in, or the sign-in was refused (4)
├── Blocked               refused before the first write (6)
├── TimedOut              Azure did not answer in the time given (9)
├── LockedByAnotherRun    another process holds what this run needs (10)
└── Interrupted           stopped or declined by the user (130)

What fails *while* a plan is carried out is an event in the report, not an exception.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process tells its caller; stable, part of the interface."""

    DONE = 0
    UNCLASSIFIED = 1
    CHANGES = 2
    CONFIGURATION = 3
    PERMISSION = 4
    POLICY = 5
    BLOCKED = 6
    APPLY_FAILED = 7
    SMOKE_FAILED = 8
    TIMEOUT = 9
    LOCKED = 10
    USAGE = 64
    INTERRUPTED = 130


class DeployerError(Exception):
    """An end that we foresaw. `problems` are `deployer.core.problems.Problem` values, all of them at once."""

    exit_code: ExitCode = ExitCode.UNCLASSIFIED

    def __init__(self, message: str, *, hint: str = "", problems: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problems = tuple(problems)


class UsageError(DeployerError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class ConfigurationInvalid(DeployerError):
    """The configuration cannot be used; every problem found is carried."""

    exit_code = ExitCode.CONFIGURATION


class AuthenticationFailed(DeployerError):
    """Nobody is signed in, or the sign-in was refused."""

    exit_code = ExitCode.PERMISSION


class Blocked(DeployerError):
    """Refused before the first write."""

    exit_code = ExitCode.BLOCKED


class TimedOut(DeployerError):
    """Azure did not answer in the time given."""

    exit_code = ExitCode.TIMEOUT


class LockedByAnotherRun(DeployerError):
    """Another process holds what this run needs."""

    exit_code = ExitCode.LOCKED


class Interrupted(DeployerError):
    """Stopped or declined by the user."""

    exit_code = ExitCode.INTERRUPTED
