"""What a session says when an event does not fit its present state, in the words quoted by users."""

from __future__ import annotations

from deployer.emulator.data_plane.refusals import InvalidRequest
from deployer.emulator.faults.wrongs import Wrong

SHORTEST_COMMIT_MS = 100


def already_active(response_id: str, wrong: Wrong) -> InvalidRequest:
    """A response was asked for while another one is on its way."""
    words = "Conversation already has an active response"
    if wrong("oldActiveResponse") is not None:
        return InvalidRequest(words, code=None)
    return InvalidRequest(
        f"{words} in progress: {response_id}."
        " Wait until the response is finished before creating a new one.",
        code="conversation_already_has_active_response",
    )


def nothing_to_cancel() -> InvalidRequest:
    """There is no active response, or it has another id."""
    return InvalidRequest(
        "Cancellation failed: no active response found", code="response_cancel_not_active"
    )


def too_short(milliseconds: float) -> InvalidRequest:
    """So much sound is not enough for an item."""
    return InvalidRequest(
        "Error committing input audio buffer: buffer too small. Expected at least"
        f" {SHORTEST_COMMIT_MS}ms of audio, but buffer only has {milliseconds:.2f}ms of audio.",
        code="input_audio_buffer_commit_empty",
    )


def voice_is_fixed(place: str) -> InvalidRequest:
    """The voice has been heard already; `place` is where another one was named."""
    return InvalidRequest(
        "Cannot update a conversation's voice if assistant audio is present.",
        code="cannot_update_voice",
        param=place,
    )


def not_a_transcription() -> InvalidRequest:
    """A conversation was to become a session that transcribes (of OpenAI's own service: justspeaktoit PR 427, 2026-05)."""
    return InvalidRequest(
        "Passing a transcription session update event to a realtime session is not allowed.",
        code="invalid_parameter",
        param="session.type",
    )


def only_over_webrtc(kind: str) -> InvalidRequest:
    """An event that is documented for WebRTC and SIP; what a WebSocket answers to it is not known."""
    return InvalidRequest(
        f"The event '{kind}' is for WebRTC and SIP connections only.",
        code="invalid_value",
        param="type",
    )
