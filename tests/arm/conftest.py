"""One emulator for each catalogue date, empty before every test."""

from __future__ import annotations

import datetime as dt

import pytest
from emulator.arm_client import Arm

from deployer.emulator import Emulator

FIRST, NEWEST = dt.date(2025, 2, 6), dt.date(2026, 4, 23)


@pytest.fixture(scope="package")
def _emulators(tmp_path_factory):
    with (
        Emulator.open(tmp_path_factory.mktemp("first"), FIRST) as first,
        Emulator.open(tmp_path_factory.mktemp("newest"), NEWEST) as newest,
    ):
        yield {FIRST: first, NEWEST: newest}


@pytest.fixture
def on(_emulators):
    """Signed in on a day, with nothing there and no waiting."""

    def signed_in(day):
        emulator = _emulators[day]
        emulator.ask("POST", "reset")
        emulator.ask("PATCH", "settings", {"pacing": "instant"})
        return Arm(emulator)

    return signed_in
