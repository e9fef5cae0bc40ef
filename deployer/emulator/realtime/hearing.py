"""Sound whose words are still being made out, and everything that has to wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from deployer.emulator.data_plane.replies import UNRECOGNISED
from deployer.emulator.faults.wrongs import Wrong
from deployer.emulator.realtime.items import Item, Part


@dataclass(frozen=True, slots=True)
class Unheard:
    """A part for a recogniser, which takes its time; `then` is what comes after it."""

    part: Part
    then: Callable[[], None]


class Hearing:
    """One session's ear. `ask` takes what a recogniser shall listen to; without one nothing ever waits."""

    __slots__ = (
        "_ask",
        "_held",
        "_waiting",
    )

    def __init__(self, ask: Callable[[Unheard], None] | None) -> None:
        self._ask = ask
        self._waiting = 0
        self._held: list[str] = []

    def hear(self, item: Item, then: Callable[[], None]) -> None:
        """Go on at once, or when all sound of the item has been listened to."""
        part = _unheard(item)
        if part is None or self._ask is None:
            then()
            return
        self._waiting += 1
        self._ask(Unheard(part, lambda: self.hear(item, then)))

    def has_to_ask(self, item: Item) -> bool:
        """Whether somebody has to listen to the item before its words are known."""
        return self._ask is not None and _unheard(item) is not None

    def heard(self, unheard: Unheard, words: str | None) -> None:
        """Take what a recogniser has made out, if anything."""
        unheard.part.heard = words or UNRECOGNISED
        self._waiting -= 1

    def holds(self, event: str) -> bool:
        """Keep a client event if it has to wait until everything before it was heard."""
        if self._waiting:
            self._held.append(event)
        return self._waiting > 0

    def released(self) -> Iterator[str]:
        """The client events that need not wait any more, in their order."""
        while self._held and not self._waiting:
            yield self._held.pop(0)


def _unheard(item: Item) -> Part | None:
    return next((part for part in item.parts if part.pcm and part.heard is None), None)


def forget_marks(item: Item, wrong: Wrong) -> None:
    """Understand nothing of an item by its marks, if that is switched off."""
    sounds = [part for part in item.parts if part.is_audio]
    if sounds and wrong("noFingerprint") is not None:
        for part in sounds:
            part.heard = None
