"""How to call the models of one account: all that smoke checks know of identity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Access:
    """Addresses are Azure's own answer, without a trailing slash; paths are joined onto them, keeping their prefix.

    `headers` returns fresh authorisation headers at every call, and its result is never shown; `principal` names who
    calls, for diagnoses; `with_key` tells a key from a token.
    """

    endpoint: str
    realtime_endpoint: str
    headers: Callable[[], Mapping[str, str]] = field(repr=False)
    principal: str = ""
    with_key: bool = False
    ca: Path | None = None
