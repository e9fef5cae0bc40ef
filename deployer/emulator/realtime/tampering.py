"""Events that are left out, sent twice, or say what is not so, because a fault asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from deployer.emulator.realtime.wire import event_type
from deployer.emulator.wrongs import Wrong

_INDEX = re.compile(r'"content_index":0')


@dataclass(frozen=True)
class Tampering:
    """What is done to the events of a response."""

    missing: str = ""
    doubled: str = ""
    wrong_index: bool = False
    old_part: bool = False

    def of(self, event: str) -> Iterator[str]:
        """The events that are sent in place of this one."""
        kind = event_type(event)
        if kind == self.missing:
            return
        if self.wrong_index and kind.endswith(".delta"):
            event = _INDEX.sub('"content_index":7', event, count=1)
        if self.old_part and kind.startswith("response.content_part."):
            event = event.replace('"part":', '"content":', 1)
        yield event
        if kind == self.doubled:
            yield event


def tampering(wrong: Wrong) -> Tampering | None:
    """What is asked for now; None when nothing is."""
    found = Tampering(
        _type(wrong("missingEvent"), "response.content_part.done"),
        _type(wrong("doubledEvent"), "response.output_item.done"),
        wrong("wrongIndex") is not None,
        wrong("oldContentPart") is not None,
    )
    return None if found == Tampering() else found


def _type(fault: Mapping[str, object] | None, default: str) -> str:
    return "" if fault is None else str(fault.get("event", default))
