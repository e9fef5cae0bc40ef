"""A `pulumi` that says its version and lists its plugins, for tests of what is found; and records what it is asked."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from deployer.engines.pulumi.tools import plugin_version

FITTING = (plugin_version(),)

_SCRIPT = """\
#!{python}
import pathlib, sys
arguments = [one for one in sys.argv[1:] if one != "--non-interactive"]
with pathlib.Path(__file__).with_name("asked.txt").open("a") as asked:
    asked.write(" ".join(arguments) + "\\n")
if arguments[:2] == ["plugin", "install"]:
    sys.exit({refusal!r})
print({plugins!r} if arguments[0] == "plugin" else {version!r})
"""


def put_command(folder: Path, version="v3.259.0", plugins=FITTING, refusal=0) -> dict[str, str]:
    """Put it into a folder, the only one of the PATH that is returned. `refusal` is how installing a plugin ends."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = json.dumps(
        [{"name": "azure-native", "kind": "resource", "version": f"v{one}"} for one in plugins]
    )
    text = _SCRIPT.format(python=sys.executable, version=version, plugins=listed, refusal=refusal)
    script = folder / ("pulumi.py" if os.name == "nt" else "pulumi")
    script.write_text(text, encoding="utf-8")
    script.chmod(0o755)
    if os.name == "nt":
        (folder / "pulumi.cmd").write_text(f'@"{sys.executable}" "%~dp0pulumi.py" %*\n')
    return {**os.environ, "PATH": str(folder)}


def asked(folder: Path) -> list[str]:
    """What the command was asked, in order."""
    path = folder / "asked.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
