"""`deployer down`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli.options import REACHING, Given, takes

if TYPE_CHECKING:
    from deployer.cli.running import Run
    from deployer.core.report import Report


@click.command(epilog="Example: deployer down configs/dev.yaml")
@takes(*REACHING, "yes")
def down(given: Given) -> None:
    """Remove what is ours: deployments, then accounts, then the resource group if it was made by us and is empty.

    What is not ours stays. Accounts lie in Azure's soft deletion for 48 hours, and `deployer up` recovers them. On the
    emulator nothing real is touched, so nothing is asked.
    """
    from deployer.cli.running import conclude

    conclude("down", given, lambda run: _down(given, run))


def _down(given: Given, run: Run) -> Report:
    from deployer import workflow
    from deployer.cli.approval import Approval
    from deployer.cli.cloud import open_cloud
    from deployer.cli.interruption import Interruption
    from deployer.cli.sources import configuration, engine_of, options

    conf = configuration(given)
    with Interruption() as interruption, open_cloud(conf.cloud, given.config.parent) as cloud:
        return workflow.down(
            conf,
            cloud,
            engine_of(conf, given, cloud),
            options(given),
            approve=Approval(run, given, interruption, nothing_is_real=cloud.is_loopback),
            tell=interruption.hearing(run.tell),
            stop=interruption.stop,
        )
