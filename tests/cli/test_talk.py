"""Colour, width, terminals, and a reader who goes away."""

import io
import subprocess
import sys

import pytest

from deployer.cli.talk import Stream


class Terminal(io.StringIO):
    def isatty(self):
        return True


def stream(environ, terminal=False, **options):
    return Stream(Terminal() if terminal else io.StringIO(), environ, **options)


@pytest.mark.parametrize(
    ("environ", "terminal", "options", "colour"),
    [
        ({}, True, {}, True),
        ({}, False, {}, False),
        ({"NO_COLOR": "1"}, True, {}, False),
        ({"NO_COLOR": ""}, True, {}, True),
        ({"FORCE_COLOR": "1"}, False, {}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, {}, False),
        ({"FORCE_COLOR": "1"}, True, {"no_color": True}, False),
        ({"TERM": "dumb"}, True, {}, False),
    ],
    ids=["terminal", "file", "NO_COLOR", "empty NO_COLOR", "FORCE_COLOR", "both", "option", "dumb"],
)
def test_colour_is_for_those_who_can_see_it(environ, terminal, options, colour):
    out = stream(environ, terminal, **options)

    out.write(out.style("x", "bad"))

    assert ("\x1b[" in out._stream.getvalue()) is colour


def test_a_file_is_a_hundred_columns_wide():
    assert stream({}).width == 100


def test_what_an_encoding_cannot_say_is_replaced():
    raw = io.BytesIO()
    out = Stream(io.TextIOWrapper(raw, encoding="ascii"), {})

    out.write("± ok\n")

    assert raw.getvalue() == b"? ok\n"


def test_a_reader_who_goes_away_does_not_stop_the_run():
    script = (
        "import sys; from deployer.cli.talk import Talk; talk = Talk(sys.stdout, sys.stderr, {})\n"
        "sys.stdin.read()\n"
        "for _ in range(3): talk.data('x' * 100_000)\n"
        "talk.note('went on')"
    )
    child = subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdin and child.stdout and child.stderr
        child.stdout.close()
        child.stdin.close()
        said = child.stderr.read()

    assert (0, "went on\n") == (child.returncode, said)
