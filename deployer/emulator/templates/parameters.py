"""A template's parameters: the values given, the defaults evaluated, both checked, and how they are shown again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from deployer.emulator.templates.evaluation import Scope
from deployer.emulator.templates.failures import TemplateInvalid

_SECURE = ("securestring", "secureobject")
_SPELLED = {
    "string": "String",
    "securestring": "SecureString",
    "int": "Int",
    "bool": "Bool",
    "array": "Array",
    "object": "Object",
    "secureobject": "SecureObject",
}
_FITS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "securestring": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "bool": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "secureobject": lambda value: isinstance(value, dict),
}
_HELP = "Please see https://aka.ms/arm-create-parameter-file for usage details."


def values(
    declared: Mapping[str, Any], given: Mapping[str, Any], scope: Scope, once: Mapping[str, Any]
) -> dict[str, Any]:
    """Every parameter's value by lower-cased name, in the template's order; raises `TemplateInvalid`."""
    known = {name.lower() for name in declared}
    unknown = [name for name in given if name.lower() not in known]
    if unknown:
        raise TemplateInvalid(
            f"The template parameters '{', '.join(unknown)}' in the parameters file are not valid; "
            "they are not present in the original template and can therefore not be provided at "
            "deployment time. The only supported parameters for this template are "
            f"'{', '.join(declared)}'. {_HELP}"
        )
    handed = {name.lower(): value for name, value in given.items()}
    found: dict[str, Any] = {}
    for name, rules in declared.items():
        if name.lower() in handed:
            value = _handed(name, handed[name.lower()])
        elif "defaultValue" in rules:
            seeing = replace(scope, parameters=found, once=once)
            value = seeing.value(rules["defaultValue"])
        elif rules.get("nullable"):
            found[name.lower()] = None
            continue
        else:
            raise TemplateInvalid(
                f"The value for the template parameter '{name}' is not provided. {_HELP}"
            )
        _check(name, rules, value)
        found[name.lower()] = value
    return found


def shown(declared: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as a deployment echoes them: types capitalised, what is secure without its value."""
    return {
        name: typed(str(rules.get("type", "")), found.get(name.lower()))
        for name, rules in declared.items()
    }


def typed(kind: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
    """A value with its type, as parameters and outputs are shown."""
    spelled = {"type": _SPELLED.get(kind.lower(), kind)}
    return spelled if kind.lower() in _SECURE else {**spelled, "value": value}


def _handed(name: str, given: Any) -> Any:  # noqa: ANN401
    if isinstance(given, Mapping) and "value" in given:
        return given["value"]
    raise TemplateInvalid(
        f"The value of deployment parameter '{name}' is null or of a form that is not supported "
        "here. Please specify the value, or remove the parameter.",
        "InvalidDeploymentParameterValue",
    )


def _check(name: str, rules: Mapping[str, Any], value: Any) -> None:  # noqa: ANN401
    kind = str(rules.get("type", ""))
    fits = _FITS.get(kind.lower())
    if fits is None:
        raise TemplateInvalid(f"The template parameter '{name}' has the unknown type '{kind}'.")
    if not fits(value):
        raise TemplateInvalid(
            f"Template parameter JToken type is not valid. Expected '{kind}'. Actual "
            f"'{_kind_of(value)}' for the template parameter '{name}'. {_HELP}"
        )
    allowed = rules.get("allowedValues")
    parts = value if isinstance(value, list) and value not in (allowed or []) else [value]
    if allowed is not None and not all(part in allowed for part in parts):
        words = "" if kind.lower() in _SECURE else f" The value '{value}'"
        raise TemplateInvalid(
            f"The provided value for the template parameter '{name}' is not valid.{words or ' It'} "
            f"is not part of the allowed value(s): '{','.join(map(str, allowed))}'."
        )
    for rule, measured, wrong in _limits(rules, value):
        if wrong:
            raise TemplateInvalid(
                f"The provided value for the template parameter '{name}' is not valid: {rule} is "
                f"{rules[rule]}, it has {measured}. {_HELP}"
            )


def _limits(rules: Mapping[str, Any], value: Any) -> list[tuple[str, int, bool]]:  # noqa: ANN401
    length = len(value) if isinstance(value, str | list | dict) else 0
    number = value if isinstance(value, int) else 0
    return [
        (rule, measured, measured < rules[rule] if rule[:3] == "min" else measured > rules[rule])
        for rule, measured in (
            ("minLength", length),
            ("maxLength", length),
            ("minValue", number),
            ("maxValue", number),
        )
        if rule in rules
    ]


def _kind_of(value: Any) -> str:  # noqa: ANN401
    names = {str: "String", bool: "Boolean", int: "Integer", float: "Float", list: "Array"}
    return "Null" if value is None else names.get(type(value), "Object")
