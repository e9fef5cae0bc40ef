"""A person signs in: with a device's code on a page, under a name of their own, and stays signed in."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from azure.identity import DeviceCodeCredential
from emulator.arm_client import ACCOUNT, ARM_SCOPE, GROUP, Arm
from emulator.test_page import connection, got
from emulator.test_sign_in import claims

from deployer.emulator import environment
from deployer.emulator.serving.holder import AdministrationRefused

CLIENT = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def post(emulator, path, headers=None, **form):
    return Arm(emulator).send(
        "POST", path, headers={**FORM, **(headers or {})}, raw=urlencode(form).encode()
    )


def person(emulator, name="anna", role="Owner"):
    return emulator.ask("PUT", f"principals/{name}", {"roles": [role], "kind": "user"})


def begun(emulator):
    scope = f"{ARM_SCOPE} offline_access openid profile"
    return post(emulator, "/adfs/oauth2/devicecode", client_id=CLIENT, scope=scope).body


def signed_in(emulator, name="anna"):
    """What the token endpoint gives a device that somebody has let in."""
    codes = begun(emulator)
    emulator.ask("POST", f"devicecodes/{codes['user_code']}", {"principal": name})
    return post(
        emulator, "/adfs/oauth2/token",
        grant_type=DEVICE, client_id=CLIENT, device_code=codes["device_code"],
    ).body  # fmt: skip


def asking(emulator, token, method, path, body=None):
    headers = {"Authorization": f"Bearer {token}"}
    return Arm(emulator).send(method, f"{path}?api-version=2025-06-01", body, headers=headers)


def test_a_persons_token_says_who_it_is_and_through_what(emulator):
    made = person(emulator)
    said = claims(signed_in(emulator)["access_token"])

    assert (said["idtyp"], said["name"], said["upn"]) == ("user", "anna", "anna@emulator.invalid")
    assert (said["appid"], said["appidacr"], said["oid"]) == (CLIENT, "0", made["objectId"])
    assert made.keys().isdisjoint({"clientSecret", "clientId"})


def test_an_application_has_no_persons_claims(arm):
    assert claims(arm.token()).keys().isdisjoint({"upn", "name", "scp"})


def test_what_a_person_writes_bears_their_name(arm, emulator):
    person(emulator)
    token = signed_in(emulator)["access_token"]
    arm.group()
    body = {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}}
    data = asking(emulator, token, "PUT", ACCOUNT, body).body["systemData"]

    assert (data["createdBy"], data["createdByType"]) == ("anna@emulator.invalid", "User")
    assert data["lastModifiedByType"] == "User"
    written_again = arm.account().body["systemData"]
    assert written_again["createdByType"] == "User"
    assert written_again["lastModifiedByType"] == "Application"


def test_a_person_without_the_role_is_refused_by_name(emulator):
    person(emulator, role="Reader")
    token = signed_in(emulator)["access_token"]
    refused = asking(emulator, token, "PUT", GROUP, {"location": "eastus2"})

    assert refused.status == 403
    assert refused.message.startswith("The client 'anna@emulator.invalid' with object id ")


def test_a_person_holds_roles_as_a_user(arm, emulator):
    made = person(emulator)
    path = f"{GROUP.split('/resourceGroups')[0]}/providers/Microsoft.Authorization/roleAssignments"
    listed = arm.ask("GET", path, **{"api-version": "2022-04-01"}).body["value"]
    types = {one["properties"]["principalId"]: one["properties"]["principalType"] for one in listed}

    assert types[made["objectId"]] == "User"


def test_a_person_has_no_secret_to_sign_in_with(emulator):
    before = emulator.ask("PUT", "principals/bert", {"roles": ["Reader"]})
    person(emulator, "bert")
    answer = post(
        emulator, "/adfs/oauth2/token", grant_type="client_credentials",
        client_id=before["clientId"], client_secret=before["clientSecret"], scope=ARM_SCOPE,
    )  # fmt: skip

    assert answer.body["error_codes"] == [700016]


@pytest.mark.parametrize("name", ["deployer", "other"])
def test_what_is_neither_application_nor_person_is_refused(emulator, name):
    kind = "user" if name == "deployer" else "group"
    with pytest.raises(AdministrationRefused, match="`kind` is application or user"):
        emulator.ask("PUT", f"principals/{name}", {"roles": ["Owner"], "kind": kind})


def test_whoever_has_signed_in_gets_further_tokens_for_other_scopes(emulator):
    person(emulator)
    first = signed_in(emulator)
    scope = "https://cognitiveservices.azure.com/.default offline_access"
    emulator.ask("POST", "clock", {"hours": 24})
    renewed = post(
        emulator, "/adfs/oauth2/token",
        grant_type="refresh_token", client_id=CLIENT, refresh_token=first["refresh_token"], scope=scope,
    ).body  # fmt: skip

    said = claims(renewed["access_token"])
    assert (said["aud"], said["upn"]) == (scope.split("/.")[0], "anna@emulator.invalid")
    assert renewed["refresh_token"]


@pytest.mark.parametrize(
    ("token", "hours", "code"),
    [("nothing", 0, 70000), ("access", 0, 70000), ("refresh", 91 * 24, 700082)],
)
def test_a_refresh_token_that_does_not_hold_is_refused(emulator, token, hours, code):
    person(emulator)
    first = signed_in(emulator)
    text = {"nothing": "a.b.c", "access": first["access_token"], "refresh": first["refresh_token"]}
    emulator.ask("POST", "clock", {"hours": hours})
    answer = post(
        emulator, "/adfs/oauth2/token", grant_type="refresh_token", refresh_token=text[token]
    )

    assert (answer.status, answer.body["error"]) == (400, "invalid_grant")
    assert answer.body["error_codes"] == [code]


def test_a_refresh_token_is_no_access_token(emulator):
    person(emulator)
    token = signed_in(emulator)["refresh_token"]

    assert asking(emulator, token, "GET", "/subscriptions").status == 401


def entered(emulator, headers=None, **form):
    """What the page answers to a form."""
    line = connection(emulator)
    line.request("POST", "/devicelogin", urlencode(form).encode(), {**FORM, **(headers or {})})
    answer = line.getresponse()
    text = answer.read().decode()
    line.close()
    return answer.status, text


def test_a_code_is_entered_on_the_page_that_the_device_names(emulator):
    person(emulator)
    codes = begun(emulator)
    address = codes["verification_uri"].removeprefix(emulator.address)
    shown, text = got(emulator, address)
    status, said = entered(emulator, code=codes["user_code"].lower(), principal="anna")

    assert codes["verification_uri"] in codes["message"]
    assert (shown.status, shown.headers.get_content_type()) == (200, "text/html")
    assert text.index("<option>anna</option>") < text.index("<option>deployer</option>")
    assert status == 200
    assert "signed in as anna" in said
    answer = post(
        emulator, "/adfs/oauth2/token",
        grant_type=DEVICE, client_id=CLIENT, device_code=codes["device_code"],
    )  # fmt: skip
    assert answer.status == 200


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"code": "<b>", "principal": "deployer"}, "No device waits with the code &#x27;&lt;b&gt;"),
        ({"code": "", "principal": "<i>"}, "There is no principal &#x27;&lt;i&gt;"),
    ],
    ids=["code", "principal"],
)
def test_a_code_that_nobody_waits_with_is_told_so(emulator, form, words):
    status, said = entered(emulator, **form)

    assert status == 400
    assert words in said
    assert form["code"] == "" or form["code"] not in said


def test_a_strangers_page_lets_no_device_in(emulator):
    code = begun(emulator)["user_code"]
    origin = {"Origin": "https://elsewhere.invalid"}

    assert entered(emulator, origin, code=code, principal="deployer")[0] == 403
    assert (
        entered(emulator, {"Origin": emulator.address}, code=code, principal="deployer")[0] == 200
    )


def test_azure_identity_signs_a_person_in_and_renews(emulator, monkeypatch):
    for name, value in environment(emulator.ca.parent).items():
        monkeypatch.setenv(name, value)
    person(emulator)

    def approve(_page, code, _ends):
        emulator.ask("POST", f"devicecodes/{code}", {"principal": "anna"})

    with DeviceCodeCredential(
        client_id=CLIENT, tenant_id="adfs", authority=emulator.address, prompt_callback=approve
    ) as credential:
        first = claims(credential.get_token(ARM_SCOPE).token)
        second = claims(credential.get_token("https://ai.azure.com/.default").token)

    assert (first["upn"], second["upn"]) == ("anna@emulator.invalid", "anna@emulator.invalid")
    codes = [one["path"] for one in emulator.ask("GET", "journal")["entries"]]
    assert codes.count("/adfs/oauth2/devicecode") == 1
