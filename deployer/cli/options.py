"""The options that commands share, each written once, and the value that a command gets of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Reports = tuple[tuple[str, Path], ...]

OUTPUTS = ("text", "json", "ndjson", "markdown")
REPORTS = {
    "junit": "junit",
    "sarif": "sarif",
    "md": "markdown",
    "markdown": "markdown",
    "json": "json",
    "text": "text",
}
"""What `--report FORMAT=PATH` calls each format."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line and the environment say; an option that a command does not take has its default."""

    config: Path
    cloud: str | None = None
    engine: str | None = None
    output: str = "text"
    report: Reports = ()
    no_color: bool = False
    verbose: bool = False
    quiet: bool = False
    self_id: str | None = None
    self_type: str = "User"
    yes: bool = False
    adopt: bool = False
    allow_delete: bool = False
    allow_replace: bool = False
    no_smoke: bool = False
    save_audio: Path | None = None
    detailed_exitcode: bool = False
    out: Path | None = None
    offline: bool = False


def _reports(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> Reports:
    found = []
    for one in (part for value in values for part in value.split(",") if part):
        form, equals, path = one.partition("=")
        if not equals or not path or form not in REPORTS:
            wanted = ", ".join(REPORTS)
            raise click.BadParameter(
                f"{one!r} is not FORMAT=PATH, FORMAT one of {wanted}.", ctx, parameter
            )
        found.append((REPORTS[form], Path(path)))
    return tuple(found)


def option(*names: str, **settings: Any) -> Callable[[F], F]:  # noqa: ANN401 - click's own
    """An option that its variable DEPLOYER_<OPTION> can set too."""
    long = next(name for name in names if name.startswith("--"))
    variable = "DEPLOYER_" + long.strip("-").replace("-", "_").upper()
    return click.option(*names, envvar=variable, **settings)


def _flag(*names: str, help: str) -> Callable[[F], F]:
    return option(*names, is_flag=True, help=help)


_PATH = click.Path(path_type=Path)

OPTIONS: dict[str, Callable[..., Any]] = {
    "cloud": option(
        "--cloud",
        metavar="CLOUD",
        help="Instead of the file's cloud: AzureCloud, AzureUSGovernment, AzureChinaCloud, emulator, "
        "emulator@DATE (a dress rehearsal).",
    ),
    "engine": option(
        "--engine", metavar="ENGINE", help="Instead of the file's engine: sdk, pulumi or arm."
    ),
    "self_id": option(
        "--self-id",
        metavar="OBJECT_ID",
        help="The principal that `self` means and that will apply; left out, whoever is signed in.",
    ),
    "self_type": option(
        "--self-type",
        type=click.Choice(["User", "Group", "ServicePrincipal"]),
        default="User",
        show_default=True,
        help="What that principal is.",
    ),
    "yes": _flag("-y", "--yes", help="Do not ask."),
    "adopt": _flag("--adopt", help="Take over what exists and is declared, but is not ours."),
    "allow_delete": _flag("--allow-delete", help="Delete accounts of ours that are not declared."),
    "allow_replace": _flag(
        "--allow-replace", help="Delete and create again what Azure cannot change in place."
    ),
    "no_smoke": _flag("--no-smoke", help="Do not listen to the deployments."),
    "save_audio": option(
        "--save-audio", type=_PATH, metavar="DIR", help="Keep what was heard as WAV files."
    ),
    "detailed_exitcode": _flag("--detailed-exitcode", help="Exit 2 when there are changes."),
    "out": option(
        "--out", type=_PATH, metavar="PATH", help="Keep the plan in a file for `deployer up PATH`."
    ),
    "offline": _flag(
        "--offline",
        help="Ask nobody, and show what the program of `--engine pulumi` registers: no plan.",
    ),
    "output": option(
        "-o",
        "--output",
        type=click.Choice(OUTPUTS),
        default="text",
        show_default=True,
        help="What standard output gets.",
    ),
    "report": option(
        "--report",
        multiple=True,
        callback=_reports,
        metavar="FORMAT=PATH,...",
        help="Also write the report to files: junit, sarif, md, json or text. Repeatable.",
    ),
    "no_color": _flag("--no-color", help="No colour (so does NO_COLOR; FORCE_COLOR forces it)."),
    "verbose": _flag("-v", "--verbose", help="Tell every step."),
    "quiet": _flag("-q", "--quiet", help="Tell only the result."),
}
SHOWING = ("output", "report", "no_color", "verbose", "quiet")
"""Taken by every command that reports."""
REACHING = ("cloud", "engine")
FOR_ANOTHER = ("self_id", "self_type")
"""Taken by commands that only look: so that an identity that may not write can plan for the one that may."""
CONSENTS = ("adopt", "allow_delete", "allow_replace")
HEARING = ("save_audio",)


def takes(*options: str) -> Callable[[Callable[[Given], None]], Callable[..., None]]:
    """Give a command its CONFIG, the named options and those for showing, as one value."""

    def dress(command: Callable[[Given], None]) -> Callable[..., None]:
        def called(**values: Any) -> None:  # noqa: ANN401 - typed by Given
            command(Given(**values))

        called.__doc__ = command.__doc__
        dressed: Callable[..., None] = called
        for name in reversed((*options, *SHOWING)):
            dressed = OPTIONS[name](dressed)
        return click.argument("config", type=_PATH)(dressed)

    return dress
