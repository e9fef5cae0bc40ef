"""azuredeploy.json through Azure's own command line, against an emulator: validated, tried, created, created again.

`python tests/arm/az_templates.py FOLDER` does it for each set of parameters and tells each command as it goes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "tests"))

from arm.parameter_sets import SETS
from clients.az_session import AZ, Az
from parity import settled

from deployer.emulator import Emulator
from deployer.export.arm_items import parameter_values
from deployer.export.arm_parameters import SCHEMA


def life(folder: Path, name: str) -> dict[str, float]:
    """Everything for one set of parameters; the seconds that each command took."""
    day, parameters = SETS[name]
    with Emulator.open(folder / ".deployer" / "emulator", day) as emulator:
        emulator.ask("PATCH", "settings", {"pacing": "instant"})
        az = Az(emulator, AZ or "")
        az("group create -n rg -l eastus2")
        given = _parameter_file(folder, parameters)
        here = ("-g", "rg", "--template-file", str(ROOT / "azuredeploy.json"), *given)
        valid = az("deployment group validate", *here)
        assert valid["properties"]["provisioningState"] == "Succeeded"
        assert _kinds(az("deployment group what-if --no-pretty-print", *here)) == {"Create"}
        made = az("deployment group create --name first", *here)
        assert made["properties"]["provisioningState"] == "Succeeded"
        state = settled(emulator)
        written = {at.rpartition("/")[2] for at in state if "/deployments/" in at}
        said = made["properties"]["outputs"]["deployments"]["value"]
        assert {one.rpartition("/")[2] for one in said} == written
        assert _kinds(az("deployment group what-if --no-pretty-print", *here)) == {"NoChange"}
        az("deployment group create --name second", *here)
        assert settled(emulator) == state
        return az.took


def parallel(folder: Path) -> str:
    """What az prints for the same template without its serial loop."""
    day, parameters = SETS["several"]
    template = json.loads((ROOT / "azuredeploy.json").read_text(encoding="utf-8"))
    for one in template["resources"]:
        one["copy"] = {key: one["copy"][key] for key in ("name", "count")}
    changed = folder / "parallel.json"
    changed.write_text(json.dumps(template), encoding="utf-8")
    with Emulator.open(folder / ".deployer" / "emulator", day) as emulator:
        emulator.ask("PATCH", "settings", {"pacing": "instant"})
        az = Az(emulator, AZ or "")
        az("group create -n rg -l eastus2")
        given = _parameter_file(folder, parameters)
        done = az.run("deployment group create -g rg --template-file", str(changed), *given)
        assert done.returncode != 0
        return done.stderr


def _parameter_file(folder: Path, parameters: dict[str, Any]) -> tuple[str, ...]:
    if not parameters:
        return ()
    file = folder / "given.parameters.json"
    document = {
        "$schema": SCHEMA,
        "contentVersion": "1.0.0.0",
        "parameters": parameter_values(parameters),
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    return ("--parameters", f"@{file}")


def _kinds(tried: dict[str, Any]) -> set[str]:
    return {one["changeType"] for one in tried["changes"]}


def main(folder: Path) -> None:
    """The three sets, and the template without its loop."""
    for name in SETS:
        (folder / name).mkdir(parents=True, exist_ok=True)
        for command, seconds in life(folder / name, name).items():
            sys.stdout.write(f"{seconds:5.2f} s  {name}: az {command}\n")
    (folder / "parallel").mkdir(exist_ok=True)
    sys.stdout.write(parallel(folder / "parallel"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
