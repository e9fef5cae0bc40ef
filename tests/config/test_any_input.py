"""Whatever stands in a file, it is a Config or a list of problems, soon; never a traceback."""

from __future__ import annotations

import json

import pytest
from config.files import MINIMAL, write
from hypothesis import given
from hypothesis import strategies as some

from deployer.config import Config, load
from deployer.config.keys import ROOT
from deployer.config.specs import Either, Listing, Table
from deployer.core.problems import errors
from deployer.errors import ConfigurationInvalid


def words(spec):
    """Every key that a table knows, inside out."""
    if isinstance(spec, Table):
        yield from spec.keys
        for key in spec.keys.values():
            yield from words(key.spec)
    elif isinstance(spec, Listing):
        yield from words(spec.item)
    elif isinstance(spec, Either):
        for option in spec.options:
            yield from words(option)


KEYS = sorted(set(words(ROOT)))
SCALARS = (
    some.none()
    | some.booleans()
    | some.integers()
    | some.floats(allow_nan=False, allow_infinity=False)
    | some.sampled_from(
        ["self", "eastus2", "gpt-audio@2025-08-28", "${name}", "${X}", "${", "a1", "60s", "entra"]
    )
    | some.text(max_size=8)
)
DOCUMENTS = some.dictionaries(
    some.sampled_from(KEYS),
    some.recursive(
        SCALARS,
        lambda inner: (
            some.lists(inner, max_size=3)
            | some.dictionaries(some.sampled_from(KEYS) | some.text(max_size=4), inner, max_size=5)
        ),
        max_leaves=20,
    ),
    max_size=8,
)
YAML_SCRAPS = some.lists(
    some.sampled_from(
        [
            *"{}[]:,&*!|>-?#%@`'\"\\\n\t ",
            "a",
            "<<",
            "${",
            "}",
            "name",
            "accounts",
            "- ",
            ": ",
            "\n  ",
            "---",
            "é",
        ]
    ),
    max_size=60,
).map("".join)


def ends_well(path):
    try:
        assert isinstance(load(path, environ={}), Config)
    except ConfigurationInvalid as invalid:
        assert errors(invalid.problems)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("input")


@given(some.binary(max_size=200))
def test_any_bytes(folder, data):
    ends_well(write(folder, data))


@given(YAML_SCRAPS)
def test_any_scraps_of_yaml(folder, text):
    ends_well(write(folder, text))


@given(YAML_SCRAPS)
def test_any_scraps_after_something_good(folder, text):
    ends_well(write(folder, MINIMAL + text))


@given(DOCUMENTS)
def test_any_mapping_of_known_keys(folder, document):
    ends_well(write(folder, json.dumps(document)))


@given(DOCUMENTS)
def test_any_mapping_laid_over_something_good(folder, document):
    write(folder, MINIMAL, "base.yaml")
    ends_well(write(folder, json.dumps({**document, "extends": "base.yaml"})))
