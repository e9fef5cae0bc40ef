"""A YAML document as a tree in which every value, and every key, knows its place. Nodes are never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from deployer.core.problems import Place


class Scalar(NamedTuple):
    """A single value as its text. `plain`: written without quotes; `written`: the text before variables were filled in.

    Problems quote `written`, so that what a variable holds never reaches the screen.
    """

    text: str
    plain: bool
    place: Place
    written: str

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")

    @property
    def is_filled_in(self) -> bool:
        return self.text != self.written


class Items(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    place: Place


class Entries(NamedTuple):
    """A mapping; `keys` says where each key is written."""

    entries: Mapping[str, Node]
    keys: Mapping[str, Place]
    place: Place

    def get(self, key: str) -> Node | None:
        return self.entries.get(key)


Node = Scalar | Items | Entries


def described(node: Node) -> str:
    """What a node is, for people."""
    match node:
        case Items():
            return "a list"
        case Entries():
            return "a mapping"
        case Scalar() if node.is_null:
            return "nothing"
        case Scalar():
            return f'"{shortened(node.written)}"'


def shortened(text: str, limit: int = 60) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 3]}..."
