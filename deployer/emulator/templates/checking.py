"""The expressions of a template before any is evaluated: syntax, names, arguments' number, and where functions may stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from deployer.emulator.templates.expressions import (
    FunctionCall,
    Literal,
    Member,
    Node,
    is_expression,
    parse,
)
from deployer.emulator.templates.failures import Path, TemplateInvalid, told_of
from deployer.emulator.templates.function_failures import misplaced, unfit, unheard_of, unknown
from deployer.emulator.templates.functions import CALLERS, known
from deployer.emulator.templates.kinds import SPELLED

_ONCE = ("newguid", "utcnow")
# What decides whether and where there is a resource must be known before anything is asked.
_BEFORE_ANYTHING = (
    "type", "name", "apiversion", "condition", "copy", "scope", "dependson", "subscriptionid", "resourcegroup",
)  # fmt: skip


@dataclass(frozen=True)
class _Surroundings:
    """What an expression may use where it stands; names are lower-cased, `variables` None where none may be used."""

    parameters: frozenset[str]
    variables: frozenset[str] | None = None
    user_functions: Mapping[str, int] = field(default_factory=dict)
    loops: frozenset[str] = frozenset()
    lambdas: frozenset[str] = frozenset()
    asks: bool = False
    is_default: bool = False
    is_output: bool = False
    may_be_safe: bool = False

    def looped(self, name: str) -> _Surroundings:
        return replace(self, loops=self.loops | {"", name.lower()})


def check(template: Mapping[str, Any]) -> None:
    """Raises `TemplateInvalid` for the first expression that cannot be right, whatever the parameters are."""
    declared = _section(template, "parameters")
    variables = _section(template, "variables")
    loops = variables.get("copy", [])
    names = [*(name for name in variables if name != "copy"), *(str(one["name"]) for one in loops)]
    here = _Surroundings(
        parameters=frozenset(name.lower() for name in declared),
        variables=frozenset(name.lower() for name in names),
        user_functions=dict(_user_functions(template)),
        may_be_safe=template.get("languageVersion", "1.0") != "1.0",
    )
    for name, rules in declared.items():
        at: Path = ("parameters", name)
        with told_of(f"template resource '{name}'", at):
            inner = replace(here, variables=None, is_default=True)
            _check(rules.get("defaultValue"), (*at, "defaultValue"), inner)
    for name, value in variables.items():
        with told_of(f"template variable '{name}'", ("variables", name)):
            _check({name: value}, ("variables",), here)
    resources = template.get("resources")
    if isinstance(resources, list | Mapping):
        _check_resources(resources, ("resources",), here)
    for name, rules in _section(template, "outputs").items():
        at = ("outputs", name)
        with told_of(f"template output '{name}'", at):
            _check_output(rules, at, replace(here, asks=True, is_output=True))


def _user_functions(template: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The functions of the template, each with the number of its arguments."""
    for position, group in enumerate(template.get("functions", [])):
        for name, function in group.get("members", {}).items():
            whole = f"{group['namespace']}.{name}"
            at: Path = ("functions", position, "members", name)
            with told_of(f"template function '{whole}'", at):
                parameters = [str(one["name"]).lower() for one in function.get("parameters", [])]
                if "value" not in function.get("output", {}):
                    raise TemplateInvalid("its output needs a value.")
                inner = _Surroundings(frozenset(parameters))
                _check(function["output"]["value"], (*at, "output", "value"), inner)
            yield whole.lower(), len(parameters)


def _check_resources(resources: Any, at: Path, here: _Surroundings) -> None:  # noqa: ANN401
    rows = resources.items() if isinstance(resources, Mapping) else enumerate(resources)
    for key, row in rows:
        path = (*at, key)
        if not isinstance(row, Mapping):
            continue  # told when the resources are laid out
        with told_of(f"template resource '{row.get('name', key)}'", path):
            _check_resource(row, path, here)


def _check_resource(row: Mapping[str, Any], at: Path, here: _Surroundings) -> None:
    loop = row.get("copy")
    inside = here
    if isinstance(loop, Mapping):
        _check(loop, (*at, "copy"), here)
        inside = here.looped(str(loop.get("name", at[-1])))
    for key, value in row.items():
        path = (*at, key)
        if key.lower() == "resources":
            _check_resources(value, path, inside)
        elif key.lower() in _BEFORE_ANYTHING:
            if key.lower() != "copy":
                _check(value, path, inside)
        else:
            _check(_without_inner(key, value), path, replace(inside, asks=True))


def _without_inner(key: str, value: Any) -> Any:  # noqa: ANN401
    """Properties without an inner template, which is checked where it runs."""
    if key.lower() != "properties" or not isinstance(value, Mapping):
        return value
    options = value.get("expressionEvaluationOptions")
    inner = isinstance(options, Mapping) and str(options.get("scope")).lower() == "inner"
    return {name: one for name, one in value.items() if not (inner and name == "template")}


def _check_output(rules: Mapping[str, Any], at: Path, here: _Surroundings) -> None:
    kind = rules.get("type")
    if "$ref" not in rules and str(kind).lower() not in SPELLED:
        raise TemplateInvalid(f"it has the unknown type '{kind}'.", path=(*at, "type"))
    loop = rules.get("copy")
    if loop is None and "value" not in rules:
        raise TemplateInvalid("it needs a value.")
    _check(rules.get("condition"), (*at, "condition"), here)
    if loop is None:
        _check(rules["value"], (*at, "value"), here)
    else:
        _check(loop.get("count"), (*at, "copy", "count"), here)
        _check(loop.get("input"), (*at, "copy", "input"), here.looped(str(loop.get("name", ""))))


def _check(raw: Any, at: Path, here: _Surroundings) -> None:  # noqa: ANN401
    """Every expression of a piece of a template."""
    if isinstance(raw, str) and is_expression(raw):
        try:
            _check_node(parse(raw), here)
        except TemplateInvalid as invalid:
            invalid.path = invalid.path or at
            raise
    elif isinstance(raw, list):
        for position, one in enumerate(raw):
            _check(one, (*at, position), here)
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            if key == "copy" and isinstance(value, list):
                for position, loop in enumerate(value):
                    path = (*at, "copy", position)
                    _check(loop.get("count"), (*path, "count"), here)
                    inner = here.looped(str(loop.get("name", "")))
                    _check(loop.get("input"), (*path, "input"), inner)
            else:
                _check(key, (*at, key), here)
                _check(value, (*at, key), here)


def _check_node(node: Node, here: _Surroundings) -> None:
    if isinstance(node, Member):
        if node.safe and not here.may_be_safe:
            raise TemplateInvalid(
                "The language expression uses '.?', for which the template's languageVersion must "
                "be '2.0'."
            )
        _check_node(node.target, here)
        _check_node(node.key, here)
    elif isinstance(node, FunctionCall):
        _check_call(node, here)
        name = node.name.lower()
        for argument in node.arguments:
            if isinstance(argument, FunctionCall) and argument.name.lower() == "lambda":
                if name not in CALLERS:
                    raise misplaced("lambda", "It can only be given to a function that calls it")
                _check_lambda(argument, here)
            else:
                _check_node(argument, here)


def _check_lambda(node: FunctionCall, here: _Surroundings) -> None:
    *names, body = node.arguments or (None,)
    words = [str(one.value).lower() for one in names if isinstance(one, Literal)]
    if body is None or len(words) != len(names):
        raise unfit("lambda", "it takes the names of its variables and an expression.")
    _check_node(body, replace(here, lambdas=here.lambdas | {*words}))


def _check_call(node: FunctionCall, here: _Surroundings) -> None:
    name = node.name.lower()
    if node.namespace:
        _check_user_call(node, here)
        return
    function = known(name)
    if not function.signature.takes_as_many_as(len(node.arguments)):
        written = function.signature.written
        raise unfit(function.name, f"it takes ({written}), not {len(node.arguments)} arguments.")
    if name == "lambda":
        raise misplaced(function.name, "It can only be given to a function that calls it")
    if name in _ONCE and not here.is_default:
        raise misplaced(function.name, "It can only be used in the default value of a parameter")
    if (name == "reference" or name.startswith("list")) and not here.asks:
        raise misplaced(function.name if name == "reference" else node.name)
    if name == "variables" and here.variables is None:
        raise misplaced(function.name)
    _check_word(name, node.arguments[0] if node.arguments else None, here)


def _check_user_call(node: FunctionCall, here: _Surroundings) -> None:
    whole = f"{node.namespace}.{node.name}"
    number = here.user_functions.get(whole.lower())
    if number is None:
        raise unheard_of(whole)
    if number != len(node.arguments):
        raise unfit(whole, f"it takes {number} arguments, not {len(node.arguments)}.")


def _check_word(name: str, first: Node | None, here: _Surroundings) -> None:
    """What a function names must be there; a name that is an expression is only known later."""
    if first is not None and not isinstance(first, Literal):
        return
    word = first.value if first is not None and isinstance(first.value, str) else ""
    if name == "copyindex" and word.lower() not in here.loops:
        reason = "The function can only be used in a resource with copy specified"
        raise misplaced("copyIndex", reason)
    if here.is_output and name != "lambdavariables":
        return  # told when the run has ended (Azure/azure-policy#1442)
    for function, what, names in (
        ("parameters", "parameter", here.parameters),
        ("variables", "variable", here.variables or frozenset()),
        ("lambdavariables", "lambda variable", here.lambdas),
    ):
        if name == function and word.lower() not in names:
            raise unknown(what, word)


def _section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = template.get(name)
    return found if isinstance(found, Mapping) else {}
