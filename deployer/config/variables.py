"""`${VAR}` and `${VAR:-default}`: what the environment has to say, put into values after the YAML is read.

Lower-case references (`${name}`, `${location}`, `${unique}`) are left for later: they refer to what the file says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from deployer.config.findings import Findings
from deployer.config.nodes import Entries, Items, Node, Scalar, shortened
from deployer.core.problems import Place

Path = tuple[str, ...]
StandIn = Callable[[Path, Place], str | None]

_REFERENCE = re.compile(r"\$\{([^{}]*)(\}?)")
_VARIABLE = re.compile(r"([A-Z_][A-Z0-9_]*)(?::-(.*))?", re.DOTALL)
_ELEMENT = re.compile(r"[a-z][a-zA-Z]*")


def filled_in(
    node: Entries, environ: Mapping[str, str], findings: Findings, stand_in: StandIn
) -> Entries:
    """The tree with its variables filled in. `stand_in` may answer for an unset variable at a path."""
    return _Filler(environ, findings, stand_in).entries(node, ())


class _Filler:
    def __init__(self, environ: Mapping[str, str], findings: Findings, stand_in: StandIn) -> None:
        self._environ = environ
        self._findings = findings
        self._stand_in = stand_in

    def entries(self, node: Entries, path: Path) -> Entries:
        for key, place in node.keys.items():
            if "${" in key:
                detail = f'"{shortened(key)}" is a key; only values can refer to something.'
                self._findings.error(
                    "config.reference-in-key",
                    "A key holds a reference",
                    place,
                    detail,
                    "Write the key out.",
                )
        inner = {key: self._node(one, (*path, key)) for key, one in node.entries.items()}
        return Entries(inner, node.keys, node.place)

    def _node(self, node: Node, path: Path) -> Node:
        match node:
            case Entries():
                return self.entries(node, path)
            case Items(items=items, place=place):
                inner = (self._node(one, (*path, str(i))) for i, one in enumerate(items))
                return Items(tuple(inner), place)
            case Scalar() if "${" in node.text:
                return self._scalar(node, path)
            case Scalar():
                return node

    def _scalar(self, node: Scalar, path: Path) -> Scalar:
        def value(match: re.Match[str]) -> str:
            return self._value(match, node, path)

        return Scalar(_REFERENCE.sub(value, node.text), node.plain, node.place, node.written)

    def _value(self, match: re.Match[str], node: Scalar, path: Path) -> str:
        inside, closed = match.groups()
        variable = _VARIABLE.fullmatch(inside)
        if not closed or (variable is None and not _ELEMENT.fullmatch(inside)):
            self._findings.error(
                "config.bad-reference",
                "A reference cannot be read",
                node.place,
                f"`{shortened(match.group())}` is neither an environment variable nor part of the file.",
                "Write ${UPPER_CASE} or ${UPPER_CASE:-default} for a variable; ${name}, ${location} or ${unique} "
                "for the element.",
            )
        elif variable is not None:
            return self._variable(variable, match.group(), node, path)
        return match.group()

    def _variable(self, variable: re.Match[str], reference: str, node: Scalar, path: Path) -> str:
        name, default = variable.groups()
        value = self._environ.get(name, "")
        if "${" in value:
            self._findings.error(
                "config.bad-reference",
                "A variable holds a reference",
                node.place,
                f"What {name} holds contains ${{, and is not filled in a second time.",
                "Write its value out.",
            )
            return reference
        if value:
            return value
        if default is not None:
            return default
        stand_in = self._stand_in(path, node.place)
        if stand_in is not None:
            return stand_in
        state = "is set, but empty" if name in self._environ else "is not set"
        self._findings.error(
            "config.unresolved-variable",
            "An environment variable is missing",
            node.place,
            f"{name} {state}.",
            f"Set it, or give a default: ${{{name}:-value}}.",
        )
        return reference
