"""A stack without a command line: the engine double in this process, with the face of the engine's own stack."""

from __future__ import annotations

from pathlib import Path

from clouds import Stage
from pulumi.automation import EngineEvent
from pulumi_doubles.in_process import InProcess, Ran
from pulumi_doubles.provider import ProviderDouble
from pulumi_stage import PulumiStage

from deployer.engines.pulumi import engine as pulumi
from deployer.engines.pulumi import session as pulumi_session
from deployer.engines.pulumi.names import address
from deployer.engines.pulumi.preview import Intent, Intents
from deployer.engines.pulumi.stack import PulumiFailed
from deployer.engines.pulumi.tools import CommandLine
from deployer.errors import Blocked


class InProcessStack:
    """What `stack.OurStack` is to a session, over one state that stays from session to session."""

    def __init__(self, double: InProcess) -> None:
        self.double = double
        self.exists = False

    def held(self) -> frozenset[str] | None:
        found = (address(urn) for urn in self.double.state.resources)
        return frozenset(one for one in found if one is not None) if self.exists else None

    def create(self) -> None:
        self.exists = True

    def preview(self, program) -> dict[str, Intent]:
        intents = Intents()
        ran = self.double.preview(program, refresh=True)
        for event in told(ran):
            if event.resource_pre_event is not None:
                intents.hear(event.resource_pre_event.metadata)
        if ran.errors:
            raise Blocked("\n".join(ran.errors))
        return intents.found

    def update(self, program, hear) -> None:
        ran = self.double.up(program, refresh=True)
        for event in told(ran):
            hear(event)
        if ran.errors:
            raise PulumiFailed("\n".join(ran.errors))


class InProcessStage(PulumiStage):
    """`PulumiStage` over such a stack."""

    stack: InProcessStack

    def lose(self) -> None:
        self.stack.double.state.resources.clear()


def told(ran: Ran) -> list[EngineEvent]:
    return [EngineEvent.from_json(one) for one in ran.events]


def in_process(stage: Stage, provider: ProviderDouble, folder: Path, monkeypatch) -> InProcessStage:
    """The engine, with everything of ours, over a stack in this process."""
    found = InProcessStage(stage, folder)
    found.stack = InProcessStack(InProcess(provider))
    here = CommandLine(folder / "pulumi", "3.259.0")
    monkeypatch.setattr(pulumi, "command_line", lambda _environ: here)
    monkeypatch.setattr(pulumi, "missing", lambda *_: ())
    monkeypatch.setattr(pulumi_session, "OurStack", lambda *_: found.stack)
    return found
