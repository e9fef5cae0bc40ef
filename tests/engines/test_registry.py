"""Which engine stands behind a name."""

from pathlib import Path

import pytest

from deployer.engines import EngineOptions
from deployer.engines.registry import open_engine
from deployer.errors import Blocked, ExitCode, UsageError


def test_the_sdk_engine(stage):
    assert "sdk" == open_engine("sdk", stage.cloud, EngineOptions(Path())).name


@pytest.mark.parametrize("name", ["pulumi", "arm"])
def test_an_engine_of_later_versions_is_blocked_and_says_so(stage, name):
    with pytest.raises(Blocked) as blocked:
        open_engine(name, stage.cloud, EngineOptions(Path()))

    assert (ExitCode.BLOCKED, True) == (
        blocked.value.exit_code,
        "not part of this version" in blocked.value.message,
    )


def test_no_engine_at_all(stage):
    with pytest.raises(UsageError):
        open_engine("terraform", stage.cloud, EngineOptions(Path()))
