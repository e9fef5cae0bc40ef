"""`deployer plan`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from deployer.cli.options import CONSENTS, FOR_ANOTHER, REACHING, Given, takes
from deployer.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from deployer.cli.running import Run
    from deployer.core.report import Report


@click.command(epilog="Example: deployer plan configs/prod.yaml --out plan.json")
@takes(*REACHING, *FOR_ANOTHER, *CONSENTS, "detailed_exitcode", "out", "offline")
def plan(given: Given) -> None:
    """Show what `deployer up CONFIG` would do, and whether it can succeed. Nothing is written to Azure.

    With --out the plan is kept, to be carried out by `deployer up PATH` if nothing has moved by then.
    """
    if given.offline:
        from deployer.cli.program_graph import show

        show(given)
        return
    from deployer.cli.running import conclude

    conclude("plan", given, lambda run: _plan(given, run))


def _plan(given: Given, run: Run) -> Report:
    from deployer import workflow
    from deployer.cli.cloud import open_cloud
    from deployer.cli.sources import configuration, engine_of, for_whom, options
    from deployer.core.planfile import dump

    if given.out is not None and given.out.suffix.casefold() != ".json":
        raise UsageError(
            f"{given.out} is no name for a plan file: it has to end in .json.",
            hint=f"--out {given.out}.json",
        )
    conf = configuration(given)
    with open_cloud(conf.cloud, given.config.parent, for_whom(given)) as cloud:
        engine = engine_of(conf, given, cloud)
        report = workflow.plan(conf, cloud, engine, options(given), run.tell)
        report = replace(report, changes_are_news=given.detailed_exitcode)
        if given.out is not None:
            if report.exit_code in (ExitCode.DONE, ExitCode.CHANGES):
                try:
                    given.out.write_text(
                        dump(workflow.plan_file(conf, report, engine)), encoding="utf-8"
                    )
                except OSError as error:
                    raise UsageError(f"{given.out} cannot be written: {error.strerror}.") from None
                run.talk.note(f"Kept in {given.out}; carry it out with: deployer up {given.out}")
            else:
                run.talk.note(f"Not kept in {given.out}: the plan is blocked.")
    return report
