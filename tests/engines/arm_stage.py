"""Applying by template on a stage: the emulator with somebody signed in."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from build import OWNER
from clouds import FakeClock, Stage
from parity import settled

from deployer.core.events import Done, Failed, NotDone
from deployer.core.resources import RoleAssignment
from deployer.core.state import ENGINE_TAG, Owner
from deployer.engines.arm.engine import ArmEngine

ARM = Owner(OWNER.name, "arm")
RUNS = "/providers/Microsoft.Resources/deployments/"


class BriskClock(FakeClock):
    """Waiting takes no time to speak of, but lets the emulator have its turn while a run is polled."""

    def pause(self, seconds, stop=None):
        time.sleep(0.002)
        return super().pause(seconds, stop)


def by_template(wanted):
    """The same state, for the owner that templates write."""

    def marked(resource):
        if isinstance(resource, RoleAssignment) or ENGINE_TAG not in resource.tags:
            return resource
        return replace(resource, tags={**resource.tags, ENGINE_TAG: "arm"})

    return replace(wanted, owner=ARM, resources=tuple(marked(one) for one in wanted.resources))


def apply(stage: Stage, wanted, stop=None, **options):
    """Make it so by template, on a clock on which waiting takes no time."""
    plan = stage.plan(wanted, group_contents=True)
    engine = ArmEngine(stage.cloud, **{"clock": BriskClock(), **options})
    return list(engine.apply(plan, stop or threading.Event()))


def check(stage: Stage, wanted):
    """What the engine has to say before anything is written."""
    plan = stage.plan(wanted, group_contents=True)
    return problems(ArmEngine(stage.cloud, clock=BriskClock()).check(plan))


def problems(verdicts):
    return [one.problem for one in verdicts if one.problem]


def outcomes(events):
    return {e.change.address: type(e) for e in events if isinstance(e, Done | Failed | NotDone)}


def unhappy(events):
    return [event for event in events if isinstance(event, Failed | NotDone)]


def runs(stage: Stage):
    """The paths of the template deployments that were begun."""
    return [
        one["path"] for one in stage.writes() if one["method"] == "PUT" and RUNS in str(one["path"])
    ]


def left_by(stage: Stage, *steps):
    """What these states leave, carried out one after the other by the SDK, and then by templates."""
    found = []
    for by_sdk in (True, False):
        stage.clear()
        for wanted in steps:
            events = stage.apply(wanted) if by_sdk else apply(stage, by_template(wanted))
            assert [] == unhappy(events)
        found.append(settled(stage.emulator))
    return found
