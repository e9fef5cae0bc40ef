"""The page about the data plane names every fault, switch, refusal and script, in the words of the code."""

import re
from pathlib import Path

import pytest

from deployer.emulator.faults import wrongs

PAGE = Path(__file__).parents[3] / "docs" / "emulator-data-plane.md"


@pytest.mark.parametrize("name", ["WRONGS", "SWITCHES", "REFUSALS", "SCRIPTS"])
def test_the_page_has_the_table_of_the_code(name):
    kinds = getattr(wrongs, name)
    rows = [f"| `{kind}` | {seen} |" for kind, seen in kinds.items()]
    text = PAGE.read_text(encoding="utf-8")
    (table,) = re.findall(rf"<!-- {name} -->\n(.*?)\n<!-- end -->", text, re.DOTALL)

    assert ["| kind | what a client sees |", "|---|---|", *rows] == table.split("\n")


def test_every_picture_is_there():
    named = re.findall(r"!\[\]\((.*?)\)", PAGE.read_text(encoding="utf-8"))

    assert len(named) == 6
    assert all((PAGE.parent / one).is_file() for one in named)
