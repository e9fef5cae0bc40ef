"""The same life with Pulumi's real command line *and* its real plugin over the emulator's HTTPS, where both are installed.

Nothing here has run on the machine this was written on: there is no plugin there. `DEPLOYER_REAL_PULUMI=1` asks for it.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from command_line import CONFIGS, command

WANTED = os.environ.get("DEPLOYER_REAL_PULUMI") == "1"

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(
        1200
    ),  # the plugin looks every ten to thirty seconds whether an operation has ended
    pytest.mark.skipif(not WANTED, reason="DEPLOYER_REAL_PULUMI is not set"),
]


def pulumi(verb, config, *more):
    return command(verb, config, "--engine", "pulumi", "--output", "json", *more)


def test_doctor_finds_everything(tmp_path):
    config = Path(shutil.copy(CONFIGS / "local.yaml", tmp_path))

    assert 0 == command("doctor", config, "--engine", "pulumi").code


def test_a_life_with_the_real_plugin(tmp_path):
    config = Path(shutil.copy(CONFIGS / "local.yaml", tmp_path))

    up = pulumi("up", config, "--yes")
    assert (0, 4) == (up.code, up.json["heard"]), up.out
    assert 0 == pulumi("drift", config).code

    down = pulumi("down", config, "--yes")
    assert 0 == down.code, down.out
