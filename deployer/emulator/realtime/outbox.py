"""What a session is about to send, in order: numbered, written, and tampered with where a fault asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deployer.emulator.data_plane.refusals import InvalidRequest
from deployer.emulator.faults.wrongs import WrongEvent
from deployer.emulator.realtime.hearing import Unheard
from deployer.emulator.realtime.tampering import Tampering
from deployer.emulator.realtime.turn import Close, Pause, Step
from deployer.emulator.realtime.wire import Wire


@dataclass(frozen=True, slots=True, eq=False)
class Alarm:
    """Ring after so many seconds, counted from when everything before it has been sent, and send on meanwhile.

    A later alarm takes the place of an earlier one.
    """

    seconds: float
    ring: Callable[[], None]


Sent = str | Pause | Close | Unheard | Alarm
"""An event, or what is to be done instead of sending one."""


class Outbox:
    """The queue of one session; `tampering` is what is done to its events on their way."""

    __slots__ = ("_ready", "tampering", "wire")

    def __init__(self, wrong: WrongEvent) -> None:
        self.wire = Wire()
        self.tampering = Tampering(wrong)
        # No deque: an empty one takes 700 bytes of every session, and this seldom holds more than two.
        self._ready: list[Sent] = []

    def __bool__(self) -> bool:
        return bool(self._ready)

    def take(self) -> Sent:
        """The first of what is ready."""
        return self._ready.pop(0)

    def put(self, one: Close | Unheard | Alarm) -> None:
        """What is no event of the protocol's."""
        self._ready.append(one)

    def send(self, kind: str, **fields: object) -> None:
        """An event outside of a response."""
        self.queue([self.wire.event(kind, **fields)])

    def queue(self, step: Step) -> None:
        """A step of a response."""
        for event in step:
            self._ready += self.tampering.of(event) if isinstance(event, str) else [event]

    def refuse(self, refusal: InvalidRequest, event_id: object) -> None:
        """The error event for a client event, named by the id that the client gave it."""
        self.send("error", error={**refusal.error, "event_id": event_id})
