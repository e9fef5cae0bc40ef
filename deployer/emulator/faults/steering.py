"""What a script makes the models do: the next answers, their calls of functions, how long they take; and its file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from deployer.emulator.data_plane.tools import Call
from deployer.emulator.faults.faults import problems
from deployer.emulator.faults.wrongs import SCRIPTED_ANSWER, Wrong, number


def scripted(wrong: Wrong) -> Call | str | None:
    """The answer that a script prescribes, if one does."""
    told = wrong(SCRIPTED_ANSWER)
    if told is None:
        return None
    if told["kind"] == "toolCall":
        return Call(str(told.get("name", "")), json.dumps(told.get("arguments", {})))
    return str(told.get("text", ""))


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


def faults_of(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The faults that a file asks for: under `deployments:` by `account/deployment`, or a deployment's name alone, as in
    `- reply: {text: Hello.}`, and under `faults:` each by itself.

    Raises ValueError for whatever cannot be played: all of it, each on a line that says where it stands.
    """
    faults: list[dict[str, Any]] = []
    wrong: list[str] = []
    for place, fault in _placed(said):
        if isinstance(fault, str):
            wrong.append(f"{place}: {fault}")
            continue
        wrong += [f"{place}: {problem}" for problem in problems(fault)]
        faults.append(fault)
    if wrong:
        raise ValueError("\n".join(wrong))
    return faults


def _placed(said: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any] | str]]:
    """Each fault with its place in the file; a text says what stands there instead of one."""
    deployments, faults = said.get("deployments") or {}, said.get("faults") or []
    if not isinstance(deployments, Mapping):
        yield "deployments", "deployments by their names are expected, each with what it does."
        deployments = {}
    for name, steps in deployments.items():
        account, _, deployment = str(name).rpartition("/")
        named = {"account": account} if account else {}
        for place, step in _numbered(f"deployments: {name}", steps):
            kind, rest = _step(step)
            if kind is None:
                yield place, f"{step!r} is neither a kind nor `kind: {{...}}`."
            else:
                yield place, {**named, "deployment": deployment, **rest, "kind": kind}
    if not isinstance(faults, list):
        yield "faults", "a list of faults is expected."
        return
    for place, fault in _numbered("faults", faults):
        yield place, fault if isinstance(fault, dict) else f"{fault!r} is not `{{kind: ...}}`."


def _numbered(place: str, steps: object) -> Iterator[tuple[str, object]]:
    """Each of several steps with its place; one that is no list stands there by itself."""
    if not isinstance(steps, list):
        yield place, steps
        return
    for position, step in enumerate(steps):
        yield f"{place}[{position}]", step


def _step(step: object) -> tuple[str | None, Mapping[str, Any]]:
    """One step: a kind by itself, or with what it takes; no kind if it has another form."""
    if isinstance(step, str):
        return step, {}
    if isinstance(step, Mapping) and len(step) == 1:
        ((kind, rest),) = step.items()
        if rest is None or isinstance(rest, Mapping):
            return str(kind), rest or {}
    return None, {}
