"""Two roads, one state: what the SDK leaves in the emulator and what templates leave, compared to the last field.

Differences that are meant: the engine's own name in the marks of ownership (`parity.settled` writes ENGINE for it).
There is no other.
"""

import shutil
from pathlib import Path

import pytest
from command_line import CONFIGS, command, emulator_beside
from engines.arm_stage import left_by
from hypothesis import HealthCheck, given, settings
from parity import settled
from states import desired_states

from deployer.errors import ExitCode


@pytest.mark.long
@pytest.mark.timeout(900)
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(first=desired_states(), then=desired_states())
def test_a_hundred_states_and_the_ways_between_them(stage, first, then):
    states = [
        stage.want(*state.resources, soft_delete=next(iter(state.soft_delete.values()), "recover"))
        for state in (first, then)
    ]

    by_sdk, by_arm = left_by(stage, *states)

    assert by_sdk == by_arm


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("config", sorted(one.name for one in CONFIGS.glob("*.yaml")))
def test_every_configuration_ends_the_same_and_then_has_nothing_to_do(tmp_path, config):
    found = []
    for engine in ("sdk", "arm"):
        file = (
            Path(
                shutil.copytree(
                    CONFIGS, tmp_path / engine, ignore=shutil.ignore_patterns(".deployer")
                )
            )
            / config
        )
        arguments = ["up", file, "--engine", engine, "--no-smoke", "--output", "json"]
        if "cloud: emulator" not in file.read_text(encoding="utf-8"):
            arguments += ["--cloud", "emulator@2026-04-23"]
        with emulator_beside(file) as emulator:
            first, again = command(*arguments), command(*arguments)
            assert (ExitCode.DONE, ExitCode.DONE) == (first.code, again.code), first.out
            assert again.json["plan"]["isEmpty"]
            found.append(settled(emulator))

    assert found[0] == found[1]
