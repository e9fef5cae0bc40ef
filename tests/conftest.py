"""What every test may assume: no foreign environment, builders in `build.py`; and a skip nobody agreed to fails the run."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
_ALLOWED_SKIPS = Path(__file__).with_name("allowed_skips.txt")
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


class SkipGuard:
    """Fails the run when a test was skipped for a reason that is not in the committed list."""

    def __init__(self) -> None:
        lines = _ALLOWED_SKIPS.read_text(encoding="utf-8").splitlines()
        rows = (
            line.partition(" :: ") for line in lines if line.strip() and not line.startswith("#")
        )
        self.allowed = [(pattern.strip(), reason.strip()) for pattern, _, reason in rows]
        self.surprises: list[str] = []

    def pytest_runtest_logreport(self, report):
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        why = why.removeprefix("Skipped: ")
        if not any(
            fnmatch(report.nodeid, pattern) and reason in why for pattern, reason in self.allowed
        ):
            self.surprises.append(f"{report.nodeid} :: {why}")

    def pytest_terminal_summary(self, terminalreporter):
        if self.surprises:
            terminalreporter.section("skips that tests/allowed_skips.txt does not allow", red=True)
            for surprise in self.surprises:
                terminalreporter.line(surprise)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if self.surprises and session.exitstatus == 0:
            session.exitstatus = 1


def pytest_configure(config):
    config.pluginmanager.register(SkipGuard())
