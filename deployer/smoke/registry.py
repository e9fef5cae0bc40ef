"""Which checks there are. To add one: a module with a `Check`, and its line here."""

from __future__ import annotations

from deployer.smoke import completions, realtime
from deployer.smoke.attempts import Check

CHECKS: tuple[Check, ...] = (
    completions.WAV,
    completions.STREAM,
    realtime.TURN,
)
