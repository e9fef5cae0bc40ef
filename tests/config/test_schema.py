"""The JSON Schema and the checker come from one table; here they are held against each other, and against the file."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from config.files import SUBSCRIPTION
from hypothesis import given
from hypothesis import strategies as some
from jsonschema import Draft202012Validator

from deployer.config.findings import Findings
from deployer.config.keys import ROOT
from deployer.config.reading import read
from deployer.config.schema import schema
from deployer.config.shape import checked

PROJECT = Path(__file__).parents[2]
VALIDATOR = Draft202012Validator(schema())
FULL: dict[str, Any] = {
    "name": "x",
    "cloud": "emulator@2026-04-23",
    "subscription": SUBSCRIPTION,
    "engine": "sdk",
    "resourceGroup": {"name": "rg", "location": "eastus2", "manage": True},
    "tags": {"a": "b", "n": 1, "t": True},
    "defaults": {
        "account": {"kind": "OpenAI", "sku": "S0", "auth": "entra", "softDelete": "purge"},
        "deployment": {"sku": {"name": "GlobalStandard", "capacity": 3}, "raiPolicyName": "p"},
    },
    "lifecycle": {"onRetired": "warn", "warnWithin": "90d"},
    "pulumi": {"backend": "file://state", "secretsProvider": "passphrase", "stack": "org/prod"},
    "accounts": [
        {
            "name": "a1",
            "location": "East US 2",
            "customSubDomainName": "a1-x",
            "publicNetworkAccess": "Disabled",
            "roles": [{"principal": "self", "can": "use", "principalType": "User"}],
            "deployments": [
                {"name": "one", "model": "m@1", "successor": "n@2", "capacity": 5},
                {
                    "name": "two",
                    "model": {"format": "OpenAI", "name": "m", "version": 2024},
                    "successor": ["n@2", {"model": {"name": "n", "version": "3"}, "capacity": 2}],
                    "sku": "GlobalStandard",
                    "versionUpgradeOption": "NoAutoUpgrade",
                    "tags": {},
                },
            ],
        },
        {"name": "a2", "location": "eastus2", "deployments": {"like": "a1", "except": ["two"]}},
    ],
    "smoke": {
        "timeout": "60s",
        "waitForRoles": "10m",
        "audio": {"say": "Hello.", "voices": ["alloy"], "firstAudioWithin": "3s"},
        "realtime": {"protocol": "auto", "firstAudioWithin": "2s"},
    },
}
ODD = [
    None,
    True,
    False,
    0,
    1,
    -1,
    7,
    1.5,
    "",
    "x",
    "7",
    "self",
    "60s",
    "a@b",
    "a b",
    "-",
    "entra",
    "sdk",
    "eastus2",
    SUBSCRIPTION,
    [],
    {},
    ["x"],
    ["a@b"],
    {"name": "x"},
    {"model": "a@b"},
    {"like": "a1"},
    {"name": "x", "version": "1"},
]


def paths(value, at=()):
    yield at
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in children:
        yield from paths(inner, (*at, key))


@some.composite
def mutated(draw):
    """The full document with one or two places changed, removed or added to."""
    document = copy.deepcopy(FULL)
    for _ in range(draw(some.integers(1, 2))):
        at = draw(some.sampled_from([path for path in paths(document) if path]))
        parent: Any = document
        for key in at[:-1]:
            parent = parent[key]
        way = draw(some.sampled_from(["change", "remove", "add"]))
        odd = copy.deepcopy(draw(some.sampled_from(ODD)))
        if way == "remove":
            del parent[at[-1]]
        elif way == "change":
            parent[at[-1]] = odd
        elif isinstance(parent, dict):
            names = ["extra", "deployer", "capacity", "sku", "tags", "name", "auth"]
            parent[draw(some.sampled_from(names))] = odd
    return document


def fits(document):
    findings = Findings()
    tree = read(json.dumps(document).encode(), "x.json", findings)
    assert tree is not None, findings.all
    checked(ROOT, tree, findings)
    return not findings.are_fatal


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(schema())


def test_the_committed_schema_is_the_code_s():
    """Write it again with `deployer schema > docs/deployer.schema.json`."""
    committed = (PROJECT / "docs" / "deployer.schema.json").read_text(encoding="utf-8")

    assert schema() == json.loads(committed)


def test_both_take_a_document_that_uses_every_key():
    assert fits(FULL)
    assert VALIDATOR.is_valid(FULL)


@given(mutated())
def test_both_take_and_refuse_the_same(document):
    assert fits(document) == VALIDATOR.is_valid(document), [
        f"{list(error.path)}: {error.message[:200]}" for error in VALIDATOR.iter_errors(document)
    ]


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "configs").glob("*.yaml")), ids=lambda path: path.stem
)
def test_the_schema_takes_every_configuration_of_the_project(path):
    document = yaml.safe_load(path.read_text(encoding="utf-8"))

    assert [] == list(VALIDATOR.iter_errors(document))


def test_a_file_that_extends_may_leave_out_what_its_base_says():
    over = {"extends": "base.yaml", "accounts": [{"name": "a1", "deployments": [{"name": "one"}]}]}

    assert VALIDATOR.is_valid(over)
    assert not VALIDATOR.is_valid({**over, "extra": 1})


def test_a_value_may_be_a_variable_wherever_one_is_filled_in():
    variable = "${UNITS}"
    document = copy.deepcopy(FULL)
    document["accounts"][0]["deployments"][0]["capacity"] = variable
    document["resourceGroup"]["manage"] = variable
    document["lifecycle"]["warnWithin"] = variable
    document["engine"] = variable

    assert VALIDATOR.is_valid(document)
