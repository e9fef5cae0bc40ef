"""The wheel carries the program, and an installed package finds it there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile

import pytest
from hatchling.builders.wheel import WheelBuilder
from infra_documents import INFRA

SCRIPT = """
import json, sys
from deployer.engines.pulumi import graph as pulumi_graph, program as pulumi_program
made = pulumi_graph.graph(json.load(sys.stdin))
print(json.dumps([str(pulumi_program.folder()), [one.name for one in made.registrations]]))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """Where the wheel of this tree was unpacked, as an installer does it."""
    folder = tmp_path_factory.mktemp("wheel")
    (wheel,) = WheelBuilder(str(INFRA.parent)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.long
def test_all_of_infra_and_nothing_else_is_in_the_wheel(unpacked):
    carried = {one.name for one in (unpacked / "deployer" / "infra").iterdir()}
    stacks = set(INFRA.glob("Pulumi.*.yaml"))

    assert {one.name for one in INFRA.iterdir() if one.is_file() and one not in stacks} == carried


@pytest.mark.long
def test_the_program_runs_from_the_unpacked_wheel(unpacked, tmp_path):
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT],
        input=(INFRA / "desired.sample.json").read_text(encoding="utf-8"),
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(unpacked)},
        capture_output=True,
        text=True,
        check=True,
    )
    folder, names = json.loads(done.stdout)

    assert folder == str(unpacked / "deployer" / "infra")
    assert "voice-swc/realtime-mini" in names
