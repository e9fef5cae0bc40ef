"""`deployer up --engine pulumi` from its command line to its report, Pulumi's own command line beneath it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import CONFIGS, command, emulator_beside
from pulumi_doubles.provider import ProviderDouble

from deployer.cli.emulator_state import state_directory
from deployer.emulator import Emulator

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]


@pytest.fixture
def config(tmp_path):
    (tmp_path / "project").mkdir()
    return Path(shutil.copy(CONFIGS / "local.yaml", tmp_path / "project"))


@pytest.fixture
def provider(config):
    """A double of the plugin that asks the emulator which the commands on this file will join."""
    with emulator_beside(config) as emulator, ProviderDouble.serve(emulator) as double:
        yield double


def pulumi(verb, config, *more):
    return command(verb, config, "--engine", "pulumi", "--output", "json", *more)


def test_up_drift_and_down(config, pulumi_command):
    up = pulumi("up", config, "--yes")
    assert (0, 4) == (up.code, up.json["heard"]), up.err

    assert [0, 0] == [pulumi(verb, config).code for verb in ("plan", "drift")]
    assert 6 == command("plan", config, "--engine", "sdk").code

    down = pulumi("down", config, "--yes")
    assert 0 == down.code, down.out
    assert 2 == pulumi("drift", config).code


def test_no_secret_of_ours_reaches_pulumis_files(config, pulumi_command):
    assert 0 == pulumi("up", config, "--yes", "--no-smoke").code

    with Emulator.open(state_directory(config.parent)) as emulator:
        secret = emulator.client_secret.encode()
    folder = config.parent / ".deployer" / "pulumi"
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    assert [] == [path.name for path in files if secret in path.read_bytes()]


def test_a_locked_stack_has_its_exit_code(config, pulumi_command):
    state = config.parent / ".deployer" / "pulumi" / "emulator" / "state"
    replace(pulumi_command, state=state).lock("azure-openai-voice", "voice-local")

    ended = pulumi("up", config, "--yes")

    assert (10, True) == (ended.code, "pulumi cancel" in ended.out + ended.err)
