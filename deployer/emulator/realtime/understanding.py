"""What the model makes of a conversation: a function to call, or words to answer."""

from __future__ import annotations

from collections.abc import Sequence

from deployer.emulator.realtime.items import Item
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.replies import UNRECOGNISED, exactly, reply
from deployer.emulator.tools import Call, called


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
        call = called(settings.tools, settings.tool_choice, " ".join([*written, *heard]))
        if call is not None:
            return call
    return reply(written, heard, (instructions or "", settings.instructions), settings.tools)


def _unanswered(items: Sequence[Item]) -> list[Item]:
    last = 0
    for number, item in enumerate(items):
        if item.role == "assistant" or item.type == "function_call":
            last = number + 1
    return list(items[last:])
