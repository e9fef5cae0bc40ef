"""What the model makes of a conversation: a function to call, or words to answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deployer.emulator.realtime.items import Item
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.refusals import Json
from deployer.emulator.replies import UNRECOGNISED, exactly, reply


@dataclass(frozen=True)
class Call:
    """A function to call, with its arguments as JSON."""

    name: str
    arguments: str


def answer(items: Sequence[Item], settings: Settings, instructions: str | None) -> Call | str:
    """The answer to the items since the last answer, under a response's own instructions if it has any."""
    since = _unanswered(items)
    written: list[str] = []
    heard: list[str] = []
    for item in since:
        if item.type == "function_call_output":
            written.append(f"the tool answered {item.output}")
        elif item.role == "user":
            written += [part.text for part in item.parts if part.text is not None]
            heard += [part.heard or UNRECOGNISED for part in item.parts if part.is_audio]
    has_result = any(item.type == "function_call_output" for item in since)
    if not has_result and not exactly(instructions or ""):
        called = _called(settings, " ".join([*written, *heard]))
        if called is not None:
            return called
    return reply(written, heard, (instructions or "", settings.instructions))


def _unanswered(items: Sequence[Item]) -> list[Item]:
    last = 0
    for number, item in enumerate(items):
        if item.role == "assistant" or item.type == "function_call":
            last = number + 1
    return list(items[last:])


def _called(settings: Settings, words: str) -> Call | None:
    """The function that must be called, or whose name the user has spoken."""
    choice = settings.tool_choice
    if choice == "none" or not settings.tools:
        return None
    wanted = choice.get("name") if isinstance(choice, dict) else None
    for tool in settings.tools:
        name = tool["name"]
        if name == wanted or (wanted is None and re.search(rf"\b{re.escape(name)}\b", words)):
            return Call(name, json.dumps(_arguments(tool, words)))
    if choice == "required":
        return Call(settings.tools[0]["name"], json.dumps(_arguments(settings.tools[0], words)))
    return None


def _arguments(tool: Mapping[str, Json], words: str) -> dict[str, Json]:
    """A value of the right type for everything the function requires; texts are the user's words."""
    parameters = _object(tool.get("parameters"))
    properties = _object(parameters.get("properties"))
    required = parameters.get("required")
    names = required if isinstance(required, list) else []
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
