"""A plan: what will be done, in which order, and why. Values only; `planning` makes them, engines obey them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from deployer.core.differences import Difference
from deployer.core.resources import Resource, title
from deployer.core.state import DesiredState


class Action(StrEnum):
    """What is done to a resource; the value is its printed mark."""

    NO_OP = "="
    CREATE = "+"
    UPDATE = "~"
    REPLACE = "±"
    DELETE = "-"
    RECOVER = "^"
    PURGE = "x"
    LEAVE = "."

    @property
    def writes(self) -> bool:
        """Whether it changes anything."""
        return self not in (Action.NO_OP, Action.LEAVE)


class Consent(StrEnum):
    """What a person must have allowed before a change may run; the value is the option that allows it."""

    ADOPT = "--adopt"
    DELETE = "--allow-delete"
    REPLACE = "--allow-replace"


@dataclass(frozen=True, slots=True)
class Change:
    """One step. `before` is None on create, `after` is None on delete and purge.

    `reason` is for people and never decides anything. `needs` is what must have been allowed.
    """

    action: Action
    address: str
    before: Resource | None
    after: Resource | None
    differences: tuple[Difference, ...] = ()
    reason: str = ""
    needs: tuple[Consent, ...] = ()

    @property
    def resource(self) -> Resource:
        """What it is about: as it will be, else as it was."""
        resource = self.after if self.after is not None else self.before
        if resource is None:
            raise ValueError(f"the change at {self.address} is about nothing")
        return resource

    def __str__(self) -> str:
        return f"{self.action} {title(self.resource)}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Phase:
    """What one pass of an engine reaches: the full state after it, and the steps that lead there.

    A declarative engine submits `resources`; a step-by-step engine walks `changes`. The next phase starts when this
    one is done everywhere.
    """

    resources: tuple[Resource, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything between an observed and a desired state. Apply decides nothing that is not in here."""

    desired: DesiredState
    phases: tuple[Phase, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every step of every phase, with what stays and what is left alone."""
        return tuple(change for phase in self.phases for change in phase.changes)

    @property
    def writes(self) -> tuple[Change, ...]:
        """The steps that change something."""
        return tuple(change for change in self.changes if change.action.writes)

    @property
    def is_empty(self) -> bool:
        """Nothing has to change."""
        return not self.writes

    def counts(self) -> dict[Action, int]:
        """How many changes of each action."""
        return dict(Counter(change.action for change in self.changes))

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)
