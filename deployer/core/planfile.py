"""A plan kept in a file: made and reviewed now, carried out later if the world has not moved. No secret is in it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from deployer.core.checks import SmokeSettings
from deployer.core.encoding import Json, decode, encode
from deployer.core.plan import Change, Phase, Plan
from deployer.core.resources import Scope
from deployer.core.stacks import PulumiSettings
from deployer.core.state import DesiredState, ObservedState

FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class PlanFile:
    """All that `up plan.json` needs: it looks and plans again from `desired`, and compares with `phases`.

    `tool` is the version that wrote it; `cloud` and `engine` are as the configuration or the command line said;
    `config` is the configuration's path, beside which an emulator keeps its state; digests are sha256 in hex.
    """

    tool: str
    name: str
    cloud: str
    engine: str
    scope: Scope
    config: str
    config_digest: str
    desired: DesiredState
    phases: tuple[Phase, ...]
    observed_digest: str
    smoke: SmokeSettings = field(default_factory=SmokeSettings)
    pulumi: PulumiSettings = field(default_factory=PulumiSettings)
    format_version: int = FORMAT_VERSION

    @property
    def plan(self) -> Plan:
        """The plan as it was when the file was written."""
        return Plan(self.desired, self.phases)


def dump(plan_file: PlanFile) -> str:
    """The file's text."""
    data = encode(plan_file)
    if isinstance(data, dict):
        data = {"formatVersion": plan_file.format_version, **data}
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def parse(text: str) -> PlanFile:
    """Read a plan file. Raises ValueError, saying what does not fit."""
    data: Json = json.loads(text)
    if not isinstance(data, dict) or "formatVersion" not in data:
        raise ValueError("it is not a plan file: formatVersion is missing")
    if data["formatVersion"] != FORMAT_VERSION:
        raise ValueError(
            f"formatVersion {data['formatVersion']} is not {FORMAT_VERSION}, the one this version reads"
        )
    return decode(PlanFile, data)


def digest(observed: ObservedState) -> str:
    """A fingerprint of what was seen, so that two looks can be told apart."""
    seen = {address: encode(resource) for address, resource in sorted(observed.resources.items())}
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()


def same_changes(one: Plan, other: Plan) -> bool:
    """Whether two plans would write the same things, in the same phases; words and places do not matter."""

    def essence(plan: Plan) -> list[list[Json]]:
        return [
            [_essence(change) for change in phase.changes if change.action.writes]
            for phase in plan.phases
            if any(change.action.writes for change in phase.changes)
        ]

    return essence(one) == essence(other)


def _essence(change: Change) -> Json:
    return [change.action.name, change.address, encode(change.before), encode(change.after)]
