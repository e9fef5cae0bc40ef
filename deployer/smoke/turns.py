"""One response of a realtime session: its events taken in, and whether they make a whole. No sockets in it."""

from __future__ import annotations

from typing import Any

from deployer.smoke.answers import part, read_base64, text
from deployer.smoke.diagnoses import CheckFailed
from deployer.smoke.dialects import Dialect
from deployer.smoke.judging import Finding
from deployer.smoke.playing import Playing
from deployer.smoke.refusals import diagnose_event
from deployer.smoke.usage import Usage, read_usage

_OPENED = {
    "response.output_item.added": "response.output_item.done",
    "response.content_part.added": "response.content_part.done",
}
_CLOSED = {done: added for added, done in _OPENED.items()}


class Turn:
    """Follows a response from the first event to response.done; events it does not know are counted only.

    Which events come, and in which order, differs between versions of the service; that what was opened is closed, and
    that the parts are the whole, does not.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._open: set[tuple[str, object, object]] = set()
        self._deltas = ""
        self._stated: str | None = None
        self._unmatched: list[str] = []
        self._announced: set[tuple[object, object]] = set()
        self._indexes: dict[object, object] = {}
        self._astray: str | None = None
        self._stray: dict[tuple[object, object], str] = {}
        self.playing = Playing()
        self.usage: Usage | None = None
        self.events = 0
        self.is_done = False

    @property
    def transcript(self) -> str:
        """What the model says that it said."""
        return self._deltas or self._stated or ""

    def happened(self, event: dict[str, Any], at: float) -> None:
        """Take in one event that came at that time. Raises CheckFailed for an error or a failed response."""
        self.events += 1
        kind = str(event.get("type"))
        item = event.get("item_id") or part(event, "item").get("id")
        place = (item, event.get("content_index"))
        if kind.endswith(".delta") and None not in place and place not in self._announced:
            self._stray.setdefault(place, kind)
        self._follow_index(kind, item, event.get("output_index"))
        if kind == f"{self._dialect.audio}.delta":
            self.playing.arrived(read_base64(text(event, "delta")), at)
        elif kind == f"{self._dialect.transcript}.delta":
            self._deltas += text(event, "delta")
        elif kind == f"{self._dialect.transcript}.done":
            self._stated = text(event, "transcript")
        elif kind in _OPENED:
            self._open.add((kind, *place))
            self._announced.add(place)
        elif kind in _CLOSED:
            opened = (_CLOSED[kind], *place)
            if opened not in self._open:
                self._unmatched.append(kind)
            self._open.discard(opened)
        elif kind == "error":
            raise diagnose_event(event.get("error"), "smoke.request-refused", "The session")
        elif kind == "response.done":
            self.is_done = True
            self._end(part(event, "response"))

    def finding(self) -> Finding | None:
        """What does not fit together, once it is done."""
        missing = sorted({_OPENED[kind] for kind, *_ in self._open}) + sorted(self._unmatched)
        if missing:
            return Finding(
                "smoke.incomplete-events",
                f"{len(missing)} event(s) without their counterpart: {', '.join(missing)}.",
            )
        # Versions that announce no parts at all are not asked where their deltas belong.
        if self._stray and any(index is not None for _, index in self._announced):
            (_, index), kind = next(iter(self._stray.items()))
            return Finding(
                "smoke.incomplete-events",
                f"{kind} came for content_index {index}, which no response.content_part.added had announced.",
            )
        if self._astray is not None:
            return Finding("smoke.incomplete-events", self._astray)
        if self._stated is not None and self._deltas and self._stated != self._deltas:
            return Finding(
                "smoke.incomplete-events",
                f"The transcript's deltas have {len(self._deltas)} characters, its done event states"
                f" {len(self._stated)} others.",
            )
        return None

    def _follow_index(self, kind: str, item: object, index: object) -> None:
        """Note where an item was announced, and the first delta that says that it is elsewhere."""
        if item is None or index is None:
            return
        known = (
            self._indexes.setdefault(item, index) if kind in _OPENED else self._indexes.get(item)
        )
        if kind.endswith(".delta") and known not in (None, index):
            self._astray = self._astray or (
                f"{kind} came for output_index {index} of an item that was announced at {known}."
            )

    def _end(self, response: dict[str, Any]) -> None:
        self.usage = read_usage(response.get("usage"))
        status = response.get("status")
        if status == "completed":
            return
        details = part(response, "status_details")
        if status == "failed":
            raise diagnose_event(
                details.get("error"), "smoke.response-failed", "response.done with status failed"
            )
        reason = details.get("reason") or "no reason given"
        code = (
            "smoke.content-filtered" if reason == "content_filter" else "smoke.response-incomplete"
        )
        raise CheckFailed(
            code,
            f"response.done has status {status} ({reason}) after {self.playing.sound.seconds:.2f} s"
            " of audio.",
        )
