"""The client matrix, npm: openai (preview and GA), rt-client (preview) and the Agents SDK (GA), over TLS.

Needs `npm install --prefix tests/clients openai ws rt-client @openai/agents-realtime zod`, or NODE_CLIENTS naming the folder
that was installed into.
"""

import os
import shutil
from pathlib import Path

import pytest

NODE = shutil.which("node")
CLIENTS = Path(os.environ.get("NODE_CLIENTS", Path(__file__).parent))
PARTS = ("chat", "scenarios", "expiry")
AGENTS = "@openai/agents-realtime"


def needs(package):
    if NODE is None or not (CLIENTS / "node_modules" / package).is_dir():
        pytest.skip(
            f"the npm package {package} is not installed: see the head of tests/clients/test_npm.py"
        )


@pytest.mark.parametrize(
    ("client", "part"),
    [
        *((client, part) for client in ("openai-preview", "openai-ga") for part in PARTS),
        *(("rt-client", part) for part in ("scenarios", "expiry")),
    ],
)
def test_npm(served, client, part):
    needs(client if client == "rt-client" else "openai")
    if part == "expiry":
        served.emulator.ask("POST", "faults", {"kind": "shortSession", "seconds": 0.3})
    place = served.own_port if client == "rt-client" else served.address
    script = Path(__file__).with_name("session.cjs")
    served.run(
        NODE, script, client, place, served.key, served.speech, part, NODE_CLIENTS=str(CLIENTS)
    )


@pytest.mark.parametrize("part", ["scenarios", "tools", "expiry"])
def test_the_agents_sdk(served, part):
    needs(AGENTS)
    if part == "expiry":
        served.emulator.ask("POST", "faults", {"kind": "shortSession", "seconds": 0.3})
    script = Path(__file__).with_name("agents_session.mjs")
    served.run(
        NODE, script, served.address, served.key, served.speech, part, NODE_CLIENTS=str(CLIENTS)
    )
