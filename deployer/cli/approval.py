"""Before anything is written: show the plan, and ask. The emulator is never asked about: nothing real is touched."""

from __future__ import annotations

import click

from deployer.cli.interruption import Interruption
from deployer.cli.options import Given
from deployer.cli.running import Run
from deployer.core.plan import Action
from deployer.core.report import Report
from deployer.errors import UsageError
from deployer.render.wording import counted, joined


class Approval:
    """What a verb asks before its first write. From a yes on, Ctrl-C lets the calls in flight finish."""

    def __init__(
        self, run: Run, given: Given, interruption: Interruption, *, nothing_is_real: bool
    ) -> None:
        self._run = run
        self._given = given
        self._interruption = interruption
        self._nothing_is_real = nothing_is_real

    def __call__(self, report: Report) -> bool:
        agreed = self._given.yes or self._nothing_is_real
        self._run.show_plan(report, to_ask=not agreed)
        if not agreed:
            if not self._run.talk.is_answerable:
                raise UsageError(
                    "There is a question, and no terminal to answer it.",
                    hint="Review the plan (`deployer plan`), then run this again with --yes.",
                )
            agreed = self._ask(report)
        if agreed:
            self._interruption.begin()
        return agreed

    def _ask(self, report: Report) -> bool:
        dangers = list(_dangers(report))
        with self._run.quietly():
            if not dangers:
                return click.confirm("Go ahead?", err=True)
            answer: str = click.prompt(
                f"This {joined(dangers)}. To go ahead, type {report.name}",
                default="",
                show_default=False,
                err=True,
            )
        return answer.strip() == report.name


def _dangers(report: Report) -> list[str]:
    """What of the plan cannot be taken back, as verbs."""
    counts = report.plan.counts() if report.plan else {}
    words = ((Action.REPLACE, "replaces"), (Action.DELETE, "deletes"), (Action.PURGE, "purges"))
    return [f"{word} {counted(counts[a], 'resource')}" for a, word in words if counts.get(a)]
