"""What every test may assume: no foreign environment, builders in `build.py` beside this file."""

import os

import pytest

_FOREIGN = (
    "AZURE_",
    "ARM_",
    "DEPLOYER_",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_COLOR",
    "FORCE_COLOR",
    "COLUMNS",
)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.upper().startswith(_FOREIGN) and name != "DEPLOYER_LIVE":
            monkeypatch.delenv(name)
