"""Workload identity federation: a foreign issuer's assertion instead of a secret, as GitHub's OIDC and AKS use it.

The emulator plays the foreign issuers too: it signs an assertion for any issuer and subject that a test names, with
the key of its own tokens. A principal says in `federated` whom it believes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from deployer.emulator.identity.sign_in_refusals import SignInRefusal
from deployer.emulator.identity.tokens import InvalidToken, TokenAuthority
from deployer.emulator.state.records import JsonObject, Principal

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AUDIENCE = "api://AzureADTokenExchange"
GITHUB = "https://token.actions.githubusercontent.com"


def make_assertion(
    tokens: TokenAuthority, wall: Callable[[], float], wanted: JsonObject
) -> JsonObject:
    """An assertion by `issuer` (GitHub) about `subject` for `audience`, living `seconds` (300)."""
    now = int(wall())
    claims = {
        "iss": wanted.get("issuer", GITHUB),
        "sub": wanted.get("subject", ""),
        "aud": wanted.get("audience", AUDIENCE),
        "iat": now,
        "nbf": now,
        "exp": now + int(wanted.get("seconds", 300)),
    }
    return {"assertion": tokens.sign(claims)}


def check_assertion(
    tokens: TokenAuthority, wall: Callable[[], float], principal: Principal, assertion: str
) -> None:
    """Let a principal in by an assertion, or raise `SignInRefused`."""
    try:
        claims = tokens.claims(assertion)
    except InvalidToken as invalid:
        if invalid.problem == "signature":
            raise SignInRefusal.ASSERTION_SIGNATURE.refused() from None
        raise SignInRefusal.ASSERTION_MALFORMED.refused() from None
    if not _is_current(claims, wall()):
        raise SignInRefusal.ASSERTION_EXPIRED.refused()
    stated = {name: claims.get(name) for name in ("iss", "sub", "aud")}
    if not any(_matches(one, stated) for one in principal.federated):
        raise SignInRefusal.ASSERTION_UNMATCHED.refused(**stated)


def _is_current(claims: JsonObject, now: float) -> bool:
    ends: Any = claims.get("exp")
    return isinstance(ends, int | float) and float(claims.get("nbf", 0)) <= now < ends


def _matches(known: JsonObject, stated: JsonObject) -> bool:
    # Entra compares all three to the letter, case included.
    return stated == {
        "iss": known.get("issuer"),
        "sub": known.get("subject"),
        "aud": known.get("audience", AUDIENCE),
    }
