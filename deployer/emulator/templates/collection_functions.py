"""Functions of the template language on arrays and objects, and those that call a lambda.

Semantics: Azure's template function reference, as summarised in the emulation notes (2026-11), section 3.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cmp_to_key
from typing import Any

from deployer.emulator.templates.kinds import Lambda
from deployer.emulator.templates.number_functions import bool_of, canonical, equals
from deployer.emulator.templates.text_functions import text_of

Value = Any


def item(holder: Value, name: Value) -> Value:
    """A member of an object, its name in any case, or of an array; raises KeyError or IndexError."""
    if isinstance(holder, Mapping):
        wanted = str(name).lower()
        for key, value in holder.items():
            if key.lower() == wanted:
                return value
        raise KeyError(name)
    if isinstance(holder, list) and isinstance(name, int) and name >= 0:
        return holder[name]
    raise KeyError(name)


def tried(holder: Value, *names: Value) -> Value:
    """A member of a member, or null where there is none."""
    try:
        for name in names:
            holder = item(holder, name)
    except (KeyError, IndexError):
        return None
    return holder


def contains(holder: Value, wanted: Value) -> bool:
    """Whether an object has a member, in any case, an array a value, or a text a text."""
    if isinstance(holder, Mapping):
        return str(wanted).lower() in {key.lower() for key in holder}
    if isinstance(holder, list):
        return _holds(holder, wanted)
    return text_of(wanted) in holder


def empty(value: Value) -> bool:
    """Whether there is nothing in a value."""
    return value is None or len(value) == 0


def union(*parts: Value) -> Value:
    """Arrays without repetitions, or objects with all their members, those within merged too."""
    if isinstance(parts[0], list):
        return _distinct([one for part in parts for one in part])
    merged: dict[str, Value] = {}
    for part in parts:
        for key, value in part.items():
            both = isinstance(merged.get(key), Mapping) and isinstance(value, Mapping)
            merged[key] = union(merged[key], value) if both else value
    return merged


def intersection(first: Value, *others: Value) -> Value:
    """What all arrays, or all objects, have."""
    if isinstance(first, Mapping):
        return {
            key: value
            for key, value in first.items()
            if all(key in other and equals(other[key], value) for other in others)
        }
    everywhere = set(map(canonical, first)).intersection(*(map(canonical, one) for one in others))
    return [one for one in _distinct(first) if canonical(one) in everywhere]


def create_object(*parts: Value) -> dict[str, Value]:
    """An object out of names and values; raises ValueError for a name that comes twice, in any case."""
    made: dict[str, Value] = {}
    for name, value in zip(parts[::2], parts[1::2], strict=True):
        if not isinstance(name, str):
            raise TypeError("a member's name is a text")
        if name.lower() in {one.lower() for one in made}:
            raise ValueError(f"the member '{name}' comes twice")
        made[name] = value
    return made


def array(value: Value) -> list[Value]:
    """A value as an array."""
    return value if isinstance(value, list) else [value]


def end_of(values: Value, index: int) -> Value:
    """The first or last of an array or text."""
    return values[index] if len(values) else ("" if isinstance(values, str) else None)


def skip(values: Value, count: int) -> Value:
    """Everything but the first ones."""
    return values[max(count, 0) :]


def take(values: Value, count: int) -> Value:
    """The first ones."""
    return values[: max(count, 0)]


def index_of(holder: Value, wanted: Value) -> int:
    """Where a value or text stands, case not mattering in texts; -1: nowhere."""
    if isinstance(holder, list):
        return next((at for at, one in enumerate(holder) if equals(one, wanted)), -1)
    found: int = holder.lower().find(wanted.lower())
    return found


def last_index_of(holder: Value, wanted: Value) -> int:
    """Where it stands last."""
    if isinstance(holder, list):
        found = index_of(holder[::-1], wanted)
        return -1 if found < 0 else len(holder) - 1 - found
    last: int = holder.lower().rfind(wanted.lower())
    return last


def flatten(values: Value) -> list[Value]:
    """The parts of all arrays in an array."""
    return [one for part in values for one in part]


def items(value: Mapping[str, Value]) -> list[Value]:
    """The members of an object as key and value, in the order of their names."""
    return [{"key": key, "value": value[key]} for key in sorted(value)]


def shallow_merge(values: list[Mapping[str, Value]]) -> dict[str, Value]:
    """Objects as one, the members within not merged."""
    return {key: one[key] for one in values for key in one}


def map_array(values: list[Value], turn: Lambda) -> list[Value]:
    """What a lambda makes of each."""
    return [turn(one, at) for at, one in enumerate(_counted(values, turn, 1, 2))]


def filter_array(values: list[Value], keeps: Lambda) -> list[Value]:
    """Those that a lambda keeps."""
    counted = _counted(values, keeps, 1, 2)
    return [one for at, one in enumerate(counted) if bool_of(keeps(one, at))]


def reduce_array(values: list[Value], first: Value, joins: Lambda) -> Value:
    """One value out of all, by a lambda of the value so far and the next."""
    for at, one in enumerate(_counted(values, joins, 2, 3)):
        first = joins(first, one, at)
    return first


def sort_array(values: list[Value], is_before: Lambda) -> list[Value]:
    """All in an order that a lambda of two decides."""

    def order(one: Value, other: Value) -> int:
        return int(bool_of(is_before(other, one))) - int(bool_of(is_before(one, other)))

    return sorted(_counted(values, is_before, 2, 2), key=cmp_to_key(order))


def group_by(values: list[Value], key: Lambda) -> dict[str, Value]:
    """Arrays by the key that a lambda gives each."""
    found: dict[str, Value] = {}
    for one in _counted(values, key, 1, 1):
        found.setdefault(_name(key(one)), []).append(one)
    return found


def to_object(values: list[Value], key: Lambda, value: Lambda | None = None) -> dict[str, Value]:
    """An object of all, by the names and values that lambdas give."""
    made = {}
    for one in _counted(values, key, 1, 1):
        made[_name(key(one))] = value(one) if value else one
    return made


def map_values(holder: Mapping[str, Value], turn: Lambda) -> dict[str, Value]:
    """The same members with what a lambda makes of their values."""
    _counted([], turn, 1, 1)
    return {name: turn(value) for name, value in holder.items()}


def _counted(values: list[Value], called: Lambda, least: int, most: int) -> list[Value]:
    if not least <= called.parameters <= most:
        raise TypeError(f"its lambda has {called.parameters} parameters")
    return values


def _name(value: Value) -> str:
    if not isinstance(value, str):
        raise TypeError("its lambda must give a text")
    return value


def _holds(values: list[Value], wanted: Value) -> bool:
    return any(equals(one, wanted) for one in values)


def _distinct(values: list[Value]) -> list[Value]:
    found: dict[str, Value] = {}
    for one in values:
        found.setdefault(canonical(one), one)
    return list(found.values())
