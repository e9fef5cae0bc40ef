"""The journal of requests: who asked what when, and never with which secret."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass

from deployer.emulator.state.records import JsonObject

CAPACITY = 20_000
"""How many requests are remembered: some 10 MB."""

WRITES = frozenset({"PUT", "PATCH", "DELETE", "POST"})

# Only these query parameters are kept: any other may be a secret (api-key, Authorization, a signature).
_KEPT_PARAMETERS = frozenset({"api-version", "deployment", "model", "$filter"})
_ACCOUNT = re.compile(r"/providers/Microsoft\.CognitiveServices/accounts/([^/]+)", re.IGNORECASE)
_QUESTIONS = re.compile(
    r"/(checkDomainAvailability|calculateModelCapacity|listKeys)$", re.IGNORECASE
)


@dataclass(slots=True)
class Entry:
    """One request. `start` and `end` are monotonic seconds of the holder's process; `end` is None while it runs."""

    number: int
    plane: str
    method: str
    path: str
    query: dict[str, str]
    account: str
    start: float
    end: float | None = None
    status: int | None = None
    caller: str = ""

    @property
    def is_write(self) -> bool:
        """Whether the request would change a resource: reading by POST is none."""
        return (
            self.plane == "control" and self.method in WRITES and not _QUESTIONS.search(self.path)
        )

    def as_json(self) -> JsonObject:
        return {**asdict(self), "write": self.is_write}


class Journal:
    """The last requests, oldest first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._entries: deque[Entry] = deque(maxlen=capacity)
        self._seen = 0
        self._cleared = 0

    def begin(self, plane: str, method: str, path: str, query: Iterable[tuple[str, str]]) -> Entry:
        """Note that a request has come."""
        self._seen += 1
        kept = {name: value for name, value in query if name.lower() in _KEPT_PARAMETERS}
        named = _ACCOUNT.search(path)
        account = named[1] if named else path.split("/")[1] if plane == "data" else ""
        entry = Entry(self._seen, plane, method, path, kept, account.lower(), time.monotonic())
        self._entries.append(entry)
        return entry

    def end(self, entry: Entry, status: int | None) -> None:
        """Note how a request was answered; None: not at all."""
        entry.end = time.monotonic()
        entry.status = status

    def newest_first(self) -> Iterator[Entry]:
        return reversed(self._entries)

    def as_json(self) -> JsonObject:
        """All that is remembered; `dropped` counts what no longer is."""
        entries = [entry.as_json() for entry in self._entries]
        return {"entries": entries, "dropped": self._seen - self._cleared - len(entries)}

    def clear(self) -> None:
        self._cleared = self._seen
        self._entries.clear()
