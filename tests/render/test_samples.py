"""Every format of every sample report, against stored snapshots.

To renew them after a change that is meant: `REGENERATE_SAMPLES=1 pytest tests/render/test_samples.py`, then read the diff.
"""

import json
import os
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from render.reports import REPORTS

from deployer.render import FORMATS, render
from deployer.render.ndjson import report_line
from deployer.render.text import render as render_text
from deployer.render.text import render_after, render_before

SAMPLES = Path(__file__).parent / "samples"
ENDINGS = {"text": "txt", "json": "json", "markdown": "md", "junit": "xml", "sarif": "sarif"}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_reads_as_its_sample(name, form):
    sample = SAMPLES / f"{name}.{ENDINGS[form]}"
    shown = render(REPORTS[name], form)
    if os.environ.get("REGENERATE_SAMPLES"):
        SAMPLES.mkdir(exist_ok=True)
        sample.write_text(shown, encoding="utf-8", newline="\n")

    assert sample.read_text(encoding="utf-8") == shown


def test_no_sample_is_left_over():
    expected = {f"{name}.{ending}" for name in REPORTS for ending in ENDINGS.values()}

    assert expected == {path.name for path in SAMPLES.iterdir()}


@pytest.mark.parametrize("name", REPORTS)
def test_the_json_carries_the_exit_code_of_the_report(name):
    data = json.loads(render(REPORTS[name], "json"))

    assert (1, int(REPORTS[name].exit_code)) == (data["formatVersion"], data["exitCode"])


@pytest.mark.parametrize("name", REPORTS)
def test_the_last_line_of_a_stream_is_the_whole_document(name):
    line = report_line(REPORTS[name])

    assert line.count("\n") == 1
    assert json.loads(line)["report"] == json.loads(render(REPORTS[name], "json"))


@pytest.mark.parametrize("name", REPORTS)
def test_the_xml_counts_what_it_holds(name):
    root = Xml.fromstring(render(REPORTS[name], "junit"))  # noqa: S314 - our own text

    assert len(root.findall(".//testcase")) == int(root.get("tests", ""))
    assert len(root.findall(".//failure")) == int(root.get("failures", ""))
    assert len(root.findall(".//skipped")) == int(root.get("skipped", ""))


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_shown_before_and_after_is_the_whole(name):
    report = REPORTS[name]
    parts = [part for part in (render_before(report), render_after(report)) if part]

    assert render_text(report) == "\n".join(parts)


@pytest.mark.parametrize("width", [100, 80])
@pytest.mark.parametrize("name", REPORTS)
def test_no_line_is_wider_than_the_terminal(name, width):
    lines = render_text(REPORTS[name], width=width).splitlines()

    assert [] == [line for line in lines if len(line) > width]


@pytest.mark.parametrize("name", [name for name in REPORTS if not REPORTS[name].checks])
def test_a_narrow_terminal_still_shows_every_word(name):
    def words(width):
        return sorted(set(render_text(REPORTS[name], width=width).split()) - {"-"})

    assert words(100) == words(48)


def test_a_narrow_terminal_gets_checks_as_sentences():
    shown = render_text(REPORTS["up"], width=60)

    assert "first audio 0.28 s, total 0.31 s" in " ".join(shown.split())


@pytest.mark.parametrize("name", REPORTS)
def test_colour_adds_nothing_and_takes_nothing_away(name):
    dressed = render_text(REPORTS[name], style=lambda text, meaning: f"\x1b[1m{text}\x1b[0m")

    bare = dressed.replace("\x1b[1m", "").replace("\x1b[0m", "")
    assert render_text(REPORTS[name]) == "\n".join(line.rstrip() for line in bare.split("\n"))
