"""The committed files of the button, read once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def read(name: str) -> Any:
    return json.loads((ROOT / name).read_text(encoding="utf-8"))


TEMPLATE = read("azuredeploy.json")
PARAMETERS = read("azuredeploy.parameters.json")
FORM = read("uiFormDefinition.json")
METADATA = read("metadata.json")

STEPS = FORM["view"]["properties"]["steps"]
ELEMENTS = {(step["name"], one["name"]): one for step in STEPS for one in step["elements"]}
OUTPUTS = FORM["view"]["outputs"]["parameters"]


def walk(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value of a document with the names and numbers that lead to it."""
    yield path, value
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in parts:
        yield from walk(inner, (*path, str(key)))


def strings(value: Any) -> list[str]:
    """Every string in a document, names left out."""
    return [one for _, one in walk(value) if isinstance(one, str)]
