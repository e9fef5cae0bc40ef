"""Every function of the template language: its arguments, where it may stand, and what gives its value.

Semantics: Azure's template function reference, as summarised in the emulation notes (2026-11), section 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from deployer.emulator.templates import collection_functions as collections
from deployer.emulator.templates import date_functions as dates
from deployer.emulator.templates import number_functions as numbers
from deployer.emulator.templates import text_functions as texts
from deployer.emulator.templates.failures import UNFIT
from deployer.emulator.templates.function_failures import unfit, unheard_of
from deployer.emulator.templates.hashing import guid, unique_string
from deployer.emulator.templates.kinds import kind_of
from deployer.emulator.templates.signatures import Signature

Value = Any

CONTEXTUAL = None
"""For functions whose value depends on where they stand: whoever evaluates gives it."""


@dataclass(frozen=True)
class Function:
    """A function as the language knows it."""

    name: str
    signature: Signature
    evaluate: Callable[..., Value] | None


def call(name: str, arguments: Sequence[Value]) -> Value:
    """The value of a function that needs nothing but its arguments; raises `TemplateInvalid`."""
    function = checked(name, arguments)
    if function.evaluate is None:
        raise unheard_of(name)
    try:
        return function.evaluate(*arguments)
    except UNFIT as error:
        raise unfit(function.name, f"{error}.") from None


def checked(name: str, arguments: Sequence[Value]) -> Function:
    """The function of that name, for which these arguments will do; raises `TemplateInvalid`."""
    function = known(name)
    if not function.signature.takes(arguments):
        given = ", ".join(map(kind_of, arguments))
        why = f"it takes ({function.signature.written}), not ({given})."
        raise unfit(function.name, why)
    return function


def known(name: str) -> Function:
    """The function of that name; raises `TemplateInvalid`."""
    function = FUNCTIONS.get(name.lower())
    if function is None and name.lower().startswith("list"):
        return Function(name, Signature("string string object?"), CONTEXTUAL)
    if function is None:
        raise unheard_of(name)
    return function


_ROWS: tuple[tuple[str, str, Callable[..., Value] | None], ...] = (
    # of the deployment and its place
    ("parameters", "string", CONTEXTUAL),
    ("variables", "string", CONTEXTUAL),
    ("lambda", "string* any", CONTEXTUAL),
    ("lambdaVariables", "string", CONTEXTUAL),
    ("copyIndex", "string? int?", CONTEXTUAL),
    ("if", "bool any any", CONTEXTUAL),
    ("newGuid", "", CONTEXTUAL),
    ("utcNow", "string?", CONTEXTUAL),
    ("resourceId", "string string+", CONTEXTUAL),
    ("subscriptionResourceId", "string string+", CONTEXTUAL),
    ("tenantResourceId", "string string+", CONTEXTUAL),
    ("extensionResourceId", "string string string+", CONTEXTUAL),
    ("subscription", "", CONTEXTUAL),
    ("resourceGroup", "", CONTEXTUAL),
    ("tenant", "", CONTEXTUAL),
    ("deployment", "", CONTEXTUAL),
    ("deployer", "", CONTEXTUAL),
    ("environment", "", CONTEXTUAL),
    ("providers", "string string?", CONTEXTUAL),
    ("reference", "string string? string?", CONTEXTUAL),
    # texts
    ("concat", "array+ | string/int/bool/float+", texts.concat),
    ("format", "string any+", texts.format_text),
    ("string", "any", texts.string),
    ("toLower", "string", str.lower),
    ("toUpper", "string", str.upper),
    ("trim", "string", str.strip),
    ("replace", "string string string", str.replace),
    ("split", "string string/array", texts.split),
    ("join", "array string", lambda values, by: by.join(map(texts.text_of, values))),
    ("substring", "string int int?", texts.substring),
    ("startsWith", "string string", lambda text, start: text.lower().startswith(start.lower())),
    ("endsWith", "string string", lambda text, end: text.lower().endswith(end.lower())),
    ("indexOf", "string string | array any", collections.index_of),
    ("lastIndexOf", "string string | array any", collections.last_index_of),
    ("padLeft", "string/int int string?", texts.pad_left),
    ("base64", "string", texts.encoded),
    ("base64ToString", "string", texts.decoded),
    ("base64ToJson", "string", lambda text: texts.read_json(texts.decoded(text))),
    ("dataUri", "string", texts.data_uri),
    ("dataUriToString", "string", texts.of_data_uri),
    ("uri", "string string", texts.uri),
    ("uriComponent", "string", lambda text: quote(text, safe="-_.!~*'()")),
    ("uriComponentToString", "string", unquote),
    ("uniqueString", "string+", unique_string),
    ("guid", "string+", guid),
    ("json", "string", texts.read_json),
    # numbers
    ("add", "int int", lambda one, other: numbers.bounded(one + other)),
    ("sub", "int int", lambda one, other: numbers.bounded(one - other)),
    ("mul", "int int", lambda one, other: numbers.bounded(one * other)),
    ("div", "int int", numbers.div),
    ("mod", "int int", numbers.mod),
    ("int", "string/int/float", numbers.int_of),
    ("float", "string/int/float", numbers.float_of),
    ("min", "ints | int+", numbers.least),
    ("max", "ints | int+", numbers.most),
    ("range", "int int", numbers.range_of),
    # logic
    ("and", "bool bool+", lambda *parts: all(parts)),
    ("or", "bool bool+", lambda *parts: any(parts)),
    ("not", "bool", lambda value: not value),
    ("bool", "string/int/bool", numbers.bool_of),
    ("true", "", lambda: True),
    ("false", "", lambda: False),
    ("null", "", lambda: None),
    ("equals", "any any", numbers.equals),
    ("less", "int int | string string", lambda one, other: one < other),
    ("lessOrEquals", "int int | string string", lambda one, other: one <= other),
    ("greater", "int int | string string", lambda one, other: one > other),
    ("greaterOrEquals", "int int | string string", lambda one, other: one >= other),
    ("coalesce", "any+", numbers.coalesce),
    # dates
    ("dateTimeAdd", "string string string?", dates.date_time_add),
    ("dateTimeToEpoch", "string", dates.date_time_to_epoch),
    ("dateTimeFromEpoch", "int", dates.date_time_from_epoch),
    # arrays and objects
    ("empty", "string/array/object/null", collections.empty),
    ("length", "string/array/object", len),
    ("contains", "string string/int | array any | object string", collections.contains),
    ("union", "array array+ | object object+", collections.union),
    ("intersection", "array array+ | object object+", collections.intersection),
    ("createArray", "any*", lambda *parts: list(parts)),
    ("array", "any", collections.array),
    ("createObject", "any*", collections.create_object),
    ("first", "array/string", lambda values: collections.end_of(values, 0)),
    ("last", "array/string", lambda values: collections.end_of(values, -1)),
    ("skip", "array/string int", collections.skip),
    ("take", "array/string int", collections.take),
    ("flatten", "arrays", collections.flatten),
    ("items", "object", collections.items),
    ("objectKeys", "object", sorted),
    ("shallowMerge", "objects", collections.shallow_merge),
    ("tryGet", "any string/int+", collections.tried),
    # lambdas
    ("map", "array lambda", collections.map_array),
    ("filter", "array lambda", collections.filter_array),
    ("reduce", "array any lambda", collections.reduce_array),
    ("sort", "array lambda", collections.sort_array),
    ("groupBy", "array lambda", collections.group_by),
    ("toObject", "array lambda lambda?", collections.to_object),
    ("mapValues", "object lambda", collections.map_values),
)

FUNCTIONS: Mapping[str, Function] = {
    name.lower(): Function(name, Signature(signature), evaluate)
    for name, signature, evaluate in _ROWS
}
"""By lower-cased name; each takes what its signature says and nothing else."""

CALLERS = frozenset(name.lower() for name, signature, _ in _ROWS if "lambda" in signature.split())
"""The functions to which a lambda may be given."""
