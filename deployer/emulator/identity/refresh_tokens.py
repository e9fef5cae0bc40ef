"""Refresh tokens: whoever has signed in stays so. Signed, and kept nowhere: they hold after a restart too."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.sign_in_refusals import SignInRefusal
from deployer.emulator.identity.tokens import InvalidToken
from deployer.emulator.state.records import Principal

REFRESH = "refresh_token"
"""The grant, and the form field."""
LIFETIME = 90 * 24 * 3600
"""How long one holds, in seconds (Microsoft identity platform: 90 days)."""


def refresh_token(cloud: EmulatedCloud, principal: Principal, scope: str) -> str:
    """A token that buys further ones for a principal."""
    ends = int(cloud.clock.token_time()) + LIFETIME
    return cloud.tokens.sign(
        {"use": REFRESH, "oid": principal.object_id, "scope": scope, "exp": ends}
    )


def refreshed(cloud: EmulatedCloud, form: Mapping[str, str]) -> tuple[Principal, str]:
    """Whom a refresh token speaks for, and the scope asked for now or else then; raises `SignInRefused`."""
    try:
        claims = cloud.tokens.claims(form.get(REFRESH, ""))
    except InvalidToken:
        raise SignInRefusal.REFRESH_TOKEN_UNKNOWN.refused() from None
    known = (one for one in cloud.store.principals() if one.object_id == claims.get("oid"))
    principal = next(known, None)
    if claims.get("use") != REFRESH or principal is None:
        raise SignInRefusal.REFRESH_TOKEN_UNKNOWN.refused()
    if claims["exp"] <= cloud.clock.token_time():
        raise SignInRefusal.REFRESH_TOKEN_EXPIRED.refused()
    return principal, form.get("scope") or claims["scope"]
