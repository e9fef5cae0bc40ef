"""The dress rehearsal of production: what is declared today, and what becomes of it when the models retire."""

import shutil

from command_line import CONFIGS, command

from deployer.errors import ExitCode


def test_production_deploys_ages_is_blocked_and_moves_to_its_successors(tmp_path):
    config = shutil.copy(CONFIGS / "prod.yaml", tmp_path / "prod.yaml")

    young = command("up", config, "--cloud", "emulator@2025-02-06", "--output", "json")
    assert (ExitCode.DONE, 8) == (young.code, young.json["heard"])
    assert {"2024-12-17"} == {one["observed"]["version"] for one in young.json["deployments"]}

    blocked = command("up", config, "--cloud", "emulator@2026-04-23", "--output", "json")
    assert ExitCode.BLOCKED == blocked.code
    assert "--allow-replace" in blocked.out

    moved = command(
        "up", config, "--cloud", "emulator@2026-04-23", "--allow-replace", "--output", "json"
    )
    assert (ExitCode.DONE, 8) == (moved.code, moved.json["heard"])
    deployments = moved.json["deployments"]
    assert {"2024-12-17"} == {one["declared"]["version"] for one in deployments}
    assert not [one for one in deployments if one["observed"]["name"].startswith("gpt-4o")]
    assert [one["observed"] for one in deployments] == [one["meant"] for one in deployments]
    protocols = {
        check["evidence"]["protocol"]
        for check in moved.json["checks"]
        if check["check"] == "realtime"
    }
    assert {"ga"} == protocols
