"""Resource Manager over HTTPS as azure-native asks it: a token, long-running operations, errors in azcore's words."""

from __future__ import annotations

import json
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.client import HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from deployer.emulator import Emulator

Json = dict[str, Any]
_RETRIED = {408, 429, 500, 502, 503, 504}
_ATTEMPTS = 4
_LONGEST_PAUSE = 0.05
"""Seconds between polls: the real plugin waits 10 (PUT) or 30 (DELETE) when Azure does not say."""


class AzureError(Exception):
    """What Azure refused, as the plugin tells it: `Status=409 Code="RequestConflict" Message="..."`."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f'Status={status} Code="{code}" Message="{message}"')
        self.status = status
        self.code = code


class OperationFailed(AzureError):
    """Azure accepted a write, and its operation ended badly: there may be a resource."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer whose body was JSON, or empty."""

    status: int
    body: Json
    headers: dict[str, str]


@dataclass
class Rest:
    """Somebody who is signed in to the emulator."""

    address: str
    ca: Path
    tenant: str
    client_id: str
    client_secret: str
    _token: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(cls, emulator: Emulator) -> Rest:
        """The emulator's own deployer."""
        names = ("address", "ca", "tenant", "client_id", "client_secret")
        return cls(*(getattr(emulator, name) for name in names))

    def get(self, path: str, version: str) -> Json | None:
        """A resource, or None where there is none."""
        answer = self._ask("GET", _versioned(path, version))
        return None if answer.status == 404 else _checked(answer).body

    def put(self, path: str, version: str, body: Json) -> Json:
        """Create or replace a resource and wait for it; raises AzureError, OperationFailed once it was accepted."""
        answer = _checked(self._ask("PUT", _versioned(path, version), body))
        return self._finished(answer, _versioned(path, version))

    def post(self, path: str, version: str) -> Json:
        return _checked(self._ask("POST", _versioned(path, version))).body

    def delete(self, path: str, version: str) -> None:
        """Delete a resource and wait for it; one that is gone is deleted."""
        answer = self._ask("DELETE", _versioned(path, version))
        if answer.status == 404:
            return
        where = answer.headers.get("location")
        while _checked(answer).status == 202 and where:
            _pause(answer)
            answer = self._ask("GET", _local(where))
            where = answer.headers.get("location", where)

    def _finished(self, answer: Answer, path: str) -> Json:
        """The resource once its operation has ended: by `azure-asyncoperation`, or by the state in its own body."""
        where = answer.headers.get("azure-asyncoperation")
        while True:
            if where is None:
                state = answer.body.get("properties", {}).get("provisioningState", "Succeeded")
            else:
                _pause(answer)
                answer = _checked(self._ask("GET", _local(where)))
                state = answer.body["status"]
            if state in {"Failed", "Canceled"}:
                error = answer.body.get("error") or {}
                code = str(error.get("code", state))
                raise OperationFailed(answer.status, code, str(error.get("message", state)))
            if state == "Succeeded":
                return _checked(self._ask("GET", path)).body if where else answer.body
            if where is None:
                _pause(answer)
                answer = _checked(self._ask("GET", path))

    def _ask(self, method: str, path: str, body: Json | None = None) -> Answer:
        for attempt in range(1, _ATTEMPTS + 1):
            headers = {"Authorization": f"Bearer {self._signed_in()}"}
            answer = self._send(method, path, headers, None if body is None else json.dumps(body))
            if answer.status not in _RETRIED or attempt == _ATTEMPTS:
                return answer
            _pause(answer)
        raise AssertionError("the last attempt returns")

    def _signed_in(self) -> str:
        with self._lock:
            if not self._token:
                form = {
                    "grant_type": "client_credentials",
                    "client_id": self.client_id,
                    "client_secret": self.client_secret,
                    "scope": "https://management.azure.com/.default",
                }
                kind = {"Content-Type": "application/x-www-form-urlencoded"}
                path = f"/{self.tenant}/oauth2/v2.0/token"
                self._token = _checked(self._send("POST", path, kind, urlencode(form))).body[
                    "access_token"
                ]
            return self._token

    def _send(self, method: str, path: str, headers: dict[str, str], body: str | None) -> Answer:
        where = urlsplit(self.address)
        trust = ssl.create_default_context(cafile=str(self.ca))
        connection = HTTPSConnection(where.hostname or "", where.port, context=trust, timeout=30)
        try:
            kind = {"Content-Type": "application/json"} if body else {"Content-Length": "0"}
            connection.request(method, path, body, {**kind, **headers})
            return _read(connection.getresponse())
        finally:
            connection.close()


def _read(response: HTTPResponse) -> Answer:
    text = response.read()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, json.loads(text) if text else {}, headers)


def _checked(answer: Answer) -> Answer:
    if answer.status < 400:
        return answer
    error = answer.body.get("error", {})
    if not isinstance(error, dict):  # the token endpoint's form
        raise AzureError(answer.status, error, str(answer.body.get("error_description", "")))
    raise AzureError(answer.status, str(error.get("code", "")), str(error.get("message", "")))


def _pause(answer: Answer) -> None:
    said = float(answer.headers.get("retry-after-ms", "50")) / 1000
    time.sleep(min(said, _LONGEST_PAUSE))


def _versioned(path: str, version: str) -> str:
    return f"{path}?api-version={version}"


def _local(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
