"""The life of a stack without a process: our engine over the engine double, and one short life by the command line."""

from __future__ import annotations

import pytest
from pulumi_in_process import in_process
from pulumi_promises import *
from pulumi_promises import FULL, done, unhappy
from pulumi_stage import PulumiStage


@pytest.fixture
def stack(stage, provider, tmp_path, monkeypatch):
    return in_process(stage, provider, tmp_path, monkeypatch)


@pytest.mark.long
def test_a_short_life_by_the_command_line(stage, pulumi_command, tmp_path):
    stack = PulumiStage(stage, tmp_path)
    wanted = stack.want(*FULL[:2])

    events = stack.apply(wanted)

    assert [("CREATE", one.address) for one in FULL[:2]] == done(events)
    assert ([], []) == (unhappy(events), stack.left(wanted))
    assert (tmp_path / ".deployer" / "pulumi" / "emulator" / "Pulumi.voice.yaml").is_file()
