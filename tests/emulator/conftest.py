"""One emulator for the run; every test finds it empty, on the day of the first snapshot, and instant."""

from __future__ import annotations

import datetime

import pytest
from emulator.arm_client import Arm

from deployer.emulator import Emulator

FIRST_DAY = datetime.date(2025, 2, 6)


@pytest.fixture(scope="session")
def running_emulator(tmp_path_factory):
    with Emulator.open(tmp_path_factory.mktemp("emulator"), FIRST_DAY) as emulator:
        yield emulator


@pytest.fixture
def emulator(running_emulator):
    running_emulator.ask("POST", "reset")
    running_emulator.ask("PUT", "principals/deployer", {"roles": ["Owner"]})
    running_emulator.set_date(FIRST_DAY)
    running_emulator.ask("PATCH", "settings", {"pacing": "instant"})
    running_emulator.ask("DELETE", "journal")
    return running_emulator


@pytest.fixture
def arm(emulator):
    return Arm(emulator)
