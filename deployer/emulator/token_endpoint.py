"""Entra's HTTP side: discovery documents, signing keys, and tokens for client credentials."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity import LIFETIME, audience_of, same_secret
from deployer.emulator.records import TENANT_ID, JsonObject
from deployer.emulator.router import Answer
from deployer.emulator.store import new_guid

ADFS = "adfs"
"""The tenant under which clients ask no other authority whether this one is genuine."""


class SignInRefused(Exception):
    """A token request that is refused, in the form of an AADSTS error."""

    def __init__(self, status: int, error: str, code: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.error = error
        self.code = code
        self.text = text

    def answer(self) -> Answer:
        """The refusal as Entra answers it."""
        trace, correlation = new_guid(), new_guid()
        when = f"{datetime.now(UTC):%Y-%m-%d %H:%M:%SZ}"
        body: JsonObject = {
            "error": self.error,
            "error_description": (
                f"AADSTS{self.code}: {self.text} Trace ID: {trace} "
                f"Correlation ID: {correlation} Timestamp: {when}"
            ),
            "error_codes": [self.code],
            "timestamp": when,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
        }
        return Answer(body, self.status)


def discovery(cloud: EmulatedCloud, tenant: str) -> Answer:
    """The openid-configuration of a tenant; the one named `adfs` has paths of its own."""
    base = f"{cloud.address}/{tenant}"
    adfs = tenant.lower() == ADFS
    version = "" if adfs else "/v2.0"
    return Answer(
        {
            "issuer": _issuer(cloud, tenant),
            "authorization_endpoint": f"{base}/oauth2{version}/authorize",
            "token_endpoint": f"{base}/oauth2{version}/token",
            "jwks_uri": f"{base}/discovery{version}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )


def keys(cloud: EmulatedCloud) -> Answer:
    """The signing keys."""
    return Answer(cloud.tokens.keys())


def token(cloud: EmulatedCloud, tenant: str, form: Mapping[str, str]) -> Answer:
    """A token for whoever knows a client secret."""
    try:
        return _token(cloud, tenant, form)
    except SignInRefused as refused:
        return refused.answer()


def _token(cloud: EmulatedCloud, tenant: str, form: Mapping[str, str]) -> Answer:
    grant = form.get("grant_type", "")
    if grant != "client_credentials":
        text = f"The app requested an unsupported grant type '{grant}'."
        raise SignInRefused(400, "unsupported_grant_type", 70003, text)
    client = form.get("client_id", "")
    known = (one for one in cloud.store.principals() if one.client_id == client)
    principal = next(known, None)
    if principal is None:
        text = f"Application with identifier '{client}' was not found in the directory '{tenant}'."
        raise SignInRefused(400, "unauthorized_client", 700016, text)
    if not same_secret(form.get("client_secret", ""), principal.secret):
        text = (
            "Invalid client secret provided. Ensure the secret being sent in the request is the "
            "client secret value, not the client secret ID, for a secret added to app "
            f"'{client}'."
        )
        raise SignInRefused(401, "invalid_client", 7000215, text)
    audience = form.get("resource") or audience_of(form.get("scope", ""))
    if not audience:
        text = f"The provided value for scope {form.get('scope', '')} is not valid."
        raise SignInRefused(400, "invalid_scope", 1002012, text)
    issued = cloud.tokens.issue(principal, audience, _issuer(cloud, tenant))
    lifetime = {"expires_in": LIFETIME - 1, "ext_expires_in": LIFETIME - 1}
    return Answer({"token_type": "Bearer", **lifetime, "access_token": issued})


def _issuer(cloud: EmulatedCloud, tenant: str) -> str:
    if tenant.lower() == ADFS:
        return f"{cloud.address}/adfs"
    return f"{cloud.address}/{TENANT_ID}/v2.0"
