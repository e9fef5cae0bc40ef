"""What a session does by itself when nobody says anything; whoever carries the session has the clock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deployer.emulator.realtime.listening import Listening
from deployer.emulator.realtime.outbox import Alarm
from deployer.emulator.realtime.responses import Responses
from deployer.emulator.realtime.session_state import SessionState
from deployer.emulator.realtime.turn import Turn


@dataclass(frozen=True, slots=True)
class Silence:
    """So long nobody spoke after an answer had been played; milliseconds since the session's first sound."""

    audio_start_ms: int
    audio_end_ms: int


class IdleTimeout:
    """Waits after each answer: until it is played, and then as long as `idle_timeout_ms` says (OpenAI's API reference).

    `timed_out` takes the silence.
    """

    __slots__ = (
        "_awaited",
        "_listening",
        "_responses",
        "_state",
        "_timed_out",
    )

    def __init__(
        self,
        state: SessionState,
        listening: Listening,
        responses: Responses,
        timed_out: Callable[[Silence], None],
    ) -> None:
        self._state = state
        self._listening = listening
        self._responses = responses
        self._timed_out = timed_out
        self._awaited: Turn | None = None
        responses.done = self._answered

    def end(self) -> None:
        """The user has said something: do not wait any more."""
        self._awaited = None

    def _answered(self, turn: Turn, playback_seconds: float) -> None:
        # Whoever has interrupted the answer is not silent.
        if turn.response.conversation_id is None or self._listening.is_speaking:
            return
        if self._seconds() is not None:
            self._awaited = turn
            self._state.outbox.put(Alarm(playback_seconds, lambda: self._played(turn)))

    def _played(self, turn: Turn) -> None:
        seconds = self._seconds()
        if seconds is None or not self._is_awaited(turn):
            self._listening.release()
            return
        self._listening.keep()
        start = self._listening.written_ms
        self._state.outbox.put(Alarm(seconds, lambda: self._over(turn, start)))

    def _over(self, turn: Turn, start: int) -> None:
        if self._seconds() is None or not self._is_awaited(turn):
            self._listening.release()
            return
        self._awaited = None
        self._timed_out(Silence(start, self._listening.written_ms))

    def _is_awaited(self, turn: Turn) -> bool:
        """Whether nothing has happened since that answer; speech that has only begun is something."""
        is_quiet = not self._listening.is_speaking and self._responses.turn is None
        return self._awaited is turn and is_quiet

    def _seconds(self) -> float | None:
        detection = self._state.settings.turn_detection
        if detection is None or detection.idle_timeout_ms is None:
            return None
        return detection.idle_timeout_ms / 1000
