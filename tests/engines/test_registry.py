"""Which engine stands behind a name."""

import sys
from pathlib import Path

import pytest

from deployer.engines import EngineOptions
from deployer.engines.registry import open_engine
from deployer.errors import Blocked, ExitCode, UsageError


@pytest.mark.parametrize("name", ["sdk", "arm", "pulumi"])
def test_the_engine_of_that_name(stage, name):
    assert name == open_engine(name, stage.cloud, EngineOptions(Path())).name


def test_no_engine_at_all(stage):
    with pytest.raises(UsageError):
        open_engine("terraform", stage.cloud, EngineOptions(Path()))


@pytest.mark.parametrize("package", ["pulumi", "pulumi_azure_native"])
def test_without_its_extra_an_engine_is_refused_with_the_way_to_get_it(stage, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)  # as if it were not installed

    with pytest.raises(Blocked) as blocked:
        open_engine("pulumi", stage.cloud, EngineOptions(Path()))

    assert (ExitCode.BLOCKED, "Run: pip install 'deployer[pulumi]'") == (
        blocked.value.exit_code,
        blocked.value.hint,
    )
