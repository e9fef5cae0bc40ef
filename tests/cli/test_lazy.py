"""Asking for help or the version costs nothing but click."""

import json
import subprocess
import sys

import pytest

HEAVY = (
    "azure",
    "pulumi",
    "pulumi_azure_native",
    "grpc",
    "pydantic",
    "aiohttp",
    "yaml",
    "cryptography",
    "asyncio",
    "ssl",
)
SCRIPT = """
import atexit, json, sys
sys.argv = ["deployer", *json.loads(sys.argv[1])]
atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))
from deployer.cli import main
main()
"""


def imported(*arguments):
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT, json.dumps(arguments)],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stderr))


@pytest.mark.parametrize(
    "arguments",
    [("--version",), ("--help",), ("up", "--help"), ("doctor", "--help"), ("pulumi", "--help")],
    ids=" ".join,
)
def test_nothing_heavy_is_imported(arguments):
    modules = imported(*arguments)

    assert "deployer.cli" in modules
    assert [] == [name for name in modules if name.split(".")[0] in HEAVY]


def test_the_overview_imports_no_command():
    commands = {name for name in imported("--help") if name.startswith("deployer.cli.")}

    assert commands == {"deployer.cli.ending"}
