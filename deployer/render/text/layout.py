"""Lines in columns: wrapping, padding, and colour by meaning. Colour is asked for, never decided, here."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from typing import Protocol

WIDTH = 100
NARROW = 72
"""Below this many columns tables become sentences."""

_NO_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")

Block = list[str]
"""Lines that belong together; blocks are set apart by one empty line."""


class Style(Protocol):
    """Dress a text by its meaning: strong, dim, good, bad, warn, create, change, replace, delete."""

    def __call__(self, text: str, meaning: str) -> str: ...


def plain(text: str, meaning: str) -> str:  # noqa: ARG001 - the protocol's second argument
    """No colour."""
    return text


PLAIN: Style = plain


def blocks(parts: Iterable[Block]) -> str:
    """The blocks as one text with an empty line between them and a newline at the end; empty ones vanish."""
    body = "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts if part)
    return f"{body}\n" if body else ""


def wrapped(text: str, indent: int, width: int) -> Iterator[str]:
    """The text's own lines, each broken at the width and indented. A word longer than a line stays whole.

    Control characters are dropped: what Azure says must not be able to steer the reader's terminal.
    """
    for line in _NO_CONTROL.sub("", text).splitlines() or [""]:
        yield from textwrap.wrap(
            line,
            max(width, indent + 24),
            initial_indent=" " * indent,
            subsequent_indent=" " * indent,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]


def hanging(lead: str, text: str, indent: int, width: int) -> Iterator[str]:
    """`lead`, and the text beside it in a column that starts at `indent`; beneath it where the lead is too long.

    `lead` may carry colour, so its length is not asked; the caller pads it to `indent`.
    """
    first, *rest = list(wrapped(text, indent, width))
    yield lead + first[indent:]
    yield from rest
