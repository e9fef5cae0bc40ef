"""Every command explains itself, and what is mistyped is put right."""

from pathlib import Path

import click
import pytest

import deployer.cli
from deployer.cli import COMMANDS
from deployer.cli import deployer as group
from deployer.cli.ending import run
from deployer.cli.options import OPTIONS, Given

VERBS = [name for name in COMMANDS if name not in ("schema", "emulator", "version")]


def command(name):
    return group.get_command(click.Context(group), name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example(name):
    found = command(name)

    assert found.help
    assert f"Example: deployer {name}" in found.epilog


@pytest.mark.parametrize("name", COMMANDS)
def test_help_ends_well_and_fits_the_terminal(name, capsys):
    code = run(group, [name, "--help"])

    lines = capsys.readouterr().out.splitlines()
    assert code == 0
    assert lines[0].startswith(f"Usage: deployer {name}")
    assert max(len(line) for line in lines) <= 100


def test_the_overview_lists_every_command_with_its_line(capsys):
    run(group, ["--help"])

    out = " ".join(capsys.readouterr().out.split())
    assert [] == [line for name, line in COMMANDS.items() if f"{name} {line}" not in out]


def test_the_table_names_every_command_there_is():
    folder = Path(deployer.cli.__file__).parent
    marks = ("@click.command", "@click.group")
    modules = {
        path.stem
        for path in folder.glob("[!_]*.py")
        if any(mark in path.read_text(encoding="utf-8") for mark in marks)
    }

    assert modules == set(COMMANDS)


@pytest.mark.parametrize("name", VERBS)
def test_every_option_can_be_set_by_its_variable(name):
    options = [one for one in command(name).params if isinstance(one, click.Option)]

    expected = {one.name: f"DEPLOYER_{one.name.upper()}" for one in options}
    assert expected == {one.name: one.envvar for one in options}


def test_every_shared_option_has_its_field():
    assert set(OPTIONS) <= set(Given.__dataclass_fields__)


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["pln"], "Did you mean 'plan'?"),
        (["up", "--adop", "x.yaml"], "Did you mean '--adopt'?"),
        (["up", "x.yaml", "--report", "html=x"], "FORMAT one of junit"),
        (["up", "x.yaml", "-o", "xml"], "'text', 'json', 'ndjson', 'markdown'"),
        (["up"], "Missing argument 'CONFIG'"),
        ([], "Usage: deployer"),
    ],
    ids=["command", "option", "report", "output", "argument", "nothing"],
)
def test_a_wrong_command_line_ends_with_64_and_says_what_fits(arguments, hint, capsys):
    assert run(group, arguments) == 64

    said = capsys.readouterr()
    assert said.out == ""
    assert hint in said.err


def test_version_names_the_product(capsys):
    assert run(group, ["--version"]) == 0

    assert capsys.readouterr().out.startswith("deployer ")
