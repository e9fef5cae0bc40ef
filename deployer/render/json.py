"""A report for programs. `data` documents the shape."""

from __future__ import annotations

import json

from deployer.core.report import Report
from deployer.render import Renderer
from deployer.render.data import document
from deployer.render.redaction import redact


def render(report: Report) -> str:
    """One JSON document."""
    return redact(json.dumps(document(report), indent=2)) + "\n"


_: Renderer = render
