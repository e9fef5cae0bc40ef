"""Refused before the first write: exit code 6, the place in the file, and a journal without a write."""

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


def test_an_engine_that_is_not_there(tmp_path):
    ended = command("up", small(tmp_path, AUDIO), "--engine", "pulumi")

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


def test_a_key_that_may_not_be_read_fails_its_own_checks_only(tmp_path):
    config = small(tmp_path, AUDIO, account="auth: keys")
    with emulator_beside(config) as emulator:
        fault = {
            "kind": "status",
            "status": 403,
            "code": "AuthorizationFailed",
            "path": "listKeys$",
        }
        emulator.ask("POST", "faults", fault)

        ended = command("up", config, "--output", "json")

    assert (ExitCode.SMOKE_FAILED, {"smoke.no-key"}) == (ended.code, set(ended.codes()))
    assert ended.json["remaining"]["isEmpty"]


def test_what_was_planned_is_told_even_when_the_last_look_fails(tmp_path):
    config = small(tmp_path, AUDIO)
    with emulator_beside(config) as emulator:
        fault = {"kind": "status", "status": 403, "code": "AuthorizationFailed", "method": "GET"}
        emulator.ask("POST", "faults", {**fault, "path": "/deployments$"})

        ended = command("up", config, "--output", "json")

    assert (ExitCode.PERMISSION, "voice-test", "emulator@2025-02-06") == (
        ended.code,
        ended.json["name"],
        ended.json["cloud"],
    )
    assert 4 == ended.json["plan"]["counts"]["create"]


def test_an_error_after_the_plan_was_shown_is_told_to_people_too(tmp_path):
    config = small(tmp_path, AUDIO)
    with emulator_beside(config) as emulator:
        fault = {"kind": "status", "status": 403, "code": "AuthorizationFailed", "method": "GET"}
        emulator.ask("POST", "faults", {**fault, "path": "/deployments$"})

        ended = command("up", config)

    assert "permission.authorization-failed" in ended.err
    assert 1 == (ended.out + ended.err).count("Plan: ")


def test_a_plan_is_not_kept_under_a_name_that_up_would_take_for_a_configuration(tmp_path):
    config = small(tmp_path, AUDIO)

    ended = command("plan", config, "--out", tmp_path / "plan.txt")

    assert (ExitCode.USAGE, False) == (ended.code, (tmp_path / "plan.txt").exists())
