"""The client matrix, LiveKit: its realtime plugin for Azure in both generations, over TLS, on the account's own port.

Needs a Python with livekit-plugins-openai: this one, or the one that LIVEKIT_PYTHON names.
"""

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

PYTHON = os.environ.get("LIVEKIT_PYTHON", sys.executable if find_spec("livekit") else "")


@pytest.mark.parametrize("part", ["scenarios", "expiry"])
@pytest.mark.parametrize("generation", ["preview", "ga"])
def test_livekit(served, generation, part):
    if not PYTHON:
        pytest.skip(
            "livekit-plugins-openai is not installed: install it, or name a Python that has it by LIVEKIT_PYTHON"
        )
    if part == "expiry":
        fault = {"kind": "shortSession", "seconds": 0.3, "times": 1}
        served.emulator.ask("POST", "faults", fault)
    script = Path(__file__).with_name("livekit_session.py")
    ca = served.emulator.ca
    served.run(PYTHON, script, generation, served.own_port, served.key, ca, served.speech, part)
