"""Evaluating expressions: parameters and variables, the place of the deployment, loops, and what must be asked of Azure.

Evaluation is pure. Where a value is only known in the cloud (`reference`, `listKeys`), it raises `Wanted`; whoever
runs the template asks, notes the answer in `known`, and evaluates again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from deployer.emulator.templates.collection_functions import item
from deployer.emulator.templates.date_functions import Once
from deployer.emulator.templates.expressions import (
    FunctionCall,
    Literal,
    Member,
    Node,
    is_expression,
    parse,
    plain,
)
from deployer.emulator.templates.failures import UNFIT, TemplateInvalid
from deployer.emulator.templates.function_failures import misplaced, unfit, unheard_of, unknown
from deployer.emulator.templates.functions import call, checked, known
from deployer.emulator.templates.kinds import Budget, Lambda, is_int
from deployer.emulator.templates.places import Place, resource_id_of

Value = Any
Question = tuple[str, str, str]
"""What must be asked: the action (`reference` or `listKeys`), the resource's id, the api-version or nothing."""

MOST_TURNS = 800
"""How many turns a loop may have."""


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
    once: Once | None = None
    """`newGuid` and `utcNow`, which only the defaults of parameters may use."""
    lambdas: Mapping[str, Value] = field(default_factory=dict)
    """The variables of the lambdas around an expression."""
    budget: Budget = field(default_factory=Budget, compare=False)

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
        """The values of a property, variable or output loop: `name`, `count`, `input`."""
        name = str(loop.get("name", ""))
        if "input" not in loop:
            raise TemplateInvalid(f"The copy loop '{name}' needs a count and an input.")
        count = self.turns(loop, name)
        return [self.looped(name, index).value(loop["input"]) for index in range(count)]

    def turns(self, loop: Mapping[str, Value], name: str) -> int:
        """How many turns a loop has; raises `TemplateInvalid`."""
        count = self.value(loop.get("count"))
        if not is_int(count) or not 0 <= count <= MOST_TURNS:
            raise TemplateInvalid(
                f"The copy count '{count}' of the loop '{name}' is not a number from 0 to "
                f"{MOST_TURNS}."
            )
        return int(count)

    def holds(self, condition: Value) -> bool:
        """Whether a condition lets a resource or an output be; raises `TemplateInvalid`."""
        found = self.value(condition)
        if not isinstance(found, bool) and str(found).lower() not in ("true", "false"):
            raise TemplateInvalid(f"The condition is neither true nor false, it is '{found}'.")
        return bool(call("bool", [found]))

    def _object(self, raw: Mapping[str, Value]) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for key, value in raw.items():
            if key == "copy" and isinstance(value, list):
                for loop in value:
                    if not isinstance(loop, Mapping) or "name" not in loop:
                        raise TemplateInvalid("A copy loop must be an object that has a name.")
                    found[str(loop["name"])] = self.unrolled(loop)
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
        if name == "lambda":
            return self._lambda(node)
        arguments = [self._node(one) for one in node.arguments]
        if known(name).evaluate is not None:
            return call(node.name, arguments)
        spelled = checked(node.name, arguments).name
        method = _CONTEXTUAL.get(name)
        try:
            return (method or Scope._asked)(self, spelled, arguments)
        except UNFIT as error:
            raise unfit(spelled, f"{error}.") from None

    def _member(self, node: Member) -> Value:
        holder, key = self._node(node.target), self._node(node.key)
        if node.safe and holder is None:
            return None
        try:
            return item(holder, key)
        except (KeyError, IndexError):
            if node.safe:
                return None
            if isinstance(holder, list) and is_int(key):
                why = f"The language expression property array index '{key}' is out of bounds."
            else:
                others = ", ".join(holder) if isinstance(holder, Mapping) else ""
                why = (
                    f"The language expression property '{key}' doesn't exist, available "
                    f"properties are '{others}'."
                )
            raise TemplateInvalid(why) from None

    def _if(self, node: FunctionCall) -> Value:
        if len(node.arguments) != 3:
            raise unfit("if", "it takes three arguments.")
        condition, yes, no = node.arguments
        holds = self._node(condition)
        checked("if", [holds, None, None])
        return self._node(yes if holds else no)

    def _lambda(self, node: FunctionCall) -> Lambda:
        *names, body = node.arguments
        words = [str(self._node(one)).lower() for one in names]

        def evaluate(*values: Value) -> Value:
            self.budget.spend()
            inner = {**self.lambdas, **dict(zip(words, values, strict=True))}
            return replace(self, lambdas=inner)._node(body)

        return Lambda(len(words), evaluate)

    def _user_function(self, node: FunctionCall) -> Value:
        name = f"{node.namespace}.{node.name}".lower()
        function = self.user_functions.get(name)
        if function is None:
            raise unheard_of(f"{node.namespace}.{node.name}")
        names = [str(one["name"]).lower() for one in function.get("parameters", [])]
        values = [self._node(one) for one in node.arguments]
        if len(names) != len(values):
            raise TemplateInvalid(f"The function '{name}' needs {len(names)} arguments.")
        inner = Scope(self.place, dict(zip(names, values, strict=True)), budget=self.budget)
        return inner.value(function["output"]["value"])

    def _parameter(self, _name: str, arguments: list[Value]) -> Value:
        return _named("parameter", self.parameters, arguments)

    def _variable(self, _name: str, arguments: list[Value]) -> Value:
        return _named("variable", self.variables, arguments)

    def _lambda_variable(self, _name: str, arguments: list[Value]) -> Value:
        return _named("lambda variable", self.lambdas, arguments)

    def _copy_index(self, name: str, arguments: list[Value]) -> int:
        loop = arguments[0].lower() if arguments and isinstance(arguments[0], str) else ""
        offset = next((one for one in arguments if isinstance(one, int)), 0)
        if loop not in self.loops:
            raise misplaced(name, "The function can only be used in a resource with copy specified")
        return self.loops[loop] + offset

    def _once(self, name: str, arguments: list[Value]) -> Value:
        if self.once is None:
            raise misplaced(name, "It can only be used in the default value of a parameter")
        return self.once(name, *arguments)

    def _resource_id(self, name: str, arguments: list[Value]) -> str:
        return resource_id_of(self.place, name, arguments)

    def _extension_id(self, name: str, arguments: list[Value]) -> str:
        scope, kind, *names = arguments
        try:
            return extended(scope, kind, names)
        except TemplateInvalid as invalid:
            raise unfit(name, invalid.why) from None

    def _subscription(self, _name: str, _arguments: list[Value]) -> Value:
        return self.place.subscription

    def _group(self, name: str, _arguments: list[Value]) -> Value:
        if self.place.group is None:
            raise misplaced(name, "The deployment is not at the scope of a resource group")
        return self.place.group

    def _tenant(self, _name: str, _arguments: list[Value]) -> Value:
        return self.place.tenant

    def _deployer(self, _name: str, _arguments: list[Value]) -> Value:
        return self.place.deployer

    def _providers(self, name: str, arguments: list[Value]) -> Value:
        namespace, *kinds = (one.lower() for one in arguments)
        types = self.place.providers.get(namespace)
        if types is None:
            raise unfit(name, f"there is no resource provider '{arguments[0]}' here.")
        if not kinds:
            return {"namespace": arguments[0], "resourceTypes": types}
        for one in types:
            if one["resourceType"].lower() == kinds[0]:
                return one
        raise unfit(name, f"'{arguments[0]}' has no resource type '{arguments[1]}' here.")

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
            raise misplaced(name)
        wanted = str(arguments[0])
        target = self.ids.get(wanted.lower(), wanted)
        version = str(arguments[1]) if len(arguments) > 1 else ""
        question = (name, target, version)
        if question not in self.known:
            raise Wanted(question)
        return self.known[question]


def extended(scope: str, kind: str, names: list[str]) -> str:
    """The id of a resource that extends another: a lock, a role assignment. Raises `TemplateInvalid`."""
    namespace, *types = kind.split("/")
    if len(types) != len(names) or not types:
        raise TemplateInvalid(
            f"The type '{kind}' of a resource that extends '{scope}' needs one name for each of its "
            f"{len(types)} parts, {len(names)} given."
        )
    pairs = "/".join(part for pair in zip(types, names, strict=True) for part in pair)
    return f"{scope.rstrip('/')}/providers/{namespace}/{pairs}"


def _named(what: str, values: Mapping[str, Value], arguments: list[Value]) -> Value:
    name = arguments[0].lower()
    if name not in values:
        raise unknown(what, arguments[0])
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
    "tenant": Scope._tenant,
    "deployer": Scope._deployer,
    "providers": Scope._providers,
    "lambdavariables": Scope._lambda_variable,
    "deployment": Scope._deployment,
    "environment": Scope._environment,
    "reference": Scope._reference,
}
