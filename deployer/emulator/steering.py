"""What a script makes the models do: the next answers, their calls of functions, how long they take; and its file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deployer.emulator.tools import Call
from deployer.emulator.wrongs import Wrong, number


def scripted(wrong: Wrong) -> Call | str | None:
    """The answer that a script prescribes, if one does."""
    call = wrong("toolCall")
    if call is not None:
        return Call(str(call.get("name", "")), json.dumps(call.get("arguments", {})))
    told = wrong("reply")
    return None if told is None else str(told.get("text", ""))


@dataclass(frozen=True)
class Latency:
    """Seconds until the first token and from there to the first audio, and how fast tokens come (0: at once)."""

    first_token: float = 0
    first_audio: float = 0
    tokens_per_second: float = 0

    def of_tokens(self, count: int) -> float:
        """The seconds that so many tokens take."""
        return count / self.tokens_per_second if self.tokens_per_second > 0 else 0

    def of_whole(self, tokens: int, speaks: bool) -> float:
        """The seconds that pass before a whole answer is there."""
        return self.first_token + (self.first_audio if speaks else 0) + self.of_tokens(tokens)


def latency(wrong: Wrong) -> Latency:
    """How long this answer takes."""
    told = wrong("latency")
    if told is None:
        return Latency()
    names = ("firstToken", "firstAudio", "tokensPerSecond")
    return Latency(*(max(0.0, number(told, name, 0)) for name in names))


def by_deployment(deployments: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The faults that a file lists under `account/deployment`, or a deployment's name alone: `- reply: {text: Hello.}`.

    Raises ValueError, in words, for what has another form.
    """
    faults = []
    for place, steps in deployments.items():
        account, _, deployment = str(place).rpartition("/")
        named = {"account": account} if account else {}
        for step in steps if isinstance(steps, list) else [steps]:
            kind, rest = _step(place, step)
            faults.append({"kind": kind, **named, "deployment": deployment, **rest})
    return faults


def _step(place: object, step: object) -> tuple[str, Mapping[str, Any]]:
    """One step: a kind by itself, or with what it takes."""
    if isinstance(step, str):
        return step, {}
    if isinstance(step, Mapping) and len(step) == 1:
        ((kind, rest),) = step.items()
        if rest is None or isinstance(rest, Mapping):
            return str(kind), rest or {}
    raise ValueError(f"deployments: {place}: {step!r} is neither a kind nor `kind: {{...}}`.")
