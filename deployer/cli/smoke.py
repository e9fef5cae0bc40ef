"""`deployer smoke`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli.options import HEARING, Given, takes

if TYPE_CHECKING:
    from deployer.cli.running import Run
    from deployer.core.report import Report


@click.command(epilog="Example: deployer smoke configs/prod.yaml --save-audio heard")
@takes("cloud", *HEARING)
def smoke(given: Given) -> None:
    """Call every deployment of CONFIG as an application would, and listen to what it says. Exits 8 when one fails."""
    from deployer.cli.running import conclude

    conclude("smoke", given, lambda run: _smoke(given, run))


def _smoke(given: Given, run: Run) -> Report:
    from deployer import workflow
    from deployer.cli.cloud import open_cloud
    from deployer.cli.interruption import Interruption
    from deployer.cli.sources import configuration, options

    conf = configuration(given)
    with Interruption() as interruption, open_cloud(conf.cloud, given.config.parent) as cloud:
        tell = interruption.hearing(run.tell)
        return workflow.smoke_only(conf, cloud, options(given), tell, interruption.stop)
