"""What smoke checks are asked to do, as the configuration's `smoke:` says it. Durations are seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

SENTENCE = "The quick brown fox jumps over the lazy dog."


@dataclass(frozen=True, slots=True)
class AudioSettings:
    """Audio completions: the sentence to say, in which voices, and how soon it must be heard (None: no limit)."""

    say: str = SENTENCE
    voices: tuple[str, ...] = ("alloy",)
    first_audio_within: float | None = None


@dataclass(frozen=True, slots=True)
class RealtimeSettings:
    """Realtime: which generation of the protocol (`auto` follows the observed model), and how soon it must be heard."""

    protocol: str = "auto"
    first_audio_within: float | None = None


@dataclass(frozen=True, slots=True)
class SmokeSettings:
    """How long one check may take, how long a fresh role or deployment may stay unknown, and what to say."""

    timeout: float = 60.0
    wait_for_roles: float = 600.0
    audio: AudioSettings = field(default_factory=AudioSettings)
    realtime: RealtimeSettings = field(default_factory=RealtimeSettings)
