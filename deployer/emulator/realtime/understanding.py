"""What the model makes of a conversation: a function to call, or words to answer."""

from __future__ import annotations

from collections.abc import Sequence

from deployer.emulator.data_plane.replies import STILL_THERE, UNRECOGNISED, exactly, reply
from deployer.emulator.data_plane.tools import Call, called
from deployer.emulator.realtime.items import Item
from deployer.emulator.realtime.settings import Settings

_LEADING_ON = (
    "a an the my your our their and or but because if when while than to of at for from with by as into"
    " is are was were be will would could should i we he she they i'm uh um uhm er"
)
"""Words after which somebody who stops is not done; a recogniser writes no full stop that would tell."""


def ends_as_sentence(words: str | None, is_punctuated: bool) -> bool:
    """Whether somebody who has said this is done; without words nobody knows, so not."""
    if words is None or words == UNRECOGNISED or not words.split():
        return False
    if is_punctuated:
        return words.rstrip("\"'\u201d\u2019) ").endswith((".", "!", "?"))
    return words.split()[-1].lower() not in _LEADING_ON.split()


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
            sounds = [part for part in item.parts if part.is_audio]
            heard += [UNRECOGNISED if part.heard is None else part.heard for part in sounds]
    has_result = any(item.type == "function_call_output" for item in since)
    if not has_result and not exactly(instructions or ""):
        call = called(settings.tools, settings.tool_choice, " ".join([*written, *heard]))
        if call is not None:
            return call
    if not written and heard and not any(heard):
        return exactly(instructions or "") or STILL_THERE
    heard = [words for words in heard if words]
    return reply(written, heard, (instructions or "", settings.instructions), settings.tools)


def _unanswered(items: Sequence[Item]) -> list[Item]:
    last = 0
    for number, item in enumerate(items):
        if item.role == "assistant" or item.type == "function_call":
            last = number + 1
    return list(items[last:])
