"""Pointing Azure's own command line at a running emulator: register it as a cloud, and sign in."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from deployer.emulator.metadata import CLOUD_NAME
from deployer.emulator.serving.foreground import environment
from deployer.emulator.state.records import TENANT_ID
from deployer.errors import DeployerError, UsageError


def sign_in_az(state: Path, az: str = "az") -> Path:
    """Register and select the cloud, sign in with the emulator's client secret; returns az's configuration folder.

    Raises `UsageError` without a running emulator or without az, `DeployerError` when az fails.
    """
    variables = environment(state)
    program = shutil.which(az)
    if program is None:
        raise UsageError(f"There is no '{az}' here.", hint="Install azure-cli, or name it: --az.")
    folder = Path(variables["AZURE_CONFIG_DIR"])
    folder.mkdir(mode=0o700, exist_ok=True)
    # Both, in this order: the address of a cloud that is known changes with every start.
    known = _runs(program, variables, "cloud", "show", "--name", CLOUD_NAME)
    address = variables["AZURE_RESOURCE_MANAGER_ENDPOINT"]
    places = (
        "--endpoint-resource-manager", address,
        "--endpoint-active-directory", f"{address}/adfs",
        "--endpoint-active-directory-resource-id", "https://management.core.windows.net/",
        "--endpoint-microsoft-graph-resource-id", f"{address}/",
        "--skip-endpoint-discovery",
    )  # fmt: skip
    _run(program, variables, "cloud", "update" if known else "register", "-n", CLOUD_NAME, *places)
    _run(program, variables, "cloud", "set", "--name", CLOUD_NAME)
    # What az keeps is valid by the real clock, and may be over by the emulator's, or of another port.
    _run(program, variables, "account", "clear")
    # Entra's tenants are guids here too: az asks the adfs authority, and sends this one along.
    _run(
        program,
        variables,
        "login",
        "--service-principal",
        f"--username={variables['AZURE_CLIENT_ID']}",
        # The list of processes shows arguments to everyone: az reads the value of `@-` from its input.
        "--password=@-",
        f"--tenant={TENANT_ID}",
        told=variables["AZURE_CLIENT_SECRET"],
    )
    return folder


def _run(program: str, variables: dict[str, str], *arguments: str, told: str = "") -> None:
    done = _az(program, variables, arguments, told)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise DeployerError(
            f"`az {arguments[0]} {arguments[1]}` failed: {said[-1] if said else done.returncode}"
        )


def _runs(program: str, variables: dict[str, str], *arguments: str) -> bool:
    return _az(program, variables, arguments).returncode == 0


def _az(
    program: str, variables: dict[str, str], arguments: tuple[str, ...], told: str = ""
) -> subprocess.CompletedProcess[str]:
    quiet = {"AZURE_CORE_COLLECT_TELEMETRY": "false", "AZURE_CORE_ONLY_SHOW_ERRORS": "true"}
    return subprocess.run(  # noqa: S603 - az as the caller named it
        [program, *arguments, "--output", "none"],
        env={**os.environ, **variables, **quiet},
        input=told,
        capture_output=True,
        text=True,
        check=False,
    )
