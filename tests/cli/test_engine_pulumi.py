"""Asking for the engine pulumi on the command line, where what it needs is not there: guidance and exit 6."""

import sys

import pytest
from command_line import command, emulator_beside, small, writes

from deployer.engines.pulumi import tools as pulumi_tools


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setattr(pulumi_tools, "installed_root", lambda: tmp_path / "versions")


@pytest.mark.parametrize("verb", ["plan", "up", "drift", "down"])
def test_without_the_extra(tmp_path, monkeypatch, verb):
    monkeypatch.setitem(sys.modules, "pulumi", None)  # as if it were not installed

    ended = command(verb, small(tmp_path), "--engine", "pulumi")

    assert (6, True) == (ended.code, "pip install 'deployer[pulumi]'" in ended.err)
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("verb", ["plan", "up"])
def test_without_the_command_line(tmp_path, verb):
    config = small(tmp_path)
    with emulator_beside(config) as emulator:
        ended = command(verb, config, "--engine", "pulumi", "-o", "json", PATH="")

        assert (6, ["pulumi.cli-missing"]) == (ended.code, ended.codes())
        assert "deployer pulumi install" in ended.json["problems"][0]["hint"]
        assert [] == writes(emulator)
    assert not (tmp_path / ".deployer" / "pulumi").exists()
