"""The `pulumi` command for tests: the real one where it is installed, and the double of it, with a running provider."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from clouds import Stage
from pulumi_doubles.provider import ProviderDouble

NOT_INSTALLED = "the Pulumi CLI is not installed (DEPLOYER_PULUMI may name it)"
_REAL = os.environ.get("DEPLOYER_PULUMI") or shutil.which("pulumi")


@dataclass(frozen=True)
class PulumiCommandOnPath:
    """A `pulumi` that is first on PATH, with all that it needs; `which` is `double` or `real`."""

    which: str
    root: Path
    """`PulumiCommand(root=...)`: has `bin/pulumi`."""
    work_dir: Path
    environment: dict[str, str]
    """What `LocalWorkspaceOptions(env_vars=...)` gets; it is in `os.environ` too."""
    provider: ProviderDouble


@pytest.fixture
def provider(stage: Stage) -> Iterator[ProviderDouble]:
    """A double of azure-native that asks the emulator of `stage`."""
    with ProviderDouble.serve(stage.emulator) as double:
        yield double


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


@pytest.fixture(params=[pytest.param("real", marks=pytest.mark.long)])
def pulumi_command(request, provider, tmp_path, monkeypatch) -> PulumiCommandOnPath:
    """`pulumi`, first on PATH, in an environment of its own: nothing on this machine is read or written but `tmp_path`."""
    if _REAL is None:
        pytest.skip(NOT_INSTALLED)
    root = tmp_path / "pulumi"
    (root / "bin").mkdir(parents=True)
    (root / "bin" / "pulumi").symlink_to(Path(_REAL).resolve())
    chosen = environment(provider, tmp_path)
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", str(root / "bin"), prepend=os.pathsep)
    return PulumiCommandOnPath(request.param, root, tmp_path / "work", chosen, provider)
