"""Which engine stands behind a name."""

from pathlib import Path

import pytest

from deployer.engines import EngineOptions
from deployer.engines.registry import open_engine
from deployer.errors import UsageError


@pytest.mark.parametrize("name", ["sdk", "arm"])
def test_the_engine_of_that_name(stage, name):
    assert name == open_engine(name, stage.cloud, EngineOptions(Path())).name


def test_no_engine_at_all(stage):
    with pytest.raises(UsageError):
        open_engine("terraform", stage.cloud, EngineOptions(Path()))
