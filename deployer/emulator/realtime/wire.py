"""Server events as text: ids, JSON, and delta frames built around their base64."""

from __future__ import annotations

import json

from deployer.emulator.data_plane.identifiers import base62


def new_id(prefix: str, length: int = 21) -> str:
    """An id as the service makes them: a prefix and base62."""
    return prefix + base62(length)


_TYPE_AT = len('{"type":"')


class Wire:
    """Numbers and writes the events of one session."""

    def __init__(self) -> None:
        self._session = new_id("event_", 13)
        self._number = 0

    def event(self, kind: str, **fields: object) -> str:
        """An event of that type with these fields."""
        return json.dumps(
            {"type": kind, "event_id": self._next_id(), **fields}, separators=(",", ":")
        )

    def delta(self, kind: str, head: str, text: str) -> str:
        """A delta of text, such as a word; `head` is its other fields as `inner` gives them."""
        return self.audio(kind, head, json.dumps(text)[1:-1])

    def audio(self, kind: str, head: str, data: str) -> str:
        """A delta of audio in base64; `head` as for `delta`.

        Written without json.dumps: base64 needs no escaping, and these are nearly all bytes sent.
        """
        return f'{{"type":"{kind}","event_id":"{self._next_id()}",{head},"delta":"{data}"}}'

    def _next_id(self) -> str:
        self._number += 1
        return f"{self._session}{self._number:08d}"


def event_type(event: str) -> str:
    """The type of an event as `Wire` writes it: the first of its fields."""
    return event[_TYPE_AT : event.index('"', _TYPE_AT)]


def inner(**fields: object) -> str:
    """Fields of an event without the braces around them."""
    return json.dumps(fields, separators=(",", ":"))[1:-1]
