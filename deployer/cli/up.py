"""`deployer up`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli.options import CONSENTS, HEARING, REACHING, Given, takes

if TYPE_CHECKING:
    from deployer.cli.running import Run
    from deployer.core.report import Report


@click.command(epilog="Example: deployer up configs/prod.yaml --cloud emulator@2026-04-23")
@takes(*REACHING, *CONSENTS, "yes", "no_smoke", *HEARING)
def up(given: Given) -> None:
    """Make Azure what CONFIG says, then listen to every deployment of it.

    CONFIG is a YAML file, or a plan that `deployer plan --out` has kept. The plan is shown and asked about before
    anything is written; --yes answers beforehand. On the emulator nothing real is touched, so nothing is asked.
    Running it again goes on where a run has stopped.
    """
    from deployer.cli.running import conclude

    conclude("up", given, lambda run: _up(given, run))


def _up(given: Given, run: Run) -> Report:
    from deployer import workflow
    from deployer.cli.approval import Approval
    from deployer.cli.cloud import open_cloud
    from deployer.cli.interruption import Interruption
    from deployer.cli.sources import beside, configuration_or_plan, engine_of, options

    source = configuration_or_plan(given)
    with (
        Interruption() as interruption,
        open_cloud(source.cloud, beside(source, given.config)) as cloud,
    ):
        return workflow.up(
            source,
            cloud,
            engine_of(source, given, cloud),
            options(given),
            approve=Approval(run, given, interruption, nothing_is_real=cloud.is_loopback),
            tell=interruption.hearing(run.tell),
            stop=interruption.stop,
        )
