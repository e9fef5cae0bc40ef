"""`deployer status`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli.options import Given, takes

if TYPE_CHECKING:
    from deployer.cli.running import Run
    from deployer.core.report import Report


@click.command(epilog="Example: deployer status configs/prod.yaml -o json")
@takes("cloud")
def status(given: Given) -> None:
    """Show what exists in the resource group of CONFIG: whose it is, where it answers, when its models retire.

    Addresses only, never keys.
    """
    from deployer.cli.running import conclude

    conclude("status", given, lambda run: _status(given, run))


def _status(given: Given, run: Run) -> Report:
    from deployer import workflow
    from deployer.cli.cloud import open_cloud
    from deployer.cli.sources import configuration

    conf = configuration(given)
    with open_cloud(conf.cloud, given.config.parent) as cloud:
        return workflow.status(conf, cloud, run.tell)
