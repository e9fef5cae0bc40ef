"""Tests that were not run: each reason is told in a line, and one that nobody agreed to fails the run."""

from __future__ import annotations

import os
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

import pytest

_ALLOWED = Path(__file__).with_name("allowed_skips.txt")
_KEPT = os.environ.get("DEPLOYER_NOT_RUN")
"""A file to which the lines are added, for a script that runs pytest more than once and tells them at its end."""


class SkipGuard:
    """Counts what is skipped, by reason, and fails the run for a reason that is not in the committed list."""

    def __init__(self) -> None:
        lines = _ALLOWED.read_text(encoding="utf-8").splitlines()
        rows = (
            line.partition(" :: ") for line in lines if line.strip() and not line.startswith("#")
        )
        self.allowed = [(pattern.strip(), reason.strip()) for pattern, _, reason in rows]
        self.surprises: list[str] = []
        self.reasons: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report):
        self._skipped(report)

    def pytest_collectreport(self, report):
        # A module that skips itself has no test to report.
        self._skipped(report)

    def _skipped(self, report):
        if not report.skipped or hasattr(report, "wasxfail"):
            return
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        why = why.removeprefix("Skipped: ")
        self.reasons[why] += 1
        if not any(
            fnmatch(report.nodeid, pattern) and reason in why for pattern, reason in self.allowed
        ):
            self.surprises.append(f"{report.nodeid} :: {why}")

    def lines(self) -> list[str]:
        """One line for each reason, with how many tests it kept from running."""
        return [
            f"not run, {count} test{'s' if count > 1 else ''}: {reason}"
            for reason, count in sorted(self.reasons.items())
        ]

    def pytest_terminal_summary(self, terminalreporter):
        if self.reasons:
            terminalreporter.section("not run, and why")
            for line in self.lines():
                terminalreporter.line(line)
            if _KEPT and "PYTEST_XDIST_WORKER" not in os.environ:
                with Path(_KEPT).open("a", encoding="utf-8") as kept:
                    kept.writelines(f"{line}\n" for line in self.lines())
        if self.surprises:
            terminalreporter.section("skips that tests/allowed_skips.txt does not allow", red=True)
            for surprise in self.surprises:
                terminalreporter.line(surprise)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if self.surprises and session.exitstatus == 0:
            session.exitstatus = 1
