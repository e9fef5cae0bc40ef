"""`deployer export`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from deployer.cli.options import option
from deployer.export import FORMATS, text


@click.command(epilog="Example: deployer export configs/prod.yaml --to arm-parameters")
@click.argument("config", type=click.Path(path_type=Path))
@option(
    "--to",
    required=True,
    type=click.Choice(list(FORMATS)),
    help="; ".join(f"{name}: {one.meaning}" for name, one in FORMATS.items()),
)
@option("--cloud", metavar="CLOUD", help="Instead of the file's cloud.")
@option(
    "--self-id",
    metavar="OBJECT_ID",
    help="The principal that `self` means; left out, its roles are.",
)
@option(
    "--self-type",
    type=click.Choice(["User", "Group", "ServicePrincipal"]),
    default="User",
    show_default=True,
    help="What that principal is.",
)
@option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Choose models as of this day instead of today.",
)
@option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Write here instead of to stdout.",
)
def export(
    config: Path,
    to: str,
    cloud: str | None,
    self_id: str | None,
    self_type: str,
    on: dt.datetime | None,
    out: Path | None,
) -> None:
    """Write what CONFIG wants in another language.

    Nobody is asked: models that have retired are replaced as the catalogue knows it, not as a live list would tell.
    """
    import os

    from deployer import views
    from deployer.cli.cloud import today
    from deployer.config import load
    from deployer.config.clouds import emulated_day
    from deployer.core.problems import errors
    from deployer.errors import Blocked, UsageError
    from deployer.render.text.layout import PLAIN, WIDTH, blocks
    from deployer.render.text.problems import problem_lines

    asked = on.date() if on else None
    conf = load(config, environ=os.environ, cloud=cloud, today=asked)
    day = asked or emulated_day(conf.cloud) or today()
    desired, problems = views.offline(conf, FORMATS[to].engine, day, self_id, self_type)
    if errors(problems):
        raise Blocked(f"{config} cannot be exported as it stands.", problems=problems)
    if problems:
        click.echo(blocks(problem_lines(problems, PLAIN, WIDTH)), err=True)
    written = text(desired, to)
    if out is None:
        click.echo(written, nl=False)
    else:
        try:
            out.write_text(written, encoding="utf-8", newline="\n")
        except OSError as error:
            raise UsageError(f"{out} cannot be written: {error.strerror}.") from None
        click.echo(f"Written to {out}.", err=True)
