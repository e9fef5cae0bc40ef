"""Faults on request: statuses, broken connections, delays and failing operations, and those of the data plane."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deployer.emulator.faults.aims import misaimed
from deployer.emulator.faults.parameters import ALWAYS, OF_CALLS, OF_REQUESTS, PARAMETERS, mistakes
from deployer.emulator.faults.wrongs import (
    REFUSALS,
    SCRIPTS,
    SWITCHES,
    WRONGS,
    is_about,
    is_asked_for,
)
from deployer.emulator.state.records import JsonObject

REQUEST_KINDS: Mapping[str, str] = {
    "status": "The request is answered by `status`, `code`, `message`, `retryAfter` (seconds) and further `headers` instead of being done. Strikes what templates write too.",
    "disconnect": "The connection breaks, `when` is `before` or `after` the request was done.",
    "delay": "The request is begun late: by `seconds`, or by chance: `distribution` uniform (`minimum`, `maximum`), normal (`mean`, `deviation`), exponential (`mean`). Strikes what templates write too.",
    "halfBody": "The request is done, the answer breaks off after half of its body.",
    "operationStuck": "The operation that a request begins does not end before the fault is taken away: a PUT of an account or a template deployment, a PATCH of an identity or of network rules, a what-if, a DELETE of a group, a deleted account or a content filter.",
    "operationFailed": "Such an operation ends Failed with `code` and `message`, and what it was to delete stays.",
}
"""Kinds of fault that match requests, by `method` and `path` (a regular expression)."""

KINDS: Mapping[str, str] = {**REQUEST_KINDS, **WRONGS, **SWITCHES, **REFUSALS, **SCRIPTS}


class InvalidFault(ValueError):
    """A fault that nobody could play; it says everything that is wrong with it."""


def error_of(fault: Mapping[str, Any]) -> JsonObject:
    """The error that a fault tells, in an answer or at the end of an operation."""
    return {
        "code": fault.get("code", "InternalServerError"),
        "message": fault.get("message", "A fault that was asked for."),
    }


def problems(spec: Mapping[str, Any]) -> list[str]:
    """Everything that keeps a fault from being played, each as a sentence that begins with its kind."""
    kind = spec.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        return [f"There is no fault of kind {kind!r}. Kinds: {', '.join(KINDS)}."]
    strikes = OF_REQUESTS if kind in REQUEST_KINDS else OF_CALLS
    known = {**PARAMETERS.get(kind, {}), **strikes, **ALWAYS}
    said = {name: value for name, value in spec.items() if name != "kind"}
    found = mistakes(said, known)
    if not found and kind in REQUEST_KINDS:
        found = misaimed(kind, said)
    return [f"{kind}: {mistake}" for mistake in found]


@dataclass
class Fault:
    """One fault: what was asked for, how often it may still strike (None: always), at which rate or by which chance."""

    id: int
    spec: JsonObject
    left: int | None
    skip: int
    rate: float = 1.0
    chance: float = 1.0
    dice: random.Random = field(default_factory=random.Random)
    struck: int = 0
    holds: set[float] = field(default_factory=set)
    """The ends, as wall times, of the operations that this fault holds up."""
    works: list[Callable[[], None]] = field(default_factory=list)
    """What those operations were to do, as far as it is not done."""
    has_ended: bool = False
    """Whether it was taken away."""
    _due: float = 0.0

    def strikes(self) -> bool:
        """Count one matching call; whether this one is struck."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.left == 0:
            return False
        if self.chance < 1 and self.dice.random() >= self.chance:
            return False
        # Not by chance: of any hundred calls exactly as many are struck as the rate says.
        self._due += self.rate
        if self._due < 1 - 1e-9:
            return False
        self._due -= 1
        self.left = None if self.left is None else self.left - 1
        self.struck += 1
        return True

    def seconds(self) -> float:
        """How long a delay is, this time."""
        spec, dice = self.spec, self.dice
        kind = spec.get("distribution")
        if kind == "uniform":
            return dice.uniform(float(spec.get("minimum", 0)), float(spec.get("maximum", 1)))
        if kind == "normal":
            return max(0.0, dice.gauss(float(spec.get("mean", 1)), float(spec.get("deviation", 0))))
        if kind == "exponential":
            return dice.expovariate(1 / float(spec.get("mean", 1)))
        return float(spec.get("seconds", 1))

    def as_json(self) -> JsonObject:
        return {**self.spec, "id": self.id, "times": self.left, "struck": self.struck}


class Faults:
    """The active faults, oldest first; the first that matches and strikes wins."""

    def __init__(self) -> None:
        self._active: list[Fault] = []
        self._last_id = 0

    def add(self, spec: Mapping[str, Any]) -> Fault:
        """Activate a fault; raises `InvalidFault`."""
        found = problems(spec)
        if found:
            raise InvalidFault("\n".join(found))
        times, skip = spec.get("times"), spec.get("skip", 0)
        rate, chance, seed = spec.get("rate", 1), spec.get("chance", 1), spec.get("seed", 0)
        self._last_id += 1
        dice = random.Random(str(seed))  # noqa: S311 - chance that can be repeated, no secret
        fault = Fault(self._last_id, dict(spec), times, skip, float(rate), float(chance), dice)
        self._active.append(fault)
        return fault

    def __bool__(self) -> bool:
        """Whether any is active."""
        return bool(self._active)

    def listed(self) -> list[JsonObject]:
        return [fault.as_json() for fault in self._active]

    def clear(self, fault_id: int | None = None) -> list[Fault]:
        """End one fault, or all; returns those that have ended."""
        ended = [one for one in self._active if fault_id in (None, one.id)]
        self._active = [one for one in self._active if one not in ended]
        for one in ended:
            one.has_ended = True
        return ended

    def for_request(self, kind: str, method: str, path: str) -> JsonObject | None:
        """The fault of that kind that strikes this request."""
        fault = self.striking(kind, method, path)
        return fault.spec if fault else None

    def striking(self, kind: str, method: str, path: str) -> Fault | None:
        """The same, as the fault itself."""
        for fault in self._active:
            spec = fault.spec
            if (
                spec["kind"] == kind
                and str(spec.get("method", method)).upper() == method
                and re.search(str(spec.get("path", "")), path, re.IGNORECASE)
                and fault.strikes()
            ):
                return fault
        return None

    def for_call(
        self, kind: str, account: str, deployment: str, event: str = ""
    ) -> JsonObject | None:
        """The data-plane fault of that kind that strikes a call of this deployment, or an event of that type there."""
        for fault in self._active:
            spec = fault.spec
            if (
                is_asked_for(spec, kind)
                and str(spec.get("account") or account).lower() == account.lower()
                and str(spec.get("deployment") or deployment).lower() == deployment.lower()
                and is_about(spec, event)
                and fault.strikes()
            ):
                return spec
        return None
