"""Evaluating expressions: parameters and variables, the place of the deployment, loops, and what must be asked of Azure.

Evaluation is pure. Where a value is only known in the cloud (`reference`, `listKeys`), it raises `Wanted`; whoever
runs the template asks, notes the answer in `known`, and evaluates again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from deployer.emulator.templates.expressions import (
    FunctionCall,
    Literal,
    Member,
    Node,
    is_expression,
    parse,
    plain,
)
from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.functions import call, item
from deployer.emulator.templates.places import Place, resource_id_of

Value = Any
Question = tuple[str, str, str]
"""What must be asked: the action (`reference` or `listKeys`), the resource's id, the api-version or nothing."""


class Wanted(Exception):
    """A value that only the cloud knows."""

    def __init__(self, question: Question) -> None:
        super().__init__(question)
        self.question = question


@dataclass(frozen=True)
class Scope:
    """What an expression can see. `ids` are the template's own resources by name, symbol and id, lower-cased."""

    place: Place
    parameters: Mapping[str, Value] = field(default_factory=dict)
    variables: Mapping[str, Value] = field(default_factory=dict)
    user_functions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    loops: Mapping[str, int] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[Question, Value] | None = None
    """Answers of the cloud so far; None where an expression may not ask for any."""
    once: Mapping[str, Value] | None = None
    """`newGuid` and `utcNow`, which only the defaults of parameters may use."""

    def value(self, raw: Value) -> Value:
        """A piece of a template with every expression in it evaluated, and property loops unrolled."""
        if isinstance(raw, str):
            return self._node(parse(raw)) if is_expression(raw) else plain(raw)
        if isinstance(raw, list):
            return [self.value(one) for one in raw]
        if isinstance(raw, Mapping):
            return self._object(raw)
        return raw

    def looped(self, name: str, index: int) -> Scope:
        """This scope inside one turn of a loop."""
        return replace(self, loops={**self.loops, "": index, name.lower(): index})

    def unrolled(self, loop: Mapping[str, Value]) -> list[Value]:
        """The values of a property or variable loop: `name`, `count`, `input`."""
        name = str(loop.get("name", ""))
        count = self.value(loop.get("count"))
        if not isinstance(count, int) or count < 0 or "input" not in loop:
            raise TemplateInvalid(f"The copy loop '{name}' needs a count and an input.")
        return [self.looped(name, index).value(loop["input"]) for index in range(count)]

    def _object(self, raw: Mapping[str, Value]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key, value in raw.items():
            if key == "copy" and isinstance(value, list):
                found |= {str(one["name"]): self.unrolled(one) for one in value}
            else:
                name = self.value(key)
                found[str(name)] = self.value(value)
        return found

    def _node(self, node: Node) -> Value:
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Member):
            return self._member(node)
        name = node.name.lower()
        if node.namespace:
            return self._user_function(node)
        if name == "if":
            return self._if(node)
        arguments = [self._node(one) for one in node.arguments]
        method = _CONTEXTUAL.get(name)
        if method is not None:
            return method(self, node.name, arguments)
        if name.startswith("list") and arguments:
            return self._asked(node.name, arguments)
        return call(node.name, arguments)

    def _member(self, node: Member) -> Value:
        holder, key = self._node(node.target), self._node(node.key)
        if node.safe and holder is None:
            return None
        try:
            return item(holder, key)
        except (KeyError, IndexError):
            if node.safe:
                return None
            raise TemplateInvalid(
                f"The language expression property '{key}' doesn't exist.", "InvalidTemplate"
            ) from None

    def _if(self, node: FunctionCall) -> Value:
        if len(node.arguments) != 3:
            raise TemplateInvalid("The template function 'if' needs three arguments.")
        condition, yes, no = node.arguments
        return self._node(yes if call("bool", [self._node(condition)]) else no)

    def _user_function(self, node: FunctionCall) -> Value:
        name = f"{node.namespace}.{node.name}".lower()
        function = self.user_functions.get(name)
        if function is None:
            return call(f"{node.namespace}.{node.name}", [])
        names = [str(one["name"]).lower() for one in function.get("parameters", [])]
        values = [self._node(one) for one in node.arguments]
        if len(names) != len(values):
            raise TemplateInvalid(f"The function '{name}' needs {len(names)} arguments.")
        inner = Scope(self.place, dict(zip(names, values, strict=True)), user_functions={})
        return inner.value(function["output"]["value"])

    def _parameter(self, _name: str, arguments: list[Value]) -> Value:
        return _named("parameter", self.parameters, arguments)

    def _variable(self, _name: str, arguments: list[Value]) -> Value:
        return _named("variable", self.variables, arguments)

    def _copy_index(self, _name: str, arguments: list[Value]) -> int:
        loop = arguments[0].lower() if arguments and isinstance(arguments[0], str) else ""
        offset = next((one for one in arguments if isinstance(one, int)), 0)
        if loop not in self.loops:
            raise TemplateInvalid(
                "The template function 'copyIndex' is not expected at this location. The function "
                "can only be used in a resource with copy specified."
            )
        return self.loops[loop] + offset

    def _once(self, name: str, _arguments: list[Value]) -> Value:
        if self.once is None:
            raise TemplateInvalid(
                f"The template function '{name}' is not expected at this location. It can only be "
                "used in the default value of a parameter."
            )
        return self.once[name.lower()]

    def _resource_id(self, name: str, arguments: list[Value]) -> str:
        return resource_id_of(self.place, name, arguments)

    def _extension_id(self, _name: str, arguments: list[Value]) -> str:
        scope, kind, *names = arguments
        return extended(str(scope), str(kind), [str(one) for one in names])

    def _subscription(self, _name: str, _arguments: list[Value]) -> Value:
        return self.place.subscription

    def _group(self, _name: str, _arguments: list[Value]) -> Value:
        if self.place.group is None:
            raise TemplateInvalid(
                "The template function 'resourceGroup' is not expected at this location: the "
                "deployment is not at the scope of a resource group."
            )
        return self.place.group

    def _deployment(self, _name: str, _arguments: list[Value]) -> Value:
        return self.place.deployment

    def _environment(self, _name: str, _arguments: list[Value]) -> Value:
        return self.place.environment

    def _reference(self, _name: str, arguments: list[Value]) -> Value:
        full = len(arguments) > 2 and str(arguments[2]).lower() == "full"
        found = self._asked("reference", arguments)
        return found if full else found.get("properties", {})

    def _asked(self, name: str, arguments: list[Value]) -> Value:
        if self.known is None:
            raise TemplateInvalid(
                f"The template function '{name}' is not expected at this location. Please see "
                "https://aka.ms/arm-functions for usage details."
            )
        wanted = str(arguments[0])
        target = self.ids.get(wanted.lower(), wanted)
        version = str(arguments[1]) if len(arguments) > 1 else ""
        question = (name, target, version)
        if question not in self.known:
            raise Wanted(question)
        return self.known[question]


def extended(scope: str, kind: str, names: list[str]) -> str:
    """The id of a resource that extends another: a lock, a role assignment."""
    namespace, *types = kind.split("/")
    pairs = "/".join(part for pair in zip(types, names, strict=True) for part in pair)
    return f"{scope.rstrip('/')}/providers/{namespace}/{pairs}"


def _named(what: str, values: Mapping[str, Value], arguments: list[Value]) -> Value:
    name = str(arguments[0]).lower() if arguments else ""
    if name not in values:
        raise TemplateInvalid(
            f"The template {what} '{name}' is not found. Please see "
            f"https://aka.ms/arm-syntax-{what}s for usage details."
        )
    return values[name]


_CONTEXTUAL = {
    "parameters": Scope._parameter,
    "variables": Scope._variable,
    "copyindex": Scope._copy_index,
    "newguid": Scope._once,
    "utcnow": Scope._once,
    "resourceid": Scope._resource_id,
    "subscriptionresourceid": Scope._resource_id,
    "tenantresourceid": Scope._resource_id,
    "extensionresourceid": Scope._extension_id,
    "subscription": Scope._subscription,
    "resourcegroup": Scope._group,
    "deployment": Scope._deployment,
    "environment": Scope._environment,
    "reference": Scope._reference,
}
