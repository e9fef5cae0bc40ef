"""Every way in which a call can fail before there is anything to listen to, against small services."""

import asyncio
import base64
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from types import SimpleNamespace

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from smoke.services import (
    AUDIO,
    AUDIO_GA,
    KEY,
    REALTIME,
    REALTIME_GA,
    SAY,
    check,
    chunk,
    codes,
    completing,
    completion,
    conversing,
    healthy,
    refusing,
    serving,
    streaming,
    target,
)
from smoke.signals import speech, wav

from deployer.core.checks import RealtimeSettings
from deployer.errors import AuthenticationFailed
from deployer.smoke import CheckEvent
from deployer.smoke.wire import join

MODELS = pytest.mark.parametrize("model", [AUDIO, REALTIME], ids=["audio", "realtime"])


def diagnosed(answer, model=AUDIO, **changed):
    """The one diagnosis that all checks of a deployment come to."""
    with serving(answer) as endpoint:
        found = set(codes(check(target(endpoint, model), **changed)).values())
    assert len(found) == 1, found
    return found.pop()


@MODELS
def test_a_healthy_service_has_no_diagnosis(model):
    assert diagnosed(healthy, model) is None


@MODELS
@pytest.mark.parametrize(
    ("status", "code", "diagnosis"),
    [
        (401, "PermissionDenied", "smoke.role-missing"),
        (401, "401", "smoke.key-refused"),
        (403, "AuthenticationTypeDisabled", "smoke.local-auth-disabled"),
        (404, "DeploymentNotFound", "smoke.deployment-unknown"),
        (404, "404", "smoke.path-or-api-version"),
        (400, "OperationNotSupported", "smoke.wrong-kind"),
        (410, "ModelRetired", "smoke.retired-model"),
        (503, None, "smoke.server-error"),
    ],
)
def test_a_refusal_is_diagnosed_from_its_body_in_both_families(model, status, code, diagnosis):
    assert diagnosed(refusing(status, code), model) == diagnosis


def test_a_handshake_that_is_answered_like_a_page_is_not_understood():
    assert diagnosed(refusing(200), REALTIME) == "smoke.not-understood"


@MODELS
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_its_address_not_shown(model, status):
    asked = []

    async def redirect(request):
        asked.append(request.path)
        location = f"http://elsewhere.invalid/v1/realtime?api-key={KEY}"
        return web.Response(status=status, headers={"Location": location})

    with serving(redirect) as endpoint:
        results = check(target(endpoint, model))

    assert set(codes(results).values()) == {"smoke.redirected"}
    assert len(asked) == len(results)
    assert "not shown" in results[0].diagnosis.detail
    assert "elsewhere.invalid" not in str(results)
    assert KEY not in str(results)


@MODELS
def test_no_secret_is_shown_that_a_service_repeats(model):
    message = f"Key {KEY} (Authorization: Bearer {KEY}) at /x?api-key={KEY} is wrong"

    async def repeat(_):
        body = {"error": {"code": KEY, "message": message, "param": KEY}}
        headers = {"apim-request-id": KEY, "x-ms-region": KEY}
        return web.json_response(body, status=400, headers=headers)

    told: list[CheckEvent] = []
    with serving(repeat) as endpoint:
        results = check(target(endpoint, model), told=told)

    assert results[0].diagnosis.code == "smoke.request-refused"
    assert KEY not in str(results)
    assert KEY not in str(told)


def test_no_secret_is_shown_that_an_answer_repeats():
    with serving(completing(transcript=f"{KEY} " * 9, model=f"gpt-{KEY}")) as endpoint:
        results = check(target(endpoint))

    assert KEY not in str(results)


def test_nothing_that_listens_is_a_refused_connection():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"

        assert set(codes(check(target(endpoint))).values()) == {"smoke.refused-connection"}


def test_a_name_nobody_knows_is_a_matter_of_dns(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    results = check(target("https://no-such-account.example"))

    assert set(codes(results).values()) == {"smoke.dns"}
    assert "no-such-account.example" in results[0].diagnosis.detail


@pytest.mark.parametrize("endpoint", ["", "not an address", "https://"])
def test_an_address_that_is_none_is_said(endpoint):
    assert set(codes(check(target(endpoint))).values()) == {"smoke.no-endpoint"}


def test_a_proxy_that_is_not_there_is_named(monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free.getsockname()[1]}")

        found = codes(check(target("https://account.example")))

    assert set(found.values()) == {"smoke.proxy"}


def test_a_proxy_of_the_environment_is_used_and_no_login_of_a_netrc(monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("default login somebody password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    asked = []

    async def proxy(request):
        asked.append(request)
        return await healthy(request)

    with serving(proxy) as endpoint:
        monkeypatch.setenv("http_proxy", endpoint.removesuffix("/acc"))
        found = codes(check(target("http://account.example")))

    assert set(found.values()) == {None}
    assert {one.headers["Host"] for one in asked} == {"account.example"}
    assert not any("Authorization" in one.headers for one in asked)


@MODELS
def test_loopback_needs_no_proxy(model, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert diagnosed(healthy, model) is None


@MODELS
def test_a_certificate_of_nobody_is_refused(model, certificate):
    with serving(healthy, ssl=certificate.context) as endpoint:
        found = codes(check(target(endpoint, model)))

    assert set(found.values()) == {"smoke.tls"}


@MODELS
def test_a_certificate_of_the_given_authority_is_trusted(model, certificate):
    with serving(healthy, ssl=certificate.context) as endpoint:
        found = codes(check(target(endpoint, model, ca=certificate.path)))

    assert set(found.values()) == {None}


def test_something_else_than_http_is_not_understood():
    with serving(healthy) as endpoint:
        found = codes(check(target(endpoint.replace("http:", "https:"))))

    assert set(found.values()) == {"smoke.tls"}


def test_no_answer_in_time_is_a_timeout():
    release = threading.Event()

    async def hang(_):
        await asyncio.to_thread(release.wait, 5)
        return web.Response()

    with serving(hang) as endpoint:
        found = codes(check(target(endpoint), target(endpoint, REALTIME, "rt"), timeout=0.5))
        release.set()

    assert set(found.values()) == {"smoke.timeout"}


def test_a_connection_that_breaks_is_lost():
    async def hang_up(request):
        request.transport.abort()
        return web.Response()

    assert diagnosed(hang_up) == "smoke.connection-lost"


@pytest.mark.parametrize(("with_key", "code"), [(False, "smoke.no-token"), (True, "smoke.no-key")])
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError(f"token {KEY} is bad"), "ValueError"),
        (AuthenticationFailed("Nobody is signed in."), "Nobody is signed in."),
    ],
)
def test_without_a_token_or_a_key_nothing_is_called(error, words, with_key, code):
    def no_headers():
        raise error

    results = check(target("https://account.example", headers=no_headers, with_key=with_key))

    assert set(codes(results).values()) == {code}
    assert words in results[0].diagnosis.detail
    assert KEY not in str(results)


def wav_answers(body):
    with serving(completing(body)) as endpoint:
        return codes(check(target(endpoint)))["audio-wav"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "smoke.no-audio"),
        ({"choices": []}, "smoke.no-audio"),
        ({"choices": [{"message": {"content": "text"}}]}, "smoke.no-audio"),
        ({"choices": [{"message": {"audio": {"data": "!"}}}]}, "smoke.not-understood"),
        ({"choices": [{"message": {"audio": {"data": "AAAA"}}}]}, "smoke.not-wav"),
        (["a list"], "smoke.not-understood"),
        (completion(pcm=bytes(48_000)), "smoke.silent-audio"),
        (completion(model="gpt-4o-2024-11-20"), "smoke.wrong-model"),
        (completion(transcript="Something else altogether."), "smoke.wrong-words"),
        (completion(), None),
    ],
)
def test_a_file_is_what_was_asked_for(body, code):
    assert wav_answers(body) == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (streaming(), None),
        (streaming(end=""), "smoke.connection-lost"),
        (streaming([chunk(transcript=SAY)]), "smoke.no-audio"),
        (streaming([{"error": {"type": "server_error"}}]), "smoke.response-failed"),
        (streaming([["a list"]]), "smoke.not-understood"),
        (streaming([{"model": "gpt-4o-2024-11-20", "choices": []}]), "smoke.wrong-model"),
    ],
    ids=["healthy", "cut", "no audio", "error", "no object", "wrong model"],
)
def test_a_stream_is_what_was_asked_for(answer, code):
    with serving(answer) as endpoint:
        found = codes(check(target(endpoint)))

    assert found["audio-stream"] == code


GA_SESSION = {
    "type": "session.created",
    "session": {"type": "realtime", "model": "gpt-4o-realtime-preview-2024-12-17"},
}
UNKNOWN_TYPE = {
    "type": "error",
    "error": {"code": "unknown_parameter", "message": f"Unknown: {KEY}", "param": "session.type"},
}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (conversing(), None),
        (conversing(created=GA_SESSION), None),
        (conversing(created=UNKNOWN_TYPE), "smoke.no-session"),
        (conversing(created={"type": "session.created"}), "smoke.wrong-model"),
        (conversing(updated=UNKNOWN_TYPE), "smoke.update-refused"),
        (conversing(GA_SESSION, updated=UNKNOWN_TYPE), "smoke.protocol-mismatch"),
        (conversing(response=[UNKNOWN_TYPE]), "smoke.request-refused"),
        (conversing(close_after="session.update"), "smoke.connection-lost"),
        (conversing(close_after="response.create"), "smoke.connection-lost"),
        (
            conversing(response=[{"type": "response.done", "response": {"status": "completed"}}]),
            "smoke.no-audio",
        ),
    ],
    ids=[
        "healthy",
        "other form, but accepted",
        "error first",
        "no model",
        "update refused",
        "other protocol",
        "error in response",
        "closed at update",
        "closed at response",
        "nothing said",
    ],
)
def test_a_session_works_only_when_a_response_is_heard(answer, code):
    with serving(answer) as endpoint:
        results = check(target(endpoint, REALTIME))

    assert codes(results) == {"realtime": code}
    assert KEY not in str(results)


def test_what_never_comes_is_named():
    silent = {
        "no-session": conversing(created=None),
        "update-unanswered": conversing(updated={}),
        "never-done": conversing(response=[]),
    }

    async def answer(request):
        return await silent[request.query["deployment"]](request)

    with serving(answer) as endpoint:
        results = check(*(target(endpoint, REALTIME, name) for name in silent), timeout=1.0)

    assert [one.diagnosis.code for one in results] == [f"smoke.{name}" for name in silent]


@pytest.mark.parametrize(
    ("model", "protocol", "expected"),
    [
        (AUDIO, "auto", "/acc/openai/deployments/voice/chat/completions?api-version="),
        (AUDIO_GA, "auto", "/acc/openai/v1/chat/completions"),
        (REALTIME, "auto", "/acc/openai/realtime?api-version=2025-04-01-preview&deployment=voice"),
        (REALTIME_GA, "auto", "/acc/openai/v1/realtime?model=voice"),
        (REALTIME, "ga", "/acc/openai/v1/realtime?model=voice"),
        (REALTIME_GA, "preview", "/acc/openai/realtime?api-version="),
    ],
)
def test_the_path_follows_the_model_unless_a_protocol_is_forced(model, protocol, expected):
    asked = []

    async def note(request):
        asked.append(request)
        return web.Response(status=404)

    with serving(note) as endpoint:
        check(target(endpoint, model), realtime=RealtimeSettings(protocol=protocol))

    assert str(asked[0].rel_url).startswith(expected)
    assert ("OpenAI-Beta" in asked[0].headers) == ("/openai/realtime" in expected)


def test_a_path_is_joined_below_the_endpoints_own():
    assert join("https://h/gate/acc/", "openai", "a b/c") == "https://h/gate/acc/openai/a%20b%2Fc"


def test_a_wav_file_without_sizes_is_healthy():
    body = completion()
    data = wav(speech(3), sizes=(0xFFFFFFFF, 0xFFFFFFFF))
    body["choices"][0]["message"]["audio"]["data"] = base64.b64encode(data).decode()
    with serving(completing(body)) as endpoint:
        heard = check(target(endpoint))[0]

    assert (heard.diagnosis, heard.evidence["wavSizes"]) == (None, "unknown")
    assert heard.evidence["audioSeconds"] == 3


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for loopback that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback of a test")])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    path, private = folder / "ca.pem", folder / "key.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(path, private)
    return SimpleNamespace(path=path, context=context)
