"""`deployer doctor`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deployer.cli.options import OPTIONS, Given, option
from deployer.errors import ConfigurationInvalid

if TYPE_CHECKING:
    from deployer.cli.probes import Finding

_PUBLIC = "AzureCloud"


@click.command(epilog="Example: deployer doctor configs/prod.yaml --engine pulumi")
@click.argument("config", type=click.Path(path_type=Path), required=False)
@OPTIONS["cloud"]
@OPTIONS["engine"]
@option("--sign-in", is_flag=True, help="Also sign in, as is done when CONFIG is given.")
@option(
    "-o",
    "--output",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="What standard output gets.",
)
def doctor(
    config: Path | None, cloud: str | None, engine: str | None, sign_in: bool, output: str
) -> None:
    """Say what a run stands on: packages, Pulumi, its plugin and backend, sign-in; what is missing, and what to do.

    Nothing is installed and nothing is written. Exit 6 when what the engine of CONFIG needs is missing, 4 when nobody
    is signed in.
    """
    import json

    from deployer.cli.probes import State
    from deployer.errors import ExitCode

    wanted, findings, refused = _findings(config, cloud, engine, sign_in=sign_in)
    if output == "json":
        click.echo(json.dumps([_as_json(one, wanted) for one in findings], indent=2))
    else:
        click.echo("\n".join(_lines(findings)))
    if refused is not None:
        raise refused
    if any(one.stops(wanted) for one in findings):
        raise click.exceptions.Exit(int(ExitCode.BLOCKED))
    if any(one.name == "sign-in" and one.state is State.REFUSED for one in findings):
        raise click.exceptions.Exit(int(ExitCode.PERMISSION))


def _findings(
    config: Path | None, cloud: str | None, engine: str | None, *, sign_in: bool
) -> tuple[str, list[Finding], ConfigurationInvalid | None]:
    """The engine that is asked about, everything found, and why no more could be: a file that is wrong."""
    from deployer.cli import probes

    found = [*probes.ourselves(), *probes.pulumi(os.environ), *probes.azure_cli()]
    if config is None:
        found += [*probes.emulator(Path()), *probes.runner(os.environ, cloud or _PUBLIC)]
        if sign_in:
            found += _signed_in(cloud or _PUBLIC, Path())
        return engine or "sdk", found, None
    from deployer.cli.cloud import open_cloud
    from deployer.cli.sources import configuration
    from deployer.engines import EngineOptions

    try:
        conf = configuration(Given(config, cloud=cloud, engine=engine))
    except ConfigurationInvalid as error:
        return engine or "sdk", found, error
    found += [*probes.emulator(config.parent), *probes.runner(os.environ, conf.cloud)]
    with open_cloud(conf.cloud, config.parent) as opened:
        options = EngineOptions(config.parent / ".deployer", pulumi=conf.pulumi)
        found += [*probes.backend(opened, options, conf.name), *probes.sign_in(opened)]
    return conf.engine, found, None


def _signed_in(cloud: str, beside: Path) -> list[Finding]:
    from deployer.cli import probes
    from deployer.cli.cloud import open_cloud

    with open_cloud(cloud, beside) as opened:
        return list(probes.sign_in(opened))


def _as_json(one: Finding, engine: str) -> dict[str, object]:
    return {
        "name": one.name,
        "state": one.state,
        "found": one.found,
        "advice": one.advice,
        "needed": one.of in ("", "all", engine),
    }


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    from deployer.cli.probes import State
    from deployer.render.text.layout import WIDTH, hanging

    rows = list(findings)
    names = max(len(one.name) for one in rows)
    states = max(len(one.state) for one in rows)
    indent = names + states + 4
    for one in rows:
        lead = f"{one.name.ljust(names)}  {one.state.ljust(states)}  "
        yield from hanging(lead, one.found, indent, WIDTH)
        if one.advice and (one.state is not State.OK or one.of == "oidc"):
            yield from hanging(" " * indent, one.advice, indent, WIDTH)
