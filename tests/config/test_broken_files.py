"""Every file under bad/ names, in comments at its top, all that is to be said about it: place, code, begin of a hint."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from config.files import HEAD, codes, problems_of, write

from deployer.config.reading import LARGEST_FILE
from deployer.core.problems import Problem

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))
MARK = "# expect: "


def expected(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(MARK).split(" | ", 1) for line in lines if line.startswith(MARK)]


def said(problem: Problem):
    assert problem.where is not None
    return f"{problem.where.line}:{problem.where.column} {problem.code}"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_everything_wrong_is_said_at_once_with_its_place(path):
    found = problems_of(path, {"SET": "set", "EMPTY": ""})

    assert [place_and_code for place_and_code, _ in expected(path)] == [said(one) for one in found]
    assert all(str(one.where).startswith(str(path)) for one in found)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_everything_wrong_has_a_next_step(path):
    found = problems_of(path, {"SET": "set", "EMPTY": ""})

    for (_, hint), problem in zip(expected(path), found, strict=True):
        assert hint
        assert hint in problem.hint


def test_there_are_many_kinds_of_broken_files():
    assert len({code for path in BAD for code, _ in expected(path)}) >= 15


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"name: \xff\n", "config.not-utf-8", id="a byte that is not UTF-8"),
        pytest.param("name: x\n".encode("utf-16"), "config.not-utf-8", id="UTF-16"),
        pytest.param(b"name: \x00\n", "config.syntax", id="a NUL"),
        pytest.param(b"#" * (LARGEST_FILE + 1), "config.too-large", id="more than 1 MiB"),
        pytest.param(b"", "config.empty", id="nothing at all"),
        pytest.param(b"- x\n" * 60_000, "config.too-many-values", id="too many values"),
        pytest.param(b"[" * 500_000, "config.too-deep", id="brackets without end"),
        pytest.param(b"name: '" + b"x" * 900_000, "config.syntax", id="a quote without end"),
    ],
)
@pytest.mark.timeout(5)
def test_what_cannot_be_read_is_refused_soon(tmp_path, content, code):
    assert [code] == codes(tmp_path, content)


def test_the_place_of_a_byte_that_is_not_utf_8_is_named(tmp_path):
    (problem,) = problems_of(write(tmp_path, "a: b\nné: ".encode() + b"\xff\n"))

    assert "config.not-utf-8 2 5" == (
        f"{problem.code} {problem.where and problem.where.line} {problem.where and problem.where.column}"
    )


def test_a_byte_order_mark_is_no_content(tmp_path):
    assert ["config.missing-key"] * 3 == codes(tmp_path, b"\xef\xbb\xbfname: x\n")


def test_a_problem_in_the_file_that_is_extended_is_placed_there(tmp_path):
    write(tmp_path, "engin: sdk\n" + HEAD, "base.yaml")
    top = write(tmp_path, "extends: base.yaml\naccounts:\n  - {name: a1, auth: keys}\n")

    found = {Path(one.where.file).name: one.code for one in problems_of(top) if one.where}

    assert {"base.yaml": "config.unknown-key", "x.yaml": "config.missing-key"} == found


def test_what_a_variable_holds_is_not_shown(tmp_path):
    path = write(tmp_path, HEAD.replace("name: x", "name: ${SECRET}"))

    for problem in problems_of(path, {"SECRET": "top secret!"}):
        assert "top secret" not in f"{problem.summary}{problem.detail}{problem.hint}"


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_without_the_fast_parser_the_same_is_said(path, monkeypatch):
    monkeypatch.delattr(yaml, "CSafeLoader")

    found = problems_of(path, {"SET": "set", "EMPTY": ""})

    assert [place_and_code for place_and_code, _ in expected(path)] == [said(one) for one in found]
