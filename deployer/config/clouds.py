"""What the name of a cloud says: whether it is the emulator, and as of which day facts are judged."""

from __future__ import annotations

import datetime as dt

EMULATOR = "emulator"
EMULATOR_SUBSCRIPTION = "00000000-0000-0000-0000-00000000a2a0"
"""The one subscription that the emulator has, whatever a file says. A test compares it with the emulator's."""

EXAMPLE_PRINCIPAL = "11111111-1111-4111-8111-111111111111"
"""Stands in a rehearsal for a principal whose variable is not set."""

NEWEST_SNAPSHOT = dt.date(2026, 4, 23)
"""The day that the emulator shows when none is asked for. A test compares it with the emulator's."""


def is_emulator(cloud: str) -> bool:
    """Whether this is the cloud that is built in."""
    return cloud == EMULATOR or cloud.startswith(f"{EMULATOR}@")


def emulated_day(cloud: str) -> dt.date | None:
    """The day that an emulator shows; None for any other cloud. Raises ValueError for a day that does not exist."""
    if cloud == EMULATOR:
        return NEWEST_SNAPSHOT
    return dt.date.fromisoformat(cloud.partition("@")[2]) if is_emulator(cloud) else None
