"""What a run stands on, told in rows: what is missing says what to do, and only what is needed decides the exit code."""

import json
import os

import pytest
from command_line import command, small
from pulumi_on_path import put_command

from deployer.cli.probes import Finding, State

PATHLESS = {"PATH": ""}


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch, tmp_path):
    """No Pulumi of this machine's user is found, and none of its state."""
    from deployer.engines.pulumi import tools as pulumi_tools

    monkeypatch.setattr(pulumi_tools, "installed_root", lambda: tmp_path / "versions")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "home"))
    for name in [
        name for name in os.environ if name.startswith("PULUMI_") and name != "PULUMI_HOME"
    ]:
        monkeypatch.delenv(name)


def rows(ended):
    return {row["name"]: row for row in json.loads(ended.out)}


def test_without_a_configuration_nothing_is_needed_but_ourselves():
    ended = command("doctor", "-o", "json", **PATHLESS)

    found = rows(ended)
    assert 0 == ended.code
    assert ["ok", "ok", "missing"] == [
        found[name]["state"] for name in ("deployer", "azure-identity", "pulumi (command)")
    ]
    assert (False, "Run: deployer pulumi install") == (
        found["pulumi (command)"]["needed"],
        found["pulumi (command)"]["advice"],
    )
    assert "sign-in" not in found


def test_what_the_engine_of_the_configuration_needs_decides(tmp_path):
    config = small(tmp_path)

    codes = [
        command("doctor", config, "--engine", engine, **PATHLESS).code
        for engine in ("sdk", "pulumi")
    ]

    assert [0, 6] == codes


def test_all_is_there(tmp_path):
    environ = put_command(tmp_path / "bin")

    ended = command(
        "doctor", small(tmp_path), "--engine", "pulumi", "-o", "json", PATH=environ["PATH"]
    )

    found = rows(ended)
    assert 0 == ended.code
    assert {"ok"} == {row["state"] for name, row in found.items() if name != "az"}
    assert "stack voice-test in file://" in found["backend"]["found"]


def test_what_is_too_old_says_how_old(tmp_path):
    environ = put_command(tmp_path / "bin", "v3.100.0", plugins=("3.1.0",))

    found = rows(command("doctor", "-o", "json", PATH=environ["PATH"]))

    assert [("too old", True), ("too old", True)] == [
        (found[name]["state"], said in found[name]["found"])
        for name, said in (("pulumi (command)", "3.244.0 or newer"), ("azure-native", "3.1.0;"))
    ]


def test_the_sign_in_names_who_and_by_which_credential(tmp_path):
    found = rows(command("doctor", small(tmp_path), "-o", "json", **PATHLESS))

    said = found["sign-in"]["found"]
    assert said.startswith("ServicePrincipal ")
    assert said.endswith("by ClientSecretCredential")


def test_the_text_is_a_table_with_advice_beneath_what_is_missing():
    lines = command("doctor", **PATHLESS).out.splitlines()

    at = next(i for i, line in enumerate(lines) if line.startswith("pulumi (command)"))
    assert lines[at].index("missing") == lines[0].index("ok")
    assert "Run: deployer pulumi install" == lines[at + 1].strip()
    assert max(map(len, lines)) <= 100


def test_a_refused_sign_in_has_the_exit_code_of_a_refused_sign_in(monkeypatch):
    from deployer.cli import doctor

    refused = Finding("sign-in", State.REFUSED, "nobody is signed in", "Run `az login`", "sign-in")
    monkeypatch.setattr(doctor, "_signed_in", lambda *_: [refused])

    ended = command("doctor", "--sign-in", **PATHLESS)

    assert (4, True) == (ended.code, "az login" in ended.out)


def test_the_token_of_a_runner_is_told_without_the_token(monkeypatch):
    from deployer.cli import oidc

    claims = oidc.Claims(
        "GitHub Actions", "https://issuer", "repo:o/r:environment:prod", "aud", "with names"
    )
    monkeypatch.setattr(oidc, "probe", lambda *_: claims)

    row = rows(command("doctor", "-o", "json", **PATHLESS))["CI token"]

    assert "subject repo:o/r:environment:prod" in row["found"]
    assert "federated-credential create" in row["advice"]


@pytest.mark.parametrize(
    ("of", "engine", "expected"),
    [
        ("pulumi", "pulumi", True),
        ("pulumi", "sdk", False),
        ("all", "sdk", True),
        ("az", "sdk", False),
    ],
)
def test_what_stops_whom(of, engine, expected):
    assert expected == Finding("x", State.MISSING, "", of=of).stops(engine)
