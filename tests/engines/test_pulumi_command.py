"""The command line as a process of ours: what it says is kept, Ctrl-C is passed on once, and it can be ended."""

import os
import sys
import threading

import pytest
from pulumi.automation import CommandError, ConcurrentUpdateError

from deployer.engines.pulumi import command as pulumi_command
from deployer.engines.pulumi.command import StoppableCommand
from deployer.engines.pulumi.tools import CommandLine

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows starts no script as a program")

TALKS = """
print("out", *sys.argv[1:]); print("err", os.environ["ADDED"], file=sys.stderr)
sys.exit(int(os.environ.get("CODE", "0")))
"""
WAITS = """
def interrupted(*_):
    print("interrupted", flush=True)
    {on_interrupt}
signal.signal(signal.SIGINT, interrupted)
print("begun", flush=True)
while True:
    signal.pause()
"""


def command(folder, body):
    script = folder / "pulumi"
    script.write_text(f"#!{sys.executable}\nimport os, signal, sys\n{body}", encoding="utf-8")
    script.chmod(0o755)
    return StoppableCommand(CommandLine(script, "3.259.0"))


def begun(tmp_path, on_interrupt):
    """A command that waits, the thread that runs it, and what came of it once that has ended."""
    running, ready = command(tmp_path, WAITS.format(on_interrupt=on_interrupt)), threading.Event()
    ended = []

    def work():
        try:
            running.run([], str(tmp_path), {}, on_output=lambda _line: ready.set())
        except CommandError as error:
            ended.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    assert ready.wait(20)
    return running, thread, ended


def test_what_it_says_is_kept_and_told(tmp_path):
    heard: list[str] = []

    result = command(tmp_path, TALKS).run(
        ["stack", "ls"], str(tmp_path), {"ADDED": "more"}, heard.append
    )

    assert ("out --non-interactive stack ls", "err more", 0) == (
        result.stdout,
        result.stderr,
        result.code,
    )
    assert [result.stdout] == heard


def test_a_failure_is_an_error_with_its_words(tmp_path):
    with pytest.raises(CommandError, match="err more"):
        command(tmp_path, TALKS).run([], str(tmp_path), {"ADDED": "more", "CODE": "3"})


def test_a_lock_is_an_error_of_its_own(tmp_path):
    said = {"ADDED": "the stack is currently locked by 1 lock(s)", "CODE": "255"}

    with pytest.raises(ConcurrentUpdateError):
        command(tmp_path, TALKS).run([], str(tmp_path), said)


def test_it_is_in_a_process_group_of_its_own(tmp_path):
    said = command(tmp_path, "print(os.getpgrp())").run([], str(tmp_path), {}).stdout

    assert str(os.getpgrp()) != said


def test_an_interrupt_reaches_it_once(tmp_path):
    running, thread, ended = begun(tmp_path, "sys.exit(1)")

    running.interrupt()
    thread.join(20)

    assert [1] == [said.count("interrupted") for said in ended]


def test_what_does_not_end_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr(pulumi_command, "PATIENCE", 0.2)
    running, thread, ended = begun(tmp_path, "pass")

    running.end()
    thread.join(20)

    assert [True] == ["code: -9" in said for said in ended]


@pytest.mark.parametrize("ask", [StoppableCommand.interrupt, StoppableCommand.end])
def test_where_nothing_runs_nothing_is_ended(tmp_path, ask):
    ask(command(tmp_path, TALKS))
