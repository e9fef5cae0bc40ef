"""However a verb ends: an exit code, a report in the asked format, and no traceback."""

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import click
import pytest
from render.reports import PLAN, REPORTS

from deployer.cli.ending import run, unexpected
from deployer.cli.options import Given
from deployer.cli.running import conclude
from deployer.core.events import Done
from deployer.core.problems import Place, Problem, Severity
from deployer.errors import (
    AuthenticationFailed,
    Blocked,
    ConfigurationInvalid,
    LockedByAnotherRun,
    TimedOut,
    UsageError,
)

INVALID = ConfigurationInvalid(
    "The configuration cannot be used",
    problems=[
        Problem(
            "config.unknown-key",
            Severity.ERROR,
            "Unknown key",
            "An account has no key x.",
            "Did you mean y?",
            Place("c.yaml", 3, 4),
        )
    ],
)


def ended(tmp_path, body, verb="up", **given):
    with pytest.raises(click.exceptions.Exit) as end:
        conclude(verb, Given(tmp_path / "c.yaml", **given), body)
    return end.value.exit_code


def raising(error):
    def body(run):
        raise error

    return body


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (INVALID, 3),
        (AuthenticationFailed("Nobody is signed in.", hint="Run `az login`."), 4),
        (Blocked("No."), 6),
        (TimedOut("Too long."), 9),
        (LockedByAnotherRun("Held."), 10),
        (UsageError("What?"), 64),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (RuntimeError("canary"), 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else str(value),
)
def test_an_error_ends_with_its_code_and_no_traceback(error, code, tmp_path, capsys):
    assert ended(tmp_path, raising(error)) == code

    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err


def test_an_invalid_file_is_told_with_place_and_hint(tmp_path, capsys):
    ended(tmp_path, raising(INVALID), "validate")

    err = capsys.readouterr().err
    assert "error: Unknown key" in err
    assert "c.yaml:3:4" in err
    assert "hint: Did you mean y?" in err


def test_an_error_is_json_when_json_was_asked_for(tmp_path, capsys):
    ended(tmp_path, raising(INVALID), "validate", output="json")

    said = capsys.readouterr()
    data = json.loads(said.out)
    assert (3, "config.unknown-key") == (data["exitCode"], data["problems"][0]["code"])
    assert "error: Unknown key" in said.err


def test_an_error_reaches_the_report_files(tmp_path):
    path = tmp_path / "new" / "junit.xml"

    ended(tmp_path, raising(INVALID), report=(("junit", path),))

    assert Xml.parse(path).getroot().get("failures") == "1"  # noqa: S314 - our own file


def test_a_report_that_has_no_place_is_told_before_anything_is_done(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    done: list[object] = []

    code = ended(tmp_path, done.append, report=(("json", tmp_path / "file" / "x"),))

    assert (64, []) == (code, done)
    assert "cannot be written" in capsys.readouterr().err


def test_a_report_that_lost_its_place_is_a_failure(tmp_path, capsys):
    path = tmp_path / "new" / "x"

    def body(run):
        path.unlink()
        path.parent.rmdir()
        return REPORTS["up"]

    code = ended(tmp_path, body, report=(("json", path),))

    assert 1 == code
    assert "could not be written" in capsys.readouterr().err


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_ends_with_its_own_code(name, tmp_path):
    assert ended(tmp_path, lambda run: REPORTS[name]) == REPORTS[name].exit_code


def test_what_was_done_before_an_error_is_told(tmp_path, capsys):
    def body(run):
        run.tell(Done(PLAN.writes[0], 1.0, 1.0))
        raise TimedOut("Azure did not answer for 60 s.")

    ended(tmp_path, body, quiet=True)

    assert "Stopped: 1 change done. Run the same command again to go on." in capsys.readouterr().err


def test_what_should_not_happen_is_logged_beside_the_configuration_without_secrets(
    tmp_path, capsys
):
    ended(tmp_path, raising(RuntimeError("api-key: canary-value")))

    (log,) = (tmp_path / ".deployer" / "logs").iterdir()
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "canary-value" not in text
    assert str(log) in capsys.readouterr().err.replace("\n  ", "").replace("\n", "")


def test_without_a_folder_the_log_is_a_temporary_file(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    (tmp_path / "no-folder").write_text("")

    error = unexpected(ValueError("x"), tmp_path / "no-folder")

    (log,) = tmp_path.glob("deployer-*.log")
    assert str(log) in error.message


def test_the_last_net_catches_what_escapes_a_command(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    broken = click.Group(commands=[click.Command("x", callback=lambda: 1 / 0)])

    assert run(broken, ["x"]) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_log_folder_is_made_only_when_needed(tmp_path):
    ended(tmp_path, lambda run: REPORTS["no-changes"])

    assert [] == list(Path(tmp_path).iterdir())
