"""What a session may still use of its deployment's capacity: the seam to whoever counts for all sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Limit(NamedTuple):
    """A limit as rate_limits.updated shows it."""

    name: str
    limit: int
    remaining: int
    reset_seconds: float


class Allowance(Protocol):
    """Requests and tokens of a deployment, shared by everybody who calls it."""

    def use(self, tokens: int) -> None:
        """Count the tokens of a response that is done."""
        ...

    def limits(self) -> Sequence[Limit]:
        """What is left, the tokens first."""
        ...


class Unlimited:
    """The allowance of a session whose deployment has no limits."""

    def use(self, tokens: int) -> None:
        """Nothing is counted."""

    def limits(self) -> Sequence[Limit]:
        """There are none."""
        return ()
