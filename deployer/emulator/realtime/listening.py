"""The input audio buffer, and the ear that finds the user's turns in it by loudness."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from deployer.emulator.realtime.turn_detection import TurnDetection
from deployer.emulator.sound.voice import BYTES_PER_SECOND
from deployer.emulator.sound.waveforms import values

FRAME_BYTES = BYTES_PER_SECOND // 50
"""20 ms: what is judged loud or quiet at once."""

_FRAME_MS = 20
_FRAMES_TO_BEGIN = 3
_LISTENED_EVERY = 4


class SpeechStarted(NamedTuple):
    """The user began to speak; milliseconds since the session's first sound, prefix padding included."""

    audio_start_ms: int


class SpeechPaused(NamedTuple):
    """The user's turn is over if what `pcm` says ends as a sentence: then call `Listening.finish`."""

    pcm: bytes


class SpeechStopped(NamedTuple):
    """The user's turn is over; the silence that ended it is part of `pcm`."""

    audio_end_ms: int
    pcm: bytes


Noticed = SpeechStarted | SpeechPaused | SpeechStopped


class Listening:
    """Sound that has arrived and is not yet an item."""

    __slots__ = (
        "_buffer",
        "_dropped",
        "_judged",
        "_kept_from",
        "_loud",
        "_quiet_ms",
        "is_speaking",
    )

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._dropped = 0
        self._judged = 0
        self._loud = 0
        self._quiet_ms = 0
        self._kept_from: int | None = None
        self.is_speaking = False

    @property
    def written_ms(self) -> int:
        """How much sound has ever arrived."""
        return (self._dropped + len(self._buffer)) * 1000 // BYTES_PER_SECOND

    @property
    def milliseconds(self) -> float:
        """How much sound is in the buffer."""
        return len(self._buffer) * 1000 / BYTES_PER_SECOND

    def append(self, pcm: bytes, detection: TurnDetection | None) -> Iterator[Noticed]:
        """Take sound in; turns are found as the iterator is read."""
        self._buffer += pcm
        if detection is None:
            self._judged = len(self._buffer)
            return
        limit = _loudness(detection.threshold)
        while self._judged + FRAME_BYTES <= len(self._buffer):
            frame = self._buffer[self._judged : self._judged + FRAME_BYTES]
            self._judged += FRAME_BYTES
            found = self._judge(_is_loud(bytes(frame), limit), detection)
            if found is not None:
                yield found
        if not self.is_speaking:
            before = self._judged - self._before(detection)
            if self._kept_from is not None:
                before = min(before, self._kept_from - self._dropped)
            self._drop(before)

    def keep(self) -> None:
        """Keep all that arrives from now on until somebody speaks or takes it, even silence."""
        self._kept_from = self._dropped + len(self._buffer)

    def release(self) -> None:
        """Keep silence no longer."""
        self._kept_from = None

    def finish(self) -> SpeechStopped:
        """End the user's turn with what has been judged so far."""
        self.is_speaking, self._loud = False, 0
        pcm = bytes(self._buffer[: self._judged])
        self._drop(self._judged)
        return SpeechStopped(self._dropped * 1000 // BYTES_PER_SECOND, pcm)

    def take(self) -> bytes:
        """Everything in the buffer, which is empty afterwards."""
        pcm = bytes(self._buffer[: len(self._buffer) // 2 * 2])
        self._drop(len(self._buffer))
        self._loud = self._quiet_ms = 0
        self._kept_from = None
        self.is_speaking = False
        return pcm

    def _judge(self, loud: bool, detection: TurnDetection) -> Noticed | None:
        if not self.is_speaking:
            self._loud = self._loud + 1 if loud else 0
            if self._loud < _FRAMES_TO_BEGIN:
                return None
            self.is_speaking, self._quiet_ms, self._kept_from = True, 0, None
            self._drop(self._judged - self._before(detection))
            return SpeechStarted(self._dropped * 1000 // BYTES_PER_SECOND)
        self._quiet_ms = 0 if loud else self._quiet_ms + _FRAME_MS
        if self._quiet_ms >= detection.silence_ms:
            return self.finish()
        # Asked once in a pause: at the frame in which the short silence is full.
        if detection.is_semantic and 0 <= self._quiet_ms - detection.short_silence_ms < _FRAME_MS:
            return SpeechPaused(bytes(self._buffer[: self._judged]))
        return None

    def _before(self, detection: TurnDetection) -> int:
        """Bytes to keep of what lies before the moment at which speech is noticed."""
        padding = detection.prefix_padding_ms * BYTES_PER_SECOND // 1000 // 2 * 2
        return padding + _FRAMES_TO_BEGIN * FRAME_BYTES

    def _drop(self, count: int) -> None:
        count = max(0, count)
        del self._buffer[:count]
        self._dropped += count
        self._judged = max(0, self._judged - count)


def _loudness(threshold: float) -> float:
    """The mean size of samples that counts as speech: 0.5 is -40 dBFS, each 0.1 is 5 dB."""
    return 32768 * float(10 ** ((-65 + 50 * threshold) / 20))


def _is_loud(frame: bytes, limit: float) -> bool:
    heard = values(frame)[::_LISTENED_EVERY]
    return sum(map(abs, heard)) > limit * len(heard)
