"""Real runs on the emulator, in a pipe: data on standard output, everything else on standard error."""

import json
from xml.etree import ElementTree as Xml

import pytest
from command_line import AUDIO, command, small


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """A run from nothing to heard, as a stream of objects, with report files."""
    folder = tmp_path_factory.mktemp("heard")
    config = small(folder, AUDIO)
    reports = f"junit={folder / 'junit.xml'},md={folder / 'report.md'}"
    return folder, config, command("up", config, "-o", "ndjson", "--report", reports)


def test_a_pipe_is_asked_nothing_on_the_emulator(heard):
    _, _, ended = heard

    assert ended.code == 0, ended.err


def test_every_line_of_a_stream_is_an_object_and_the_last_is_the_report(heard):
    _, _, ended = heard

    events = [json.loads(line)["event"] for line in ended.out.splitlines()]
    assert events[0] == "step"
    assert events[-1] == "report"
    assert {"started", "done", "checkStarted", "check"} <= set(events)


def test_report_files_tell_the_same_run(heard):
    folder, _, ended = heard

    last = json.loads(ended.out.splitlines()[-1])["report"]
    root = Xml.parse(folder / "junit.xml").getroot()  # noqa: S314 - our own file
    assert last["summary"] in (folder / "report.md").read_text(encoding="utf-8")
    assert len(last["checks"]) + len(last["applied"]["changes"]) == int(root.get("tests", ""))


def test_standard_output_is_json_and_nothing_else(heard):
    _, config, _ = heard

    ended = command("up", config, "--no-smoke", "-o", "json")

    assert ended.json["plan"]["isEmpty"]
    assert "looking" in ended.err


def test_quiet_leaves_only_the_result(heard):
    _, config, _ = heard

    ended = command("up", config, "--no-smoke", "--quiet")

    assert ended.err == ""
    assert "No changes. 4 resources are as declared." in ended.out


def test_an_option_can_come_from_the_environment(heard):
    _, config, _ = heard

    assert command("drift", config, DEPLOYER_OUTPUT="json").json["verb"] == "drift"


def test_the_plan_is_not_shown_twice(tmp_path):
    ended = command("up", small(tmp_path, AUDIO), "--no-smoke")

    assert ended.out.count("Plan: 4 to create.") == 1


def test_status_tells_addresses_and_owners_but_no_key(heard):
    _, config, _ = heard

    (account,) = command("status", config, "-o", "json").json["accounts"]
    assert account["owner"] == {"name": "voice-test", "engine": "sdk"}
    assert account["endpoints"]["endpoint"].startswith("https://localhost:")
    assert "key" not in json.dumps(account).casefold()


def test_a_plan_kept_elsewhere_belongs_to_the_emulator_of_its_configuration(tmp_path):
    folder = tmp_path / "configs"
    folder.mkdir()
    config, kept = small(folder, AUDIO), tmp_path / "plan.json"
    assert command("plan", config, "--out", kept).code == 0

    assert command("up", kept, "--no-smoke").code == 0

    assert command("drift", config).code == 0


def test_a_blocked_plan_is_not_kept(tmp_path):
    config = small(tmp_path, AUDIO.replace("capacity: 1", "capacity: 99999"))

    ended = command("plan", config, "--out", tmp_path / "plan.json")

    assert ended.code == 6
    assert not (tmp_path / "plan.json").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [("{}", "formatVersion is missing"), ("{", "not a plan file"), (None, "cannot be read")],
    ids=["another file", "broken", "absent"],
)
def test_what_is_no_plan_file_is_refused(text, said, tmp_path):
    path = tmp_path / "plan.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")

    ended = command("up", path)

    assert ended.code == 3
    assert said in " ".join(ended.err.split())


def test_a_plan_has_settled_its_cloud(tmp_path):
    assert command("up", tmp_path / "plan.json", "--cloud", "emulator").code == 64


def test_only_up_takes_a_plan(tmp_path):
    assert command("down", tmp_path / "plan.json").code == 64
