"""Hold a tree against the table of keys: each value comes out typed, or as a problem with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from deployer.config.findings import Findings, did_you_mean, listed
from deployer.config.nodes import Entries, Items, Node, Scalar, described, shortened
from deployer.config.specs import (
    SPAN_PATTERN,
    SPAN_SECONDS,
    Either,
    Flag,
    Labels,
    Listing,
    Span,
    Spec,
    Table,
    Text,
    Whole,
)
from deployer.core.problems import Place


class Leaf(NamedTuple):
    """A single value. Lengths of time are seconds; a text may still hold references to its element."""

    value: str | int | bool
    place: Place
    written: str
    spec: Spec
    path: str


class Fields(NamedTuple):
    """A mapping's valid values; what was wrong is missing. `written` are all its keys, valid or not."""

    values: Mapping[str, Checked]
    place: Place
    written: frozenset[str] = frozenset()

    def leaf(self, key: str) -> Leaf | None:
        value = self.values.get(key)
        return value if isinstance(value, Leaf) else None

    def fields(self, key: str) -> Fields:
        """The mapping under a key; an empty one when there is none."""
        value = self.values.get(key)
        return value if isinstance(value, Fields) else Fields({}, self.place)

    def several(self, key: str) -> tuple[Checked, ...]:
        value = self.values.get(key)
        return value.items if isinstance(value, Several) else ()


class Several(NamedTuple):
    """A list's valid items."""

    items: tuple[Checked, ...]
    place: Place


Checked = Leaf | Fields | Several

_NUMBER = re.compile(
    r"[-+]?(\.[0-9]+|[0-9][0-9_]*(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0[xob][0-9a-fA-F]+|[-+]?\.(inf|nan)"
)
_TRUTH = {"true": True, "false": False}
_NOT_TEXT = ("true", "false")


def checked(spec: Spec, node: Node, findings: Findings, path: str = "") -> Checked | None:
    """The node's value as its spec types it; None when it does not fit, and then the findings say why."""
    match spec:
        case Table():
            return _table(spec, node, findings, path)
        case Listing():
            return _listing(spec, node, findings, path)
        case Labels():
            return _labels(spec, node, findings, path)
        case Either():
            return _either(spec, node, findings, path)
        case Text() | Whole() | Flag() | Span():
            return _leaf(spec, node, findings, path)


def expectation(spec: Spec) -> str:
    """What a spec wants, in words."""
    match spec:
        case Text():
            return listed([*spec.choices, *([spec.says] if spec.says else [])]) or "text"
        case Whole():
            return "a whole number from 1"
        case Flag():
            return "true or false"
        case Span():
            return "a length of time such as 60s, 10m, 1h or 120d"
        case Listing():
            return "a list" if not spec.minimum else "a list that is not empty"
        case Table() | Labels():
            return "a mapping"
        case Either():
            return listed(expectation(option) for option in spec.options)


def _table(spec: Table, node: Node, findings: Findings, path: str) -> Fields | None:
    if not isinstance(node, Entries):
        _wrong_type(spec, node, findings, path)
        return None
    values: dict[str, Checked] = {}
    for key, inner in node.entries.items():
        known = spec.keys.get(key)
        if known is None:
            _unknown(spec, key, node.keys[key], findings)
            continue
        value = checked(known.spec, inner, findings, f"{path}.{key}" if path else key)
        if value is not None:
            values[key] = value
    for key, known in spec.keys.items():
        if known.required and key not in node.entries:
            findings.error(
                "config.missing-key",
                "A required key is missing",
                node.place,
                f"{path or 'The file'} has no {key}.",
                f"Add `{key}:`. Expected: {expectation(known.spec)}.",
            )
    return Fields(values, node.place, frozenset(node.entries))


def _unknown(spec: Table, key: str, where: Place, findings: Findings) -> None:
    hint = did_you_mean(key, spec.keys) or f"Known here: {', '.join(spec.keys)}."
    if key == "<<":
        hint = "YAML's merge key is not supported; use `defaults`, `like` or `extends`."
    detail = f'"{shortened(key)}" is not a key of: {spec.noun}.'
    findings.error("config.unknown-key", "An unknown key", where, detail, hint)


def _listing(spec: Listing, node: Node, findings: Findings, path: str) -> Several | None:
    if not isinstance(node, Items):
        _wrong_type(spec, node, findings, path)
        return None
    if len(node.items) < spec.minimum:
        _bad_value(spec, "is empty", node.place, findings, path)
        return None
    found = (checked(spec.item, one, findings, f"{path}[{i}]") for i, one in enumerate(node.items))
    return Several(tuple(one for one in found if one is not None), node.place)


def _labels(spec: Labels, node: Node, findings: Findings, path: str) -> Fields | None:
    if not isinstance(node, Entries):
        _wrong_type(spec, node, findings, path)
        return None
    values: dict[str, Checked] = {}
    for key, inner in node.entries.items():
        if key in spec.reserved:
            detail = f"The tag {key} says whose a resource is; it is written for you."
            findings.error(
                "config.reserved-tag", "A tag is reserved", node.keys[key], detail, "Remove it."
            )
        elif isinstance(inner, Scalar) and not inner.is_null:
            values[key] = Leaf(inner.text, inner.place, inner.written, spec, f"{path}.{key}")
        else:
            _wrong_type(Text(), inner, findings, f"{path}.{key}")
    return Fields(values, node.place, frozenset(node.entries))


def _either(spec: Either, node: Node, findings: Findings, path: str) -> Checked | None:
    shapes: dict[type, type] = {Text: Scalar, Listing: Items, Table: Entries}
    for option in spec.options:
        if isinstance(node, shapes[type(option)]):
            return checked(option, node, findings, path)
    _wrong_type(spec, node, findings, path)
    return None


def _leaf(
    spec: Text | Whole | Flag | Span, node: Node, findings: Findings, path: str
) -> Leaf | None:
    if not isinstance(node, Scalar) or node.is_null:
        _wrong_type(spec, node, findings, path)
        return None
    if "${" in node.text and not isinstance(spec, Text):
        _refused_reference(spec, node, findings, path)
        return None
    value = _value(spec, node, findings, path)
    return None if value is None else Leaf(value, node.place, node.written, spec, path)


def _value(
    spec: Text | Whole | Flag | Span, node: Scalar, findings: Findings, path: str
) -> str | int | bool | None:
    unquoted = node.plain or node.is_filled_in
    match spec:
        case Text():
            return _text(spec, node, findings, path)
        case Flag() if unquoted and node.text.lower() in _TRUTH:
            return _TRUTH[node.text.lower()]
        case Whole() if unquoted and re.fullmatch("[1-9][0-9]{0,8}", node.text):
            return int(node.text)
        case Whole() if unquoted and re.fullmatch("-?[0-9]+", node.text):
            _bad_value(spec, f"is {described(node)}", node.place, findings, path)
            return None
        case Span() if re.fullmatch(SPAN_PATTERN, node.text):
            return int(node.text[:-1]) * SPAN_SECONDS[node.text[-1]]
        case _:
            _wrong_type(spec, node, findings, path)
            return None


def _text(spec: Text, node: Scalar, findings: Findings, path: str) -> str | None:
    if node.plain and not node.is_filled_in and not _is_text(spec, node.text):
        _wrong_type(spec, node, findings, path)
        return None
    if "${" not in node.text and not spec.fits(node.text):
        unfit(spec, node.text, node.written, node.place, findings, path)
        return None
    return node.text


def _is_text(spec: Text, text: str) -> bool:
    if text.lower() in _NOT_TEXT:
        return False
    return spec.loose or not _NUMBER.fullmatch(text)


def unfit(spec: Text, text: str, written: str, where: Place, findings: Findings, path: str) -> None:
    """Say that a text is none of the possible ones."""
    shown = f'"{shortened(written)}"' if text == written else f'"{shortened(written)}", filled in,'
    hint = did_you_mean(text, spec.choices) if spec.choices else ""
    _bad_value(spec, f"is {shown}" if text else "is empty", where, findings, path, hint)


def _bad_value(
    spec: Spec, what: str, where: Place, findings: Findings, path: str, hint: str = ""
) -> None:
    findings.error(
        "config.bad-value",
        "A value is not possible",
        where,
        f"{path} {what}.",
        f"{hint} Expected: {expectation(spec)}.".strip(),
    )


def _refused_reference(spec: Spec, node: Scalar, findings: Findings, path: str) -> None:
    # A variable that is not set stays in the text and was complained about where it was looked for.
    if re.search(r"\$\{[a-z]", node.text):
        detail = f"{path} is {described(node)}; only texts can refer to their element."
        hint = f"Write {expectation(spec)}."
        findings.error(
            "config.bad-reference", "A reference cannot stand here", node.place, detail, hint
        )


def _wrong_type(spec: Spec, node: Node, findings: Findings, path: str) -> None:
    hint = ""
    if isinstance(node, Scalar):
        if node.is_null:
            hint = "Give it a value, or remove the key."
        elif isinstance(spec, Text) and spec.fits(node.text):
            hint = f'Quote it: "{shortened(node.written)}".'
        elif isinstance(spec, Whole) and node.text.isdigit():
            hint = "Write it without quotes."
        elif isinstance(spec, Flag):
            hint = "Write true or false, without quotes."
    findings.error(
        "config.wrong-type",
        "A value of the wrong kind",
        node.place,
        f"{path or 'The file'} is {described(node)}.",
        f"{hint} Expected: {expectation(spec)}.".strip(),
    )
