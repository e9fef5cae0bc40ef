"""`deployer pulumi install`."""

from __future__ import annotations

import os
import sys

import click

from deployer.cli.options import OPTIONS, option


@click.group(epilog="Example: deployer pulumi install --yes")
def pulumi() -> None:
    """Fetch what the engine pulumi stands on. No other command ever downloads anything."""


@pulumi.command(epilog="Example: deployer pulumi install --print")
@OPTIONS["yes"]
@option("--print", "only_print", is_flag=True, help="Only say how it is done without a network.")
def install(yes: bool, only_print: bool) -> None:
    """Fetch Pulumi's command line and its plugin for Azure, in the versions that this deployer was tried with.

    What is there already is not fetched again. Without a network: --print says which files to carry over, and where
    they go.
    """
    from deployer.engines.pulumi import install as pulumi_install
    from deployer.engines.pulumi.tools import CLI, EXTRA, PLUGIN, has_extra, plugin_version
    from deployer.errors import Blocked, UsageError

    if not has_extra():
        raise Blocked("The engine pulumi needs packages that are not installed.", hint=EXTRA)
    if only_print:
        click.echo(pulumi_install.by_hand())
        return
    wanted = pulumi_install.lacking(os.environ)
    if not wanted:
        click.echo(f"Nothing to do: pulumi and {PLUGIN} {plugin_version()} are there.")
        return
    click.echo(f"To fetch: {', '.join(wanted)}.", err=True)
    if not yes:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise UsageError(
                "There is a question, and no terminal to answer it.",
                hint="Run this again with --yes.",
            )
        click.confirm("Go ahead?", err=True, abort=True)
    try:
        for step in pulumi_install.install(os.environ):
            click.echo(step, err=True)
    except pulumi_install.NotFetched as failure:
        click.echo(pulumi_install.by_hand(), err=True)
        raise Blocked(
            f"Pulumi could not be fetched: {failure}.", hint="Fetch it by hand, as told above."
        ) from None
    click.echo(f"pulumi {CLI} and {PLUGIN} {plugin_version()} are there.")
