"""The kinds of values that a configuration can hold; the checker and the JSON Schema both read only these."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple


class Text(NamedTuple):
    """Text: one of `choices`, or all of it matching `pattern`; anything but nothing when neither is given.

    `says` is the pattern in words. `loose` takes an unquoted number for the text that it is.
    """

    pattern: str = ""
    says: str = ""
    choices: tuple[str, ...] = ()
    loose: bool = False

    def fits(self, text: str) -> bool:
        if self.pattern and re.fullmatch(self.pattern, text):
            return True
        return text in self.choices or (not self.pattern and not self.choices and text != "")


class Whole:
    """A whole number from 1."""


class Flag:
    """true or false."""


class Span:
    """A length of time: a whole number and s, m, h or d."""


class Labels(NamedTuple):
    """A mapping of free names to texts; `reserved` names are ours."""

    reserved: tuple[str, ...] = ()


class Listing(NamedTuple):
    """A list, with at least so many items."""

    item: Spec
    minimum: int = 0


class Table(NamedTuple):
    """A mapping with known keys; `noun` names it in messages."""

    noun: str
    keys: Mapping[str, Key]


class Either(NamedTuple):
    """A short form and longer ones, at most one of each shape: text, list, mapping."""

    options: tuple[Text | Listing | Table, ...]


Spec = Text | Whole | Flag | Span | Labels | Listing | Table | Either


class Key(NamedTuple):
    """One key of a table: what it holds, what it means, whether it must be there.

    `default` is what is taken for a key left out.
    """

    spec: Spec
    doc: str
    required: bool = False
    default: str | int | bool | None = None


SPAN_PATTERN = "[1-9][0-9]{0,5}[smhd]"
SPAN_SECONDS: Mapping[str, int] = {"s": 1, "m": 60, "h": 3600, "d": 86400}
