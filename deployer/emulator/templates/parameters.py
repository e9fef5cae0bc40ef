"""A template's parameters: the values given, the defaults evaluated, both checked, and how they are shown again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from deployer.emulator.templates.date_functions import Once
from deployer.emulator.templates.evaluation import Scope
from deployer.emulator.templates.failures import TemplateInvalid, told_of
from deployer.emulator.templates.kinds import SECURE, SPELLED, fits_type, kind_of

_HELP = "Please see https://aka.ms/arm-create-parameter-file for usage details."


def values(
    declared: Mapping[str, Any], given: Mapping[str, Any], scope: Scope, once: Once
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
        with told_of("", ("parameters", name)):
            found[name.lower()] = _value(
                name, rules, handed, replace(scope, parameters=found, once=once)
            )
    return found


def _value(name: str, rules: Mapping[str, Any], handed: Mapping[str, Any], seeing: Scope) -> Any:  # noqa: ANN401
    # Messages call a parameter a resource too (microsoft/vscode-azurearmtools#961).
    if name.lower() in handed:
        value = _handed(name, handed[name.lower()])
    elif "defaultValue" in rules:
        with told_of(f"template resource '{name}'", ("parameters", name)):
            value = seeing.value(rules["defaultValue"])
    elif rules.get("nullable"):
        return None
    else:
        raise TemplateInvalid(
            f"The value for the template parameter '{name}' is not provided. {_HELP}"
        )
    _check(name, rules, value)
    return value


def shown(declared: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as a deployment echoes them: types capitalised, what is secure without its value."""
    return {
        name: typed(str(rules.get("type", "")), found.get(name.lower()))
        for name, rules in declared.items()
    }


def typed(kind: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
    """A value with its type, as parameters and outputs are shown."""
    spelled = {"type": SPELLED.get(kind.lower(), kind)}
    return spelled if kind.lower() in SECURE else {**spelled, "value": value}


def secrets(declared: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[str]:
    """Every text that a secure parameter holds."""
    for name, rules in declared.items():
        if str(rules.get("type")).lower() in SECURE:
            yield from _texts(found.get(name.lower()))


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)


def _handed(name: str, given: Any) -> Any:  # noqa: ANN401
    if isinstance(given, Mapping) and "value" in given:
        return given["value"]
    if isinstance(given, Mapping) and "reference" in given:
        raise TemplateInvalid(
            f"The value of deployment parameter '{name}' is a secret in a Key Vault, of which this "
            "cloud has none. Please give the value itself.",
            "InvalidDeploymentParameterValue",
        )
    raise TemplateInvalid(
        f"The value of deployment parameter '{name}' is null or of a form that is not supported "
        "here. Please specify the value, or remove the parameter.",
        "InvalidDeploymentParameterValue",
    )


def _check(name: str, rules: Mapping[str, Any], value: Any) -> None:  # noqa: ANN401
    kind = str(rules.get("type", ""))
    fits = fits_type(kind, value)
    if fits is None:
        raise TemplateInvalid(f"The template parameter '{name}' has the unknown type '{kind}'.")
    if not fits:
        raise TemplateInvalid(
            f"Template parameter JToken type is not valid. Expected '{kind}'. Actual "
            f"'{kind_of(value)}' for the template parameter '{name}'. {_HELP}"
        )
    allowed = rules.get("allowedValues")
    parts = value if isinstance(value, list) and value not in (allowed or []) else [value]
    if allowed is not None and not all(part in allowed for part in parts):
        words = "" if kind.lower() in SECURE else f" The value '{value}'"
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
