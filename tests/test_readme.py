"""What the README shows works as shown: its YAML is deployed, its commands are run, its links lead somewhere."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from command_line import CONFIGS, command

from deployer.errors import ExitCode

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SHELL = "\n".join(text for kind, text in BLOCKS if kind == "sh")
COMMANDS = [
    shlex.split(found.split("#")[0])
    for found in re.findall(r"(?<![\w/])deployer ((?:up|plan) configs/[^\n]*)", SHELL)
]


@pytest.mark.parametrize("text", [text for kind, text in BLOCKS if kind == "yaml"])
def test_the_file_that_is_shown_is_deployed_and_heard(tmp_path, text):
    config = tmp_path / "voice.yaml"
    config.write_text(text, encoding="utf-8")

    assert len(text.splitlines()) <= 12
    assert ExitCode.DONE == command("up", config, "--cloud", "emulator@2026-04-23").code


def test_the_commands_that_are_shown_run_one_after_the_other(tmp_path):
    shutil.copytree(CONFIGS, tmp_path / "configs", ignore=shutil.ignore_patterns(".deployer"))
    ended = {}
    for verb, config, *options in [["up", "configs/local.yaml"], *COMMANDS]:
        arguments = [verb, tmp_path / config, *options]
        if "--cloud" not in options and "prod" in config:
            arguments += ["--cloud", "emulator@2026-04-23"]
        ended[" ".join([verb, config, *options])] = command(*arguments).code

    assert len(ended) >= 4
    assert {ExitCode.DONE} == set(ended.values()), ended


def test_ci_runs_the_readmes_own_lines():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    lines = [line.strip() for line in script.splitlines() if "pytest" in line]

    assert lines
    assert [] == [line for line in lines if line not in README]


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", README)

    assert [] == [
        link for link in links if not link.startswith("http") and not (ROOT / link).exists()
    ]


def test_every_exit_code_is_told():
    assert [] == [
        code
        for code in ExitCode
        if code is not ExitCode.UNCLASSIFIED and f"{int(code)} " not in README
    ]
