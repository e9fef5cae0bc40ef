"""Sessions that only transcribe: what the user says becomes text, and nothing is ever answered."""

from __future__ import annotations

from dataclasses import replace

from deployer.emulator.data_plane.refusals import InvalidRequest, Json
from deployer.emulator.realtime.dialect import Dialect, Ordered
from deployer.emulator.realtime.session import RealtimeSession, Receiver
from deployer.emulator.realtime.settings import Settings

_MODEL = {"model": "whisper-1"}
_PREVIEW_FIELDS = (
    "id",
    "expires_at",
    "input_audio_format",
    "input_audio_transcription",
    "input_audio_noise_reduction",
    "turn_detection",
    "include",
    "client_secret",
)


def transcribing(settings: Settings) -> Settings:
    """The settings of a session that transcribes, by whisper-1 if nobody has said by what."""
    return replace(settings, transcription=settings.transcription or _MODEL)


def shown(dialect: Dialect, session: Json) -> Json:
    """What a session that transcribes shows of a whole one."""
    if dialect.has_nested_sessions:
        kept = {name: session[name] for name in ("id", "expires_at", "include")}
        own: Json = {"type": "transcription", "audio": {"input": session["audio"]["input"]}}
    else:
        kept, own = {name: session[name] for name in _PREVIEW_FIELDS if name in session}, {}
    return {**kept, **own, "object": "realtime.transcription_session"}


class TranscriptionSession(RealtimeSession):
    """A session whose only answers are transcripts."""

    @property
    def _kind(self) -> str:
        return "session" if self._dialect.has_nested_sessions else "transcription_session"

    def _receivers(self) -> dict[str, Receiver]:
        receivers = super()._receivers()
        if not self._dialect.has_nested_sessions:
            receivers["transcription_session.update"] = receivers.pop("session.update")
        return receivers

    def _beginning(self, settings: Settings) -> Settings:
        return transcribing(settings)

    def _changed(self, session: Json) -> Settings:
        return self._dialect.update_transcription(session, self._state.settings)

    def _shown(self) -> Json:
        return shown(self._dialect, super()._shown())

    def _respond(self, order: Ordered) -> None:
        """Silence after a turn is no reason to speak; asking for an answer is a mistake."""

    def _create_response(self, _: dict[str, Json]) -> None:
        raise InvalidRequest(
            "A transcription session does not make responses.", code="invalid_value", param="type"
        )
