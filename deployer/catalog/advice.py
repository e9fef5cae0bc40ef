"""What an Azure error code means, whether waiting helps, and what to do next."""

from __future__ import annotations

from deployer.catalog import control_plane_errors, data_plane_errors
from deployer.catalog.facts import Advice

__all__ = ["ROWS", "Advice", "advice"]

ROWS: tuple[Advice, ...] = (*control_plane_errors.ROWS, *data_plane_errors.ROWS)
_BY_CODE = {row.code.casefold(): row for row in ROWS}


def advice(code: str) -> Advice | None:
    """The row of an error code, spelled in any case; None when we know nothing about it."""
    return _BY_CODE.get(code.casefold())
