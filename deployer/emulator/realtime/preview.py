"""The preview protocol: `/openai/realtime?api-version=...&deployment=...`, flat sessions."""

from __future__ import annotations

from dataclasses import replace

from deployer.emulator.data_plane.refusals import (
    Check,
    InvalidRequest,
    Json,
    a,
    fields,
    one_of,
    unknown,
    unsupported,
)
from deployer.emulator.realtime import settings as checks
from deployer.emulator.realtime.dialect import Dialect, Response
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.turn_detection import turn_detection

API_VERSIONS = ("2024-10-01-preview", "2024-12-17", "2025-04-01-preview", "2025-08-28")
"""Of the preview protocol. 2024-12-17 and 2025-08-28 stand in Microsoft's texts; whether the service
takes them is unverified."""

_SHORT_VAD = ("type", "threshold", "prefix_padding_ms", "silence_duration_ms")
_LATER = ("2025-04-01-preview", "2025-08-28")
_TRANSCRIBING = ("whisper-1", "gpt-4o-transcribe", "gpt-4o-mini-transcribe")
_LATER_FIELDS = ("input_audio_noise_reduction", "include", "speed", "tracing", "prompt")


def _speaks(value: Json, place: str) -> bool:
    wanted = a(list)(value, place)
    if wanted in (["text"], ["text", "audio"], ["audio", "text"]):
        return "audio" in wanted
    raise InvalidRequest(
        f"Invalid modalities: {wanted}."
        " Supported combinations are: ['text'] and ['audio', 'text'].",
        code="invalid_value",
        param=place,
    )


_FORMAT = checks.audio_format(*checks.FORMATS)
_HEARING: dict[str, tuple[str, Check]] = {
    "input_audio_transcription": ("transcription", checks.transcription(*_TRANSCRIBING)),
    "input_audio_noise_reduction": ("noise_reduction", checks.noise_reduction),
    "turn_detection": ("turn_detection", turn_detection(has_idle_timeout=False)),
}
_BOTH: dict[str, tuple[str, Check]] = {
    "modalities": ("speaks", _speaks),
    "instructions": ("instructions", a(str)),
    "voice": ("voice", checks.voice),
    "output_audio_format": ("output_format", _FORMAT),
    "tools": ("tools", checks.tools),
    "tool_choice": ("tool_choice", checks.tool_choice),
    "temperature": ("temperature", checks.temperature),
    "max_response_output_tokens": ("max_output_tokens", checks.max_output_tokens),
}
_SESSION: dict[str, tuple[str, Check]] = {
    **_BOTH,
    # Clients send whatever name they know; the deployment decides (LiveKit, 2025).
    "model": ("", a(str)),
    "input_audio_format": ("input_format", _FORMAT),
    **_HEARING,
    "speed": ("speed", checks.speed),
    "tracing": ("tracing", checks.anything),
    "prompt": ("prompt", checks.anything),
    "include": ("include", checks.include),
}
_TRANSCRIPTION: dict[str, tuple[str, Check]] = {
    **_HEARING,
    "modalities": ("speaks", _speaks),
    "input_audio_format": ("input_format", _FORMAT),
    "include": ("include", checks.include),
    "client_secret": ("", checks.anything),
}
_RESPONSE: dict[str, tuple[str, Check]] = {
    **_BOTH,
    "max_output_tokens": ("max_output_tokens", checks.max_output_tokens),
    "conversation": ("", one_of("auto", "none")),
    "metadata": ("", a(dict)),
    "input": ("", a(list)),
}


class Preview(Dialect):
    """The protocol of one preview api-version."""

    minutes = 30
    audio_event = "response.audio"
    transcript_event = "response.audio_transcript"
    text_event = "response.text"
    assistant_text = "text"
    assistant_audio = "audio"
    item_added = "conversation.item.created"
    item_done = None
    has_nested_sessions = False
    names_called_function = False
    voice = "voice"

    def __init__(self, api_version: str) -> None:
        self._later = api_version in _LATER

    def session(self, settings: Settings, session_id: str, model: str, expires_at: int) -> Json:
        shown = {
            "id": session_id,
            "object": "realtime.session",
            "model": model,
            "expires_at": expires_at,
            "modalities": _modalities(settings),
            "instructions": settings.instructions,
            "voice": settings.voice,
            "turn_detection": self._turn_detection(settings),
            "input_audio_format": settings.input_format,
            "output_audio_format": settings.output_format,
            "input_audio_transcription": settings.transcription,
            "tool_choice": settings.tool_choice,
            "temperature": settings.temperature,
            "max_response_output_tokens": settings.max_output_tokens,
            "tools": list(settings.tools),
        }
        if self._later:
            shown |= {
                "input_audio_noise_reduction": settings.noise_reduction,
                "client_secret": None,
                "include": settings.include,
                "speed": settings.speed,
                "tracing": settings.tracing,
                "prompt": settings.prompt,
            }
        return shown

    def update(self, session: Json, settings: Settings) -> Settings:
        given = fields(session, "session", {name: check for name, (_, check) in _SESSION.items()})
        return replace(settings, **_renamed(given, _SESSION))

    def update_transcription(self, session: Json, settings: Settings) -> Settings:
        allowed = {name: check for name, (_, check) in _TRANSCRIPTION.items()}
        return replace(settings, **_renamed(fields(session, "session", allowed), _TRANSCRIPTION))

    def refuse_later(self, session: Json) -> None:
        if self._later or not isinstance(session, dict):
            return
        for name in session:
            if name in _LATER_FIELDS:
                raise unknown(f"session.{name}")
        _early(session, "turn_detection", "type", "server_vad")
        _early(session, "input_audio_transcription", "model", "whisper-1")

    def read_order(self, response: Json) -> tuple[dict[str, Json], dict[str, Json]]:
        # LiveKit writes null for what it leaves to the session (1.8).
        allowed = {name: check for name, (_, check) in _RESPONSE.items()}
        given = fields(response, "response", allowed, null_is_absent=True)
        return given, _renamed(given, _RESPONSE)

    def response(self, response: Response) -> Json:
        settings = response.settings
        return {
            "object": "realtime.response",
            "id": response.id,
            "status": response.status,
            "status_details": response.status_details,
            "output": [self.item(item) for item in response.output],
            "conversation_id": response.conversation_id,
            "modalities": _modalities(settings),
            "voice": settings.voice,
            "output_audio_format": settings.output_format,
            "temperature": settings.temperature,
            "max_output_tokens": settings.max_output_tokens,
            "usage": response.usage,
            "metadata": response.metadata,
        }

    def _turn_detection(self, settings: Settings) -> Json:
        if settings.turn_detection is None:
            return None
        later = ("create_response", "interrupt_response") if self._later else ()
        return settings.turn_detection.shown(*_SHORT_VAD, *later)


def _modalities(settings: Settings) -> list[str]:
    return ["audio", "text"] if settings.speaks else ["text"]


def _early(session: dict[str, Json], name: str, field: str, known: str) -> None:
    """Refuse another value than the one that the first version knew."""
    outer = session.get(name)
    given = outer.get(field) if isinstance(outer, dict) else None
    if given not in (None, known, "none"):
        raise unsupported(given, f"session.{name}.{field}", (known,))


def _renamed(given: dict[str, Json], names: dict[str, tuple[str, Check]]) -> dict[str, Json]:
    """The fields that are settings, by our names."""
    return {names[name][0]: value for name, value in given.items() if names[name][0]}
