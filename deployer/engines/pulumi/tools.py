"""What the engine pulumi stands on, outside this package: the extra, Pulumi's command line, the provider's plugin."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from deployer.core.problems import Problem, Severity

CLI = "3.259.0"
"""The version of the command line that `deployer pulumi install` fetches: the one this engine was tried with."""

CLI_FLOOR = (3, 244, 0)
"""From this version on error hooks hear every error of a provider (release notes of Pulumi 3.244)."""

PLUGIN = "azure-native"
INSTALL = "Run: deployer pulumi install"
EXTRA = "Run: pip install 'deployer[pulumi]'"

_SECONDS = 60
_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A `pulumi` that was found, and the version it says it is; None: it does not say."""

    path: Path
    version: str | None

    @property
    def is_new_enough(self) -> bool:
        """Whether it is not older than the floor. What does not say its version is taken to be too old."""
        return self.version is not None and parts(self.version) >= CLI_FLOOR


def has_extra() -> bool:
    """Whether the packages of the extra are installed; none of them is imported."""
    return all(util.find_spec(name) is not None for name in ("pulumi", "pulumi_azure_native"))


def plugin_version() -> str:
    """The version of the plugin that fits the installed package: the same. Raises PackageNotFoundError."""
    return metadata.version("pulumi-azure-native")


def command_line(environ: Mapping[str, str]) -> CommandLine | None:
    """The `pulumi` on the PATH, or the one that `deployer pulumi install` has fetched: the first that is new enough."""
    places = (environ.get("PATH"), str(installed_root() / "bin"))
    first = None
    for path in filter(None, (shutil.which("pulumi", path=place) for place in places)):
        known = _VERSION.search(_said([path, "version"], environ) or "")
        found = CommandLine(Path(path), known[0] if known else None)
        if found.is_new_enough:
            return found
        first = first or found
    return first


def installed_root() -> Path:
    """Where the command line is fetched to: Pulumi's own place for the versions of its Automation API."""
    return Path.home() / ".pulumi" / "versions" / CLI


def plugins(found: CommandLine, environ: Mapping[str, str]) -> Iterator[str]:
    """The versions of the plugin that Pulumi would find; `PATH` where it lies there, `attached` where one runs."""
    # Pulumi's own variable: a provider that runs already, under a debugger or in a test, is used as it is.
    if f"{PLUGIN}:" in environ.get("PULUMI_DEBUG_PROVIDERS", ""):
        yield "attached"
    beside = os.pathsep.join((str(found.path.parent), environ.get("PATH", "")))
    if shutil.which(f"pulumi-resource-{PLUGIN}", path=beside):
        yield "PATH"
    try:
        listed = json.loads(_said([str(found.path), "plugin", "ls", "--json"], environ) or "[]")
    except ValueError:
        listed = []
    for one in listed:
        if one.get("name") == PLUGIN and one.get("kind") == "resource":
            yield str(one.get("version", "")).removeprefix("v")


def has_plugin(found: CommandLine, environ: Mapping[str, str]) -> bool:
    """Whether Pulumi would find a plugin that can be used."""
    return any(one in (plugin_version(), "PATH", "attached") for one in plugins(found, environ))


def missing(found: CommandLine | None, environ: Mapping[str, str]) -> tuple[Problem, ...]:
    """What keeps the engine from working here. The extra itself is looked for when the engine is opened."""
    if found is None:
        return (
            blocked(
                "pulumi.cli-missing",
                "Pulumi's command line is not installed",
                f"There is no `pulumi` on the PATH, nor in {installed_root() / 'bin'}.",
                INSTALL,
            ),
        )
    if not found.is_new_enough:
        floor = ".".join(map(str, CLI_FLOOR))
        return (
            blocked(
                "pulumi.cli-too-old",
                "Pulumi's command line is too old",
                f"{found.path} is {found.version or 'of an unknown version'}; it has to be {floor} or newer.",
                INSTALL,
            ),
        )
    if has_plugin(found, environ):
        return ()
    wanted, there = plugin_version(), list(plugins(found, environ))
    return (
        blocked(
            "pulumi.plugin-missing",
            "Pulumi's plugin for Azure is not installed",
            f"{PLUGIN} {wanted} is needed; "
            + (f"there is {', '.join(there)}." if there else "there is none."),
            INSTALL,
        ),
    )


def blocked(code: str, summary: str, detail: str, hint: str, address: str = "") -> Problem:
    """A problem that stops us before the first write."""
    return Problem(code, Severity.ERROR, summary, detail, hint, address=address)


def parts(version: str) -> tuple[int, ...]:
    """The numbers of a version, to compare."""
    known = _VERSION.search(version)
    return tuple(map(int, known.groups())) if known else ()


def _said(command: list[str], environ: Mapping[str, str]) -> str | None:
    """What a program prints; None when it cannot be run, fails, or hangs."""
    try:
        done = subprocess.run(  # noqa: S603 - Pulumi's own command line
            command,
            env={**environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
