"""The template language between `[` and `]`: text to a tree. Evaluating it is another module's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from deployer.emulator.templates.failures import TemplateInvalid, Unparsable

LONGEST = 24_576
"""The most characters that an expression may have."""

_TOKEN = re.compile(r"\s*(?:('(?:[^']|'')*')|(-?\d+)|([A-Za-z_][\w$]*)|(\.\?|[()\[\],.]))")


@dataclass(frozen=True)
class Literal:
    """A string or a whole number."""

    value: str | int


@dataclass(frozen=True)
class FunctionCall:
    """A function with its arguments; `name` is as written, `namespace` that of a user-defined function."""

    name: str
    arguments: tuple[Node, ...]
    namespace: str = ""


@dataclass(frozen=True)
class Member:
    """`target.name`, `target['name']`, `target[0]`; `safe` for `.?`."""

    target: Node
    key: Node
    safe: bool = False


Node = Literal | FunctionCall | Member


def is_expression(text: str) -> bool:
    """Whether a string is evaluated; `[[` begins a literal bracket instead."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def plain(text: str) -> str:
    """A string that is no expression, as it is meant."""
    return text[1:] if text.startswith("[[") and text.endswith("]") else text


@lru_cache(maxsize=4096)
def parse(text: str) -> Node:
    """The tree of an expression with its brackets; raises `TemplateInvalid`."""
    if len(text) > LONGEST:
        raise TemplateInvalid(f"The expression has more than {LONGEST} characters.")
    parser = _Parser(text[1:-1])
    node = parser.node()
    if parser.peek():
        raise parser.unexpected("EndOfData")
    return node


_TOKENS = {
    "": "EndOfData",
    "(": "LeftParenthesis",
    ")": "RightParenthesis",
    "[": "LeftSquareBracket",
    "]": "RightSquareBracket",
    ",": "Comma",
    ".": "Dot",
}
"""What messages call the signs."""


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            token = _TOKEN.match(text, at)
            if token is None:
                at += len(text[at:]) - len(text[at:].lstrip())
                raise Unparsable(
                    f"The language expression '{text}' is not valid: the string character "
                    f"'{text[at]}' at position '{at + 1}' is not expected."
                )
            self._tokens.append(token[0].strip())
            at = token.end()
        self._tokens.reverse()

    def peek(self) -> str:
        return self._tokens[-1] if self._tokens else ""

    def node(self) -> Node:
        node = self._primary()
        while self.peek() in (".", ".?", "["):
            opening = self._tokens.pop()
            if opening == "[":
                node = Member(node, self.node())
                self._expect("]")
            else:
                node = Member(node, Literal(self._name()), safe=opening == ".?")
        return node

    def _primary(self) -> Node:
        token = self.peek()
        if token.startswith("'"):
            self._tokens.pop()
            return Literal(token[1:-1].replace("''", "'"))
        if token.lstrip("-").isdigit():
            self._tokens.pop()
            return Literal(int(token))
        name, namespace = self._name(), ""
        if self.peek() == ".":
            self._tokens.pop()
            namespace, name = name, self._name()
        self._expect("(")
        arguments: list[Node] = []
        while self.peek() != ")":
            if arguments:
                self._expect(",")
            arguments.append(self.node())
        self._tokens.pop()
        return FunctionCall(name, tuple(arguments), namespace)

    def _name(self) -> str:
        if not self.peek() or not (self.peek()[0].isalpha() or self.peek()[0] == "_"):
            raise self.unexpected("Identifier")
        return self._tokens.pop()

    def _expect(self, sign: str) -> None:
        if self.peek() != sign:
            raise self.unexpected(_TOKENS[sign])
        self._tokens.pop()

    def unexpected(self, expected: str) -> Unparsable:
        """What is told when another token was expected."""
        token = self.peek()
        kind = "StringLiteral" if token[:1] == "'" else "Identifier"
        actual = "Integer" if token.lstrip("-").isdigit() else _TOKENS.get(token, kind)
        return Unparsable(
            f"Unable to parse language expression '{self._text}': expected token '{expected}' and "
            f"actual '{actual}'."
        )
