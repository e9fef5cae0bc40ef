"""Looks at one thing each that a run stands on: is it there, is it new enough, and what to do if not."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from deployer import __version__
from deployer.engines.pulumi import tools as pulumi_tools
from deployer.errors import AuthenticationFailed, DeployerError

if TYPE_CHECKING:
    from deployer.azure.cloud import Cloud
    from deployer.engines import EngineOptions

AZURE_PACKAGES = ("azure-identity", "azure-mgmt-cognitiveservices", "azure-mgmt-resource")
PULUMI_PACKAGES = ("pulumi", "pulumi-azure-native")


class State(StrEnum):
    """What a look came to. REFUSED: it is there, and says no."""

    OK = "ok"
    MISSING = "missing"
    TOO_OLD = "too old"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """One row: what was looked for, what was found, what to do; `of` is the engine that needs it, empty: every one."""

    name: str
    state: State
    found: str
    advice: str = ""
    of: str = ""

    def stops(self, engine: str) -> bool:
        """Whether that engine cannot work for want of it."""
        return self.state in (State.MISSING, State.TOO_OLD) and self.of in ("all", engine)


def ourselves() -> Iterator[Finding]:
    """Python, this package, and the packages of Azure that every engine stands on."""
    yield Finding("Python", State.OK, f"{platform.python_version()} on {platform.system()}")
    yield Finding("deployer", State.OK, __version__)
    for name in AZURE_PACKAGES:
        yield package(name, "Run: pip install --upgrade deployer", "all")


def pulumi(environ: Mapping[str, str]) -> Iterator[Finding]:
    """The extra, the command line and the plugin of the engine pulumi."""
    for name in PULUMI_PACKAGES:
        yield package(name, pulumi_tools.EXTRA, "pulumi")
    found = pulumi_tools.command_line(environ)
    floor = ".".join(map(str, pulumi_tools.CLI_FLOOR))
    if found is None:
        at_least = f"not found; {floor} or newer is needed"
        yield Finding("pulumi (command)", State.MISSING, at_least, pulumi_tools.INSTALL, "pulumi")
        return
    told = f"{found.version or 'no version'} at {found.path}"
    if found.is_new_enough:
        yield Finding("pulumi (command)", State.OK, told, of="pulumi")
    else:
        older = f"{told}; {floor} or newer is needed"
        yield Finding("pulumi (command)", State.TOO_OLD, older, pulumi_tools.INSTALL, "pulumi")
    yield _plugin(found, environ)


def backend(cloud: Cloud, options: EngineOptions, name: str) -> Iterator[Finding]:
    """Where the stack of that configuration lives, and whether its secrets can be read."""
    from deployer.engines.pulumi.workspace import unusable, workspace

    where = workspace(cloud, options, name, os.environ)
    told = f"stack {where.stack} in {where.shown}"
    lacking = next(unusable(where, os.environ), None)
    if lacking is None:
        yield Finding("backend", State.OK, told, of="pulumi")
    else:
        yield Finding("backend", State.MISSING, f"{told}: no passphrase", lacking.hint, "pulumi")


def azure_cli() -> Iterator[Finding]:
    """`az`, one of the ways to be signed in."""
    path = shutil.which("az")
    if path:
        yield Finding("az", State.OK, path, of="az")
    else:
        yield Finding(
            "az", State.MISSING, "not found; it is one way of several to sign in", of="az"
        )


def emulator(beside: Path) -> Iterator[Finding]:
    """Whether the emulator of a folder runs."""
    from deployer.cli.emulator_state import state_directory
    from deployer.emulator.serving.holder import live_holder

    state = state_directory(beside)
    holder = live_holder(state) if state.is_dir() else None
    told = (
        f"{holder.address}, process {holder.pid}"
        if holder
        else "not running here; a run starts its own"
    )
    yield Finding("emulator", State.OK, told, of="emulator")


def runner(environ: Mapping[str, str], cloud: str) -> Iterator[Finding]:
    """Which token a runner of CI vouches for us with, in the words that a federated credential has to repeat."""
    from deployer.cli.oidc import probe

    try:
        claims = probe(environ, cloud)
    except AuthenticationFailed as refused:
        yield Finding("CI token", State.REFUSED, refused.message, refused.hint, "oidc")
        return
    if claims is not None:
        told = f"{claims.runner}: issuer {claims.issuer}, subject {claims.subject} ({claims.form}), audience {claims.audience}"
        yield Finding("CI token", State.OK, told, claims.command, "oidc")


def sign_in(cloud: Cloud) -> Iterator[Finding]:
    """Who Azure says we are, and which credential answered."""
    from deployer.azure import identity

    try:
        found = identity(cloud)
    except DeployerError as refused:
        yield Finding("sign-in", State.REFUSED, refused.message, refused.hint, "sign-in")
        return
    # DefaultAzureCredential remembers which of its credentials answered; none of azure-identity's has a name for it.
    answered = getattr(cloud.credential, "_successful_credential", None) or cloud.credential
    told = f"{found.kind} {found.object_id}, by {type(answered).__name__}"
    yield Finding("sign-in", State.OK, told, of="sign-in")


def package(name: str, advice: str, of: str) -> Finding:
    """A Python package."""
    try:
        return Finding(name, State.OK, metadata.version(name), of=of)
    except metadata.PackageNotFoundError:
        return Finding(name, State.MISSING, "not installed", advice, of)


def _plugin(found: pulumi_tools.CommandLine, environ: Mapping[str, str]) -> Finding:
    try:
        wanted = pulumi_tools.plugin_version()
    except metadata.PackageNotFoundError:
        return Finding(
            "azure-native", State.MISSING, "its package is missing", pulumi_tools.EXTRA, "pulumi"
        )
    there = list(pulumi_tools.plugins(found, environ))
    if {wanted, "PATH", "attached"}.intersection(there):
        return Finding("azure-native", State.OK, ", ".join(there), of="pulumi")
    told = f"{', '.join(there) or 'not found'}; {wanted} is needed"
    state = State.TOO_OLD if there else State.MISSING
    return Finding("azure-native", state, told, pulumi_tools.INSTALL, "pulumi")
