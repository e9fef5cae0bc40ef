"""Azure's own content filters, which every account has (recorded 2025-01-17)."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.emulator.state.records import JsonObject

_HARMS = ("Hate", "Sexual", "Violence", "Selfharm")
_SOURCES = ("Prompt", "Completion")


def _filter(name: str, source: str, *, blocking: bool, severity: str | None = None) -> JsonObject:
    threshold = {} if severity is None else {"severityThreshold": severity}
    return {"name": name, **threshold, "blocking": blocking, "enabled": True, "source": source}


def _harms(severity: str, *, blocking: bool) -> list[JsonObject]:
    return [
        _filter(harm, source, blocking=blocking, severity=severity)
        for harm in _HARMS
        for source in _SOURCES
    ]


_OF_WORDS = [
    _filter("Jailbreak", "Prompt", blocking=True),
    _filter("Protected Material Text", "Completion", blocking=True),
    _filter("Protected Material Code", "Completion", blocking=False),
]

CONTENT_FILTERS: Mapping[str, list[JsonObject]] = {
    "Microsoft.Default": _harms("Medium", blocking=True),
    "Microsoft.DefaultV2": [*_harms("Medium", blocking=True), *_OF_WORDS],
    "Microsoft.Audio": [*_harms("Medium", blocking=True), *_OF_WORDS],
    "Microsoft.Nil": _harms("High", blocking=False),
    "Microsoft.Streaming": _harms("High", blocking=True),
    "Microsoft.Reasoning": _harms("High", blocking=False),
}
"""What each of them filters, by its name, in Azure's order."""
