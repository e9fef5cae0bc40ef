"""Runners that vouch for a run: whom they are asked for, how often, and what their tokens say."""

import base64
import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from deployer.ci import federation
from deployer.cli.oidc import credential, probe
from deployer.emulator import Emulator
from deployer.errors import AuthenticationFailed, ExitCode

BEARER = "canary-bearer"
CONNECTION = "22222222-2222-4222-8222-222222222222"
SUBJECT = "repo:someone/voice:environment:prod"


def jwt(**claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}.signature"


@contextlib.contextmanager
def service(token, status=200):
    """Both systems' token services: what they answer, and every request they got."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            url = urlsplit(self.path)
            query = {key: value[0] for key, value in parse_qs(url.query).items()}
            asked.append({"method": self.command, "bearer": self.headers["Authorization"], **query})
            key = "value" if self.command == "GET" else "oidcToken"
            body = json.dumps({key: token(query)}).encode()
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"{self.path}&again=1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the server's own spelling

        def log_message(self, format, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()
            thread.join()


def on_github(address, **more):
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_REPOSITORY": "someone/voice",
        "GITHUB_REPOSITORY_OWNER_ID": "12",
        "GITHUB_REPOSITORY_ID": "34",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{address}/token?api-version=2.0",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": BEARER,
        "AZURE_CLIENT_ID": "me",
        "AZURE_TENANT_ID": "adfs",
        **more,
    }


def on_azure_devops(address):
    return {
        "SYSTEM_OIDCREQUESTURI": f"{address}/oidctoken",
        "SYSTEM_ACCESSTOKEN": BEARER,
        "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID": CONNECTION,
        "AZURESUBSCRIPTION_CLIENT_ID": "me",
        "AZURESUBSCRIPTION_TENANT_ID": "adfs",
    }


def claims(subject=SUBJECT, issuer=federation.GITHUB, runner=on_github):
    with service(lambda _: jwt(iss=issuer, sub=subject, aud="api://x")) as (address, _):
        return probe(runner(address))


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    with Emulator.open(tmp_path_factory.mktemp("oidc")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("runner", "asked"),
    [
        (on_github, {"method": "GET", "audience": "api://AzureADTokenExchange"}),
        (on_azure_devops, {"method": "POST", "serviceConnectionId": CONNECTION}),
    ],
    ids=["GitHub", "Azure DevOps"],
)
def test_the_runner_is_asked_anew_for_every_audience_because_its_tokens_live_five_minutes(
    runner, asked, emulator
):
    trust = [{"issuer": federation.GITHUB, "subject": SUBJECT}]
    wanted = {"roles": ["Reader"], "federated": trust}
    client = emulator.ask("PUT", "principals/ci", wanted)["clientId"]

    def sign(query):
        return emulator.ask("POST", "assertions", {"subject": SUBJECT})["assertion"]

    options = {"authority": emulator.address, "connection_verify": str(emulator.ca)}
    with service(sign) as (address, requests):
        environ = {
            name: client if value == "me" else value for name, value in runner(address).items()
        }
        signed_in: Any = credential(environ, "AzureCloud", **options)
        for audience in ("https://management.azure.com", "https://cognitiveservices.azure.com"):
            assert signed_in.get_token(f"{audience}/.default").token
        signed_in.close()

    assert ["Bearer canary-bearer"] * 2 == [one["bearer"] for one in requests]
    assert asked.items() <= requests[1].items()


@pytest.mark.parametrize(
    "missing", ["ACTIONS_ID_TOKEN_REQUEST_URL", "AZURE_CLIENT_ID", "AZURE_TENANT_ID"]
)
def test_without_a_runner_or_an_identity_others_decide_who_we_are(missing):
    environ = on_github("http://nowhere.invalid")
    del environ[missing]

    assert None is credential(environ, "AzureCloud")


@pytest.mark.parametrize("name", ["AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH"])
def test_a_secret_that_somebody_set_was_meant(name):
    assert None is credential(on_github("http://nowhere.invalid", **{name: "x"}), "AzureCloud")


@pytest.mark.parametrize("cloud", federation.AUDIENCES)
def test_each_cloud_has_its_audience(cloud):
    with service(lambda _: jwt(iss="i", sub="s", aud="a")) as (address, requests):
        probe(on_github(address), cloud)

    assert federation.AUDIENCES[cloud] == requests[0]["audience"]


def test_the_probe_says_what_a_federated_credential_has_to_repeat():
    found = claims()

    assert (federation.GITHUB, SUBJECT, "api://x") == (
        found.issuer,
        found.subject,
        found.audience,
    )
    assert f'"subject": "{SUBJECT}"' in found.command


@pytest.mark.parametrize(
    ("subject", "issuer", "form"),
    [
        (SUBJECT, federation.GITHUB, "with names"),
        (
            "repo:someone@12/voice@34:pull_request",
            federation.GITHUB,
            "with names and ids: a federated credential with names only does not match",
        ),
        ("repository_id:34", federation.GITHUB, "made up by the repository's"),
        ("sc://o/p/c", "https://vstoken.dev.azure.com/1", "retires on 2027-07-01"),
        ("/eid1/c/pub", "https://login.microsoftonline.com/t/v2.0", "of another issuer"),
    ],
    ids=["names", "ids", "custom", "Azure DevOps", "Entra"],
)
def test_the_probe_knows_the_forms_of_subjects(subject, issuer, form):
    assert form in claims(subject, issuer).form


def test_outside_of_ci_there_is_nothing_to_probe():
    assert None is probe({})


def test_a_job_without_the_permission_is_told_which():
    with pytest.raises(AuthenticationFailed) as refused:
        probe({"GITHUB_ACTIONS": "true"})

    assert "id-token: write" in refused.value.hint


def test_the_runners_bearer_follows_nobody_elsewhere():
    with (
        service(lambda _: "", status=302) as (address, requests),
        pytest.raises(AuthenticationFailed, match="status 302"),
    ):
        probe(on_github(address))

    assert 1 == len(requests)


@pytest.mark.parametrize("runner", [on_github, on_azure_devops])
def test_a_token_service_that_refuses_ends_with_exit_code_4_and_no_secret(runner):
    with (
        service(lambda _: "", status=401) as (address, _),
        pytest.raises(AuthenticationFailed) as refused,
    ):
        probe(runner(address))

    assert ExitCode.PERMISSION is refused.value.exit_code
    assert "status 401" in refused.value.message
    assert "canary" not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize("token", ["", "x", "a.b.c", f"x.{base64.b64encode(b'[]').decode()}.y"])
def test_a_token_that_is_none_is_told_without_its_text(token):
    with (
        service(lambda _: token) as (address, _),
        pytest.raises(AuthenticationFailed, match="cannot be read"),
    ):
        probe(on_github(address))


def test_the_token_itself_is_in_nothing_that_is_told():
    assert "signature" not in repr(claims())
