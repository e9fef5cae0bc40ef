"""Azure-identity's credentials beyond a secret, and tokens that are refused: wrong, old, forged, without a role."""

from __future__ import annotations

import http.client
import json
import time
from urllib.parse import urlencode, urlsplit

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import (
    DefaultAzureCredential,
    DeviceCodeCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
)
from emulator.arm_client import ARM_SCOPE, GROUP, PROVIDER, SUBSCRIPTION, Arm

from deployer.emulator import environment
from deployer.emulator.cloud import DEPLOYER
from deployer.emulator.identity.federation import GITHUB, JWT_BEARER
from deployer.emulator.identity.tokens import TokenAuthority

SUBJECT = "repo:someone/voice:ref:refs/heads/main"
TRUST = [{"issuer": GITHUB, "subject": SUBJECT}]


@pytest.fixture
def variables(emulator, monkeypatch):
    for name, value in environment(emulator.ca.parent).items():
        monkeypatch.setenv(name, value)


def works(emulator, token):
    headers = {"Authorization": f"Bearer {token}"}
    path = f"{SUBSCRIPTION}/resourceGroups?api-version=2024-11-01"
    return Arm(emulator).send("GET", path, headers=headers).status == 200


def believing(emulator, federated=TRUST):
    return emulator.ask("PUT", "principals/workload", {"roles": ["Reader"], "federated": federated})


def test_a_workload_signs_in_with_its_assertion(emulator, variables, tmp_path):
    client = believing(emulator)["clientId"]
    file = tmp_path / "assertion"
    file.write_text(emulator.ask("POST", "assertions", {"subject": SUBJECT})["assertion"])

    with WorkloadIdentityCredential(
        tenant_id="adfs", client_id=client, token_file_path=str(file), authority=emulator.address
    ) as credential:
        assert works(emulator, credential.get_token(ARM_SCOPE).token)


def test_a_managed_identity_signs_in_over_plain_http(emulator, variables):
    with ManagedIdentityCredential() as credential:
        assert works(emulator, credential.get_token(ARM_SCOPE).token)


def test_a_bare_default_credential_finds_the_managed_identity(emulator, variables, monkeypatch):
    for name in ("AZURE_CLIENT_SECRET", "AZURE_CLIENT_ID", "AZURE_TENANT_ID"):
        monkeypatch.delenv(name)
    with DefaultAzureCredential() as credential:
        assert works(emulator, credential.get_token(ARM_SCOPE).token)


def test_a_device_signs_in_once_somebody_approves(emulator, variables):
    def approve(_page, code, _ends):
        emulator.ask("POST", f"devicecodes/{code}", {"principal": "deployer"})

    with DeviceCodeCredential(
        client_id=DEPLOYER.client_id,
        tenant_id="adfs",
        authority=emulator.address,
        prompt_callback=approve,
    ) as credential:
        assert works(emulator, credential.get_token(ARM_SCOPE).token)


def asked(emulator, **form):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    fields = {"scope": ARM_SCOPE, **form}
    return Arm(emulator).send(
        "POST", "/adfs/oauth2/token", headers=kind, raw=urlencode(fields).encode()
    )


@pytest.mark.parametrize(
    ("assertion", "code"),
    [
        ({"subject": "repo:someone/else"}, 70021),
        ({"subject": SUBJECT, "issuer": "https://elsewhere.invalid"}, 70021),
        ({"subject": SUBJECT, "audience": "https://management.azure.com"}, 70021),
        ({"subject": SUBJECT, "seconds": -1}, 700024),
        ("not.a.token", 50027),
        ("forged", 700027),
    ],
    ids=["subject", "issuer", "audience", "expired", "malformed", "forged"],
)
def test_an_assertion_that_is_not_believed_is_refused(emulator, tmp_path, assertion, code):
    client = believing(emulator)["clientId"]
    text = assertion
    if isinstance(assertion, dict):
        text = emulator.ask("POST", "assertions", assertion)["assertion"]
    if assertion == "forged":
        text = TokenAuthority(tmp_path / "key.pem", time.time).sign({"iss": GITHUB, "sub": SUBJECT})

    answer = asked(
        emulator,
        grant_type="client_credentials",
        client_id=client,
        client_assertion_type=JWT_BEARER,
        client_assertion=text,
    )

    assert answer.body["error_codes"] == [code]
    assert answer.body["error_description"].startswith(f"AADSTS{code}: ")


@pytest.mark.parametrize(
    ("code", "hours", "error", "number"),
    [
        pytest.param("unknown", 0, "invalid_grant", 70000, id="unknown"),
        pytest.param(None, 0, "authorization_pending", 70016, id="not approved yet"),
        pytest.param(None, 1, "expired_token", 70020, id="an hour later"),
    ],
)
def test_a_device_that_nobody_approved_is_refused(emulator, code, hours, error, number):
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    begun = Arm(emulator).send(
        "POST", "/adfs/oauth2/devicecode", headers=kind, raw=b"scope=a/.default"
    )
    emulator.ask("POST", "clock", {"hours": hours})
    grant = "urn:ietf:params:oauth:grant-type:device_code"

    answer = asked(emulator, grant_type=grant, device_code=code or begun.body["device_code"])

    assert (answer.status, answer.body["error"]) == (400, error)
    assert answer.body["error_codes"] == [number]


def plainly(emulator, path, headers=None):
    address = urlsplit(emulator.ask("GET", "environment")["plainAddress"])
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=20)
    connection.request("GET", path, headers=headers or {})
    answer = connection.getresponse()
    body = json.loads(answer.read())
    connection.close()
    return answer.status, body


RESOURCE = "resource=https://management.azure.com/"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/msi/token?{RESOURCE}", {}, 401),
        (f"/msi/token?{RESOURCE}", {"X-IDENTITY-HEADER": "wrong"}, 401),
        (f"/metadata/identity/oauth2/token?{RESOURCE}", {}, 401),
        (f"/metadata/identity/oauth2/token?{RESOURCE}", {"Metadata": "true"}, 200),
        ("/metadata/identity/oauth2/token", {"Metadata": "true"}, 400),
        (f"/metadata/identity/oauth2/token?{RESOURCE}&client_id=nobody", {"Metadata": "true"}, 400),
        (f"{SUBSCRIPTION}?api-version=2022-12-01", {}, 404),
        ("/adfs/oauth2/token", {}, 404),
        ("/_emulator/principals/deployer", {}, 404),
    ],
    ids=["no header", "wrong header", "metadata", "metadata proven", "resource", "client", "arm", "entra", "admin"],
)  # fmt: skip
def test_without_tls_only_a_local_caller_gets_anything(emulator, path, headers, status):
    assert plainly(emulator, path, headers)[0] == status


def test_the_expiry_of_an_identitys_token_is_a_text(emulator):
    _, body = plainly(emulator, f"/metadata/identity/oauth2/token?{RESOURCE}", {"Metadata": "true"})

    assert body["expires_on"].isdecimal()


def token_of(kind, arm, tmp_path):
    own = TokenAuthority(arm.emulator.ca.with_name("signing-key.pem"), time.time)
    late = TokenAuthority(arm.emulator.ca.with_name("signing-key.pem"), lambda: time.time() - 3601)
    other = TokenAuthority(tmp_path / "other-key.pem", time.time)
    issue = {
        "audience": lambda: own.issue(DEPLOYER, "https://graph.microsoft.com", "anyone"),
        "expired": lambda: late.issue(DEPLOYER, "https://management.azure.com", "anyone"),
        "forged": lambda: other.issue(DEPLOYER, "https://management.azure.com", "anyone"),
        "role": lambda: arm.principal("nobody").token(),
    }
    return issue[kind]()


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("audience", 401, "InvalidAuthenticationTokenAudience"),
        ("expired", 401, "ExpiredAuthenticationToken"),
        ("forged", 401, "InvalidAuthenticationToken"),
        ("role", 403, "AuthorizationFailed"),
    ],
)
def test_a_token_that_does_not_hold_is_refused_as_azure_refuses_it(
    arm, tmp_path, kind, status, code
):
    headers = {"Authorization": f"Bearer {token_of(kind, arm, tmp_path)}"}
    answer = arm.send("GET", f"{PROVIDER}/deletedAccounts?api-version=2025-09-01", headers=headers)

    assert (answer.status, answer.code) == (status, code)
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_azure_identity_shows_entras_own_words(emulator, variables):
    from azure.identity import ClientSecretCredential

    with (
        ClientSecretCredential(
            "adfs", emulator.client_id, "wrong", authority=emulator.address
        ) as credential,
        pytest.raises(ClientAuthenticationError, match="AADSTS7000215"),
    ):
        credential.get_token(ARM_SCOPE)


def test_a_group_is_out_of_reach_for_whom_nobody_gave_a_role(arm):
    assert arm.principal("nobody").get(GROUP).code == "AuthorizationFailed"
