"""Configurations with defaults, so that a test states only what matters to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from deployer.config import Config, load
from deployer.core.problems import Problem
from deployer.errors import ConfigurationInvalid

SUBSCRIPTION = "11068ed9-6c31-4a47-8183-4eca6d84bb32"
HEAD = f"""\
name: x
subscription: {SUBSCRIPTION}
resourceGroup: {{name: rg, location: eastus2}}
"""
ACCOUNT = """\
accounts:
  - name: a1
    location: eastus2
    auth: keys
"""
MINIMAL = HEAD + ACCOUNT


def write(folder: Path, text: str | bytes, name: str = "x.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def loaded(
    folder: Path,
    text: str,
    *,
    environ: Mapping[str, str] | None = None,
    cloud: str | None = None,
    engine: str | None = None,
    today: dt.date | None = None,
) -> Config:
    return load(write(folder, text), environ=environ or {}, cloud=cloud, engine=engine, today=today)


def problems_of(path: Path, environ: Mapping[str, str] | None = None) -> tuple[Problem, ...]:
    """What is said about a file: its warnings when it can be used, everything when it cannot."""
    try:
        return load(path, environ=environ or {}).problems
    except ConfigurationInvalid as invalid:
        return tuple(one for one in invalid.problems if isinstance(one, Problem))


def codes(folder: Path, text: str | bytes) -> list[str]:
    return [one.code for one in problems_of(write(folder, text))]
