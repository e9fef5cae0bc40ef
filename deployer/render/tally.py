"""The stream of events, summed up: per account what was done, what was not, and what Azure made us wait for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deployer.core.events import Done, Event, Failed, NotDone, Waited
from deployer.core.resources import account_of


@dataclass(frozen=True, slots=True)
class Waits:
    """How often Azure asked us to wait, by cause, and for how many seconds in all."""

    conflicts: int = 0
    throttles: int = 0
    server_errors: int = 0
    connections: int = 0
    others: int = 0
    seconds: float = 0.0

    @property
    def times(self) -> int:
        """All of them."""
        causes = (self.conflicts, self.throttles, self.server_errors)
        return sum(causes) + self.connections + self.others


@dataclass(frozen=True, slots=True)
class AccountTally:
    """One account's share of a run, or the resource group's (`account` is None). `seconds`: first to last event."""

    account: str | None
    done: int
    failed: int
    not_done: int
    seconds: float
    waits: Waits


def tally(events: Iterable[Event]) -> tuple[AccountTally, ...]:
    """A row per account, in the order in which they began."""
    by_account: dict[str | None, list[Event]] = {}
    for event in events:
        by_account.setdefault(account_of(event.change.resource), []).append(event)
    return tuple(_row(account, mine) for account, mine in by_account.items())


def _row(account: str | None, events: Sequence[Event]) -> AccountTally:
    times = [event.at for event in events]
    return AccountTally(
        account,
        done=sum(isinstance(event, Done) for event in events),
        failed=sum(isinstance(event, Failed) for event in events),
        not_done=sum(isinstance(event, NotDone) for event in events),
        seconds=max(times) - min(times),
        waits=waits(event for event in events if isinstance(event, Waited)),
    )


def waits(events: Iterable[Waited]) -> Waits:
    """The waits of one account, counted by cause."""
    counts = dict.fromkeys(("conflicts", "throttles", "server_errors", "connections", "others"), 0)
    seconds = 0.0
    for event in events:
        counts[_cause(event.code)] += 1
        seconds += event.seconds
    return Waits(**counts, seconds=seconds)


def _cause(code: str) -> str:
    word = code.casefold()
    if "conflict" in word or "provisioningstate" in word or word == "409":
        return "conflicts"
    if word in ("429", "toomanyrequests") or "throttl" in word:
        return "throttles"
    if "connection" in word or "disconnect" in word:
        return "connections"
    if word.startswith("5") or any(
        part in word for part in ("server", "unavailable", "gateway", "timeout")
    ):
        return "server_errors"
    return "others"
