"""Every way in which the emulator can be wrong is heard, and has a diagnosis of its own; a healthy one has none."""

import pytest
from command_line import AUDIO, REALTIME, command, emulator_beside, small

from deployer.errors import ExitCode

WRONG = {
    "silent": "smoke.silent-audio",
    "constantTone": "smoke.constant-tone",
    "truncated": "smoke.truncated-audio",
    "wrongModel": "smoke.wrong-model",
    "neverDone": "smoke.never-done",
    "failedResponse": "smoke.response-failed",
    "refusedUpdate": "smoke.update-refused",
}


@pytest.mark.parametrize(("kind", "code"), WRONG.items(), ids=WRONG.keys())
def test_a_wrong_answer_has_a_diagnosis_of_its_own(tmp_path, kind, code):
    config = small(tmp_path, REALTIME, edit=lambda text: text.replace("timeout: 5s", "timeout: 2s"))
    with emulator_beside(config) as emulator:
        emulator.ask("POST", "faults", {"kind": kind, "deployment": "realtime"})

        ended = command("up", config, "--output", "json")

    assert (ExitCode.SMOKE_FAILED, [code]) == (ended.code, ended.codes())


def test_diagnoses_are_all_different():
    assert len(WRONG) == len(set(WRONG.values()))


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(
            {
                "kind": "status",
                "status": 409,
                "code": "RequestConflict",
                "times": 2,
            },
            id="409",
        ),
        pytest.param(
            {
                "kind": "status",
                "status": 429,
                "code": "TooManyRequests",
                "retryAfter": 0.05,
                "times": 2,
            },
            id="429",
        ),
        pytest.param({"kind": "status", "status": 503, "code": "ServerBusy", "times": 2}, id="503"),
        pytest.param(
            {"kind": "disconnect", "when": "before", "times": 1}, id="a broken connection"
        ),
    ],
)
def test_what_passes_is_waited_out_and_counted(tmp_path, fault):
    config = small(tmp_path, AUDIO)
    with emulator_beside(config) as emulator:
        emulator.ask(
            "POST",
            "faults",
            {"path": "Microsoft.CognitiveServices/accounts/", "method": "PUT", **fault},
        )

        ended = command("up", config, "--output", "json")

    assert ExitCode.DONE == ended.code
    assert 0 < sum(one["waited"]["times"] for one in ended.json["applied"]["accounts"])


def test_an_answer_that_was_lost_is_found_by_looking(tmp_path):
    config = small(tmp_path, AUDIO)
    with emulator_beside(config) as emulator:
        fault = {
            "kind": "disconnect",
            "when": "after",
            "method": "PUT",
            "path": "/accounts/",
            "times": 3,
        }
        emulator.ask("POST", "faults", fault)

        ended = command("up", config, "--output", "json")

    assert (ExitCode.DONE, 1) == (ended.code, ended.json["heard"])


@pytest.mark.parametrize("status", [429, 500])
def test_a_data_plane_that_refuses_for_good_is_diagnosed(tmp_path, status):
    config = small(tmp_path, AUDIO, edit=lambda text: text.replace("timeout: 5s", "timeout: 1s"))
    with emulator_beside(config) as emulator:
        fault = {
            "kind": "status",
            "status": status,
            "code": str(status),
            "path": "/openai/",
            "retryAfter": 1,
        }
        emulator.ask("POST", "faults", fault)

        ended = command("up", config, "--output", "json")

    expected = {429: "smoke.throttled", 500: "smoke.server-error"}[status]
    assert (ExitCode.SMOKE_FAILED, {expected}) == (ended.code, set(ended.codes()))
