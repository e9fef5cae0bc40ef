"""What a data-plane caller shows to be let in: a key or a token, in a header or, as browsers have to, in the query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Credentials(NamedTuple):
    """A key or else a token of Entra; both empty when neither was shown."""

    key: str
    token: str


def presented(headers: Mapping[str, str], query: Mapping[str, str]) -> Credentials:
    """What a request carries; a header counts more than the query, a key more than a token."""
    key = headers.get("api-key") or query.get("api-key") or ""
    scheme, _, given = (headers.get("Authorization") or query.get("Authorization", "")).partition(
        " "
    )
    bearer = given.strip() if scheme.lower() == "bearer" else ""
    # Clients of the v1 surface send the key itself as a bearer token.
    if not key and bearer.count(".") != 2:
        return Credentials(bearer, "")
    return Credentials(key, bearer)
