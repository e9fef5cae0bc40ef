"""Fetching what the engine pulumi stands on: only ever called by `deployer pulumi install`, after a yes."""

from __future__ import annotations

import platform
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from urllib.error import URLError

from deployer.engines.pulumi.tools import (
    CLI,
    PLUGIN,
    CommandLine,
    command_line,
    has_plugin,
    installed_root,
    plugin_version,
)

_RELEASES = "https://get.pulumi.com/releases"


class NotFetched(Exception):
    """Something could not be fetched; the words say what and why."""


def lacking(environ: Mapping[str, str]) -> list[str]:
    """What there is to fetch, in words."""
    found = command_line(environ)
    is_usable = found is not None and found.is_new_enough
    wanted = [] if is_usable else [f"pulumi {CLI} into {installed_root()}"]
    if not is_usable or found is None or not has_plugin(found, environ):
        wanted.append(f"the plugin {PLUGIN} {plugin_version()} into Pulumi's home")
    return wanted


def install(environ: Mapping[str, str]) -> Iterator[str]:
    """Fetch what is lacking, and tell of each step before and after it. Raises NotFetched."""
    found = command_line(environ)
    if found is None or not found.is_new_enough:
        yield f"Fetching pulumi {CLI} ..."
        began = time.monotonic()
        found = _fetch_command_line()
        yield f"  {found.path}, in {time.monotonic() - began:.0f} s"
    if not has_plugin(found, environ):
        yield f"Fetching {PLUGIN} {plugin_version()}: some 100 MB, this takes a while ..."
        began = time.monotonic()
        _fetch_plugin(found)
        yield f"  done in {time.monotonic() - began:.0f} s"


def by_hand() -> str:
    """The way for a machine without a network: which files to carry over, and where they go."""
    system = {"Darwin": "darwin", "Windows": "windows"}.get(platform.system(), "linux")
    is_arm = platform.machine().casefold() in ("arm64", "aarch64")
    ending = "zip" if system == "windows" else "tar.gz"
    version, root = plugin_version(), installed_root()
    archive = f"pulumi-v{CLI}-{system}-{'arm64' if is_arm else 'x64'}.{ending}"
    plugin = f"pulumi-resource-{PLUGIN}-v{version}-{system}-{'arm64' if is_arm else 'amd64'}.tar.gz"
    return f"""\
Without a network, on a machine that has one fetch
  {_RELEASES}/sdk/{archive}
  {_RELEASES}/plugins/{plugin}
and on this machine
  unpack the first so that its programs lie in {root / "bin"}
  (or anywhere on the PATH), then run
  {root / "bin" / "pulumi"} plugin install resource {PLUGIN} v{version} --file {plugin}
A mirror of your own is named by PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES; PULUMI_HOME moves where plugins lie."""


def _fetch_command_line() -> CommandLine:
    from pulumi.automation import InvalidVersionError, PulumiCommand
    from semver import VersionInfo

    try:
        fetched = PulumiCommand.install(root=str(installed_root()), version=VersionInfo.parse(CLI))
    except (URLError, OSError, subprocess.SubprocessError, InvalidVersionError) as error:
        raise NotFetched(_why(error)) from None
    return command_line({"PATH": str(installed_root() / "bin")}) or CommandLine(
        installed_root() / fetched.command, CLI
    )


def _fetch_plugin(found: CommandLine) -> None:
    from pulumi.automation import CommandError, LocalWorkspace

    from deployer.engines.pulumi.command import StoppableCommand
    from deployer.engines.pulumi.stack import words

    with tempfile.TemporaryDirectory(prefix="deployer-pulumi-") as folder:
        workspace = LocalWorkspace(work_dir=folder, pulumi_command=StoppableCommand(found))
        try:
            workspace.install_plugin(PLUGIN, f"v{plugin_version()}")
        except (CommandError, OSError) as error:
            raise NotFetched(
                words(error) if isinstance(error, CommandError) else _why(error)
            ) from None


def _why(error: Exception) -> str:
    """What went wrong, in a line; what a script printed last, where one ran."""
    if isinstance(error, subprocess.CalledProcessError) and error.output:
        said = (
            error.output.decode(errors="replace")
            if isinstance(error.output, bytes)
            else error.output
        )
        return str(said).strip().splitlines()[-1]
    return str(getattr(error, "reason", None) or error)
