"""What the emulated models answer: what they are told to say, else a sentence that shows what reached them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

UNRECOGNISED = "[speech that the emulator does not recognise]"
"""The transcript of sound that is not the emulator's own voice."""

GREETING = "Hello, this is the emulator speaking."

STILL_THERE = "Are you still there?"
"""To a user who has said nothing for so long that the session speaks by itself."""

_EXACTLY = re.compile(
    r'\bsay exactly\s*(?::\s*(?:"([^"]+)"|\u201c([^\u201d]+)\u201d|(.+))|"([^"]+)")',
    re.IGNORECASE | re.DOTALL,
)


def reply(
    written: Sequence[str],
    heard: Sequence[str] = (),
    instructions: Sequence[str] = (),
    tools: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The answer to what the user wrote and said last, under these instructions (the first counts most).

    `say exactly: "X"`, or without quotes to the end of the text, is answered by X alone.
    """
    for text in (*instructions[:1], *reversed(written), *reversed(heard), *instructions[1:]):
        told = exactly(text)
        if told:
            return told
    parts = []
    if any(written):
        parts.append(f"You wrote: {' '.join(' '.join(written).split())}")
    if heard:
        parts.append(f"I heard: {' '.join(heard)}")
    if tools:
        parts.append(f"I can call: {', '.join(tool['name'] for tool in tools)}.")
    return " ".join(parts) or GREETING


def exactly(text: str) -> str | None:
    """The words that the text asks to be said exactly."""
    found = _EXACTLY.search(text)
    if found is None:
        return None
    words = next(group for group in found.groups() if group is not None)
    return " ".join(words.split()) or None
