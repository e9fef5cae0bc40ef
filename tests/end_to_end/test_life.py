"""From nothing to heard, to nothing to do, to gone, to back: through the command line."""

import shutil

import pytest
from command_line import AUDIO, CONFIGS, REALTIME, command, emulator_beside, small, writes

from deployer.errors import ExitCode


@pytest.fixture
def local(tmp_path):
    """A copy of configs/local.yaml in a folder of its own, so that its emulator is the test's."""
    return shutil.copy(CONFIGS / "local.yaml", tmp_path / "local.yaml")


def test_local_goes_from_nothing_to_heard_and_then_has_nothing_to_do(local):
    first = command("up", local, "--output", "json")

    assert ExitCode.DONE == first.code, first.out
    checks = first.json["checks"]
    assert 4 == len({check["address"] for check in checks})
    assert {"passed"} == {check["outcome"] for check in checks}
    again = command("up", local, "--output", "json")
    assert (ExitCode.DONE, True) == (again.code, again.json["plan"]["isEmpty"])


def test_what_went_down_comes_up_again_recovered(local):
    assert ExitCode.DONE == command("up", local, "--no-smoke").code
    assert ExitCode.DONE == command("down", local, "--yes").code

    back = command("up", local, "--output", "json")

    assert ExitCode.DONE == back.code
    actions = [
        change["action"] for phase in back.json["plan"]["phases"] for change in phase["changes"]
    ]
    assert 2 == actions.count("recover")


def test_a_no_op_writes_nothing_and_reads_no_more_than_it_must(tmp_path):
    config = small(tmp_path)
    assert ExitCode.DONE == command("up", config, "--no-smoke").code
    with emulator_beside(config) as emulator:
        emulator.ask("DELETE", "journal")

        assert ExitCode.DONE == command("up", config, "--no-smoke").code

        control = [
            one for one in emulator.ask("GET", "journal")["entries"] if one["plane"] == "control"
        ]
        assert [] == writes(emulator)
        # the group, its accounts, one account, one location, and the role assignments, because roles are declared
        assert len(control) <= 2 + 1 + 1 + 1


def test_a_plan_file_is_carried_out_as_it_was_reviewed(tmp_path):
    config, kept = small(tmp_path), tmp_path / "plan.json"
    assert ExitCode.DONE == command("plan", config, "--out", kept).code

    assert ExitCode.DONE == command("up", kept).code


def test_a_stale_plan_file_is_refused(tmp_path):
    config, kept = small(tmp_path), tmp_path / "plan.json"
    assert ExitCode.DONE == command("plan", config, "--out", kept).code
    assert ExitCode.DONE == command("up", config, "--no-smoke").code

    refused = command("up", kept, "--output", "json")

    assert (ExitCode.BLOCKED, ["plan.stale"]) == (refused.code, refused.codes())


def test_the_exit_code_tells_a_pipeline_that_there_are_changes(tmp_path):
    config = small(tmp_path)

    assert ExitCode.DONE == command("plan", config).code
    assert ExitCode.CHANGES == command("plan", config, "--detailed-exitcode").code
    assert ExitCode.DONE == command("up", config, "--no-smoke").code
    assert ExitCode.DONE == command("drift", config).code
    small(tmp_path, REALTIME, AUDIO.replace("capacity: 1", "capacity: 2"))
    assert ExitCode.CHANGES == command("drift", config).code


def test_what_somebody_else_made_in_the_group_is_left(tmp_path):
    config = small(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    theirs = small(
        other,
        AUDIO,
        edit=lambda text: text.replace("voice-test", "other").replace("voice-east", "others"),
    )
    theirs.write_text(theirs.read_text().replace("rg-other", "rg-voice-test"))
    shutil.move(theirs, tmp_path / "other.yaml")
    assert ExitCode.DONE == command("up", tmp_path / "other.yaml", "--no-smoke").code
    assert ExitCode.DONE == command("up", config, "--no-smoke").code

    assert ExitCode.DONE == command("down", config, "--yes").code

    assert ExitCode.DONE == command("drift", tmp_path / "other.yaml").code


def test_adoption_has_to_be_asked_for(tmp_path):
    config = small(tmp_path)
    assert ExitCode.DONE == command("up", config, "--no-smoke").code
    config.write_text(config.read_text().replace("name: voice-test\n", "name: voice-new\n", 1))
    config.write_text(config.read_text().replace("${name}-${unique}", "voice-test-kept"))

    refused = command("up", config, "--output", "json")

    assert ExitCode.BLOCKED == refused.code
    assert "--adopt" in refused.out


def test_smoke_hears_what_stands_and_misses_what_does_not(tmp_path):
    config = small(tmp_path, AUDIO)
    assert ExitCode.DONE == command("up", config, "--no-smoke").code
    small(tmp_path, AUDIO, REALTIME)

    heard = command("smoke", config, "--output", "json")

    assert ExitCode.SMOKE_FAILED == heard.code
    assert ["smoke.not-deployed"] == heard.codes()
