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
    admin = Arm(running_emulator)
    for method, path, body in (
        ("POST", "reset", None),
        ("PUT", "principals/deployer", {"roles": ["Owner"]}),
        ("POST", "clock", {"date": str(FIRST_DAY)}),
        ("PATCH", "settings", {"pacing": "instant"}),
    ):
        assert admin.send(method, f"/_emulator/{path}", body).status == 200
    return running_emulator


@pytest.fixture
def arm(emulator):
    return Arm(emulator)
