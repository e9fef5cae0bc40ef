"""Words that we did not write cannot break a format."""

import json
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest
from render.reports import QUOTA

from deployer.core.report import Report
from deployer.render import render

NASTY = 'a | b `c` </details> <script> "q" & ]]> \x00\x1b[31m \ufffe line\nnext *bold* [x](y)'


def report():
    return Report("up", "voice", problems=(replace(QUOTA, detail=NASTY, hint=NASTY),))


def test_json_carries_it_unchanged():
    assert json.loads(render(report(), "json"))["problems"][0]["detail"] == NASTY


def test_xml_stays_well_formed():
    root = Xml.fromstring(render(report(), "junit"))  # noqa: S314 - our own text

    assert "]]> " in (root.findtext(".//failure") or "")


@pytest.mark.parametrize("markup", ["</details>", "<script>", "\n| b", "`c`", "[x](y)"])
def test_markdown_has_no_markup_of_its(markup):
    shown = render(report(), "markdown").replace("\\`", "").replace("\\[", "").replace("\\|", "")

    assert markup not in shown


def test_a_terminal_gets_no_control_characters():
    assert "\x1b" not in render(report(), "text")
