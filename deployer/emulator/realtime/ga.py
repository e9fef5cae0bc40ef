"""The GA protocol: `/openai/v1/realtime?model=...`, nested sessions."""

from __future__ import annotations

import dataclasses

from deployer.emulator.data_plane.refusals import (
    Check,
    InvalidRequest,
    Json,
    a,
    fields,
    nullable,
    one_of,
    required,
)
from deployer.emulator.realtime import settings as checks
from deployer.emulator.realtime.dialect import Dialect, Response
from deployer.emulator.realtime.session_refusals import not_a_transcription
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.turn_detection import turn_detection
from deployer.emulator.sound.waveforms import SAMPLE_RATE

_FORMATS = ("audio/pcm", "audio/pcmu", "audio/pcma")
_VAD = (
    "type",
    "threshold",
    "prefix_padding_ms",
    "silence_duration_ms",
    "idle_timeout_ms",
    "create_response",
    "interrupt_response",
)


def _speaks(value: Json, place: str) -> bool:
    wanted = a(list)(value, place)
    if wanted in (["text"], ["audio"]):
        return bool(wanted == ["audio"])
    raise InvalidRequest(
        f"Invalid modalities: {wanted}. Supported combinations are: ['text'] and ['audio'].",
        code="invalid_value",
        param=place,
    )


_INPUT: dict[str, Check] = {
    "format": checks.audio_format(*_FORMATS),
    # Any name is documented as possible beside those that are known (openai 3.54).
    "transcription": checks.transcription(),
    "noise_reduction": checks.noise_reduction,
    "turn_detection": turn_detection(has_idle_timeout=True),
}
_OUTPUT: dict[str, Check] = {
    "format": checks.audio_format(*_FORMATS),
    "voice": checks.voice,
    "speed": checks.speed,
}


def _heard_audio(value: Json, place: str) -> dict[str, Json]:
    given = fields(value, place, {"input": lambda given, at: fields(given, at, _INPUT)})
    return _named(given.get("input", {}), "input")


def _session_audio(value: Json, place: str) -> dict[str, Json]:
    both: dict[str, Check] = {
        "input": lambda given, at: fields(given, at, _INPUT),
        "output": lambda given, at: fields(given, at, _OUTPUT),
    }
    given = fields(value, place, both)
    return {**_named(given.get("input", {}), "input"), **_named(given.get("output", {}), "output")}


def _response_audio(value: Json, place: str) -> dict[str, Json]:
    given = fields(value, place, {"output": lambda output, at: fields(output, at, _OUTPUT)})
    return _named(given.get("output", {}), "output")


def _named(given: dict[str, Json], side: str) -> dict[str, Json]:
    """The fields of one side, the format by our name."""
    return {f"{side}_format" if name == "format" else name: value for name, value in given.items()}


def _format(name: str) -> dict[str, Json]:
    if name == "pcm16":
        return {"type": "audio/pcm", "rate": SAMPLE_RATE}
    return {"type": _FORMATS[checks.FORMATS.index(name)]}


def _conversation(value: Json, place: str) -> str:
    if value == "transcription":
        raise not_a_transcription()
    return str(one_of("realtime")(value, place))


_BOTH: dict[str, Check] = {
    "output_modalities": _speaks,
    "instructions": a(str),
    "tools": checks.tools,
    "tool_choice": checks.tool_choice,
    "max_output_tokens": checks.max_output_tokens,
    "prompt": checks.anything,
    "parallel_tool_calls": a(bool),
    "reasoning": nullable(a(dict)),
}
_SESSION: dict[str, Check] = {
    **_BOTH,
    "type": _conversation,
    # Clients send whatever name they know; the deployment decides (LiveKit, 2025).
    "model": a(str),
    "audio": _session_audio,
    "tracing": checks.anything,
    "include": checks.include,
    "truncation": checks.anything,
}
_TRANSCRIPTION: dict[str, Check] = {
    "type": one_of("transcription"),
    # Not documented; a deployment has to be named somehow.
    "model": a(str),
    "audio": _heard_audio,
    "include": checks.include,
}
_RESPONSE: dict[str, Check] = {
    **_BOTH,
    "audio": _response_audio,
    "conversation": one_of("auto", "none"),
    "metadata": a(dict),
    "input": a(list),
}
_SETTINGS = {setting.name for setting in dataclasses.fields(Settings)}


class Ga(Dialect):
    """The protocol without an api-version."""

    minutes = 60
    audio_event = "response.output_audio"
    transcript_event = "response.output_audio_transcript"
    text_event = "response.output_text"
    assistant_text = "output_text"
    assistant_audio = "output_audio"
    item_added = "conversation.item.added"
    item_done = "conversation.item.done"
    has_nested_sessions = True
    names_called_function = True
    voice = "audio.output.voice"

    def session(self, settings: Settings, session_id: str, model: str, expires_at: int) -> Json:
        detection = settings.turn_detection
        return {
            "type": "realtime",
            "object": "realtime.session",
            "id": session_id,
            "model": model,
            "output_modalities": _modalities(settings),
            "instructions": settings.instructions,
            "tools": list(settings.tools),
            "tool_choice": settings.tool_choice,
            "max_output_tokens": settings.max_output_tokens,
            "tracing": settings.tracing,
            "truncation": settings.truncation,
            "prompt": settings.prompt,
            "expires_at": expires_at,
            "audio": {
                "input": {
                    "format": _format(settings.input_format),
                    "transcription": settings.transcription,
                    "noise_reduction": settings.noise_reduction,
                    "turn_detection": detection and detection.shown(*_VAD),
                },
                "output": {
                    "format": _format(settings.output_format),
                    "voice": settings.voice,
                    "speed": settings.speed,
                },
            },
            "include": settings.include,
        }

    def update(self, session: Json, settings: Settings) -> Settings:
        required(a(dict)(session, "session"), "type", "session")
        return dataclasses.replace(settings, **_settings(fields(session, "session", _SESSION)))

    def update_transcription(self, session: Json, settings: Settings) -> Settings:
        required(a(dict)(session, "session"), "type", "session")
        changes = _settings(fields(session, "session", _TRANSCRIPTION))
        return dataclasses.replace(settings, **changes)

    def refuse_later(self, session: Json) -> None:
        """There is no later version."""

    def read_order(self, response: Json) -> tuple[dict[str, Json], dict[str, Json]]:
        # LiveKit writes null for what it leaves to the session (1.8).
        given = fields(response, "response", _RESPONSE, null_is_absent=True)
        return given, _settings(given)

    def response(self, response: Response) -> Json:
        settings = response.settings
        return {
            "object": "realtime.response",
            "id": response.id,
            "status": response.status,
            "status_details": response.status_details,
            "output": [self.item(item) for item in response.output],
            "conversation_id": response.conversation_id,
            "output_modalities": _modalities(settings),
            "max_output_tokens": settings.max_output_tokens,
            "audio": {
                "output": {"format": _format(settings.output_format), "voice": settings.voice}
            },
            "usage": response.usage,
            "metadata": response.metadata,
        }


def _modalities(settings: Settings) -> list[str]:
    return ["audio"] if settings.speaks else ["text"]


def _settings(given: dict[str, Json]) -> dict[str, Json]:
    """The fields that are settings, by our names."""
    flat = {**given, **given.get("audio", {})}
    if "output_modalities" in flat:
        flat["speaks"] = flat["output_modalities"]
    return {name: value for name, value in flat.items() if name in _SETTINGS}
