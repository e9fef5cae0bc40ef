"""The engine pulumi over the emulator of `clouds.Stage`: the same promises, asked of Pulumi's own command line."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path

from clouds import Stage

from deployer.core.plan import Consent, Plan
from deployer.core.resources import DeletedAccount, Resource, RoleAssignment
from deployer.core.state import DesiredState, Owner
from deployer.engines import EngineOptions
from deployer.engines.pulumi.engine import PulumiEngine

OWNER = Owner("voice", "pulumi")


def marked(resource: Resource, owner: Owner = OWNER) -> Resource:
    """A resource of the builders, with an owner of another engine; what nobody owns stays so."""
    if isinstance(resource, RoleAssignment | DeletedAccount) or not Owner.of(resource.tags):
        return resource
    return replace(resource, tags={**resource.tags, **owner.tags})


@dataclass
class PulumiStage:
    """Look, plan and apply by updates of a stack beside a configuration in `folder`."""

    stage: Stage
    folder: Path

    def want(self, *resources: Resource, **fields: object) -> DesiredState:
        state = self.stage.want(*(marked(one) for one in resources), **fields)
        return replace(state, owner=OWNER)

    def plan(self, wanted: DesiredState, **options: bool) -> Plan:
        return self.stage.plan(wanted, **{"group_contents": True, **options})

    def engine(self, *allowed: Consent) -> PulumiEngine:
        return PulumiEngine(
            self.stage.cloud, EngineOptions(self.folder / ".deployer", frozenset(allowed))
        )

    def check(self, wanted: DesiredState, *allowed: Consent):
        """What stands against a plan."""
        verdicts = self.engine(*allowed).check(self.plan(wanted))
        return [one.problem for one in verdicts if one.problem]

    def begin(self, wanted: DesiredState, *allowed: Consent, stop=None):
        """The events of an apply, to be read one by one; its plan has been checked, and nothing stood against it."""
        engine, plan = self.engine(*allowed), self.plan(wanted)
        assert [] == [verdict.detail for verdict in engine.check(plan) if verdict.problem]
        return engine.apply(plan, stop or threading.Event())

    def apply(self, wanted: DesiredState, *allowed: Consent, stop=None):
        if self.plan(wanted).is_empty:
            return []
        return list(self.begin(wanted, *allowed, stop=stop))

    def left(self, wanted: DesiredState) -> list[str]:
        return [str(change) for change in self.plan(wanted).writes]

    def lose(self) -> None:
        """The state is gone, and what it spoke of is still there."""
        (self.folder / ".deployer").rename(self.folder / "lost")
