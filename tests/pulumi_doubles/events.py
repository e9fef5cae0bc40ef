"""The engine's events as JSON: the shape that the Automation API reads, seen from a real engine 3.259 (2026-11-22)."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from pulumi_doubles.marks import Json
from pulumi_doubles.state import Resource, masked, sealed

COUNTED = {"create", "update", "delete", "same", "replace", "import"}


class Events:
    """Numbers events, counts changes, and hands both on."""

    def __init__(self, tell: Callable[[Json], None], dry_run: bool) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._number = 0
        self._began = time.monotonic()
        self.dry_run = dry_run
        self.changes: Counter[str] = Counter()
        self.errors: list[tuple[str, str]] = []
        """What went wrong: the URN, or nothing, and the text."""

    def prelude(self) -> None:
        self._send("preludeEvent", {"config": {}})

    def before(self, op: str, old: Resource | None, new: Resource | None, **more: Any) -> None:
        self._send("resourcePreEvent", self._step(op, old, new, **more))

    def after(self, op: str, old: Resource | None, new: Resource | None, **more: Any) -> None:
        self._send("resOutputsEvent", self._step(op, old, new, **more))

    def failed(self, op: str, old: Resource | None, new: Resource | None, **more: Any) -> None:
        self._send(
            "resOpFailedEvent", {**self._step(op, old, new, **more), "status": 0, "steps": 0}
        )

    def count(self, op: str) -> None:
        with self._lock:
            if op in COUNTED:
                self.changes[op] += 1

    def diagnostic(self, severity: str, message: str, urn: str = "") -> None:
        if severity == "error":
            self.errors.append((urn, message))
        text = {
            "prefix": f"{severity}: ",
            "message": f"{message}\n",
            "color": "never",
            "severity": severity,
        }
        self._send("diagnosticEvent", {"urn": urn, **text} if urn else text)

    def summary(self, failed: bool) -> None:
        event = {
            "maybeCorrupt": False,
            "durationSeconds": max(1, round(time.monotonic() - self._began)),
            "resourceChanges": dict(sorted(self.changes.items())),
            "PolicyPacks": {},
            "isPreview": self.dry_run,
            "result": "failed" if failed else "succeeded",
        }
        self._send("summaryEvent", event)

    def cancel(self) -> None:
        """The last event of a stream."""
        self._send("cancelEvent", {})

    def _step(
        self,
        op: str,
        old: Resource | None,
        new: Resource | None,
        kinds: dict[str, str] | None = None,
        logical: bool = True,
    ) -> Json:
        of = new or old
        if of is None:
            raise AssertionError("a step is about a resource")
        metadata: Json = {
            "op": op,
            "urn": of.urn,
            "type": of.type,
            "old": _resource(old),
            "new": _resource(new),
            "detailedDiff": None,
            "provider": of.provider,
        }
        if op in COUNTED and logical:
            metadata["logical"] = True
        if kinds:
            tops = {path.partition(".")[0].partition("[")[0] for path in kinds}
            metadata["diffs"] = sorted(tops)
            metadata["detailedDiff"] = {
                path: {"diffKind": kind, "inputDiff": False} for path, kind in kinds.items()
            }
        return {"metadata": metadata, **({"planning": True} if self.dry_run else {})}

    def _send(self, kind: str, body: Json) -> None:
        with self._lock:
            self._tell({"sequence": self._number, "timestamp": int(time.time()), kind: body})
            self._number += 1


def _resource(one: Resource | None) -> Json | None:
    if one is None:
        return None
    told: Json = {
        "type": one.type,
        "urn": one.urn,
        "id": one.id,
        "parent": one.parent,
        "inputs": sealed(one.inputs, masked),
        "outputs": sealed(one.outputs, masked),
        "provider": one.provider,
    }
    marks = {"custom": one.custom, "protect": one.protect}
    return {**told, **{name: True for name, value in marks.items() if value}}
