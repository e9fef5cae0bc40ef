"""The emulator for other clients: started in the background, pointed at, stopped."""

import shlex
import subprocess
import sys

import pytest
from command_line import command

from deployer.cli.emulator import FORMS


def detached(folder, *options):
    """`emulator start --background`, as its own process: its child must not hold the test's streams."""
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "deployer", "emulator", "start", "--background", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_in_the_background_until_it_is_stopped(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    started = detached(tmp_path)
    try:
        environment = command("emulator", "env", "--format", "sh")

        assert started.returncode == 0, started.stderr
        assert f"AZURE_AUTHORITY_HOST='{started.stdout.strip()}'" in environment.out
        assert command("emulator", "start").code == 10
    finally:
        stopped = command("emulator", "stop")
    assert stopped.out == "Stopped.\n"
    assert command("emulator", "stop").out == "No emulator is running here.\n"


def test_what_keeps_it_from_starting_is_told(tmp_path):
    started = detached(tmp_path, "--date", "1999-01-01")

    assert started.returncode == 64
    assert "first snapshot" in started.stderr


def test_without_one_running_there_is_no_environment(tmp_path):
    assert command("emulator", "env", tmp_path / "voice.yaml").code == 64


@pytest.mark.parametrize("value", ["plain", "with space", "it's", "$HOME `x` \\"])
def test_a_shell_reads_back_what_was_written(value):
    assert shlex.split(FORMS["sh"]("NAME", value)) == ["export", f"NAME={value}"]


def test_powershell_doubles_its_quotes():
    assert FORMS["powershell"]("NAME", "it's") == "$Env:NAME = 'it''s'"
