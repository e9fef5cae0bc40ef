"""Ways to carry out a plan. An engine obeys the plan; looking is done elsewhere, with the same eyes for all."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from deployer.core.events import Event
from deployer.core.plan import Consent, Plan
from deployer.core.stacks import PulumiSettings
from deployer.core.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What an engine may need beside the plan: the folder beside the configuration in which a run keeps its own
    things, what the user has allowed, and where Pulumi's state lies.
    """

    directory: Path
    allowed: frozenset[Consent] = frozenset()
    pulumi: PulumiSettings = field(default_factory=PulumiSettings)


class Engine(Protocol):
    """Carry out a plan."""

    name: str

    def check(self, plan: Plan) -> Sequence[Verdict]:
        """What this engine cannot do of the plan, and what its own forecast says to it; before anything is written."""
        ...

    def has_more_to_do(self, plan: Plan) -> bool:
        """Whether there is work beside the checked plan's changes: taking what stands into a state of the engine's own."""
        ...

    def apply(self, plan: Plan, stop: threading.Event) -> Iterator[Event]:
        """Carry the plan out and tell each step. Once `stop` is set no change is begun; calls in flight finish."""
        ...
