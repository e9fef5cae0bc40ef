"""`deployer validate`."""

from __future__ import annotations

import click

from deployer.cli.options import REACHING, Given, takes


@click.command(epilog="Example: deployer validate configs/prod.yaml")
@takes(*REACHING)
def validate(given: Given) -> None:
    """Check CONFIG without asking anybody: every problem at once, each with its place and a hint."""
    from deployer import workflow
    from deployer.cli.running import conclude
    from deployer.cli.sources import configuration

    conclude("validate", given, lambda _: workflow.validate(configuration(given)))
