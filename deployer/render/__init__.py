"""A Report as text: one module per format, each with `render(report) -> str`, and the table of them."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from deployer.core.report import Report


class Renderer(Protocol):
    """Show a whole report. Pure: no file, no terminal, no colour."""

    def __call__(self, report: Report) -> str: ...


FORMATS = {
    "text": "deployer.render.text",
    "json": "deployer.render.json",
    "markdown": "deployer.render.markdown",
    "junit": "deployer.render.junit",
    "sarif": "deployer.render.sarif",
}
"""Format to module. To add a format, write the module and its row here."""


def render(report: Report, form: str) -> str:
    """The report in one of `FORMATS`, ending in a newline. Raises KeyError for a format that does not exist."""
    renderer: Renderer = import_module(FORMATS[form]).render
    return renderer(report)
