"""`deployer drift`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli.options import FOR_ANOTHER, REACHING, Given, takes

if TYPE_CHECKING:
    from deployer.cli.running import Run
    from deployer.core.report import Report


@click.command(epilog="Example: deployer drift configs/prod.yaml --report md=drift.md")
@takes(*REACHING, *FOR_ANOTHER)
def drift(given: Given) -> None:
    """Show how Azure differs from CONFIG. Exits 2 when it does, 0 when it does not. Nothing is written."""
    from deployer.cli.running import conclude

    conclude("drift", given, lambda run: _drift(given, run))


def _drift(given: Given, run: Run) -> Report:
    from deployer import workflow
    from deployer.cli.cloud import open_cloud
    from deployer.cli.sources import configuration, engine_of, for_whom

    conf = configuration(given)
    with open_cloud(conf.cloud, given.config.parent, for_whom(given)) as cloud:
        return workflow.drift(conf, cloud, engine_of(conf, given, cloud), run.tell)
