"""Given files, run a command, expect output and exit code: the command line in this process, the emulator beside the file."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deployer.cli import deployer
from deployer.cli.emulator_state import state_directory
from deployer.cli.ending import run
from deployer.emulator import Emulator

CONFIGS = Path(__file__).parents[1] / "configs"


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    def codes(self):
        """The codes of all problems of a JSON report, diagnoses among them."""
        told = [problem["code"] for problem in self.json["problems"]]
        return told + [
            check["diagnosis"]["code"] for check in self.json["checks"] if check.get("diagnosis")
        ]


def command(*arguments: str | Path, **environment: str) -> Ended:
    """Run `deployer ARGUMENTS` with these environment variables on top of the test's own."""
    out, err = io.StringIO(), io.StringIO()
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(deployer, [str(one) for one in arguments])
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
    return Ended(int(code), out.getvalue(), err.getvalue())


@contextlib.contextmanager
def emulator_beside(config: Path) -> Iterator[Emulator]:
    """The emulator that the commands on this file will join, held open so that a test can ask and bend it."""
    with Emulator.open(state_directory(config.parent)) as emulator:
        yield emulator


def writes(emulator: Emulator) -> list[dict[str, object]]:
    """The journal's writes to the control plane."""
    return [one for one in emulator.ask("GET", "journal")["entries"] if one["write"]]


SMALL = """\
name: voice-test
cloud: emulator@{date}
resourceGroup: {{name: rg-voice-test, location: eastus2}}
defaults:
  account:
    customSubDomainName: ${{name}}-${{unique}}
accounts:
  - name: voice-east
    location: eastus2
    {account}
    roles:
      - {{principal: self, can: use}}
    deployments:
{deployments}
smoke:
  timeout: 5s
  waitForRoles: 1s
"""
REALTIME = "      - {name: realtime, model: gpt-4o-realtime-preview@2024-12-17, capacity: 1}"
AUDIO = "      - {name: audio, model: gpt-4o-audio-preview@2024-12-17, capacity: 1}"


def small(
    folder: Path,
    *deployments: str,
    date: str = "2025-02-06",
    account: str = "softDelete: recover",
    edit=str,
) -> Path:
    """A configuration of one account; `edit` has the last word on its text."""
    path = folder / "voice.yaml"
    lines = "\n".join(deployments or (REALTIME, AUDIO))
    path.write_text(
        edit(SMALL.format(date=date, account=account, deployments=lines)), encoding="utf-8"
    )
    return path
