"""How a process ends: exceptions to exit codes, and the log of what should not have happened."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from deployer.errors import DeployerError, ExitCode

if TYPE_CHECKING:
    from pathlib import Path


def run(group: click.Group, arguments: Sequence[str]) -> int:
    """Run one command line. No exception leaves, and no traceback is shown."""
    try:
        code = group.main(list(arguments), prog_name="deployer", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return ExitCode.USAGE
    except click.ClickException as error:
        error.show()
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted.", err=True)
        return ExitCode.INTERRUPTED
    except DeployerError as error:
        click.echo(f"error: {error.message}", err=True)
        if error.hint:
            click.echo(f"  hint: {error.hint}", err=True)
        _tell(error.problems)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - the last net
        click.echo(f"error: {unexpected(error, None).message}", err=True)
        return ExitCode.UNCLASSIFIED
    return code if isinstance(code, int) else ExitCode.DONE


def _tell(carried: Sequence[object]) -> None:
    """The problems that an error carries."""
    from deployer.core.problems import Problem
    from deployer.render.text.layout import PLAIN, WIDTH, blocks
    from deployer.render.text.problems import problem_lines

    problems = [one for one in carried if isinstance(one, Problem)]
    click.echo(blocks(problem_lines(problems, PLAIN, WIDTH)), err=True, nl=False)


def leave(code: int) -> None:
    """End the process. After an interruption nothing is waited for: a thread may hang in a call for minutes."""
    if code == ExitCode.INTERRUPTED:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                continue
        os._exit(code)
    sys.exit(code)


def unexpected(error: BaseException, beside: Path | None) -> DeployerError:
    """Keep the traceback, without secrets, in a file; the error to show names only that file.

    The file is in `.deployer/logs` beside the configuration, else among the system's temporary files.
    """
    import tempfile
    import traceback

    from deployer import __version__
    from deployer.render.redaction import redact

    text = redact(
        f"deployer {__version__}, Python {sys.version}, {sys.platform}\n\n"
        + "".join(traceback.format_exception(error))
    )
    name = type(error).__name__
    for directory in (*([beside / ".deployer" / "logs"] if beside else []), None):
        try:
            if directory is not None:
                directory.mkdir(parents=True, exist_ok=True)
            handle, path = tempfile.mkstemp(prefix="deployer-", suffix=".log", dir=directory)
            with os.fdopen(handle, "w", encoding="utf-8") as log:
                log.write(text)
        except OSError:
            continue
        return DeployerError(f"This should not have happened: {name}. The details are in {path}")
    return DeployerError(f"This should not have happened: {name}. No log could be written.")
