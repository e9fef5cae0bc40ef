"""Who we are to Azure: read from a token, not asked of a directory."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from deployer.azure.clients import credential
from deployer.azure.cloud import Cloud, Identity
from deployer.azure.failures import Refused, classify, ending


def identity(cloud: Cloud) -> Identity:
    """The principal behind the cloud's credential, or for whom it acts. Raises AuthenticationFailed when there is none."""
    if cloud.acts_for is not None:
        return cloud.acts_for
    token = token_for(cloud, cloud.audience)
    claims = _claims(token)
    # `idtyp` is optional; only tokens of people carry a scope (`scp`) instead of roles.
    is_person = claims.get("idtyp") == "user" or (claims.get("idtyp") is None and "scp" in claims)
    return Identity(str(claims.get("oid", "")), "User" if is_person else "ServicePrincipal")


def token_for(cloud: Cloud, audience: str) -> str:
    """A token for an audience, as text. Raises AuthenticationFailed."""
    try:
        return credential(cloud).get_token(f"{audience}/.default").token
    except Exception as error:  # noqa: BLE001 - classify raises again what is not Azure's
        raise ending(Refused(classify(error))) from None


def _claims(token: str) -> dict[str, Any]:
    """A token's claims, undisputed: whoever accepts the token verifies it, we only read it."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (IndexError, ValueError, binascii.Error):
        return {}
    return claims if isinstance(claims, dict) else {}
