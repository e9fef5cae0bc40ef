"""Entra's HTTP side: discovery documents, signing keys, and tokens for secrets, assertions and device codes."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.device_codes import GRANT
from deployer.emulator.identity.federation import JWT_BEARER, check_assertion
from deployer.emulator.identity.refresh_tokens import REFRESH, refresh_token, refreshed
from deployer.emulator.identity.sign_in_refusals import SignInRefusal, SignInRefused
from deployer.emulator.identity.tokens import LIFETIME, audience_of, same_secret
from deployer.emulator.router import Answer
from deployer.emulator.state.records import APPLICATION, TENANT_ID, JsonObject, Principal

ADFS = "adfs"
"""The tenant under which clients ask no other authority whether this one is genuine."""


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
            "device_authorization_endpoint": f"{base}/oauth2{version}/devicecode",
            "jwks_uri": f"{base}/discovery{version}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "response_types_supported": ["token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }
    )


def keys(cloud: EmulatedCloud) -> Answer:
    """The signing keys."""
    return Answer(cloud.tokens.keys())


def token(cloud: EmulatedCloud, tenant: str, form: Mapping[str, str]) -> Answer:
    """A token for whoever knows a client secret, holds an assertion, or has been approved."""
    try:
        return _token(cloud, tenant, form)
    except SignInRefused as refused:
        return refused.answer()


def device_code(cloud: EmulatedCloud, form: Mapping[str, str]) -> Answer:
    """A code for a machine without a browser, and one for its person."""
    return Answer(cloud.device_codes.begin(form.get("scope", ""), cloud.address))


def _token(cloud: EmulatedCloud, tenant: str, form: Mapping[str, str]) -> Answer:
    grant = form.get("grant_type", "")
    if grant == GRANT:
        principal, scope = cloud.device_codes.redeem(
            form.get("device_code") or form.get("code", "")
        )
        return _to_a_person(cloud, tenant, principal, scope, form)
    if grant == REFRESH:
        principal, scope = refreshed(cloud, form)
        return _to_a_person(cloud, tenant, principal, scope, form)
    if grant != "client_credentials":
        raise SignInRefusal.GRANT_UNKNOWN.refused(grant=grant)
    principal = _known(cloud, tenant, form.get("client_id", ""))
    if form.get("client_assertion_type") == JWT_BEARER:
        assertion = form.get("client_assertion", "")
        check_assertion(cloud.tokens, cloud.clock.token_time, principal, assertion)
    elif not same_secret(form.get("client_secret", ""), principal.secret):
        raise SignInRefusal.SECRET_WRONG.refused(client=principal.client_id)
    scope = form.get("scope", "")
    return Answer(_granted(cloud, tenant, principal, scope, form.get("resource", "")))


def _to_a_person(
    cloud: EmulatedCloud, tenant: str, principal: Principal, scope: str, form: Mapping[str, str]
) -> Answer:
    """What somebody gets who has signed in with a client: a token, and one with which the client asks for the next."""
    client = form.get("client_id", "")
    granted = _granted(cloud, tenant, principal, scope, form.get("resource", ""), client)
    person = _person(cloud, tenant, principal, client)
    return Answer({**granted, **person, "refresh_token": refresh_token(cloud, principal, scope)})


def _known(cloud: EmulatedCloud, tenant: str, client: str) -> Principal:
    applications = (one for one in cloud.store.principals() if one.kind == APPLICATION)
    known = (one for one in applications if one.client_id == client)
    principal = next(known, None)
    if principal is None:
        raise SignInRefusal.CLIENT_UNKNOWN.refused(client=client, tenant=tenant)
    return principal


def _granted(
    cloud: EmulatedCloud,
    tenant: str,
    principal: Principal,
    scope: str,
    resource: str = "",
    client: str = "",
) -> JsonObject:
    audience = resource or audience_of(scope)
    if not audience:
        raise SignInRefusal.SCOPE_INVALID.refused(scope=scope)
    issued = cloud.tokens.issue(principal, audience, _issuer(cloud, tenant), client)
    lifetime = {"expires_in": LIFETIME - 1, "ext_expires_in": LIFETIME - 1}
    return {"token_type": "Bearer", "scope": scope, **lifetime, "access_token": issued}


def _person(cloud: EmulatedCloud, tenant: str, principal: Principal, client: str) -> JsonObject:
    """What clients want to know of a person beside the token: an id token, and where its home is."""
    now = int(cloud.clock.token_time())
    claims = {
        "aud": client,
        "iss": _issuer(cloud, tenant),
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "oid": principal.object_id,
        "sub": principal.object_id,
        "tid": TENANT_ID,
        "name": principal.name,
        "preferred_username": principal.user_name,
    }
    home = json.dumps({"uid": principal.object_id, "utid": TENANT_ID}).encode()
    encoded = base64.urlsafe_b64encode(home).decode().rstrip("=")
    return {"id_token": cloud.tokens.sign(claims), "client_info": encoded}


def _issuer(cloud: EmulatedCloud, tenant: str) -> str:
    if tenant.lower() == ADFS:
        return f"{cloud.address}/adfs"
    return f"{cloud.address}/{TENANT_ID}/v2.0"
