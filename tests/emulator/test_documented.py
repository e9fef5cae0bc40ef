"""docs/emulator.md is true: its tables are those of the code, and every test that it names is there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from deployer.emulator.arm.routes import ROUTES

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "emulator.md"


def tables():
    spec = importlib.util.spec_from_file_location(
        "emulator_tables", ROOT / "docs" / "emulator_tables.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_those_of_the_code():
    text = PAGE.read_text(encoding="utf-8")

    assert tables().written(text) == text, "run `python docs/emulator_tables.py`"


def test_every_operation_has_its_evidence_and_says_what_it_does():
    script = tables()

    assert {script.module_of(route) for route in ROUTES} == set(script.MODULES)
    assert all(script.says(route) for route in ROUTES)


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", PAGE.read_text(encoding="utf-8")))
def test_what_the_page_names_is_there(link):
    assert (PAGE.parent / link).exists()


def test_every_switch_says_what_it_does_and_why():
    rows = tables().switches().splitlines()[2:]

    assert all(row.rstrip(" |").count("|") == 4 for row in rows)
