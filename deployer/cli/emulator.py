"""`deployer emulator start|env|az-login|reset|stop`: the small Azure, for other clients than deployer."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

_CONFIG = click.argument("config", required=False, type=click.Path(path_type=Path))


@click.group(
    epilog='Example: deployer emulator start --background && eval "$(deployer emulator env)"'
)
def emulator() -> None:
    """Run the small Azure on this machine for other clients.

    CONFIG is only asked where it lies: the emulator's state is in .deployer/emulator beside it, or beneath the current
    folder. `deployer up` on the emulator needs none of this; while one runs, it is joined.
    """


@emulator.command(epilog="Example: deployer emulator start configs/local.yaml --date 2025-02-06")
@_CONFIG
@click.option("--date", default="", metavar="DATE", help="The day it is there (2025-02-06).")
@click.option("--port", default=0, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option(
    "--steering",
    "--faults",
    "faults",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A YAML file with `deployments:`, `faults:` and `settings:` to begin with.",
)
@click.option("--strict", is_flag=True, help="Refuse api-versions that Azure has never had.")
@click.option("--background", is_flag=True, help="Leave it running; end it with `stop`.")
def start(
    config: Path | None, date: str, port: int, faults: Path | None, strict: bool, background: bool
) -> None:
    """Serve until Ctrl-C, or in the background; print the address once it answers."""
    from deployer.cli.emulator_state import emulator_date

    day = emulator_date(date)
    if background:
        click.echo(_detached(config, date, port, faults, strict))
        return
    from deployer.emulator import Emulator, serve
    from deployer.emulator.serving.holder import AdministrationRefused
    from deployer.errors import UsageError

    wanted = _steering(faults)

    def ready(served: Emulator) -> None:
        if faults is not None:
            # What an earlier run was told is not what this file says to begin with.
            served.ask("DELETE", "settings")
        try:
            served.ask("PATCH", "settings", wanted.get("settings") or {})
        except AdministrationRefused as error:
            raise UsageError(f"{faults} asks for what the emulator cannot play:\n{error}") from None
        if strict:
            served.ask("PATCH", "settings", {"strictApiVersions": True})
        served.ask("POST", "faults", wanted.get("faults") or [])
        click.echo(served.address)

    serve(_state(config), day, port, ready)


@emulator.command(epilog='Example: eval "$(deployer emulator env)"')
@_CONFIG
@click.option(
    "--format",
    "form",
    type=click.Choice(["sh", "powershell", "dotenv"]),
    default="powershell" if os.name == "nt" else "sh",
    show_default=True,
    help="The language of the block.",
)
def env(config: Path | None, form: str) -> None:
    """Print the environment that points other clients here, the emulator's own client secret included."""
    from deployer.emulator import environment

    write = FORMS[form]
    for name, value in environment(_state(config)).items():
        click.echo(write(name, value))


@emulator.command(
    "az-login", epilog='Example: deployer emulator az-login && eval "$(deployer emulator env)"'
)
@_CONFIG
@click.option("--az", default="az", show_default=True, help="The program to sign in.")
def az_login(config: Path | None, az: str) -> None:
    """Sign az in to the emulator, in a configuration folder of its own; `env` makes a shell use that folder."""
    from deployer.emulator import sign_in_az

    click.echo(f"az is signed in; its folder is {sign_in_az(_state(config), az)}.")


@emulator.command(epilog="Example: deployer emulator reset")
@_CONFIG
def reset(config: Path | None) -> None:
    """Forget every resource, fault and setting of the emulator that runs here."""
    from deployer.emulator import reset as empty

    empty(_state(config))
    click.echo("Emptied.")


@emulator.command(epilog="Example: deployer emulator stop")
@_CONFIG
def stop(config: Path | None) -> None:
    """End the emulator that runs here, if one does. Its state stays."""
    from deployer.emulator import stop as end

    click.echo("Stopped." if end(_state(config)) else "No emulator is running here.")


def _state(config: Path | None) -> Path:
    from deployer.cli.emulator_state import state_directory

    return state_directory(config.parent if config is not None else Path())


def _steering(file: Path | None) -> dict[str, Any]:
    """What a file of faults and settings says; `UsageError` when it is none."""
    if file is None:
        return {}
    import yaml

    from deployer.emulator.faults.steering import faults_of
    from deployer.errors import UsageError

    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise UsageError(f"{file} is not YAML: {error}") from None
    if not isinstance(said, dict) or said.keys() - {"deployments", "faults", "settings"}:
        raise UsageError(
            f"{file} may have `deployments:`, `faults:` (a list) and `settings:`, nothing else."
        )
    try:
        return {**said, "faults": faults_of(said)}
    except ValueError as error:
        raise UsageError(f"{file} asks for what the emulator cannot play:\n{error}") from None


def _detached(config: Path | None, date: str, port: int, faults: Path | None, strict: bool) -> str:
    """Start a process of its own, and wait for the one line that says where it answers."""
    import subprocess
    import sys

    from deployer.emulator.serving.embedded import made
    from deployer.errors import DeployerError, ExitCode

    options = [f"--port={port}", *([f"--date={date}"] if date else [])]
    options += [f"--faults={faults.resolve()}"] if faults else []
    options += ["--strict"] if strict else []
    command = [sys.executable, "-m", "deployer", "emulator", "start", *options]
    state = made(_state(config))
    apart: dict[str, Any] = (
        {"creationflags": 0x00000008 | 0x00000200}  # DETACHED_PROCESS, CREATE_NEW_PROCESS_GROUP
        if os.name == "nt"
        else {"start_new_session": True}
    )
    log = state / "emulator.log"
    with log.open("w", encoding="utf-8") as errors:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*command, *([str(config)] if config is not None else [])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            **apart,
        )
    # Not closed when this returns: the pipe ends with this process, and the child has no more to say.
    address: str = next(iter(child.stdout or ()), "").strip()
    if not address:
        child.wait()
        said = log.read_text(encoding="utf-8").strip() or f"It ended with {child.returncode}."
        failure = DeployerError(f"The emulator did not start. {said.removeprefix('error: ')}")
        if child.returncode in list(ExitCode):
            failure.exit_code = ExitCode(child.returncode)
        raise failure
    child.returncode = 0  # it goes on without us: nothing is left to wait for
    return address


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


FORMS: dict[str, Callable[[str, str], str]] = {
    "sh": lambda name, value: f"export {name}={_quoted(value)}",
    "powershell": lambda name, value: f"$Env:{name} = '{value.replace(chr(39), chr(39) * 2)}'",
    "dotenv": lambda name, value: f"{name}={_quoted(value)}",
}
