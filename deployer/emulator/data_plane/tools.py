"""Functions that a client offers: which of them is called, and with what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deployer.emulator.data_plane.refusals import Json, a, one_of, required

Tool = Mapping[str, Json]
"""A function: `name`, and `parameters` as a JSON schema that nobody has checked."""


@dataclass(frozen=True)
class Call:
    """A function to call, with its arguments as JSON."""

    name: str
    arguments: str


def called(tools: Sequence[Tool], choice: Json, words: str) -> Call | None:
    """The function that must be called, or whose name the user has spoken.

    `choice` is `auto`, `none`, `required`, or an object with the function's `name`.
    """
    if choice == "none" or not tools:
        return None
    wanted = choice.get("name") if isinstance(choice, dict) else None
    for tool in tools:
        name = tool["name"]
        if name == wanted or (wanted is None and re.search(rf"\b{re.escape(name)}\b", words)):
            return Call(name, json.dumps(_arguments(tool, words)))
    if choice == "required":
        return Call(tools[0]["name"], json.dumps(_arguments(tools[0], words)))
    return None


def read_tools(value: Json, place: str) -> tuple[Tool, ...]:
    """The functions of a chat request, out of their envelopes; raises `InvalidRequest`."""
    found = []
    for number, tool in enumerate(a(list)(value, place)):
        at = f"{place}[{number}]"
        one_of("function")(required(a(dict)(tool, at), "type", at), f"{at}.type")
        function = a(dict)(required(tool, "function", at), f"{at}.function")
        a(str)(required(function, "name", f"{at}.function"), f"{at}.function.name")
        found.append(function)
    return tuple(found)


def read_choice(value: Json, place: str) -> Json:
    """The choice of a chat request, as `called` wants it; raises `InvalidRequest`."""
    if not isinstance(value, dict):
        return one_of("auto", "none", "required")(value, place)
    function = a(dict)(required(value, "function", place), f"{place}.function")
    return {
        "name": a(str)(required(function, "name", f"{place}.function"), f"{place}.function.name")
    }


def _arguments(tool: Tool, words: str) -> dict[str, Json]:
    """A value of the right type for everything the function requires; texts are the user's words."""
    parameters = _object(tool.get("parameters"))
    properties = _object(parameters.get("properties"))
    wanted = parameters.get("required")
    names = wanted if isinstance(wanted, list) else []
    return {str(name): _value(_object(properties.get(str(name))), words) for name in names}


def _value(schema: Mapping[str, Json], words: str) -> Json:
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        return choices[0]
    kind = schema.get("type")
    values = {"integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}, "null": None}
    return values.get(kind, words) if isinstance(kind, str) else words


def _object(value: Json) -> Mapping[str, Json]:
    # The schema is the client's own and was not checked: what is no object says nothing.
    return value if isinstance(value, dict) else {}
