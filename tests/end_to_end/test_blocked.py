"""Refused before the first write: exit code 6, the place in the file, and a journal without a write."""

import pytest
from command_line import AUDIO, REALTIME, command, emulator_beside, small, writes

from deployer.errors import ExitCode

NO_SUCCESSOR = "      - {name: realtime, model: gpt-4o-realtime-preview@2024-12-17, capacity: 1}"
TOO_MUCH = "      - {name: realtime, model: gpt-realtime@2025-08-28, capacity: 11}"


def refused_without_a_write(config, code, line_of):
    with emulator_beside(config) as emulator:
        emulator.ask("DELETE", "journal")
        ended = command("up", config, "--output", "json")
        assert (ExitCode.BLOCKED, []) == (ended.code, writes(emulator))
    problem = next(one for one in ended.json["problems"] if one["code"] == code)
    lines = config.read_text(encoding="utf-8").splitlines()
    assert line_of in lines[problem["where"]["line"] - 1]
    assert problem["hint"]
    return problem


def test_a_retired_model_without_a_successor(tmp_path):
    config = small(
        tmp_path,
        NO_SUCCESSOR,
        date="2026-04-23",
        edit=lambda text: text + "lifecycle: {onRetired: useSuccessor}\n",
    )

    problem = refused_without_a_write(config, "model.retired", "gpt-4o-realtime-preview")

    assert "2026-03-24" in problem["detail"]


def test_more_capacity_than_the_quota_leaves(tmp_path):
    config = small(tmp_path, TOO_MUCH, date="2026-04-23")

    problem = refused_without_a_write(config, "quota.insufficient", "capacity: 11")

    assert "11" in problem["detail"]
    assert "10" in problem["detail"]


def test_a_soft_deleted_name_where_the_file_says_fail(tmp_path):
    config = small(tmp_path, AUDIO)
    assert ExitCode.DONE == command("up", config, "--no-smoke").code
    assert ExitCode.DONE == command("down", config, "--yes").code
    small(tmp_path, AUDIO, account="softDelete: fail")

    refused_without_a_write(config, "name.soft-deleted", "voice-east")


def test_a_subdomain_that_is_taken(tmp_path):
    config = small(
        tmp_path, AUDIO, edit=lambda text: text.replace("${name}-${unique}", "contoso-voice")
    )
    with emulator_beside(config) as emulator:
        emulator.ask("PATCH", "settings", {"takenSubdomains": ["contoso-voice"]})

        refused_without_a_write(config, "name.subdomain-taken", "voice-east")


def test_a_permission_that_is_missing(tmp_path):
    config = small(tmp_path, AUDIO)
    with emulator_beside(config) as emulator:
        emulator.ask("PUT", "principals/deployer", {"roles": ["Reader"]})

        refused_without_a_write(config, "permission.missing", "")


@pytest.mark.parametrize("engine", ["pulumi", "arm"])
def test_an_engine_that_is_not_there(tmp_path, engine):
    ended = command("up", small(tmp_path, AUDIO), "--engine", engine)

    assert ExitCode.BLOCKED == ended.code
    assert "Traceback" not in ended.out + ended.err


def test_a_role_that_is_missing_is_told_with_its_name_and_the_principal(tmp_path):
    config = small(
        tmp_path,
        REALTIME,
        edit=lambda text: text.replace(
            "{principal: self, can: use}", "{principal: self, can: read}"
        ),
    )

    ended = command("up", config, "--output", "json")

    assert ExitCode.SMOKE_FAILED == ended.code
    (diagnosis,) = {check["diagnosis"]["detail"] for check in ended.json["checks"]}
    assert "00000000-0000-0000-0000-000000000b1d" in diagnosis
    assert "smoke.role-missing" in ended.codes()
    assert "Cognitive Services OpenAI User" in ended.out
