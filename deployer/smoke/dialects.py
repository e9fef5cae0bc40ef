"""The two generations of the realtime protocol: where they live, and what they call things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deployer.catalog import api_versions


@dataclass(frozen=True, slots=True)
class Dialect:
    """Path below the endpoint, query for a deployment, session object for instructions, and names of events."""

    name: str
    path: tuple[str, ...]
    query: Callable[[str], Mapping[str, str]]
    session: Callable[[str], dict[str, Any]]
    audio: str
    transcript: str
    headers: Mapping[str, str] = field(default_factory=dict)


def _preview_query(deployment: str) -> Mapping[str, str]:
    return {"api-version": api_versions.REALTIME_PREVIEW, "deployment": deployment}


def _preview_session(instructions: str) -> dict[str, Any]:
    # Audio alone is refused by the preview (Azure reference, 2024-12).
    return {
        "modalities": ["text", "audio"],
        "instructions": instructions,
        "output_audio_format": "pcm16",
    }


def _ga_query(deployment: str) -> Mapping[str, str]:
    # An api-version here is answered with 401 (Azure's migration guide, 2026).
    return {"model": deployment}


def _ga_session(instructions: str) -> dict[str, Any]:
    return {
        "type": "realtime",
        "output_modalities": ["audio"],
        "instructions": instructions,
        "audio": {"output": {"format": {"type": "audio/pcm", "rate": 24000}}},
    }


# Names from openai-python's types; the published OpenAPI names the preview's audio events wrongly.
_PREVIEW = Dialect(
    "preview",
    ("openai", "realtime"),
    _preview_query,
    _preview_session,
    "response.audio",
    "response.audio_transcript",
    {"OpenAI-Beta": "realtime=v1"},
)
_GA = Dialect(
    "ga",
    ("openai", "v1", "realtime"),
    _ga_query,
    _ga_session,
    "response.output_audio",
    "response.output_audio_transcript",
)

DIALECTS: Mapping[str, Dialect] = {dialect.name: dialect for dialect in (_PREVIEW, _GA)}


def dialect_of(session: Mapping[str, Any]) -> Dialect | None:
    """The protocol whose form a session object has; None when it could be either."""
    if session.get("type") == "realtime" or "output_modalities" in session:
        return _GA
    return _PREVIEW if "modalities" in session else None
