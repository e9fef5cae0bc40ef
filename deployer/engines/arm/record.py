"""A pass over a plan by template: what of it has begun, is over or must not begin, and every event of it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from deployer.azure.failures import Failure, Refused, problem
from deployer.azure.waiting import Clock, Patience
from deployer.azure.writing import Turn
from deployer.core.events import Done, Failed, NotDone, Progress, Started, Waited
from deployer.core.plan import Action, Change, Plan
from deployer.core.resources import account_address, account_of
from deployer.engines.background import Tell

STOPPED = "the run was stopped"


@dataclass
class Record:
    """What has happened so far. `budget` is how long one change may be waited for, in seconds."""

    plan: Plan
    clock: Clock
    budget: float
    stop: threading.Event
    tell: Tell = lambda _event: None
    began: float = 0.0
    failed: set[str] = field(default_factory=set)
    """Addresses of accounts in which something has failed; empty for the group."""
    recovered: set[str] = field(default_factory=set)
    """Addresses of accounts that came back from soft deletion."""
    cleared: set[str] = field(default_factory=set)
    """Addresses of what a replacement has deleted, for the template to create anew."""
    started: dict[str, float] = field(default_factory=dict)
    left: dict[str, Change] = field(default_factory=dict)
    """What the template has still to do in the present phase, by address and in order."""
    _said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.began = self.clock.now()

    def now(self) -> float:
        """Seconds since the pass began."""
        return self.clock.now() - self.began

    def reason_not_to(self, change: Change) -> str:
        """Why a change must not begin; empty when it may."""
        if self.stop.is_set():
            return STOPPED
        if account(change) and "" in self.failed:
            return "the resource group could not be written"
        if account(change) in self.failed:
            return "an earlier change in the same account failed"
        if self.failed and change.action is Action.DELETE and not account(change):
            return "something that should have gone first is still there"
        return ""

    def ready(self) -> list[Change]:
        """What is left and may begin."""
        return [change for change in self.left.values() if not self.reason_not_to(change)]

    def start(self, change: Change) -> None:
        """The change has begun; said once."""
        if change.address not in self.started:
            self.started[change.address] = self.now()
            self.tell(Started(change, self.now()))

    def progress(self, change: Change, message: str) -> None:
        """The change goes on; the same words are not said twice in a row."""
        if self._said.get(change.address) != message:
            self._said[change.address] = message
            self.start(change)
            self.tell(Progress(change, self.now(), message))

    def fail(self, change: Change, refused: Refused) -> None:
        """The change has failed, and with it whatever else is left in its account."""
        self.start(change)
        place = self.plan.desired.places.get(change.address)
        told = problem(
            refused.failure, timed_out=refused.timed_out, address=change.address, where=place
        )
        self.failed.add(account(change))
        self.over(Failed(change, self.now(), told))

    def fail_first(self, changes: Sequence[Change], refused: Refused) -> None:
        """What stopped them all is told of the first that is not over."""
        first = next((one for one in changes if one.address in self.left), None)
        if first is not None:
            self.fail(first, refused)

    def over(self, event: Done | Failed | NotDone) -> None:
        """The change has come to an end."""
        self.left.pop(event.change.address, None)
        self.tell(event)

    def close(self) -> None:
        """Nothing more is begun: say so of what is left."""
        for change in list(self.left.values()):
            self.over(NotDone(change, self.now(), self.reason_not_to(change) or STOPPED))

    def turn(self, changes: Sequence[Change]) -> Turn:
        """How we wait for some changes; the first of them that is not over is the one that is told of."""

        def waited(code: str, seconds: float) -> None:
            about = next((one for one in changes if one.address in self.left), changes[0])
            self.start(about)
            self.tell(Waited(about, self.now(), code, seconds))

        patience = Patience(self.clock, budget=self.budget, stop=self.stop, waited=waited)
        return Turn(patience, lambda message: self.progress(changes[0], message))


def account(change: Change) -> str:
    """The address of the account that a change is in; empty for the group."""
    name = account_of(change.resource)
    return "" if name is None else account_address(name)


def unsaid(code: str, message: str) -> Refused:
    """A failure that Azure has no words for."""
    return Refused(Failure(code, None, message))
