"""An emulator with a deployment of each kind, for clients that run as processes of their own."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from clients.scenarios import QUESTION
from emulator.arm_client import ACCOUNT, Arm, deployment_path

from deployer.emulator import Emulator, environment


class Served(NamedTuple):
    """The account's address, its own port, a key, and the files that a client needs."""

    emulator: Emulator
    address: str
    own_port: str
    key: str
    speech: Path

    def run(self, *command: Any, **variables: str) -> None:
        """Run a client's program, which has to end well."""
        done = subprocess.run(  # noqa: S603 - clients and scripts of ours
            [str(one) for one in command],
            env={**os.environ, "NODE_EXTRA_CA_CERTS": str(self.emulator.ca), **variables},
            capture_output=True,
            text=True,
            timeout=50,
            check=False,
        )
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]


@pytest.fixture(scope="module")
def serving(tmp_path_factory):
    folder = tmp_path_factory.mktemp("emulator")
    with Emulator.open(folder) as emulator:
        emulator.ask("PATCH", "settings", {"pacing": "instant", "retiredStatus": 0})
        arm = Arm(emulator)
        arm.account()
        emulator.ask("POST", "clock", {"date": "2025-02-06"})
        assert arm.deployment().status == 201
        made = arm.deployment(deployment_path("realtime"), "gpt-4o-realtime-preview@2024-12-17")
        assert made.status in (200, 201), made.body
        key = arm.ask("POST", f"{ACCOUNT}/listKeys").body["key1"]
        until = time.monotonic() + 10
        while "EMULATOR_ENDPOINT_VOICE" not in (variables := environment(emulator.ca.parent)):
            assert time.monotonic() < until
        speech = folder / "question.pcm"
        speech.write_bytes(QUESTION)
        own_port = variables["EMULATOR_ENDPOINT_VOICE"]
        yield Served(emulator, f"{emulator.address}/voice", own_port, key, speech)


@pytest.fixture
def served(serving):
    yield serving
    serving.emulator.ask("DELETE", "faults")
