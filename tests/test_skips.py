"""What was not run is told in plain lines, with what would make it run."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from clients.az_session import NOT_INSTALLED
from skips import SkipGuard


def skipped(nodeid, reason):
    return SimpleNamespace(
        skipped=True, nodeid=nodeid, longrepr=("file.py", 1, f"Skipped: {reason}")
    )


def test_each_reason_is_told_once_with_its_number():
    guard = SkipGuard()
    guard.pytest_runtest_logreport(skipped("tests/clients/test_az.py::test_a", NOT_INSTALLED))
    for name in ("test_live.py::a", "test_live.py::b"):
        guard.pytest_runtest_logreport(skipped(name, "DEPLOYER_LIVE is not set"))

    assert guard.lines() == [
        "not run, 2 tests: DEPLOYER_LIVE is not set",
        f"not run, 1 test: {NOT_INSTALLED}",
    ]
    assert guard.surprises == []
    assert "install azure-cli in an environment of its own" in NOT_INSTALLED


@pytest.mark.parametrize("hook", ["pytest_runtest_logreport", "pytest_collectreport"])
def test_a_reason_that_nobody_agreed_to_fails_the_run(hook):
    guard = SkipGuard()
    getattr(guard, hook)(skipped("tests/core/test_x.py::test_a", "no time"))
    session = SimpleNamespace(exitstatus=0)
    guard.pytest_sessionfinish(session)

    assert session.exitstatus == 1
    assert guard.surprises == ["tests/core/test_x.py::test_a :: no time"]
