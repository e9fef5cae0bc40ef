"""Events that are left out, sent twice, or say what is not so, because a fault asks for it."""

from __future__ import annotations

import re

from deployer.emulator.faults.wrongs import WrongEvent
from deployer.emulator.realtime.wire import event_type

_FIELDS = ("content_index", "output_index")
_INDEX = {name: re.compile(rf'"{name}":0') for name in _FIELDS}
_WRONG_INDEX = 7


class Tampering:
    """What is done to the events of a session, whatever they are about."""

    def __init__(self, wrong: WrongEvent) -> None:
        self._wrong = wrong
        self._wrong_index: str | None = None
        self._old_part = False

    def begin_response(self) -> None:
        """Ask what is wrong with all of a response: it does not change on the way."""
        index = self._wrong("wrongIndex")
        self._wrong_index = None if index is None else str(index.get("field", _FIELDS[0]))
        self._old_part = self._wrong("oldContentPart") is not None

    def of(self, event: str) -> tuple[str, ...]:
        """The events that are sent in place of this one."""
        kind = event_type(event)
        if self._wrong("missingEvent", kind) is not None:
            return ()
        if self._wrong_index and kind.startswith("response.") and kind.endswith(".delta"):
            event = self._with_wrong_index(event, self._wrong_index)
        if self._old_part and kind.startswith("response.content_part."):
            event = event.replace('"part":', '"content":', 1)
        return (event,) if self._wrong("doubledEvent", kind) is None else (event, event)

    def _with_wrong_index(self, event: str, field: str) -> str:
        # The deltas of a function call have no content_index: theirs is the other one.
        name = field if f'"{field}":0' in event else "output_index"
        return _INDEX[name].sub(f'"{name}":{_WRONG_INDEX}', event, count=1)
