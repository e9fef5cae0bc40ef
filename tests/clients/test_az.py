"""Azure's own command line, unmodified, believes the emulator: each command succeeds, each failure prints Azure's code."""

from __future__ import annotations

import pytest
from clients import az_session

from deployer.emulator import Emulator


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.skipif(not az_session.AZ, reason=az_session.NOT_INSTALLED)
def test_az_goes_through_a_whole_session(tmp_path):
    with Emulator.open(tmp_path / "emulator") as emulator:
        emulator.ask("PATCH", "settings", {"pacing": "instant"})
        az = az_session.Az(emulator, az_session.AZ or "")
        for part in az_session.SESSION:
            part(az)
