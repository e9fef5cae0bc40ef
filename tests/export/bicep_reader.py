"""Reads Bicep back, with the grammar that editors use: values, and what stands for values, evaluated as Azure would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import tree_sitter_bicep
from tree_sitter import Language, Node, Parser

from deployer.core.resources import Scope
from deployer.core.role_names import guid

_PARSER = Parser(Language(tree_sitter_bicep.language()))
_ESCAPED = re.compile(r"\\(u\{([0-9a-f]+)\}|.)", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True)
class Resource:
    """A resource declaration: its type with the api-version, and what it says."""

    kind: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Symbol:
    """A reference to a resource."""

    name: str


class Program:
    """A parsed file; `scope` is where it would be deployed."""

    def __init__(self, text: str, scope: Scope) -> None:
        self._scope = scope
        root = _PARSER.parse(text.encode()).root_node
        assert not root.has_error, root
        self.parameters: dict[str, Any] = {}
        self.resources: dict[str, Resource] = {}
        self.outputs: dict[str, str] = {}
        for node in root.named_children:
            inside = [one for one in node.named_children if one.type != "decorators"]
            match node.type:
                case "parameter_declaration":
                    self.parameters[_text(inside[0])] = self._value(inside[-1])
                case "resource_declaration":
                    self.resources[_text(inside[0])] = Resource(
                        self._value(inside[1]), self._value(inside[2])
                    )
                case "output_declaration":
                    self.outputs[_text(inside[0])] = _text(inside[-1])
                case _:
                    pass

    def of(self, kind: str) -> dict[str, dict[str, Any]]:
        """What resources of a type say, whatever its api-version, by symbol."""
        return {
            symbol: one.body
            for symbol, one in self.resources.items()
            if one.kind.partition("@")[0] == kind
        }

    def template(self) -> dict[str, Any]:
        """The program as an ARM template, as a compiler would make it: names of children in full, parents waited for."""
        return {
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "resources": [self._resource(symbol) for symbol in self.resources],
        }

    def _resource(self, symbol: str) -> dict[str, Any]:
        made = self.resources[symbol]
        kind, _, version = made.kind.partition("@")
        said = {key: one for key, one in made.body.items() if key not in ("parent", "scope")}
        waits = [made.body.get("parent"), made.body.get("scope"), *made.body.get("dependsOn", [])]
        said |= {"type": kind, "apiVersion": version, "name": "/".join(self._names(symbol))}
        said["dependsOn"] = [self._id(one.name) for one in waits if one]
        if "scope" in made.body:
            said["scope"] = self._id(made.body["scope"].name)
        return said

    def _names(self, symbol: str) -> list[str]:
        body = self.resources[symbol].body
        above = self._names(body["parent"].name) if "parent" in body else []
        return [*above, body["name"]]

    def _id(self, symbol: str) -> str:
        namespace, *types = self.resources[symbol].kind.partition("@")[0].split("/")
        path = [part for pair in zip(types, self._names(symbol), strict=True) for part in pair]
        group = (
            f"/subscriptions/{self._scope.subscription}/resourceGroups/{self._scope.resource_group}"
        )
        return "/".join([group, "providers", namespace, *path])

    def _value(self, node: Node) -> Any:
        match node.type:
            case "string":
                return string(node)
            case "number":
                return int(_text(node))
            case "boolean":
                return _text(node) == "true"
            case "object":
                pairs = [one.named_children for one in node.named_children]
                return {self._key(key): self._value(value) for key, value in pairs}
            case "array":
                return [self._value(one) for one in node.named_children]
            case "identifier":
                name = _text(node)
                return self.parameters.get(name, Symbol(name))
            case "member_expression":
                owner, what = (_text(one) for one in node.named_children)
                assert what == "id"
                return self._id(owner)
            case "call_expression":
                function, arguments = node.named_children
                return self._call(
                    _text(function), [self._value(one) for one in arguments.named_children]
                )
            case _:
                raise AssertionError(f"{node.type} is not expected: {_text(node)}")

    def _call(self, name: str, arguments: list[str]) -> str:
        if name == "guid":
            return guid(*arguments)
        assert name == "subscriptionResourceId"
        return f"/subscriptions/{self._scope.subscription}/providers/{'/'.join(arguments)}"

    def _key(self, node: Node) -> str:
        return string(node) if node.type == "string" else _text(node)


def string(node: Node) -> str:
    """What a string says. An interpolation in it is none of ours."""
    assert not [one for one in node.children if one.type == "interpolation"], _text(node)

    def plain(match: re.Match[str]) -> str:
        return chr(int(match[2], 16)) if match[2] else _PLAIN.get(match[1], match[1])

    return _ESCAPED.sub(plain, _text(node)[1:-1])


def _text(node: Node) -> str:
    return (node.text or b"").decode()
