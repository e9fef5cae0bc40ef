"""Showing progress: a line for each thing that ends, and on a terminal beneath them what is going on right now."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from deployer.cli.options import Given
from deployer.cli.talk import Talk
from deployer.cli.telling import Item, Told, told
from deployer.render.ndjson import check_line, event_line, line, step_line
from deployer.smoke import CheckDone, CheckStarted, CheckWaited
from deployer.views import Step

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_PERIOD = 0.1
Clock = Callable[[], float]


class Progress(Protocol):
    """Hears what a verb tells."""

    def tell(self, item: Item) -> None: ...

    def hidden(self) -> contextlib.AbstractContextManager[None]:
        """Out of the way while something else is written."""
        ...

    def close(self) -> None: ...


class Silent:
    """Says nothing."""

    def tell(self, item: Item) -> None:
        pass

    def hidden(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    def close(self) -> None:
        pass


class Lines(Silent):
    """A line for each thing that ends; with `verbose` for each that happens."""

    def __init__(self, talk: Talk, *, verbose: bool = False, clock: Clock = time.monotonic) -> None:
        self._talk = talk
        self._verbose = verbose
        self._clock = clock
        self._began = clock()
        self._column = 0

    def tell(self, item: Item) -> None:
        remark = told(item)
        if remark.is_over or self._verbose:
            self._say(self.line(remark))

    def line(self, remark: Told) -> str:
        """`12.3s  voice-eus2  + deployment realtime  done (1.1s)`."""
        style = self._talk.err.style
        self._column = max(self._column, len(remark.subject))
        at = style(f"{self._clock() - self._began:6.1f}s", "dim")
        subject = remark.subject.ljust(self._column)
        text = style(remark.text, remark.meaning) if remark.text else ""
        parts = (at, subject, remark.thing, text) if remark.subject else (at, remark.thing, text)
        return "  ".join(part for part in parts if part)

    def _say(self, text: str) -> None:
        self._talk.note(text)


class Stream(Silent):
    """One JSON object a line, on standard output."""

    def __init__(self, talk: Talk) -> None:
        self._talk = talk

    def tell(self, item: Item) -> None:
        self._talk.data(_json(item))


def open_progress(given: Given, talk: Talk) -> Progress:
    """The kind of progress that the options and the terminal ask for."""
    if given.output == "ndjson":
        return Stream(talk)
    if given.quiet:
        return Silent()
    if talk.err.can_redraw:
        return Live(talk, verbose=given.verbose)
    return Lines(talk, verbose=given.verbose)


def _json(item: Item) -> str:
    match item:
        case Step(name=name, detail=detail):
            return step_line(name, detail)
        case CheckDone(result=result):
            return check_line(result)
        case CheckStarted(address=address, check=check):
            return line({"event": "checkStarted", "address": address, "check": check})
        case CheckWaited(address=address, check=check, code=code, seconds=seconds):
            return line(
                {
                    "event": "checkWaited",
                    "address": address,
                    "check": check,
                    "code": code,
                    "seconds": round(seconds, 3),
                }
            )
        case _:
            return event_line(item)


@dataclass
class _Row:
    """What one account is doing: the remark that says it, when it began, and how many things are over."""

    remark: Told
    since: float
    others: dict[str, Told] = field(default_factory=dict)


class Live(Lines):
    """Lines as above, and a row for each busy account that is drawn over ten times a second."""

    def __init__(self, talk: Talk, *, verbose: bool = False, clock: Clock = time.monotonic) -> None:
        super().__init__(talk, verbose=verbose, clock=clock)
        self._busy: dict[str, _Row] = {}
        self._step = ""
        self._drawn = 0
        self._frame = 0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._redraw, name="progress", daemon=True)
        self._thread.start()

    def tell(self, item: Item) -> None:
        remark = told(item)
        with self._talk.lock:
            if isinstance(item, Step):
                self._step = f"{remark.thing} {remark.text}".strip()
                self._busy.clear()
                self._draw()
            else:
                self._note(remark)
                if remark.is_over or self._verbose:
                    self._say(self.line(remark))

    def _note(self, remark: Told) -> None:
        row = self._busy.get(remark.subject)
        running = row.others if row else {}
        if remark.is_over:
            running.pop(remark.key, None)
            if row and row.remark.key == remark.key:
                nearest = next(iter(running.values()), None)
                if nearest is None:
                    del self._busy[remark.subject]
                else:
                    self._busy[remark.subject] = _Row(nearest, self._clock(), running)
            return
        running[remark.key] = remark
        since = row.since if row and row.remark.key == remark.key else self._clock()
        self._busy[remark.subject] = _Row(remark, since, running)

    @contextlib.contextmanager
    def hidden(self) -> Iterator[None]:
        with self._talk.lock:
            self._erase()
            yield

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        with self._talk.lock:
            self._erase()

    def _say(self, text: str) -> None:
        self._erase()
        super()._say(text)
        self._draw()

    def _redraw(self) -> None:
        while not self._ended.wait(_PERIOD):
            with self._talk.lock:
                self._frame += 1
                self._draw()

    def _erase(self) -> None:
        if self._drawn:
            self._talk.err.write(f"\x1b[{self._drawn}A\x1b[J")
            self._drawn = 0

    def _draw(self) -> None:
        rows = self.rows()
        self._erase()
        self._talk.err.write("".join(f"{row}\n" for row in rows))
        self._drawn = len(rows)

    def rows(self) -> list[str]:
        """What is going on now, cut to the terminal."""
        width, height = self._talk.err.size
        now = self._clock()
        spin = _FRAMES[self._frame % len(_FRAMES)]
        rows = [f"{spin} {self._step}  {now - self._began:.1f}s"] if self._step else []
        subjects = max((len(subject) for subject in self._busy), default=0)
        for subject, row in self._busy.items():
            more = f"  (and {len(row.others) - 1} more)" if len(row.others) > 1 else ""
            doing = f"{row.remark.thing}  {row.remark.text}".rstrip()
            rows.append(f"  {subject.ljust(subjects)}  {doing}{more}  {now - row.since:.1f}s")
        room = max(height - 2, 1)
        if len(rows) > room:
            rows = [*rows[: room - 1], f"  and {len(rows) - room + 1} more accounts"]
        return [row[: width - 1] for row in rows]
