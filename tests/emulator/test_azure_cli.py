"""Signing az in: what it is told as arguments, which everyone can list, and what over its input."""

from __future__ import annotations

import json
import os
import sys

import pytest

from deployer.emulator import sign_in_az
from deployer.errors import DeployerError

SCRIPT = """
import json, pathlib, sys
with pathlib.Path(__file__).with_name("told.jsonl").open("a") as file:
    file.write(json.dumps([sys.argv[1:], sys.stdin.read()]) + "\\n")
if sys.argv[1] == {failing!r}:
    sys.exit("Something of az's own.")
"""


def az(folder, failing=""):
    """A program in az's place that writes down what it was told."""
    script = folder / "az.py"
    script.write_text(SCRIPT.format(failing=failing), encoding="utf-8")
    if os.name == "nt":
        program = folder / "az.bat"
        program.write_text(f'@"{sys.executable}" "{script}" %*\n', encoding="utf-8")
    else:
        program = folder / "az"
        program.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" "{script}" "$@"\n', encoding="utf-8"
        )
        program.chmod(0o700)
    return str(program)


def test_the_secret_is_told_over_the_input_and_never_as_an_argument(emulator, tmp_path):
    sign_in_az(emulator.ca.parent, az(tmp_path))

    told = [json.loads(line) for line in (tmp_path / "told.jsonl").read_text().splitlines()]
    # What az holds may be over by a clock that was moved: it goes before the new sign-in.
    assert [arguments[0] for arguments, _ in told] == [
        "cloud",
        "cloud",
        "cloud",
        "account",
        "login",
    ]
    assert told[3][0][:2] == ["account", "clear"]
    assert "--password=@-" in told[-1][0]
    assert told[-1][1] == emulator.client_secret
    assert emulator.client_secret not in str([arguments for arguments, _ in told])


def test_what_az_says_when_it_fails_is_told(emulator, tmp_path):
    with pytest.raises(DeployerError, match=r"`az login .*` failed: Something of az's own\."):
        sign_in_az(emulator.ca.parent, az(tmp_path, failing="login"))
