"""Ctrl-C, pressed for real in a process of its own."""

import os
import signal
import subprocess
import sys

import pytest
from command_line import command, emulator_beside, small

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows cannot send SIGINT to one child")

SCRIPT = """
import sys, threading
from pathlib import Path
import click
from deployer.cli.ending import leave, run
from deployer.cli.interruption import Interruption
from deployer.cli.options import Given
from deployer.cli.running import conclude
from deployer.core.report import Ending, Report

def body(_):
    with Interruption() as interruption:
        if sys.argv[1] != "before":
            interruption.begin()
        print("ready", flush=True)
        if sys.argv[1] == "gently":
            interruption.stop.wait(30)
            return Report("up", "voice", ending=Ending.INTERRUPTED)
        interruption.stop.wait(30)
        print("asked", flush=True)
        threading.Event().wait(30)

command = click.Command("up", callback=lambda: conclude("up", Given(Path("c.yaml"), quiet=True), body))
leave(run(click.Group(commands=[command]), ["up"]))
"""


def interrupted(how, presses):
    """Exit code and standard error of a run that got Ctrl-C each time it had said a word."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", SCRIPT, how],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout
    for _ in range(presses):
        child.stdout.readline()
        child.send_signal(signal.SIGINT)
    _, said = child.communicate(timeout=30)
    return child.returncode, said


def test_the_first_one_lets_the_calls_in_flight_finish():
    code, said = interrupted("gently", 1)

    assert code == 130
    assert "finishing the calls in flight" in said


def test_the_second_one_ends_the_run_now():
    code, said = interrupted("stubbornly", 2)

    assert code == 130
    assert "Interrupted" in said
    assert "Traceback" not in said


def test_before_anything_has_begun_one_is_enough():
    code, said = interrupted("before", 1)

    assert code == 130
    assert "Interrupted. Nothing was changed." in said


def test_a_real_run_says_what_was_done_and_goes_on_next_time(tmp_path):
    config = small(tmp_path)
    with emulator_beside(config) as emulator:
        emulator.ask("PATCH", "settings", {"deploymentSeconds": 0.5})
        child = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-m", "deployer", "up", str(config), "--no-smoke", "--verbose"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert child.stderr
        while "deployment" not in child.stderr.readline():
            pass  # until the first deployment has begun
        child.send_signal(signal.SIGINT)
        shown, _ = child.communicate(timeout=30)
        emulator.ask("PATCH", "settings", {"deploymentSeconds": 0.01})

        assert child.returncode == 130
        assert "Interrupted: 4 of 5 changes done." in shown
        assert "not begun: deployment voice-east/audio" in shown
        assert command("up", config, "--no-smoke", "-o", "json").json["applied"]["changes"] != []
        assert command("drift", config).code == 0
