"""`deployer preflight`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli.options import CONSENTS, FOR_ANOTHER, REACHING, Given, takes

if TYPE_CHECKING:
    from deployer.cli.running import Run
    from deployer.core.report import Report


@click.command(epilog="Example: deployer preflight configs/prod.yaml")
@takes(*REACHING, *FOR_ANOTHER, *CONSENTS)
def preflight(given: Given) -> None:
    """Ask Azure whether `deployer up CONFIG` can succeed: models, quota, names, permissions. Nothing is written.

    Each answer is ok, blocked or unverified.
    """
    from deployer.cli.running import conclude

    conclude("preflight", given, lambda run: _preflight(given, run))


def _preflight(given: Given, run: Run) -> Report:
    from deployer import workflow
    from deployer.cli.cloud import open_cloud
    from deployer.cli.sources import configuration, engine_of, for_whom, options

    conf = configuration(given)
    with open_cloud(conf.cloud, given.config.parent, for_whom(given)) as cloud:
        engine = engine_of(conf, given, cloud)
        return workflow.preflight_only(conf, cloud, engine, options(given), run.tell)
