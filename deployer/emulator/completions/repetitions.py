"""Chat requests that were answered before, byte by byte: their answers are put together again without reading them."""

from __future__ import annotations

import weakref
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

from deployer.emulator.completions.answering import Answer
from deployer.emulator.completions.forms import Form
from deployer.emulator.completions.requests import Asked
from deployer.emulator.data_plane.world import CalledDeployment
from deployer.emulator.faults.wrongs import Wrong
from deployer.emulator.sound.voice import Utterance

_REMEMBERED = 256
_LONGEST = 8_192
"""Bytes of a request that is worth remembering."""


class Questions:
    """Asks for the faults of one call, for each but once, and remembers which were asked for."""

    def __init__(self, wrong: Wrong) -> None:
        self._wrong = wrong
        self._answers: dict[str, Mapping[str, object] | None] = {}

    def __call__(self, kind: str) -> Mapping[str, object] | None:
        if kind not in self._answers:
            self._answers[kind] = self._wrong(kind)
        return self._answers[kind]

    @property
    def asked(self) -> tuple[str, ...]:
        """The kinds, in the order of asking."""
        return tuple(self._answers)

    @property
    def struck(self) -> bool:
        """Whether any fault is at work."""
        return any(fault is not None for fault in self._answers.values())


@dataclass(frozen=True)
class Repetition:
    """What is needed to answer again: the form of the answer, its sound, its cost, and which faults could be in the way.

    The sound belongs to whoever said it; when it has been forgotten there, it is not here either.
    """

    deployment: str
    model: str
    form: Form
    utterance: weakref.ref[Utterance]
    kinds: tuple[str, ...]
    tokens: int
    audio_tokens: int

    def is_clear(self, called: CalledDeployment, wrong: Wrong, faults_are_active: bool) -> bool:
        """Whether the deployment still has the same model and nothing is wrong; asks no further than the first fault."""
        if self.model != called.full_model:
            return False
        return not faults_are_active or all(wrong(kind) is None for kind in self.kinds)


class Repetitions:
    """The last requests and how they were answered."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, bytes], Repetition] = OrderedDict()

    def find(self, path: str, body: bytes) -> Repetition | None:
        """How the same request was answered, if that is still known."""
        return self._known.get((path, body))

    def keep(
        self, path: str, body: bytes, deployment: str, given: Answer, asked: Asked, wrong: Questions
    ) -> None:
        """Remember an answer, if it would be the same again: in one piece, in sound, with nothing wrong.

        What refers to audio that was said before is not: audio expires.
        """
        if asked.stream or given.utterance is None or wrong.struck:
            return
        if asked.has_audio or len(body) > _LONGEST:
            return
        self._known[path, body] = Repetition(
            deployment,
            given.model,
            Form.of(given, asked),
            weakref.ref(given.utterance),
            wrong.asked,
            given.tokens + asked.tokens,
            given.utterance.audio_tokens,
        )
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
