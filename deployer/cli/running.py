"""One run of one verb: tell its progress, catch what ends it, show its report, and end with its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import click

from deployer.cli.ending import unexpected
from deployer.cli.options import Given
from deployer.cli.progress import Lines, Live, Progress, Silent, Stream
from deployer.cli.talk import Talk
from deployer.cli.telling import Item
from deployer.core.events import Done, Event, Failed, NotDone, Started, Waited
from deployer.core.events import Progress as Going
from deployer.core.report import Report
from deployer.errors import DeployerError, ExitCode, Interrupted
from deployer.render import render
from deployer.render.ndjson import report_line
from deployer.render.refusal import Refusal, refusal
from deployer.render.text import render as render_text
from deployer.render.text import render_after, render_before
from deployer.render.text.layout import blocks
from deployer.render.text.problems import problem_lines


class Run:
    """What a verb needs of the command line: somewhere to tell to, and somewhere to show."""

    def __init__(self, given: Given, talk: Talk) -> None:
        self.talk = talk
        self.progress = _progress(given, talk)
        self.events: list[Event] = []
        self._given = given
        self._has_shown_plan = False

    def tell(self, item: Item) -> None:
        """Progress, as it happens."""
        if isinstance(item, Started | Going | Waited | Done | Failed | NotDone):
            self.events.append(item)
        self.progress.tell(item)

    def show_plan(self, report: Report, *, to_ask: bool) -> None:
        """The plan, before it is carried out; programs get it with the report, a person who is asked sees it now."""
        with self.progress.hidden():
            if self._given.output == "text":
                out = self.talk.out
                self.talk.data(render_before(report, style=out.style, width=out.width) + "\n")
                self._has_shown_plan = True
            elif to_ask:
                err = self.talk.err
                self.talk.note(render_before(report, style=err.style, width=err.width))

    def show(self, report: Report) -> None:
        """The report, in the format that was asked for. What ended a run before its time goes to standard error."""
        match self._given.output:
            case "text":
                self._show_text(report)
                return
            case "ndjson":
                self.talk.data(report_line(report))
            case form:
                self.talk.data(render(report, form))
        if report.problems and not self._given.quiet:
            err = self.talk.err
            self.talk.note(blocks(problem_lines(report.problems, err.style, err.width)))

    def _show_text(self, report: Report) -> None:
        stream = self.talk.err if isinstance(report, Refusal) else self.talk.out
        shown = (render_after if self._has_shown_plan else render_text)(
            report, style=stream.style, width=stream.width
        )
        with self.talk.lock:
            stream.write(shown)


def conclude(verb: str, given: Given, body: Callable[[Run], Report]) -> NoReturn:
    """Run a verb's body to its end, whatever that is. Always raises click's Exit."""
    run = Run(given, Talk(sys.stdout, sys.stderr, os.environ, no_color=given.no_color))
    try:
        report = body(run)
    except DeployerError as error:
        report = refusal(verb, error, run.events)
    except (KeyboardInterrupt, click.Abort):
        report = refusal(verb, Interrupted("Interrupted."), run.events)
    except Exception as error:  # noqa: BLE001 - every end is a report
        report = refusal(verb, unexpected(error, given.config.parent), run.events)
    finally:
        run.progress.close()
    run.show(report)
    code = report.exit_code
    for form, path in given.report:
        if not _written(path, render(report, form), run.talk):
            code = code or ExitCode.UNCLASSIFIED
    raise click.exceptions.Exit(int(code))


def _progress(given: Given, talk: Talk) -> Progress:
    if given.output == "ndjson":
        return Stream(talk)
    if given.quiet:
        return Silent()
    if talk.err.can_redraw:
        return Live(talk, verbose=given.verbose)
    return Lines(talk, verbose=given.verbose)


def _written(path: Path, text: str, talk: Talk) -> bool:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        talk.note(f"error: the report {path} could not be written: {error.strerror}")
        return False
    return True
