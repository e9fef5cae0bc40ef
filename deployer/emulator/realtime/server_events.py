"""The types of all events that a realtime session may send, of both generations."""

from __future__ import annotations

_PREVIEW = ("response.audio", "response.audio_transcript", "response.text")
_GA = ("response.output_audio", "response.output_audio_transcript", "response.output_text")
_TRANSCRIPTION = "conversation.item.input_audio_transcription"

SERVER_EVENTS: tuple[str, ...] = (
    "error",
    "session.created",
    "session.updated",
    "transcription_session.created",
    "transcription_session.updated",
    "conversation.created",
    "conversation.item.created",
    "conversation.item.added",
    "conversation.item.done",
    "conversation.item.retrieved",
    "conversation.item.truncated",
    "conversation.item.deleted",
    *(f"{_TRANSCRIPTION}.{end}" for end in ("delta", "completed", "failed")),
    "input_audio_buffer.speech_started",
    "input_audio_buffer.speech_stopped",
    "input_audio_buffer.timeout_triggered",
    "input_audio_buffer.committed",
    "input_audio_buffer.cleared",
    "response.created",
    "response.output_item.added",
    "response.output_item.done",
    "response.content_part.added",
    "response.content_part.done",
    *(f"{name}.{end}" for name in (*_PREVIEW, *_GA) for end in ("delta", "done")),
    "response.function_call_arguments.delta",
    "response.function_call_arguments.done",
    "response.done",
    "rate_limits.updated",
)
