"""The client matrix, npm: openai (preview and GA) and rt-client, over TLS, on the account's address and on its own port.

Needs `npm install --prefix tests/clients openai ws rt-client`, or NODE_CLIENTS naming the folder that was installed into.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from clients.scenarios import QUESTION
from emulator.arm_client import ACCOUNT, Arm, deployment_path

from deployer.emulator import Emulator, environment

NODE = shutil.which("node")
CLIENTS = Path(os.environ.get("NODE_CLIENTS", Path(__file__).parent))
MODELS = {"preview": "gpt-4o-realtime-preview@2024-12-17"}


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    """The account's address, its own port, a key, and what Node needs to trust both."""
    with Emulator.open(tmp_path_factory.mktemp("emulator")) as emulator:
        emulator.ask("PATCH", "settings", {"pacing": "instant", "retiredStatus": 0})
        arm = Arm(emulator)
        arm.account()
        emulator.ask("POST", "clock", {"date": "2025-02-06"})
        made = arm.deployment(deployment_path("realtime"), MODELS["preview"])
        assert made.status in (200, 201), made.body
        key = arm.ask("POST", f"{ACCOUNT}/listKeys").body["key1"]
        until = time.monotonic() + 10
        while "EMULATOR_ENDPOINT_VOICE" not in (variables := environment(emulator.ca.parent)):
            assert time.monotonic() < until
        yield f"{emulator.address}/voice", variables["EMULATOR_ENDPOINT_VOICE"], key, emulator.ca


@pytest.mark.parametrize("client", ["openai-preview", "openai-ga", "rt-client"])
def test_npm(account, client, tmp_path):
    package = client.partition("-")[0] if client != "rt-client" else client
    if NODE is None or not (CLIENTS / "node_modules" / package).is_dir():
        pytest.skip(f"the npm package {package} is not installed (see tests/clients/test_npm.py)")
    address, own_port, key, ca = account
    speech = tmp_path / "question.pcm"
    speech.write_bytes(QUESTION)
    place = own_port if client == "rt-client" else address
    run = subprocess.run(  # noqa: S603 - node, and a script of ours
        [NODE, Path(__file__).with_name("session.cjs"), client, place, key, speech],
        env={**os.environ, "NODE_CLIENTS": str(CLIENTS), "NODE_EXTRA_CA_CERTS": str(ca)},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert run.returncode == 0, run.stderr[-3000:]
