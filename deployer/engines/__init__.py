"""Ways to carry out a plan. An engine obeys the plan; looking is done elsewhere, with the same eyes for all."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

from deployer.core.events import Event
from deployer.core.plan import Plan
from deployer.core.problems import Problem


class Engine(Protocol):
    """Carry out a plan."""

    name: str

    def check(self, plan: Plan) -> Sequence[Problem]:
        """What this engine cannot do of the plan; asked before anything is written."""
        ...

    def apply(self, plan: Plan, stop: threading.Event) -> Iterator[Event]:
        """Carry the plan out and tell each step. Once `stop` is set no change is begun; calls in flight finish."""
        ...
