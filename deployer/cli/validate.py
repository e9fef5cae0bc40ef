"""`deployer validate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from deployer.cli.options import REACHING, Given, takes

if TYPE_CHECKING:
    from deployer.core.report import Report


@click.command(epilog="Example: deployer validate configs/prod.yaml")
@takes(*REACHING)
def validate(given: Given) -> None:
    """Check CONFIG without asking anybody: every problem at once, each with its place and a hint."""
    from deployer.cli.running import conclude

    conclude("validate", given, lambda _: _validate(given))


def _validate(given: Given) -> Report:
    # Not by way of `workflow`, which stands on Azure: an editor calls this at every save.
    from deployer.cli.sources import configuration
    from deployer.core.report import Report

    conf = configuration(given)
    return Report("validate", conf.name, problems=conf.problems, cloud=conf.cloud)
