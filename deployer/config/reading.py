"""From the bytes of a YAML file to a tree of nodes; whatever is wrong with them is said, with its place, and quickly."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

from deployer.config.findings import Findings
from deployer.config.nodes import Entries, Items, Node, Scalar, shortened
from deployer.core.problems import Place

LARGEST_FILE = 1024 * 1024
"""Bytes."""
MOST_NODES = 50_000
"""Values in a file, aliases counted with all that they stand for."""
DEEPEST = 50
"""Levels of nesting."""

_VALUES = ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent", "AliasEvent")
_QUOTE_IT = (
    "Inside {...} and [...] YAML reads the brace of ${X} as its own. Quote it, "
    'as in {principal: "${X}"}, or write the mapping on lines of its own.'
)


class _Unreadable(Exception):
    """What follows in the file cannot be understood; the reason is among the findings."""


def read(data: bytes, file: str, findings: Findings) -> Entries | None:
    """The mapping that a file holds; None when it cannot be read, and then the findings say why."""
    start = Place(file, 1, 1)
    text = _decoded(data, start, findings)
    if text is None:
        return None
    try:
        root = _Reader(text, file, findings).document()
    except _Unreadable:
        return None
    if isinstance(root, Entries):
        return root
    if root is None or (isinstance(root, Scalar) and root.is_null):
        hint = "Start from one of the files under configs/."
        findings.error("config.empty", "The file is empty", start, f"{file} says nothing.", hint)
    else:
        detail = "A configuration is a mapping: lines of `key: value`."
        hint = "Start from one of the files under configs/."
        findings.error(
            "config.not-a-mapping", "The file is not a mapping", root.place, detail, hint
        )
    return None


def _decoded(data: bytes, start: Place, findings: Findings) -> str | None:
    if len(data) > LARGEST_FILE:
        detail = f"{start.file} has {len(data)} bytes; {LARGEST_FILE} are allowed."
        hint = "Is this the right file? Split a large configuration with `extends`."
        findings.error("config.too-large", "The file is too large", start, detail, hint)
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        before = data[: problem.start]
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8-sig", "replace")) + 1
        where = Place(start.file, before.count(b"\n") + 1, column)
        detail = f"The byte 0x{data[problem.start]:02x} here is not part of a UTF-8 text."
        hint = "Save the file as UTF-8."
        findings.error("config.not-utf-8", "The file is not UTF-8", where, detail, hint)
        return None


class _Reader:
    """Builds the tree from the parser's events, which come one by one: so a trap is left before it closes."""

    def __init__(self, text: str, file: str, findings: Findings) -> None:
        self._text = text
        self._file = file
        self._findings = findings
        self._events = self._parsed()
        self._count = 0
        self._anchors: dict[str, tuple[Node, int] | None] = {}

    def document(self) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in self._events:
            kind = type(event).__name__
            if kind == "DocumentStartEvent":
                documents += 1
                if documents > 1:
                    self._stop(
                        "config.several-documents",
                        "The file holds several documents",
                        self._place(event),
                        "A second document begins here.",
                        "Keep one document; share what they have in common with `extends`.",
                    )
            elif kind in _VALUES:
                root = self._node(event, 0)
        return root

    def _node(self, event: Any, depth: int) -> Node:  # noqa: ANN401 - yaml's events have no common type
        place = self._place(event)
        if type(event).__name__ == "AliasEvent":
            return self._aliased(event.anchor, place)
        self._counted(1, place)
        if depth > DEEPEST:
            detail = f"Values here are nested more than {DEEPEST} levels deep."
            hint = "Is a bracket not closed?"
            self._stop("config.too-deep", "The file is nested too deeply", place, detail, hint)
        if event.tag not in (None, "!"):
            self._findings.error(
                "config.tag",
                "YAML tags are not allowed",
                place,
                f"{shortened(event.tag)} asks for a type of its own; a configuration holds only plain values.",
                "Remove the tag; quote the value if it must be text.",
            )
        began, anchor = self._count, event.anchor
        if anchor:
            self._anchors[anchor] = None
        node = self._built(event, place, depth)
        if anchor:
            self._anchors[anchor] = (node, self._count - began + 1)
        return node

    def _built(self, event: Any, place: Place, depth: int) -> Node:  # noqa: ANN401 - as above
        match type(event).__name__:
            case "ScalarEvent":
                return Scalar(event.value, event.style in (None, ""), place, event.value)
            case "SequenceStartEvent":
                inner = self._until("SequenceEndEvent")
                return Items(tuple(self._node(one, depth + 1) for one in inner), place)
            case _:
                return self._mapping(place, depth)

    def _mapping(self, place: Place, depth: int) -> Entries:
        entries: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for event in self._until("MappingEndEvent"):
            key = self._node(event, depth + 1)
            value = self._node(next(self._events), depth + 1)
            if not isinstance(key, Scalar) or key.is_null:
                detail = "A key is a word; this one is a list, a mapping or nothing."
                hint = "Write a word before the colon."
                self._findings.error(
                    "config.bad-key", "A key is not a word", key.place, detail, hint
                )
            elif key.text in entries:
                self._findings.error(
                    "config.duplicate-key",
                    "A key is written twice",
                    key.place,
                    f'"{shortened(key.text)}" was given at line {keys[key.text].line} already.',
                    "Keep one of them.",
                )
            else:
                entries[key.text], keys[key.text] = value, key.place
        return Entries(entries, keys, place)

    def _until(self, end: str) -> Iterator[Any]:
        while type(event := next(self._events)).__name__ != end:
            yield event

    def _aliased(self, anchor: str, place: Place) -> Node:
        if anchor not in self._anchors:
            detail = f"Nothing above is marked &{shortened(anchor)}."
            hint = "Mark a value with & before its alias, or quote the text that begins with *."
            self._stop("config.unknown-alias", "An alias refers to nothing", place, detail, hint)
        known = self._anchors[anchor]
        if known is None:
            detail = f"*{shortened(anchor)} stands inside what it stands for."
            hint = "Write the value out."
            self._stop("config.alias-loop", "An alias contains itself", place, detail, hint)
        node, size = known
        self._counted(size, place)
        return node

    def _counted(self, more: int, place: Place) -> None:
        self._count += more
        if self._count > MOST_NODES:
            self._stop(
                "config.too-many-values",
                "The file holds too many values",
                place,
                f"With every alias written out, these are more than {MOST_NODES} values.",
                "Do aliases repeat each other? Split a large configuration with `extends`.",
            )

    def _parsed(self) -> Iterator[Any]:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            yield from yaml.parse(self._text, Loader=loader)
        except yaml.MarkedYAMLError as problem:
            mark = problem.problem_mark or problem.context_mark
            self._explain(
                problem.problem or "", mark.line if mark else 0, mark.column if mark else 0
            )
        except yaml.YAMLError as problem:
            position = min(getattr(problem, "position", 0), len(self._text))
            before = self._text[:position]
            where = Place(
                self._file, before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
            )
            detail = "There is a character here that a text file does not hold."
            self._stop("config.syntax", "The file is not YAML", where, detail, "Remove it.")

    def _explain(self, reason: str, line: int, column: int) -> None:
        lines = self._text.split("\n")
        written = lines[line] if line < len(lines) else ""
        where = Place(self._file, line + 1, column + 1)
        if written[max(column - 1, 0) : column + 1] == "${":
            where = Place(self._file, line + 1, column)
            self._stop(
                "config.unquoted-reference",
                "A reference inside braces is not quoted",
                where,
                f"`{shortened(written.strip())}` holds a ${{...}} without quotes.",
                _QUOTE_IT,
            )
        if written[column : column + 1] == "\t":
            detail = "YAML indents with spaces only."
            self._stop("config.tab", "A tab where spaces belong", where, detail, "Use spaces.")
        hint = (
            "Look at this line and the one before: a bracket, a quote, a colon or an indent is off."
        )
        self._stop("config.syntax", "The file is not YAML", where, f"YAML: {reason}.", hint)

    def _place(self, event: Any) -> Place:  # noqa: ANN401 - as above
        return Place(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _stop(self, code: str, summary: str, where: Place, detail: str, hint: str) -> NoReturn:
        self._findings.error(code, summary, where, detail, hint)
        raise _Unreadable
