"""Where the emulator's state lies and how its date is written; without anything of Azure's, so that it starts quickly."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from deployer.errors import UsageError


def state_directory(beside: Path) -> Path:
    """Where the emulator keeps its state, beside a configuration."""
    return beside / ".deployer" / "emulator"


def emulator_date(text: str) -> dt.date | None:
    """The date that `emulator@DATE` names; None for an empty text. Raises UsageError."""
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is not a date.", hint="Write it as 2025-02-06.") from None
