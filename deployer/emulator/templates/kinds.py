"""The kinds of values that templates know, and which of them a parameter, an output or an argument may have."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Value = Any

SECURE = ("securestring", "secureobject")
SPELLED = {
    "string": "String",
    "securestring": "SecureString",
    "int": "Int",
    "bool": "Bool",
    "array": "Array",
    "object": "Object",
    "secureobject": "SecureObject",
}
"""The types of parameters and outputs as deployments show them."""


LAMBDA_CALLS = 100_000
"""How often a template may call its lambdas, all together: whoever evaluates it answers nobody else meanwhile. What Azure
allows is not known."""


class Budget:
    """What is left of the calls of lambdas."""

    def __init__(self) -> None:
        self._left = LAMBDA_CALLS

    def spend(self) -> None:
        """One call more; raises ValueError when there are none left."""
        self._left -= 1
        if self._left < 0:
            raise ValueError(f"its lambdas are called more than {LAMBDA_CALLS:,} times")


class Lambda:
    """A function written in the template; only the functions that call one may be given it."""

    def __init__(self, parameters: int, evaluate: Callable[..., Value]) -> None:
        self.parameters = parameters
        self._evaluate = evaluate

    def __call__(self, *values: Value) -> Value:
        """Evaluate it with the first values, as many as it has parameters."""
        return self._evaluate(*values[: self.parameters])


def is_int(value: Value) -> bool:
    """Whether a value is a whole number; `true` is none."""
    return isinstance(value, int) and not isinstance(value, bool)


FITS: Mapping[str, Callable[[Value], bool]] = {
    "string": lambda value: isinstance(value, str),
    "int": is_int,
    "float": lambda value: isinstance(value, float),
    "bool": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, Mapping),
    "null": lambda value: value is None,
    "ints": lambda value: isinstance(value, list) and bool(value) and all(map(is_int, value)),
    "arrays": lambda value: isinstance(value, list) and all(isinstance(one, list) for one in value),
    "objects": lambda value: (
        isinstance(value, list) and all(isinstance(one, Mapping) for one in value)
    ),
    "lambda": lambda value: isinstance(value, Lambda),
    "any": lambda value: not isinstance(value, Lambda),
}
"""Whether a value is of a kind."""


def fits_type(kind: str, value: Value) -> bool | None:
    """Whether a value is of a type of parameters and outputs; None when there is no such type."""
    if kind.lower() not in SPELLED:
        return None
    return FITS[kind.lower().removeprefix("secure")](value)


def kind_of(value: Value) -> str:
    """A value's kind in the words of messages."""
    names = {str: "String", bool: "Boolean", int: "Integer", float: "Float", list: "Array"}
    return "Null" if value is None else names.get(type(value), "Object")
