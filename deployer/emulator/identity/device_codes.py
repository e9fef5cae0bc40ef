"""Signing in by device code: a code for the machine, one for the person, and the wait until somebody approves."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from deployer.emulator.identity.sign_in_refusals import SignInRefusal
from deployer.emulator.state.records import JsonObject, Principal

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PAGE = "/devicelogin"
"""Where a person enters a code."""
LIFETIME = 900
"""How long a code waits for its person, in seconds."""
INTERVAL = 1
"""How often a machine may ask, in seconds; Azure says 5."""

_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"


@dataclass
class _Waiting:
    scope: str
    user_code: str
    ends_at: float
    approved: Principal | None = None


class DeviceCodes:
    """The codes of this holder's life."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._waiting: dict[str, _Waiting] = {}

    def begin(self, scope: str, address: str) -> JsonObject:
        """A new pair of codes, as the devicecode endpoint answers."""
        code = secrets.token_urlsafe(48)
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(9))
        self._waiting[code] = _Waiting(scope, user_code, self._wall() + LIFETIME)
        page = f"{address}{PAGE}"
        return {
            "user_code": user_code,
            "device_code": code,
            "verification_uri": page,
            "expires_in": LIFETIME,
            "interval": INTERVAL,
            "message": f"To sign in, open the page {page} and enter the code {user_code} to authenticate.",
        }

    def approve(self, user_code: str, principal: Principal) -> bool:
        """Let the machine with this code sign in as a principal; False for a code that nobody waits for."""
        for one in self._waiting.values():
            if one.user_code == user_code.upper():
                one.approved = principal
                return True
        return False

    def redeem(self, code: str) -> tuple[Principal, str]:
        """The principal that approved, and the scope that was asked for; raises `SignInRefused` until then."""
        one = self._waiting.get(code)
        if one is None:
            raise SignInRefusal.DEVICE_CODE_UNKNOWN.refused()
        if one.ends_at <= self._wall():
            raise SignInRefusal.DEVICE_CODE_EXPIRED.refused()
        if one.approved is None:
            raise SignInRefusal.DEVICE_CODE_PENDING.refused()
        del self._waiting[code]
        return one.approved, one.scope
