"""The engine for teams that live in Pulumi: infra's program, Pulumi's state, our plan; each phase is one update."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator, Iterable, Sequence
from typing import TYPE_CHECKING

from deployer.azure.cloud import Cloud
from deployer.core.events import Event, Failed, NotDone
from deployer.core.plan import Consent, Phase, Plan
from deployer.core.problems import Problem
from deployer.core.verdicts import Answer, Verdict
from deployer.engines import EngineOptions
from deployer.engines.pulumi.events import STOPPED
from deployer.engines.pulumi.tools import blocked, command_line, missing
from deployer.engines.pulumi.workspace import unusable, workspace
from deployer.errors import Blocked

if TYPE_CHECKING:
    from deployer.engines.pulumi.session import Session


class PulumiEngine:
    """Carry out a plan by updates of one stack. What Pulumi cannot do is done around them: recover, purge, try again."""

    name = "pulumi"

    def __init__(self, cloud: Cloud, options: EngineOptions) -> None:
        self._cloud = cloud
        self._options = options
        self._session: Session | None = None
        self._agreed: Phase | None = None

    def check(self, plan: Plan) -> Sequence[Verdict]:
        """What is missing here, what Pulumi's state lacks, and what a preview says to the plan's first phase."""
        found = command_line(os.environ)
        where = workspace(self._cloud, self._options, plan.desired.owner.name, os.environ)
        lacking = missing(found, os.environ) or tuple(unusable(where, os.environ))
        if lacking or found is None:
            return [Verdict.against("pulumi", one) for one in lacking]
        from deployer.engines.pulumi.session import Session

        may_adopt = Consent.ADOPT in self._options.allowed
        try:
            session = Session(self._cloud, plan, where, found, may_adopt=may_adopt)
            problems = session.judge(plan.phases[0]) if plan.phases else ()
        except Blocked as error:
            return [Verdict.against("pulumi", one) for one in _problems(error)]
        self._session = session
        if problems:
            return [Verdict.against("preview", one) for one in problems]
        if not session.has_previewed:
            return ()
        self._agreed = plan.phases[0]
        return [Verdict("preview", Answer.OK, "Pulumi means to do the same")]

    def has_more_to_do(self, plan: Plan) -> bool:
        """Whether the stack does not know what stands, and may take it over."""
        session = self._session
        return session is not None and session.plan is plan and session.has_imports

    def apply(self, plan: Plan, stop: threading.Event) -> Generator[Event, None, None]:
        """Carry the plan out, phase by phase. Raises LockedByAnotherRun when somebody else updates the stack."""
        session = self._session
        if session is None or session.plan is not plan:
            raise Blocked("The engine pulumi carries out no plan that it has not checked.")
        session.begin(stop)
        failed = False
        for phase in plan.phases:
            if failed or stop.is_set():
                reason = STOPPED if stop.is_set() else "an earlier phase of the plan failed"
                yield from session.leave(phase.changes, reason)
                continue
            for event in session.carry_out(phase, is_agreed=phase is self._agreed):
                failed = failed or isinstance(event, Failed | NotDone)
                yield event


def _problems(error: Blocked) -> Iterable[Problem]:
    return [one for one in error.problems if isinstance(one, Problem)] or [
        blocked("pulumi.failed", "Pulumi could not be asked", error.message, error.hint)
    ]
