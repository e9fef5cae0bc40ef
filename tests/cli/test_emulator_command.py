"""The emulator for other clients: started in the background, pointed at, stopped."""

import shlex
import subprocess
import sys

import pytest
from command_line import command

from deployer.cli.emulator import FORMS
from deployer.emulator import Emulator
from deployer.emulator.serving.holder import ask


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


STEERING = """
deployments:
  voice/live:
    - reply: {text: Good morning., times: 1}
    - latency: {firstToken: 0.2, firstAudio: 0.1, tokensPerSecond: 40}
    - failedResponse: {rate: 0.029}
  talk: silent
faults:
  - {kind: delay, path: /openai/, seconds: 0.1}
settings: {pacing: real}
"""


def test_a_file_says_what_each_deployment_does(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "steering.yaml").write_text(STEERING)
    started = detached(tmp_path, "--steering", "steering.yaml")
    try:
        ca = tmp_path / ".deployer" / "emulator" / "ca.pem"
        faults, settings = (
            ask(started.stdout.strip(), ca, "GET", one) for one in ("faults", "settings")
        )
    finally:
        command("emulator", "reset")
        command("emulator", "stop")

    assert [(one["kind"], one.get("account"), one.get("deployment")) for one in faults] == [
        ("reply", "voice", "live"),
        ("latency", "voice", "live"),
        ("failedResponse", "voice", "live"),
        ("silent", None, "talk"),
        ("delay", None, None),
    ]
    assert (faults[0]["text"], faults[0]["times"]) == ("Good morning.", 1)
    assert (faults[2]["rate"], settings["pacing"]) == (0.029, "real")


def test_strict_is_a_setting_to_begin_with(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    started = detached(tmp_path, "--strict")
    try:
        ca = tmp_path / ".deployer" / "emulator" / "ca.pem"
        settings = ask(started.stdout.strip(), ca, "GET", "settings")
    finally:
        command("emulator", "stop")

    assert settings["strictApiVersions"] is True


def test_a_file_begins_with_its_own_switches(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "steering.yaml").write_text("settings: {lockLinger: 3}")
    with Emulator.open(tmp_path / ".deployer" / "emulator") as before:
        before.ask("PATCH", "settings", {"pacing": "real"})
    started = detached(tmp_path, "--steering", "steering.yaml")
    try:
        ca = tmp_path / ".deployer" / "emulator" / "ca.pem"
        settings = ask(started.stdout.strip(), ca, "GET", "settings")
    finally:
        command("emulator", "stop")

    assert (settings["lockLinger"], settings["pacing"]) == (3, "fast")


@pytest.mark.parametrize(
    "text",
    ["fault: []", "deployments: [voice]", "deployments: {voice: [{a: {}, b: {}}]}",
     "deployments: {voice: {reply: Hello.}}"],
    ids=["an unknown key", "a list of deployments", "two kinds in one", "a kind with a word"],
)  # fmt: skip
def test_a_file_of_another_form_is_refused(tmp_path, text):
    file = tmp_path / "faults.yaml"
    file.write_text(text)

    assert command("emulator", "start", "--steering", file).code == 64


@pytest.mark.parametrize("text", ["settings: [pacing]", "settings: {pacing: slow}"])
def test_settings_that_there_cannot_be_are_told_with_the_file(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "steering.yaml").write_text(text)

    ended = command("emulator", "start", "--steering", "steering.yaml")

    assert ended.code == 64
    assert "steering.yaml asks for what the emulator cannot play" in ended.err


def test_a_file_that_cannot_be_played_is_told_all_its_mistakes_and_where(tmp_path):
    file = tmp_path / "faults.yaml"
    file.write_text("""
deployments:
  voice/live:
    - silent
    - latency: {firsttoken: 1}
    - [silent]
  talk: {missingEvent: {event: respnse.done}}
faults: [{kind: delay, seconds: soon}, flood]
""")

    ended = command("emulator", "start", "--steering", file)

    assert ended.code == 64
    for place, words in (
        ("deployments: voice/live[1]: latency", "no 'firsttoken'"),
        ("deployments: voice/live[2]", "neither a kind"),
        ("deployments: talk: missingEvent", "'event' is a type of server event"),
        ("faults[0]: delay", "'seconds' is a number"),
        ("faults[1]", "'flood' is not"),
    ):
        assert [line for line in ended.err.splitlines() if place in line and words in line]


def test_without_az_nobody_is_signed_in(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command("emulator", "az-login").code == 64
    assert command("emulator", "reset").code == 64


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
