"""Operations that the fault `operationStuck` holds up: they go on when the fault is taken away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.faults.faults import Fault

NEVER = 1e10
"""Seconds until the end of what does not end in our lives."""


def held_up(cloud: EmulatedCloud, fault: Fault) -> float:
    """The wall time at which an operation ends that a fault holds up: none of us sees it, but the fault remembers it."""
    until = cloud.clock.wall() + NEVER
    fault.holds.add(until)
    return until


def let_go(cloud: EmulatedCloud, faults: Sequence[Fault], *, everything: bool) -> None:
    """End what these faults hold up; `everything`: also what a fault of an earlier run has left."""
    held = {until for one in faults for until in one.holds}
    now = cloud.clock.wall()

    def is_held(until: float) -> bool:
        return until in held or (everything and until > now + NEVER / 2)

    for account in [*cloud.store.accounts(), *cloud.store.deleted_accounts()]:
        if is_held(account.ready_at):
            cloud.store.put(replace(account, ready_at=now))
    for group in cloud.store.groups():
        if group.gone_at is not None and is_held(group.gone_at):
            cloud.store.put(replace(group, gone_at=now))
    for fault in faults:
        for work in fault.works:
            work()
    cloud.locks.let_go(is_held)
    cloud.operations.end(is_held)
