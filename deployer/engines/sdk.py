"""The engine that writes through Azure's SDK: accounts side by side, one write at a time within each."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from deployer.azure.clients import clients
from deployer.azure.cloud import Cloud
from deployer.azure.failures import Refused, problem
from deployer.azure.waiting import BUDGET, Clock, Patience, Stopped, SystemClock
from deployer.azure.writing import Turn, Writing
from deployer.core.events import Done, Event, Failed, NotDone, Progress, Started, Waited
from deployer.core.plan import Action, Change, Phase, Plan
from deployer.core.resources import Account, ResourceGroup, account_address, account_of
from deployer.core.verdicts import Verdict
from deployer.engines.background import Tell, side_by_side

PARALLEL = 16
"""How many accounts are written to at the same time."""

_STOPPED = "the run was stopped"


class SdkEngine:
    """Carry out a plan step by step. `budget` is how long one change may be waited for, in seconds."""

    name = "sdk"

    def __init__(
        self,
        cloud: Cloud,
        *,
        parallel: int = PARALLEL,
        budget: float = BUDGET,
        clock: Clock | None = None,
    ) -> None:
        self._cloud = cloud
        self._parallel = parallel
        self._budget = budget
        self._clock = clock or SystemClock()

    def check(self, plan: Plan) -> Sequence[Verdict]:  # noqa: ARG002 - the protocol asks for it
        """Nothing: what a plan can ask for, this engine can do."""
        return ()

    def has_more_to_do(self, plan: Plan) -> bool:  # noqa: ARG002 - the protocol asks for it
        """No: Azure is the state."""
        return False

    def apply(self, plan: Plan, stop: threading.Event) -> Generator[Event, None, None]:
        """Carry the plan out, phase by phase. Whoever leaves the stream early stops the run."""
        connections = clients(self._cloud, plan.desired.scope.subscription)
        writing = Writing(connections, plan.desired.scope, plan.desired.owner)
        run = _Run(plan, writing, self._clock, self._budget, stop)
        try:
            for phase in plan.phases:
                yield from self._phase(run, phase)
        finally:
            if run.busy:
                stop.set()

    def _phase(self, run: _Run, phase: Phase) -> Iterator[Event]:
        """The group's creation, then every account in a queue of its own, then the group's deletion."""
        writes = [change for change in phase.changes if change.action.writes]
        of_group = [change for change in writes if isinstance(change.resource, ResourceGroup)]
        last = [change for change in of_group if change.action is Action.DELETE]
        first = [change for change in of_group if change not in last]
        accounts: dict[str, list[Change]] = {}
        for change in writes:
            if change not in of_group:
                address = account_address(account_of(change.resource) or "")
                accounts.setdefault(address, []).append(change)
        for queues in ([first], list(accounts.values()), [last]):
            yield from self._side_by_side(run, [changes for changes in queues if changes])

    def _side_by_side(self, run: _Run, queues: Sequence[list[Change]]) -> Iterator[Event]:
        """Work the queues off, each in a thread of its own."""

        def job(changes: Sequence[Change], tell: Tell) -> None:
            run.tell = tell
            run.carry_out(changes)

        run.busy = True
        yield from side_by_side([partial(job, changes) for changes in queues], self._parallel)
        run.busy = False


@dataclass
class _Run:
    """One pass over a plan: what has failed, what has come back, and the clock that events are counted on."""

    plan: Plan
    writing: Writing
    clock: Clock
    budget: float
    stop: threading.Event
    tell: Tell = lambda _event: None
    busy: bool = False
    began: float = 0.0
    failed: dict[str, str] = field(default_factory=dict)
    recovered: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.began = self.clock.now()

    def carry_out(self, changes: Sequence[Change]) -> None:
        """One account's changes, or the group's, in their order."""
        for change in changes:
            reason = self._reason_not_to(change)
            if reason:
                self.tell(NotDone(change, self._now(), reason))
            else:
                self._change(change)

    def _change(self, change: Change) -> None:
        began = self._now()
        self.tell(Started(change, began))
        account = _account(change)
        try:
            remark = self._write(change, account)
        except Stopped:
            self.tell(NotDone(change, self._now(), f"{_STOPPED} while it waited for Azure"))
        except Refused as refused:
            self.failed[account] = change.address
            place = self.plan.desired.places.get(change.address)
            told = problem(
                refused.failure, timed_out=refused.timed_out, address=change.address, where=place
            )
            self.tell(Failed(change, self._now(), told))
        else:
            now = self._now()
            self.tell(Done(change, now, now - began, remark))

    def _write(self, change: Change, account: str) -> str:
        turn = self._turn(change)
        if change.action in (Action.RECOVER, Action.CREATE) and isinstance(change.after, Account):
            self.settled.add(account)  # its creation is read back until it has settled
        elif account not in self.settled and _is_inside(change):
            self.writing.wait_for_account(account_of(change.resource) or "", turn)
            self.settled.add(account)
        remark = self.writing.carry_out(change, turn, recovered=account in self.recovered)
        if change.action is Action.RECOVER:
            self.recovered.add(account)
        return remark

    def _turn(self, change: Change) -> Turn:
        said = [""]

        def progress(message: str) -> None:
            if message != said[0]:
                said[0] = message
                self.tell(Progress(change, self._now(), message))

        def waited(code: str, seconds: float) -> None:
            self.tell(Waited(change, self._now(), code, seconds))

        return Turn(
            Patience(self.clock, budget=self.budget, stop=self.stop, waited=waited), progress
        )

    def _reason_not_to(self, change: Change) -> str:
        """Why a change must not begin; empty when it may."""
        if self.stop.is_set():
            return _STOPPED
        if not isinstance(change.resource, ResourceGroup) and _GROUP in self.failed:
            return "the resource group could not be written"
        if isinstance(change.resource, ResourceGroup) and self.failed:
            return "something that should have gone first is still there"
        if _account(change) in self.failed:
            return "an earlier change in the same account failed"
        return ""

    def _now(self) -> float:
        return self.clock.now() - self.began


_GROUP = ""


def _account(change: Change) -> str:
    """The address of the account whose queue a change is in; empty for the group."""
    name = account_of(change.resource)
    return _GROUP if name is None else account_address(name)


def _is_inside(change: Change) -> bool:
    """Whether it writes inside an account that was there before: a child, or the account itself."""
    return _account(change) != _GROUP and change.action is not Action.PURGE
