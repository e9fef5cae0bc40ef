"""Ephemeral keys: a secret for one realtime session of one deployment, given out to be used in a browser."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from deployer.emulator.data_plane.refusals import Json, a, between, fields, one_of
from deployer.emulator.realtime.settings import Settings

PREVIEW_SECONDS = 60
"""How long a key of the preview protocol can be used (documentation of 2025: one minute)."""

_GA_SECONDS = 600
_PREFIX = "ek_"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a key opens: a deployment, and the settings its session begins with; `expires_at` in seconds since 1970.

    `transcribes`: the session does nothing else.
    """

    account: str
    deployment: str
    settings: Settings
    expires_at: int
    transcribes: bool = False


class Tickets:
    """All keys that still open something."""

    def __init__(self) -> None:
        self._by_key: dict[str, Ticket] = {}

    def issue(self, ticket: Ticket, now: float) -> str:
        """A new key; those that have expired are forgotten."""
        self._by_key = {key: one for key, one in self._by_key.items() if now < one.expires_at}
        key = _PREFIX + secrets.token_hex(16)
        self._by_key[key] = ticket
        return key

    def find(self, key: str, now: float) -> Ticket | None:
        """What a key opens."""
        ticket = self._by_key.get(key)
        return ticket if ticket is not None and now < ticket.expires_at else None


def is_ephemeral(key: str) -> bool:
    """Whether it looks like one of these keys."""
    return key.startswith(_PREFIX)


def lifetime(value: Json) -> int:
    """The seconds in `expires_after`; raises `InvalidRequest`."""
    if value is None:
        return _GA_SECONDS
    allowed = {"anchor": one_of("created_at"), "seconds": between(10, 7200, int)}
    given = fields(a(dict)(value, "expires_after"), "expires_after", allowed)
    return int(given.get("seconds", _GA_SECONDS))
