"""A reader of the JSON that Resource Manager takes: comments, bare and single-quoted keys, line breaks in strings.

az sends the text of a template file as it is, behind an unquoted key (`template:{…}`), so a JSON parser will not do.
"""

from __future__ import annotations

import re
from typing import Any

_BLANK = re.compile(r"(?:\s|//[^\r\n]*|/\*.*?\*/|\ufeff)*", re.DOTALL)
_BARE = re.compile(r"[A-Za-z_$][\w$-]*")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_PLAIN = {quote: re.compile(rf"[^{quote}\\]*") for quote in "\"'"}
_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_WORDS = {"true": True, "false": False, "null": None}
_DEEPEST = 200


class Unreadable(ValueError):
    """Text that even this reader does not take; the message names line and column, from 1."""


def read(text: str) -> Any:  # noqa: ANN401
    """The one value in a text; raises `Unreadable`."""
    reader = Reader(text)
    value = reader.value(0)
    reader.blank()
    if reader.at < len(text):
        raise reader.unreadable("there is more after the end")
    return value


class Reader:
    """Reads one value; `member` is called for each part of an object or array."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def blank(self) -> str:
        """Skip to the next sign and return it; empty at the end."""
        skipped = _BLANK.match(self.text, self.at)
        self.at = skipped.end() if skipped else self.at
        return self.text[self.at : self.at + 1]

    def value(self, depth: int) -> Any:  # noqa: ANN401
        """The value that begins here."""
        if depth > _DEEPEST:
            raise self.unreadable("it is nested too deeply")
        sign = self.blank()
        if sign == "{":
            return self._object(depth)
        if sign == "[":
            return self._array(depth)
        if sign in ('"', "'"):
            return self._string(sign)
        number = _NUMBER.match(self.text, self.at)
        if number:
            self.at = number.end()
            whole = number[0].lstrip("-").isdigit()
            return int(number[0]) if whole else float(number[0])
        word = _BARE.match(self.text, self.at)
        if word and word[0] in _WORDS:
            self.at = word.end()
            return _WORDS[word[0]]
        raise self.unreadable("a value was expected")

    def member(self, _key: str | int, depth: int) -> Any:  # noqa: ANN401
        """The value of a member, by its name or position."""
        return self.value(depth)

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.at += 1
        while (sign := self.blank()) != "}":
            name = self._string(sign) if sign in ('"', "'") else self._bare()
            if self.blank() != ":":
                raise self.unreadable("':' was expected")
            self.at += 1
            found[name] = self.member(name, depth + 1)
            self._separator("}")
        self.at += 1
        return found

    def _array(self, depth: int) -> list[Any]:
        found: list[Any] = []
        self.at += 1
        while self.blank() != "]":
            found.append(self.member(len(found), depth + 1))
            self._separator("]")
        self.at += 1
        return found

    def _separator(self, end: str) -> None:
        sign = self.blank()
        if sign == ",":
            self.at += 1
        elif sign != end:
            raise self.unreadable(f"',' or '{end}' was expected")

    def _bare(self) -> str:
        name = _BARE.match(self.text, self.at)
        if not name:
            raise self.unreadable("a name was expected")
        self.at = name.end()
        return name[0]

    def _string(self, quote: str) -> str:
        start = self.at
        self.at += 1
        parts = []
        while True:
            plain = _PLAIN[quote].match(self.text, self.at)
            parts.append(plain[0] if plain else "")
            self.at += len(parts[-1])
            sign = self.text[self.at : self.at + 1]
            if sign == quote:
                self.at += 1
                # Surrogate pairs written as two escapes become the one character that they are.
                return "".join(parts).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            if not sign:
                self.at = start
                raise self.unreadable("the string has no end")
            parts.append(self._escape())

    def _escape(self) -> str:
        sign = self.text[self.at + 1 : self.at + 2]
        self.at += 2
        if sign != "u":
            return _ESCAPES.get(sign, sign)
        digits = self.text[self.at : self.at + 4]
        if not re.fullmatch(r"[0-9a-fA-F]{4}", digits):
            raise self.unreadable("four hexadecimal digits were expected")
        self.at += 4
        return chr(int(digits, 16))

    def unreadable(self, why: str) -> Unreadable:
        """What is wrong here."""
        line, column = self.place(self.at)
        return Unreadable(f"{why}, at line {line}, column {column}")

    def place(self, at: int) -> tuple[int, int]:
        """Line and column, from 1, of a position in the text."""
        before = self.text[:at]
        return before.count("\n") + 1, at - (before.rfind("\n") + 1) + 1
