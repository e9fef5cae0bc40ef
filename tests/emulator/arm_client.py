"""A plain HTTPS client of the emulator's control plane, and the resources that tests write with it."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from deployer.emulator import Emulator

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-00000000a2a0"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
PROVIDER = f"{SUBSCRIPTION}/providers/Microsoft.CognitiveServices"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/voice"
DEPLOYMENT = f"{ACCOUNT}/deployments/audio"
ARM_SCOPE = "https://management.azure.com/.default"
MODEL = "gpt-4o-audio-preview@2024-12-17"


_kept: dict[Emulator, http.client.HTTPSConnection] = {}
"""The main thread's connection: a handshake for each request would double the time of these tests."""


@contextlib.contextmanager
def connected(emulator: Emulator) -> Iterator[http.client.HTTPSConnection]:
    """The main thread's connection to an emulator, or one of its own for any other thread."""
    # By the emulator, not its address: the next one on the same folder has the same.
    kept = _kept.get(emulator)
    if kept is not None and threading.current_thread() is threading.main_thread():
        yield kept
        return
    address = urlsplit(emulator.address)
    context = ssl.create_default_context(cafile=str(emulator.ca))
    made = http.client.HTTPSConnection("127.0.0.1", address.port, timeout=20, context=context)
    if threading.current_thread() is not threading.main_thread():
        with contextlib.closing(made):
            yield made
        return
    for before in list(_kept):
        _kept.pop(before).close()
    _kept[emulator] = made
    yield made


@dataclass(frozen=True)
class Response:
    status: int
    headers: http.client.HTTPMessage
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])


class Arm:
    """Signed in as the emulator's deployer, or as another principal."""

    def __init__(self, emulator: Emulator, *, client_id: str = "", client_secret: str = "") -> None:
        self.emulator = emulator
        self._client_id = client_id or emulator.client_id
        self._client_secret = client_secret or emulator.client_secret
        self._tokens: dict[str, str] = {}

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Response:
        """One request as it is, without a token or an api-version of ours."""
        with connected(self.emulator) as connection:
            try:
                data = raw if body is None else json.dumps(body).encode()
                connection.request(method, path, data, headers or {})
                answer = connection.getresponse()
                content = answer.read()
            except Exception:
                connection.close()
                raise
        is_page = answer.headers.get_content_type() == "text/html"
        read = content.decode() if is_page else json.loads(content) if content else None
        return Response(answer.status, answer.headers, read)

    def token(self, scope: str = ARM_SCOPE) -> str:
        """A token for this client; fetched once."""
        if scope not in self._tokens:
            form = {
                "grant_type": "client_credentials",
                "client_id": self._client_id,
                "client_secret": self._client_secret,
                "scope": scope,
            }
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            raw = urlencode(form).encode()
            answer = self.send("POST", "/adfs/oauth2/token", headers=kind, raw=raw)
            assert answer.status == 200, answer.body
            self._tokens[scope] = answer.body["access_token"]
        return self._tokens[scope]

    def ask(self, method: str, path: str, body: object = None, **query: str) -> Response:
        """One signed request."""
        return self.ask_with({}, method, path, body, **query)

    def ask_with(
        self, more: dict[str, str], method: str, path: str, body: object = None, **query: str
    ) -> Response:
        """One signed request with more headers."""
        query = {"api-version": "2025-09-01", **query}
        headers = {
            "Authorization": f"Bearer {self.token()}",
            "Content-Type": "application/json",
            **more,
        }
        return self.send(method, f"{quote(path)}?{urlencode(query)}", body, headers=headers)

    def get(self, path: str, **query: str) -> Response:
        return self.ask("GET", path, **query)

    def follow(self, address: str) -> Response:
        """Poll an operation at the address that a header gave."""
        url = urlsplit(address)
        headers = {"Authorization": f"Bearer {self.token()}"}
        return self.send("GET", f"{url.path}?{url.query}", headers=headers)

    def group(self, path: str = GROUP, location: str = "eastus2") -> Response:
        return self.ask("PUT", path, {"location": location})

    def account(self, path: str = ACCOUNT, **changes: Any) -> Response:
        """An account, its group first."""
        self.group(path.split("/providers/")[0])
        return self.ask("PUT", path, account_body(path.rsplit("/", 1)[1], **changes))

    def deployment(self, path: str = DEPLOYMENT, model: str = MODEL, **changes: Any) -> Response:
        return self.ask("PUT", path, deployment_body(model, **changes))

    def principal(self, name: str, *roles: str) -> Arm:
        """A client signed in as a principal that holds these roles at the subscription."""
        made = self.emulator.ask("PUT", f"principals/{name}", {"roles": list(roles)})
        return Arm(self.emulator, client_id=made["clientId"], client_secret=made["clientSecret"])

    def object_id(self, name: str) -> str:
        return str(self.emulator.ask("GET", f"principals/{name}")[0]["objectId"])


def account_body(name: str = "voice", **changes: Any) -> dict[str, Any]:
    properties = {"customSubDomainName": name, **changes.pop("properties", {})}
    sound = {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}}
    return {**sound, **changes, "properties": properties}


def deployment_body(
    model: str = MODEL, *, capacity: int = 1, sku: str = "GlobalStandard", **properties: Any
) -> dict[str, Any]:
    name, _, version = model.partition("@")
    described = {"format": "OpenAI", "name": name, "version": version}
    return {
        "sku": {"name": sku, "capacity": capacity},
        "properties": {"model": described, **properties},
    }


def deployment_path(name: str, account: str = ACCOUNT) -> str:
    return f"{account}/deployments/{name}"
