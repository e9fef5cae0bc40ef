"""Sessions with `intent=transcription`: what the user says becomes text, and nothing is ever answered."""

from __future__ import annotations

from dataclasses import replace

from deployer.emulator.realtime.dialect import Ordered
from deployer.emulator.realtime.session import RealtimeSession
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.refusals import InvalidRequest, Json

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


class TranscriptionSession(RealtimeSession):
    """A session whose only answers are transcripts."""

    @property
    def _kind(self) -> str:
        return "session" if self._dialect.has_nested_sessions else "transcription_session"

    def _beginning(self, settings: Settings) -> Settings:
        if not self._dialect.has_nested_sessions:
            self._receivers["transcription_session.update"] = self._receivers.pop("session.update")
        return replace(settings, transcription=settings.transcription or _MODEL)

    def _changed(self, session: Json) -> Settings:
        if self._dialect.has_nested_sessions and isinstance(session, dict):
            # The dialect checks a conversation's session; this one has another name and the same input.
            wanted = session.get("type")
            session = {**session, "type": "realtime" if wanted == "transcription" else wanted}
        return super()._changed(session)

    def _shown(self) -> Json:
        shown = super()._shown()
        if self._dialect.has_nested_sessions:
            audio = {"input": shown["audio"]["input"]}
            kept = {name: shown[name] for name in ("id", "object", "expires_at", "include")}
            return {**kept, "type": "transcription", "audio": audio}
        kept = {name: shown[name] for name in _PREVIEW_FIELDS if name in shown}
        return {**kept, "object": "realtime.transcription_session"}

    def _respond(self, order: Ordered) -> None:
        """Silence after a turn is no reason to speak; asking for an answer is a mistake."""

    def _create_response(self, _: dict[str, Json]) -> None:
        raise InvalidRequest(
            "A transcription session does not make responses.", code="invalid_value", param="type"
        )
