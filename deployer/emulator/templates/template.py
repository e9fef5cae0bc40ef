"""A template opened at a place with its parameters: the resources to write, the outputs, and what is echoed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from deployer.emulator.templates.dependencies import names, with_needs
from deployer.emulator.templates.evaluation import Question, Scope
from deployer.emulator.templates.failures import TemplateInvalid
from deployer.emulator.templates.instances import Instance, instances
from deployer.emulator.templates.parameters import shown, typed, values
from deployer.emulator.templates.places import Place


class Variables(Mapping[str, Any]):
    """A template's variables, each evaluated when it is first asked for; one may name another."""

    def __init__(self, declared: Mapping[str, Any], scope: Scope) -> None:
        self._declared = {name.lower(): value for name, value in declared.items() if name != "copy"}
        self._loops = {str(one["name"]).lower(): one for one in declared.get("copy", [])}
        self._scope = replace(scope, variables=self)
        self._values: dict[str, Any] = {}
        self._open: set[str] = set()

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        if name not in self._values:
            if name in self._open:
                raise TemplateInvalid(
                    f"Circular reference detected on the template variable '{name}'."
                )
            self._open.add(name)
            loop = self._loops.get(name)
            self._values[name] = (
                self._scope.value(self._declared[name])
                if loop is None
                else self._scope.unrolled(loop)
            )
            self._open.discard(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._declared, **self._loops})

    def __len__(self) -> int:
        return len({**self._declared, **self._loops})


@dataclass(frozen=True)
class OpenTemplate:
    """A template whose parameters are known. `resources` are in the template's order."""

    scope: Scope
    resources: list[Instance]
    parameters: Mapping[str, Any]
    declared_outputs: Mapping[str, Any]

    def outputs(self, known: Mapping[Question, Any]) -> dict[str, Any]:
        """The outputs; raises `Wanted` for what the cloud must still be asked."""
        scope = replace(self.scope, known=known, ids=names(self.resources))
        found: dict[str, Any] = {}
        for name, rules in self.declared_outputs.items():
            if not scope.value(rules.get("condition", True)):
                continue
            loop = rules.get("copy")
            value = scope.unrolled({"name": "", **loop}) if loop else scope.value(rules["value"])
            found[name] = typed(str(rules.get("type", "")), value)
        return found

    def body(self, one: Instance, known: Mapping[Question, Any]) -> dict[str, Any]:
        """The body of a resource's PUT; raises `Wanted` for what the cloud must still be asked."""
        scope = replace(one.scope, known=known, ids=names(self.resources))
        raw = dict(one.body)
        properties = raw.get("properties")
        if isinstance(properties, Mapping) and _is_inner(properties):
            # An inner template is evaluated by the deployment that runs it, in a scope of its own.
            outer = {key: value for key, value in properties.items() if key != "template"}
            evaluated: dict[str, Any] = scope.value({**raw, "properties": outer})
            evaluated["properties"]["template"] = properties["template"]
            return evaluated
        found: dict[str, Any] = scope.value(raw)
        return found


def open_template(
    template: Any,  # noqa: ANN401
    given: Mapping[str, Any],
    place: Place,
    once: Mapping[str, Any],
) -> OpenTemplate:
    """Check a template and its parameters and lay out its resources; raises `TemplateInvalid`."""
    if not isinstance(template, Mapping):
        raise TemplateInvalid("The template is missing or no object.")
    for needed in ("$schema", "contentVersion", "resources"):
        if needed not in template:
            raise TemplateInvalid(f"Required property '{needed}' not found in JSON.")
    declared = _section(template, "parameters")
    empty = Scope(place, user_functions=_user_functions(template))
    parameters = values(declared, given, empty, once)
    scope = replace(empty, parameters=parameters)
    scope = replace(scope, variables=Variables(_section(template, "variables"), scope))
    found = with_needs(instances(template["resources"], scope))
    outputs = _section(template, "outputs")
    return OpenTemplate(scope, found, shown(declared, parameters), outputs)


def _is_inner(properties: Mapping[str, Any]) -> bool:
    options = properties.get("expressionEvaluationOptions")
    scope = options.get("scope") if isinstance(options, Mapping) else None
    return "template" in properties and str(scope).lower() == "inner"


def _section(template: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = template.get(name)
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise TemplateInvalid(f"The template property '{name}' must be an object.")
    return found


def _user_functions(template: Mapping[str, Any]) -> dict[str, Any]:
    return {
        f"{group['namespace']}.{name}".lower(): function
        for group in template.get("functions", [])
        for name, function in group.get("members", {}).items()
    }
