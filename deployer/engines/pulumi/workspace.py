"""Where a stack lives: its folder, its backend, what encrypts its secrets, and the environment Pulumi runs in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote

from deployer.azure.cloud import Cloud
from deployer.core.problems import Problem
from deployer.engines import EngineOptions
from deployer.engines.pulumi.tools import blocked

PROJECT = "azure-openai-voice"
"""The project of infra/Pulumi.yaml, so that `pulumi up` there and this engine mean the same stacks."""

ENVIRONMENTS = {"AzureUSGovernment": "usgovernment", "AzureChinaCloud": "china"}
"""What azure-native calls the clouds that are not `public`."""

_FILE = "file://"
_PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")
_DIY = (_FILE, "azblob://", "s3://", "gs://", "postgres://")


@dataclass(frozen=True, slots=True)
class Workspace:
    """Where one stack lives. `backend` None: where Pulumi itself is signed in to; its environment may hold secrets."""

    directory: Path
    stack: str
    backend: str | None
    secrets_provider: str | None
    environment: Mapping[str, str] = field(repr=False)

    @property
    def settings(self) -> Path:
        """The file that Pulumi keeps the salt of the stack's passphrase in, or its encrypted key."""
        return self.directory / f"Pulumi.{self.stack.rpartition('/')[2]}.yaml"

    @property
    def shown(self) -> str:
        """The backend as it may be shown: an address can carry a password, and a query a signature."""
        address = (self.backend or "Pulumi Cloud").partition("?")[0]
        return re.sub(r"//[^/]*@", "//", address)


def workspace(
    cloud: Cloud, options: EngineOptions, name: str, environ: Mapping[str, str]
) -> Workspace:
    """The workspace of a configuration of that name.

    A rehearsal never touches the state of what it rehearses: on this machine's emulator the backend is always a
    folder beside the emulator's own state, and its passphrase is empty, because nothing in it is secret.
    """
    stack = options.pulumi.stack or name
    always = {
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    if cloud.is_loopback:
        directory = (options.directory / "pulumi" / "emulator").resolve()
        backend = _address(directory / "state")
        own = {"PULUMI_BACKEND_URL": backend, "PULUMI_CONFIG_PASSPHRASE": ""}
        return Workspace(directory, stack, backend, None, {**always, **own, **cloud.environment})
    directory = (options.directory / "pulumi" / PROJECT).resolve()
    where = _backend(options, directory, environ)
    own = {"PULUMI_BACKEND_URL": where} if where else {}
    return Workspace(
        directory,
        stack,
        where,
        options.pulumi.secrets_provider,
        {**always, **own, **cloud.environment},
    )


def prepare(of: Workspace) -> None:
    """Make the folders: Pulumi makes neither its project's nor that of a file:// backend."""
    of.directory.mkdir(parents=True, exist_ok=True)
    if of.backend is not None and of.backend.startswith(_FILE) and "~" not in of.backend:
        path = unquote(of.backend.removeprefix(_FILE).partition("?")[0])
        Path(path).mkdir(parents=True, exist_ok=True)


def unusable(of: Workspace, environ: Mapping[str, str]) -> Iterator[Problem]:
    """What keeps the stack from being opened: a passphrase that nobody has given."""
    given = {**environ, **of.environment}
    if _needs_passphrase(of) and not any(name in given for name in _PASSPHRASES):
        yield blocked(
            "pulumi.passphrase",
            "Pulumi needs a passphrase for the secrets of this stack",
            "Its secrets provider is `passphrase`, and PULUMI_CONFIG_PASSPHRASE is not set.",
            "Set PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE (it may be empty: we keep no secret in a "
            "stack), or name a key in pulumi.secretsProvider.",
        )


def _needs_passphrase(of: Workspace) -> bool:
    if of.settings.is_file():
        return "encryptionsalt:" in of.settings.read_text(encoding="utf-8")
    if of.secrets_provider in (None, "default"):
        return of.backend is not None and of.backend.startswith(_DIY)
    return of.secrets_provider == "passphrase"


def _backend(options: EngineOptions, directory: Path, environ: Mapping[str, str]) -> str | None:
    """The file's, else the environment's, else where somebody signed in with `pulumi login`, else a folder of ours."""
    stated = options.pulumi.backend or environ.get("PULUMI_BACKEND_URL")
    if stated:
        return _beside(stated, options.directory.resolve().parent)
    if environ.get("PULUMI_ACCESS_TOKEN"):
        return None
    return _signed_in(environ) or _address(directory / "state")


def _beside(backend: str, folder: Path) -> str:
    """A relative file:// address counts from the configuration, not from wherever Pulumi happens to run."""
    path, mark, query = backend.removeprefix(_FILE).partition("?")
    if not backend.startswith(_FILE) or path.startswith("~") or Path(path).is_absolute():
        return backend
    return _address(folder / unquote(path)) + mark + query


def _address(path: Path) -> str:
    # Pulumi reads an address: a folder named `x%20y` or `a#b` would be another one.
    return _FILE + quote(path.as_posix(), safe="/:~")


def _signed_in(environ: Mapping[str, str]) -> str | None:
    home = Path(environ.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        known = json.loads((home / "credentials.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(known.get("current") or "") or None
