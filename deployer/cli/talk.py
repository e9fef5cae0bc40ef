"""Speaking to whoever called: data to standard output, everything else to standard error."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping
from typing import TextIO

import click

from deployer.render.text.layout import PLAIN, WIDTH, Style

_COLOURS: Mapping[str, dict[str, str | bool]] = {
    "strong": {"bold": True},
    "dim": {"dim": True},
    "good": {"fg": "green"},
    "bad": {"fg": "red", "bold": True},
    "warn": {"fg": "yellow"},
    "create": {"fg": "green"},
    "change": {"fg": "yellow"},
    "replace": {"fg": "magenta", "bold": True},
    "delete": {"fg": "red"},
}
_LINES = 24


def coloured(text: str, meaning: str) -> str:
    """The text in the colour of its meaning."""
    chosen = _COLOURS[meaning]
    foreground = chosen.get("fg")
    return click.style(
        text,
        fg=foreground if isinstance(foreground, str) else None,
        bold=True if chosen.get("bold") else None,
        dim=True if chosen.get("dim") else None,
    )


class Stream:
    """One of the two ways out: whether a terminal reads it, whether in colour, how wide.

    A reader who goes away (`| head`) does not stop a run: what follows is dropped.
    """

    def __init__(
        self, stream: TextIO, environ: Mapping[str, str], *, no_color: bool = False
    ) -> None:
        self._stream = stream
        self._environ = environ
        self.is_terminal = stream.isatty()
        self.has_colour = _has_colour(environ, self.is_terminal, no_color)
        self.style: Style = coloured if self.has_colour else PLAIN
        if isinstance(getattr(stream, "errors", None), str) and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")

    @property
    def width(self) -> int:
        """Columns; a file has as many as a comfortable page."""
        return self.size[0] if self.is_terminal or "COLUMNS" in self._environ else WIDTH

    @property
    def size(self) -> tuple[int, int]:
        """Columns and lines of the terminal."""
        return shutil.get_terminal_size((WIDTH, _LINES))

    @property
    def can_redraw(self) -> bool:
        """Whether lines can be drawn over: a terminal that understands the usual sequences."""
        capable = os.name != "nt" or "WT_SESSION" in self._environ
        return self.is_terminal and capable and self._environ.get("TERM") != "dumb"

    def write(self, text: str) -> None:
        """Write, as it is, at once."""
        try:
            click.echo(text, file=self._stream, nl=False, color=self.has_colour or None)
        except BrokenPipeError:
            self._silence()

    def _silence(self) -> None:
        # The interpreter flushes at its end and would complain again; the descriptor must lead somewhere.
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)


def _has_colour(environ: Mapping[str, str], is_terminal: bool, no_color: bool) -> bool:
    if no_color or environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return is_terminal and environ.get("TERM") != "dumb"


class Talk:
    """Both streams, and the one lock that keeps their lines whole."""

    def __init__(
        self, out: TextIO, err: TextIO, environ: Mapping[str, str], *, no_color: bool = False
    ) -> None:
        self.out = Stream(out, environ, no_color=no_color)
        self.err = Stream(err, environ, no_color=no_color)
        # A lock that one thread can take twice: a signal handler speaks in the thread it interrupts.
        self.lock = threading.RLock()
        self.is_answerable = sys.stdin is not None and sys.stdin.isatty() and self.err.is_terminal

    def data(self, text: str) -> None:
        """What was asked for."""
        with self.lock:
            self.out.write(text)

    def note(self, text: str) -> None:
        """What goes with it; a line, or several."""
        with self.lock:
            self.err.write(text if text.endswith("\n") else f"{text}\n")

    @contextlib.contextmanager
    def asking(self) -> Iterator[None]:
        """Alone with the user."""
        with self.lock:
            yield
