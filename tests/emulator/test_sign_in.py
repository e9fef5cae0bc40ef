"""Tokens: asked for as azure-identity and others do, checked on both planes; refusals in Entra's form."""

from __future__ import annotations

import base64
import json
from urllib.parse import urlencode

import pytest

from deployer.emulator.cloud import DEPLOYER
from deployer.emulator.identity.tokens import InvalidToken, TokenAuthority, audience_of

AUDIENCE = "https://management.azure.com"


def sign_in(arm, path="/adfs/oauth2/token", **changes):
    form = {
        "grant_type": "client_credentials",
        "client_id": arm.emulator.client_id,
        "client_secret": arm.emulator.client_secret,
        "scope": f"{AUDIENCE}/.default",
        **changes,
    }
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return arm.send("POST", path, headers=kind, raw=urlencode(form).encode())


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


@pytest.mark.parametrize(
    "path", ["/adfs/oauth2/token", "/common/oauth2/v2.0/token", "/some-tenant/oauth2/v2.0/token"]
)
def test_a_client_secret_buys_a_token(arm, path):
    answer = sign_in(arm, path)
    said = claims(answer.body["access_token"])

    assert (answer.status, answer.body["token_type"]) == (200, "Bearer")
    assert answer.body["expires_in"] == 3599
    assert (said["appid"], said["oid"]) == (DEPLOYER.client_id, DEPLOYER.object_id)
    assert (said["aud"], said["idtyp"]) == (AUDIENCE, "app")


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "nobody"}, 400, "unauthorized_client", 700016),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"scope": "openid"}, 400, "invalid_scope", 1002012),
    ],
    ids=["secret", "client", "grant", "scope"],
)
def test_a_refused_sign_in_is_an_aadsts_error(arm, changes, status, error, code):
    answer = sign_in(arm, **changes)

    assert (answer.status, answer.body["error"]) == (status, error)
    assert answer.body["error_codes"] == [code]
    assert answer.body["error_description"].startswith(f"AADSTS{code}: ")
    assert arm.emulator.client_secret not in json.dumps(answer.body)


@pytest.mark.parametrize(
    "path", ["/adfs/.well-known/openid-configuration", "/t/v2.0/.well-known/openid-configuration"]
)
def test_discovery_leads_to_the_token_endpoint_and_the_keys(arm, path):
    found = arm.send("GET", path).body
    address = arm.emulator.address

    token = sign_in(arm, found["token_endpoint"].removeprefix(address))
    keys = arm.send("GET", found["jwks_uri"].removeprefix(address)).body["keys"]

    assert token.status == 200
    assert claims(token.body["access_token"])["iss"] == found["issuer"]
    assert [(key["kty"], key["alg"]) for key in keys] == [("RSA", "RS256")]


def test_a_token_verifies_against_the_published_key(arm):
    import jwt

    keys = jwt.PyJWKSet.from_dict(arm.send("GET", "/adfs/discovery/keys").body)

    said = jwt.decode(arm.token(), keys.keys[0], algorithms=["RS256"], audience=AUDIENCE)

    assert said["oid"] == DEPLOYER.object_id


@pytest.mark.parametrize(
    ("scope", "audience"),
    [
        ("https://management.core.windows.net//.default", "https://management.core.windows.net/"),
        ("offline https://ai.azure.com/.default", "https://ai.azure.com"),
        ("https://management.azure.com/user_impersonation", None),
    ],
)
def test_the_audience_is_the_scope_to_the_letter(scope, audience):
    assert audience_of(scope) == audience


def test_resource_manager_takes_a_token_with_a_double_slash(arm):
    token = arm.token("https://management.core.windows.net//.default")

    answer = arm.send(
        "GET", "/subscriptions?api-version=2022-12-01", headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status == 200


def spoilt_signature(token):
    return token[:-8] + ("A" * 8 if token[-8:] != "A" * 8 else "B" * 8)


@pytest.mark.parametrize(
    ("spoil", "later", "audience", "problem"),
    [
        (lambda token: token, 0, AUDIENCE, None),
        (lambda token: token, 0, "https://ai.azure.com", "audience"),
        (lambda token: token, 3600, AUDIENCE, "expired"),
        (spoilt_signature, 0, AUDIENCE, "signature"),
        (lambda token: "x.y.z", 0, AUDIENCE, "malformed"),
    ],
    ids=["good", "audience", "expired", "signature", "malformed"],
)
def test_a_token_is_checked_for_signature_expiry_and_audience(
    tmp_path_factory, spoil, later, audience, problem
):
    now = [1000.0]
    authority = TokenAuthority(tmp_path_factory.getbasetemp() / "key.pem", lambda: now[0])
    token = spoil(authority.issue(DEPLOYER, AUDIENCE, "issuer"))
    now[0] += later

    try:
        authority.check(token, (audience,))
        found = None
    except InvalidToken as invalid:
        found = invalid.problem

    assert found == problem


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("application/x-www-form-urlencoded", b"\xff=\xff"),
        ("application/x-www-form-urlencoded; charset=nobody", b"a=b"),
        ("multipart/form-data", b"a"),
    ],
)
def test_a_form_that_cannot_be_read_is_refused_in_entras_form(arm, kind, raw):
    answer = arm.send("POST", "/adfs/oauth2/token", headers={"Content-Type": kind}, raw=raw)

    assert (answer.status, answer.body["error"]) == (400, "unsupported_grant_type")
