"""When the user's turn begins and ends: the settings of both kinds of detection, and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from deployer.emulator.data_plane.refusals import (
    Check,
    Json,
    a,
    between,
    fields,
    nullable,
    one_of,
    required,
)

# The longest waits for a user who may go on are documented (OpenAI's API reference, 2025); how long one who has ended a
# sentence is waited for is ours.
_LONGEST_WAIT_MS = {"low": 8_000, "medium": 4_000, "auto": 4_000, "high": 2_000}
_SHORT_WAIT_MS = {"low": 800, "medium": 500, "auto": 500, "high": 300}


@dataclass(frozen=True, slots=True)
class TurnDetection:
    """When the user's turn begins and ends, and what happens then; times in milliseconds.

    The defaults are those seen on the wire (Azure documentation, 2024-12).
    """

    type: str = "server_vad"
    threshold: float = 0.5
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 200
    create_response: bool = True
    interrupt_response: bool = True
    eagerness: str = "auto"
    idle_timeout_ms: int | None = None

    @property
    def is_semantic(self) -> bool:
        """Whether what was said counts, and not only how long it has been quiet since."""
        return self.type == "semantic_vad"

    @property
    def short_silence_ms(self) -> int:
        """Silence that ends a turn which ends as a sentence."""
        return _SHORT_WAIT_MS[self.eagerness] if self.is_semantic else self.silence_duration_ms

    @property
    def silence_ms(self) -> int:
        """Silence that ends any turn."""
        return _LONGEST_WAIT_MS[self.eagerness] if self.is_semantic else self.silence_duration_ms

    def shown(self, *names: str) -> dict[str, object]:
        """Itself in a session object; `names` are the dialect's fields of server_vad."""
        if self.is_semantic:
            names = ("type", "eagerness", "create_response", "interrupt_response")
        every = asdict(self)
        return {name: every[name] for name in names}


SERVER_VAD = TurnDetection()
"""What a session begins with."""

_TYPE = one_of("server_vad", "semantic_vad")
_BOTH: Mapping[str, Check] = {
    "type": _TYPE,
    "create_response": a(bool),
    "interrupt_response": a(bool),
}
_SERVER: Mapping[str, Check] = {
    **_BOTH,
    "threshold": between(0, 1),
    "prefix_padding_ms": between(0, 10_000, int),
    "silence_duration_ms": between(20, 10_000, int),
}
_SEMANTIC: Mapping[str, Check] = {**_BOTH, "eagerness": one_of(*_LONGEST_WAIT_MS)}
_IDLE: Mapping[str, Check] = {"idle_timeout_ms": nullable(between(5_000, 30_000, int))}


def turn_detection(has_idle_timeout: bool) -> Check:
    """A check for null, server_vad or semantic_vad; what is left out takes its default.

    A field of the other type is an unknown one; only server_vad of the GA protocol has `idle_timeout_ms`, of 5 to 30
    seconds (OpenAI's OpenAPI document, 2025-09).
    """
    of_server = {**_SERVER, **(_IDLE if has_idle_timeout else {})}

    def check(value: Json, place: str) -> TurnDetection | None:
        # Preview clients of Microsoft's send {"type": "none"} for null.
        if value is None or value == {"type": "none"}:
            return None
        kind = _TYPE(required(a(dict)(value, place), "type", place), f"{place}.type")
        allowed = _SEMANTIC if kind == "semantic_vad" else of_server
        return TurnDetection(**fields(value, place, allowed))

    return check
