"""What every test may assume: no foreign environment, builders in `build.py`; and a skip nobody agreed to fails the run."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings
from skips import SkipGuard

_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=_PATIENT)
settings.register_profile("thorough", settings.get_profile("quick"), max_examples=1000)
settings.load_profile("quick")

_FOREIGN = (
    "AZURE_",
    "PULUMI_",
    "ARM_",
    "DEPLOYER_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
)
_LIVE = os.environ.get("DEPLOYER_LIVE") == "1"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """Nothing of the machine's own Azure settings, proxies or colours reaches a test."""
    for name in list(os.environ):
        if name.upper().startswith(_FOREIGN) and not (_LIVE and name.startswith("AZURE_")):
            monkeypatch.delenv(name)


def pytest_collection_modifyitems(config, items):
    """The default run is the quick suite: what is long or live runs only when asked for by its marker."""
    if config.option.markexpr or config.option.keyword:
        return
    asked = {"long", "live"}
    kept = [item for item in items if not asked & {mark.name for mark in item.iter_markers()}]
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def pytest_configure(config):
    config.pluginmanager.register(SkipGuard())
