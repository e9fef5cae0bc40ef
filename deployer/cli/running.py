"""One run of one verb: tell its progress, catch what ends it, show its report, and end with its exit code."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from deployer.cli.ending import unexpected
from deployer.cli.options import Given
from deployer.cli.talk import Stream, Talk
from deployer.core.events import Done, Event, Failed, NotDone, Started, Waited
from deployer.core.events import Progress as Going
from deployer.core.report import Report
from deployer.errors import DeployerError, ExitCode, Interrupted, UsageError
from deployer.render import render
from deployer.render.text import render as render_text
from deployer.render.text import render_after, render_before
from deployer.render.text.layout import blocks
from deployer.render.text.problems import problem_lines

if TYPE_CHECKING:
    # What is told is only known to verbs that reach a cloud: `validate` is spared their imports.
    from deployer.cli.progress import Progress
    from deployer.cli.telling import Item


class Run:
    """What a verb needs of the command line: somewhere to tell to, and somewhere to show."""

    def __init__(self, given: Given, talk: Talk) -> None:
        self.talk = talk
        self.events: list[Event] = []
        self._given = given
        self.planned: Report | None = None
        self._progress: Progress | None = None

    def tell(self, item: Item) -> None:
        """Progress, as it happens."""
        if isinstance(item, Started | Going | Waited | Done | Failed | NotDone):
            self.events.append(item)
        if self._progress is None:
            from deployer.cli.progress import open_progress

            self._progress = open_progress(self._given, self.talk)
        self._progress.tell(item)

    def quietly(self) -> contextlib.AbstractContextManager[None]:
        """Nothing moves on the terminal meanwhile."""
        return self._progress.hidden() if self._progress else contextlib.nullcontext()

    def close(self) -> None:
        """There is no more to tell."""
        if self._progress is not None:
            self._progress.close()

    def show_plan(self, report: Report, *, to_ask: bool) -> None:
        """The plan, before it is carried out; programs get it with the report, a person who is asked sees it now."""
        self.planned = report
        with self.quietly():
            if self._given.output == "text":
                out = self.talk.out
                self.talk.data(render_before(report, style=out.style, width=out.width) + "\n")
            elif to_ask:
                err = self.talk.err
                self.talk.note(render_before(report, style=err.style, width=err.width))

    def show(self, report: Report, *, is_refusal: bool = False) -> None:
        """The report, in the format that was asked for. What ended a run before its time goes to standard error."""
        match self._given.output:
            case "text":
                if is_refusal and self.planned is not None:
                    err = self.talk.err
                    self.talk.note(blocks(problem_lines(report.problems, err.style, err.width)))
                self._show_text(report, self.talk.err if is_refusal else self.talk.out)
                return
            case "ndjson":
                from deployer.render.ndjson import report_line

                self.talk.data(report_line(report))
            case form:
                self.talk.data(render(report, form))
        if report.problems and not self._given.quiet:
            err = self.talk.err
            self.talk.note(blocks(problem_lines(report.problems, err.style, err.width)))

    def _show_text(self, report: Report, stream: Stream) -> None:
        shown = (render_text if self.planned is None else render_after)(
            report, style=stream.style, width=stream.width
        )
        with self.talk.lock:
            stream.write(shown)


def conclude(verb: str, given: Given, body: Callable[[Run], Report]) -> NoReturn:
    """Run a verb's body to its end, whatever that is. Always raises click's Exit."""
    run = Run(given, Talk(sys.stdout, sys.stderr, os.environ, no_color=given.no_color))
    ended = _ended(run, given, body)
    if isinstance(ended, DeployerError):
        from deployer.render.refusal import refusal

        report: Report = refusal(verb, ended, run.events, run.planned)
    else:
        report = ended
    run.show(report, is_refusal=report is not ended)
    code = report.exit_code
    for form, path in given.report:
        if not _written(path, render(report, form), run.talk):
            code = code or ExitCode.UNCLASSIFIED
    raise click.exceptions.Exit(int(code))


def _ended(run: Run, given: Given, body: Callable[[Run], Report]) -> Report | DeployerError:
    """The body's report, or the error that it ended with."""
    try:
        for _, path in given.report:
            _claim(path)
        return body(run)
    except DeployerError as foreseen:
        return foreseen
    except (KeyboardInterrupt, click.Abort):
        return Interrupted("Interrupted.")
    except Exception as surprise:  # noqa: BLE001 - every end is a report
        return unexpected(surprise, given.config.parent)
    finally:
        run.close()


def _claim(path: Path) -> None:
    """Be told before anything is done that a report can have no place, not after. Raises UsageError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a"):
            pass
    except OSError as error:
        raise UsageError(f"The report {path} cannot be written: {error.strerror}.") from None


def _written(path: Path, text: str, talk: Talk) -> bool:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        talk.note(f"error: the report {path} could not be written: {error.strerror}")
        return False
    return True
