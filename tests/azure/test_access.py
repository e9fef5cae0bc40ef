"""Who we are, and how an account's models are called."""

import base64
import datetime as dt
import json
import time

import pytest
from azure.core.credentials import AccessToken
from build import account, group, observed

from deployer.azure import Cloud, access, identity
from deployer.azure.clients import credential
from deployer.errors import DeployerError


class Signed:
    """A credential that counts how often it is asked."""

    def __init__(self, claims=None, lasts=3600):
        self.asked = []
        self.claims = claims or {}
        self.lasts = lasts

    def get_token(self, *scopes, **options):
        self.asked.append(scopes)
        payload = base64.urlsafe_b64encode(json.dumps(self.claims).encode()).decode().rstrip("=")
        return AccessToken(f"e30.{payload}.x", int(time.time()) + self.lasts)


def cloud(signed):

    return Cloud("x", "https://arm", "https://aud", "https://login", signed, dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("claims", "kind"),
    [
        ({"oid": "o", "idtyp": "app"}, "ServicePrincipal"),
        ({"oid": "o", "idtyp": "user"}, "User"),
        ({"oid": "o", "scp": "user_impersonation"}, "User"),
        ({"oid": "o"}, "ServicePrincipal"),
    ],
)
def test_an_identity_is_read_from_the_token(claims, kind):
    found = identity(cloud(Signed(claims)))

    assert ("o", kind) == (found.object_id, found.kind)


def test_a_token_that_is_no_jwt_names_nobody():
    class Opaque(Signed):
        def get_token(self, *scopes, **options):
            return AccessToken("opaque", int(time.time()) + 3600)

    assert "" == identity(cloud(Opaque())).object_id


def test_a_credential_is_asked_once_per_audience():
    signed = Signed()
    shared = credential(cloud(signed))

    for scope in ("a/.default", "a/.default", "b/.default", "a/.default"):
        shared.get_token(scope)

    assert [("a/.default",), ("b/.default",)] == signed.asked


def test_a_token_about_to_expire_is_asked_for_again():
    signed = Signed(lasts=60)
    shared = credential(cloud(signed))

    shared.get_token("a/.default")
    shared.get_token("a/.default")

    assert 2 == len(signed.asked)


def test_a_challenge_for_other_claims_is_passed_on():
    signed = Signed()
    shared = credential(cloud(signed))

    shared.get_token("a/.default")
    shared.get_token("a/.default", claims="{}")

    assert 2 == len(signed.asked)


def seen_with(**endpoints):
    one = account("voice-a")
    return one, observed(one, endpoints={one.address: endpoints})


def test_addresses_are_azures_without_a_trailing_slash():
    one, seen = seen_with(
        **{"endpoint": "https://h/voice-a/", "OpenAI Realtime API": "https://r/voice-a/"}
    )

    found = access(cloud(Signed()), one, seen)

    assert ("https://h/voice-a", "https://r/voice-a") == (found.endpoint, found.realtime_endpoint)


def test_realtime_falls_back_to_the_endpoint():
    one, seen = seen_with(endpoint="https://h/")

    assert "https://h" == access(cloud(Signed()), one, seen).realtime_endpoint


def test_an_account_without_an_address_is_an_error():
    with pytest.raises(DeployerError):
        access(cloud(Signed()), *seen_with())


def test_a_token_is_for_the_models():
    signed = Signed({"oid": "me"})
    one, seen = seen_with(endpoint="https://h/")

    found = access(cloud(signed), one, seen)

    assert found.headers()["Authorization"].startswith("Bearer ")
    assert ("me", False) == (found.principal, found.with_key)
    assert ("https://cognitiveservices.azure.com/.default",) in signed.asked


def test_a_key_is_read_once_and_never_shown(stage):
    one = account("voice-a", disable_local_auth=False)
    wanted = stage.want(group(), one)
    stage.apply(wanted)
    seen = stage.look(wanted).observed
    stage.forget()

    found = access(stage.cloud, seen.resources[one.address], seen)
    key = found.headers()["api-key"]

    assert (True, 1) == (found.with_key, len(stage.journal()))
    assert found.headers() == {"api-key": key}
    assert key not in repr(found)
