"""A template opened at a place with its parameters: the resources to write, the outputs, and what is echoed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from deployer.emulator.templates.checking import check
from deployer.emulator.templates.date_functions import Once
from deployer.emulator.templates.dependencies import names, with_needs
from deployer.emulator.templates.evaluation import Question, Scope, Wanted
from deployer.emulator.templates.failures import TemplateInvalid, Unprocessable, told_of
from deployer.emulator.templates.instances import Instance, instances, subject_of
from deployer.emulator.templates.kinds import fits_type, kind_of
from deployer.emulator.templates.parameters import secrets, shown, typed, values
from deployer.emulator.templates.places import Place
from deployer.emulator.templates.secret_texts import without


class Variables(Mapping[str, Any]):
    """A template's variables, each evaluated when it is first asked for; one may name another."""

    def __init__(self, declared: Mapping[str, Any], scope: Scope) -> None:
        self._declared = {name.lower(): value for name, value in declared.items() if name != "copy"}
        self._loops = {str(one["name"]).lower(): one for one in declared.get("copy", [])}
        self._names = frozenset({**self._declared, **self._loops})
        self._scope = replace(scope, variables=self)
        self._values: dict[str, Any] = {}
        self._open: set[str] = set()

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401
        if name not in self._names:
            raise KeyError(name)
        if name not in self._values:
            if name in self._open:
                raise TemplateInvalid(
                    f"Circular reference detected on the template variable '{name}'."
                )
            self._open.add(name)
            loop = self._loops.get(name)
            with told_of(f"template variable '{name}'", ("variables", name)):
                self._values[name] = (
                    self._scope.value(self._declared[name])
                    if loop is None
                    else self._scope.unrolled(loop)
                )
            self._open.discard(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


@dataclass(frozen=True)
class OpenTemplate:
    """A template whose parameters are known. `resources` are in the template's order."""

    scope: Scope
    resources: list[Instance]
    parameters: Mapping[str, Any]
    declared_outputs: Mapping[str, Any]
    secrets: tuple[str, ...] = ()
    """Every text that a secure parameter holds."""

    @cached_property
    def _ids(self) -> Mapping[str, str]:
        return names(self.resources)

    def outputs(self, known: Mapping[Question, Any]) -> dict[str, Any]:
        """The outputs; raises `Wanted` for what the cloud must still be asked."""
        shown = ((name, self.output(name, known)) for name in self.declared_outputs)
        return {name: value for name, value in shown if value is not None}

    def output(self, name: str, known: Mapping[Question, Any]) -> dict[str, Any] | None:
        """One output, None where its condition leaves it out; raises `Wanted` and `TemplateInvalid`."""
        scope = replace(self.scope, known=known, ids=self._ids)
        rules = self.declared_outputs[name]
        with told_of(f"template output '{name}'", ("outputs", name)):
            if not scope.holds(rules.get("condition", True)):
                return None
            loop = rules.get("copy")
            value = scope.unrolled({"name": "", **loop}) if loop else scope.value(rules["value"])
            kind = str(rules.get("type", ""))
            may_be_null = value is None and rules.get("nullable") is True
            if not may_be_null and fits_type(kind, value) is False:
                raise TemplateInvalid(
                    f"Template output JToken type is not valid. Expected '{kind}'. Actual "
                    f"'{kind_of(value)}'. Please see https://aka.ms/arm-syntax-outputs for usage "
                    "details."
                )
            return typed(kind, value)

    def body(self, one: Instance, known: Mapping[Question, Any]) -> dict[str, Any]:
        """The body of a resource's PUT; raises `Wanted` for what the cloud must still be asked."""
        try:
            with told_of("", one.at):
                return self._body(one, known)
        except TemplateInvalid as invalid:
            raise Unprocessable(invalid.why, subject=one.id, at=one.at, path=one.at) from None

    def _body(self, one: Instance, known: Mapping[Question, Any]) -> dict[str, Any]:
        scope = replace(one.scope, known=known, ids=self._ids)
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

    def foresee(self) -> None:
        """Evaluate resources as far as that needs nothing from the cloud; raises `TemplateInvalid`.

        Outputs are evaluated when the run has ended, even where they need nothing (Azure/azure-rest-api-specs#14055).
        """
        for one in self.resources:
            if one.included and not one.existing:
                with suppress(Wanted), told_of(subject_of({"name": one.name}, one.at), one.at):
                    self._body(one, {})


def open_template(
    template: Any,  # noqa: ANN401
    given: Mapping[str, Any],
    place: Place,
    once: Once,
) -> OpenTemplate:
    """Check a template and its parameters and lay out its resources; raises `TemplateInvalid`."""
    if not isinstance(template, Mapping):
        raise TemplateInvalid("The template is missing or no object.")
    for needed in ("$schema", "contentVersion", "resources"):
        if needed not in template:
            raise TemplateInvalid(f"Required property '{needed}' not found in JSON.")
    with told_of("", ()):
        declared, outputs = _section(template, "parameters"), _section(template, "outputs")
        variables = _section(template, "variables")
        check(template)
        empty = Scope(place, user_functions=_user_functions(template))
        parameters = values(declared, given, empty, once)
        scope = replace(empty, parameters=parameters)
        scope = replace(scope, variables=Variables(variables, scope))
        hidden = tuple(secrets(declared, parameters))
        try:
            found = with_needs(instances(template["resources"], scope))
            opened = OpenTemplate(scope, found, shown(declared, parameters), outputs, hidden)
            opened.foresee()
        except TemplateInvalid as invalid:
            invalid.why = without(invalid.why, hidden)
            raise
        return opened


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
