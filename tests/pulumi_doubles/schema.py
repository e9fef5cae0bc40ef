"""What a resource may say, read from the typed inputs and outputs of the installed SDK: names, types, what is required.

The plugin's own schema is not in the SDK's wheel, but its generated classes are made from it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, ForwardRef, Union, get_args, get_origin

import pulumi
from pulumi._types import is_input_type, is_output_type
from pulumi_doubles.marks import UNKNOWN

Json = dict[str, Any]
_PLAIN: Mapping[type, tuple[type, ...]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    float: (int, float),
}
_OF_EVERY_RESOURCE = {"urn", "id", "pulumi_resource_name", "pulumi_resource_type"}


@dataclass(frozen=True)
class Property:
    """One property: its shape and whether it has to be given."""

    shape: Shape
    required: bool


@dataclass(frozen=True)
class Shape:
    """What a value has to be: `plain` one of these types, a list of `items`, a map of `values`, an object of a class."""

    plain: tuple[type, ...] = ()
    choices: tuple[str, ...] = ()
    items: Shape | None = None
    values: Shape | None = None
    object: type | None = None

    def problems(self, value: Any, where: str) -> Iterator[str]:
        """Why a value is not of this shape; what is unknown yet passes."""
        if value == UNKNOWN:
            return
        if isinstance(value, Mapping) and self.object is not None:
            yield from problems(self.object, value, where)
        elif isinstance(value, Mapping) and self.values is not None:
            for name, one in value.items():
                yield from self.values.problems(one, f"{where}.{name}")
        elif isinstance(value, list) and self.items is not None:
            for index, one in enumerate(value):
                yield from self.items.problems(one, f"{where}[{index}]")
        elif isinstance(value, bool) is not (bool in self.plain) or not isinstance(
            value, self.plain
        ):
            yield f"'{where}' cannot be {value!r}"
        elif self.choices and value not in self.choices:
            yield f"'{where}' is {value!r}, known are {', '.join(self.choices)}"


@cache
def properties(kind: type) -> Mapping[str, Property]:
    """The properties of an SDK class of inputs, outputs or of a resource, by their names on the wire."""
    required = {
        name
        for name, parameter in inspect.signature(kind.__init__).parameters.items()  # type: ignore[misc]
        if parameter.default is inspect.Parameter.empty and name not in {"self", "__self__"}
    }
    found = {}
    for name, getter in inspect.getmembers(kind, lambda one: isinstance(one, property)):
        wire = getattr(getter.fget, "_pulumi_name", name)
        if getter.fget is None or wire in _OF_EVERY_RESOURCE or name.startswith("_"):
            continue
        annotation = getter.fget.__annotations__.get("return")
        found[wire] = Property(_shape(annotation, kind), name in required)
    return found


def problems(kind: type, values: Mapping[str, Any], where: str = "") -> Iterator[str]:
    """What of these inputs the class does not know, is missing, or is of another type."""
    known = properties(kind)
    for name in values.keys() - known.keys():
        yield f"unknown property '{_join(where, name)}'"
    for name, one in known.items():
        if values.get(name) is not None:
            yield from one.shape.problems(values[name], _join(where, name))
        elif one.required:
            yield f"missing required property '{_join(where, name)}'"


def projected(kind: type, values: Mapping[str, Any]) -> Json:
    """What of these values the class has properties for; what is null is absent."""
    known = properties(kind)
    return {
        name: _projected(known[name].shape, value)
        for name, value in values.items()
        if name in known and value is not None
    }


def previewed(kind: type, inputs: Mapping[str, Any]) -> Json:
    """Outputs before there is anything: what the inputs say, and all else unknown, inside of objects too."""
    return {name: _previewed(one.shape, inputs.get(name)) for name, one in properties(kind).items()}


def _projected(shape: Shape, value: Any) -> Any:
    if isinstance(value, Mapping) and shape.object is not None:
        return projected(shape.object, value)
    if isinstance(value, list) and shape.items is not None:
        return [_projected(shape.items, one) for one in value]
    return value


def _previewed(shape: Shape, value: Any) -> Any:
    if isinstance(value, Mapping) and shape.object is not None:
        return previewed(shape.object, value)
    return UNKNOWN if value is None else value


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _shape(annotation: Any, kind: type) -> Shape:
    """The shape behind `Input[Optional[...]]`: the first member of the union that is a type, enums beside it."""
    plain: tuple[type, ...] = ()
    choices: tuple[str, ...] = ()
    for member in _members(annotation, kind):
        origin = get_origin(member)
        if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
            return Shape(values=_shape(get_args(member)[1], kind))
        if origin is not None and isinstance(origin, type) and issubclass(origin, Sequence):
            return Shape(items=_shape(get_args(member)[0], kind))
        if not isinstance(member, type):
            continue
        if is_input_type(member) or is_output_type(member):
            return Shape(object=member)
        if issubclass(member, Enum):
            choices = tuple(str(one.value) for one in member)
            plain = plain or (str,)
        elif member in _PLAIN:
            plain = plain + _PLAIN[member]
    if plain or annotation is Any:
        return Shape(plain=plain or (object,), choices=choices)
    raise TypeError(f"the schema double cannot read {annotation!r} of {kind.__name__}")


def _members(annotation: Any, kind: type) -> Iterator[Any]:
    if isinstance(annotation, str | ForwardRef):
        text = annotation if isinstance(annotation, str) else annotation.__forward_arg__
        if not text.endswith("ArgsDict") and text != "Output[T]":
            scope = vars(sys.modules[kind.__module__])
            package = vars(sys.modules[kind.__module__.rpartition(".")[0]])
            yield from _members(eval(text, {**package, **scope}), kind)  # noqa: S307 the SDK's own annotations
    elif get_origin(annotation) is pulumi.Output:
        yield from _members(get_args(annotation)[0], kind)
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _members(member, kind)
    elif annotation is not type(None):
        yield annotation
