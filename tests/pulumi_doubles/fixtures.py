"""The `pulumi` command for tests: a double of it, and the real one where it is installed, with a running provider.

A folder of tests that wants them says in its conftest:

    from clouds import _signed_in, stage
    from pulumi_doubles.fixtures import provider, pulumi_command
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from clouds import Stage
from pulumi_doubles.provider import ProviderDouble

NOT_INSTALLED = "the Pulumi CLI is not installed (DEPLOYER_PULUMI may name it)"
NO_SCRIPTS = "Windows starts no script as a program: the CLI double cannot be `pulumi` there"
NO_LANGUAGE_PLUGIN = "the Pulumi CLI has no pulumi-language-python beside it"
_REAL = os.environ.get("DEPLOYER_PULUMI") or shutil.which("pulumi")
_SHIM = """#!{python}
import signal, sys
sys.path.insert(0, {tests!r})
from pulumi_doubles.cli import main
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True)
class PulumiOnPath:
    """A `pulumi` that is first on PATH, with all that it needs; `which` is `double` or `real`."""

    which: str
    root: Path
    """For `PulumiCommand(root=...)`: has `bin/pulumi`."""
    work_dir: Path
    """An empty folder for Pulumi.yaml and the stacks' settings."""
    state: Path
    """Where the stacks are."""
    environment: dict[str, str]
    """For `LocalWorkspaceOptions(env_vars=...)`; all of it is in `os.environ` too."""
    provider: ProviderDouble

    def lock(self, project: str, stack: str) -> Path:
        """Pretend that somebody else works on a stack."""
        folder = self.state / ".pulumi" / "locks" / "organization" / project / stack
        folder.mkdir(parents=True, exist_ok=True)
        lock = folder / "11111111-1111-4111-8111-111111111111.json"
        lock.write_text(
            '{"pid": 1, "username": "someone", "hostname": "elsewhere",'
            ' "timestamp": "2025-02-06T09:00:00.000000000Z"}',
            "utf-8",
        )
        return lock


@pytest.fixture
def provider(stage: Stage) -> Iterator[ProviderDouble]:
    """A double of azure-native that asks the emulator of `stage`."""
    with ProviderDouble.serve(stage.emulator) as double:
        yield double


@pytest.fixture(params=["double", pytest.param("real", marks=pytest.mark.long)])
def pulumi_command(request, provider, tmp_path, monkeypatch) -> PulumiOnPath:
    """`pulumi`, first on PATH, in an environment of its own: only `tmp_path` is read or written."""
    root = tmp_path / "pulumi"
    (root / "bin").mkdir(parents=True)
    command = root / "bin" / "pulumi"
    if request.param == "real":
        if _REAL is None:
            pytest.skip(NOT_INSTALLED)
        command = command.with_suffix(Path(_REAL).suffix)
        command.symlink_to(Path(_REAL).resolve())
    else:
        if sys.platform == "win32":
            pytest.skip(NO_SCRIPTS)
        tests = str(Path(__file__).parents[1])
        command.write_text(_SHIM.format(python=sys.executable, tests=tests), "utf-8")
        command.chmod(0o755)
    for name in list(os.environ):
        if name.startswith("PULUMI_"):
            monkeypatch.delenv(name)
    chosen = environment(provider, tmp_path)
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(root / "bin"), prepend=os.pathsep)
    return PulumiOnPath(
        request.param, root, tmp_path / "work", tmp_path / "state", chosen, provider
    )


def environment(provider: ProviderDouble, folder: Path) -> dict[str, str]:
    """A backend, a home and a passphrase of their own, and the provider to attach to."""
    for name in ("state", "home", "work"):
        (folder / name).mkdir()
    return {
        "PULUMI_DEBUG_PROVIDERS": f"azure-native:{provider.port}",
        "PULUMI_BACKEND_URL": (folder / "state").as_uri(),
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
