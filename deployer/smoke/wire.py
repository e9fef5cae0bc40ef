"""The connection to one account: TLS always verified, redirects never followed, every step timed."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Self
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp

from deployer.azure.access import Access
from deployer.smoke.refusals import diagnose, read_refusal
from deployer.smoke.waiting import Clock

_LARGEST_EVENT = 64 * 2**20
_LARGEST_REFUSAL = 64 * 2**10
_CLOSING = 1.0


def join(endpoint: str, *segments: str, query: Mapping[str, str] | None = None) -> str:
    """Path segments below an endpoint, whose own path stays in front of them."""
    path = "/".join(quote(segment, safe="") for segment in segments)
    address = f"{endpoint.rstrip('/')}/{path}"
    return f"{address}?{urlencode(query)}" if query else address


@lru_cache(maxsize=8)
def _trust(ca: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca)


class Wire:
    """A fresh connection for one attempt, so that connecting is always part of what is timed.

    `connected` is when the connection stood; None: not yet.
    """

    def __init__(self, access: Access, authorisation: Mapping[str, str], clock: Clock) -> None:
        self._access = access
        self._authorisation = authorisation
        self._clock = clock
        self.connected: float | None = None
        self._answer: aiohttp.ClientResponse | None = None
        self._transport: asyncio.Transport | None = None
        self._path = ""
        self._wanted = 0

    async def __aenter__(self) -> Self:
        trace = aiohttp.TraceConfig()
        trace.on_connection_create_end.append(self._on_connected)
        trace.on_request_redirect.append(self._on_answer)
        trace.on_request_end.append(self._on_answer)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=_trust(self._access.ca)),
            trace_configs=[trace],
            # The deadline is the attempt's own; aiohttp's of five minutes would only blur the diagnosis.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._answer is not None:
            self._answer.close()
        await self._session.close()
        if self._transport is not None:
            # Not waiting for TLS's goodbye, which a WebSocket that is done for would leave to the end of the loop.
            self._transport.abort()

    async def post(self, url: str, body: Mapping[str, object]) -> aiohttp.ClientResponse:
        """The beginning of the answer to a JSON body. Raises CheckFailed when it is a refusal."""
        self._path, self._wanted = urlsplit(url).path, 200
        return await self._session.post(
            url,
            json=body,
            headers=self._authorisation,
            proxy=_proxy(url),
            allow_redirects=False,
        )

    async def open_socket(
        self, url: str, headers: Mapping[str, str]
    ) -> aiohttp.ClientWebSocketResponse:
        """A WebSocket that stands. Raises CheckFailed when the handshake is refused."""
        self._path, self._wanted = urlsplit(url).path, 101
        return await self._session.ws_connect(
            url,
            headers={**self._authorisation, **headers},
            proxy=_proxy(url),
            max_msg_size=_LARGEST_EVENT,
            timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSING),
        )

    @property
    def evidence(self) -> dict[str, str]:
        """What the last answer's headers tell: an id for Azure's support, and the region that really answered."""
        headers = self._answer.headers if self._answer is not None else {}
        named = {"requestId": "apim-request-id", "region": "x-ms-region"}
        return {name: headers[key] for name, key in named.items() if key in headers}

    async def _on_connected(self, *_: object) -> None:
        self.connected = self._clock.now()

    async def _on_answer(
        self,
        _session: aiohttp.ClientSession,
        _context: SimpleNamespace,
        params: aiohttp.TraceRequestEndParams | aiohttp.TraceRequestRedirectParams,
    ) -> None:
        """Stop at everything but the wanted answer.

        This is the one place where the body of a refused handshake can still be read, and where a redirect of a
        handshake can be stopped: aiohttp would follow it, with our key in its headers.
        """
        response = params.response
        self._answer = response
        if response.connection is not None:
            self._transport = response.connection.transport
        if response.status == self._wanted:
            return
        body = await _beginning(response.content)
        # Where it points to is not told: one known redirect of Azure's has the key in its query (reported 2026).
        is_redirect = "Location" in response.headers
        context = (
            "The address it points to is not shown: it may hold the key." if is_redirect else ""
        )
        raise diagnose(
            read_refusal(response.status, response.headers, body),
            self._path,
            self._access.with_key,
            context,
        )


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    body = b""
    async for part in content.iter_any():
        body += part
        if len(body) >= _LARGEST_REFUSAL:
            break
    return body


def _proxy(url: str) -> str | None:
    """The proxy that the environment wants for an address; never one for loopback.

    aiohttp's own `trust_env` would also take a login for the host out of a .netrc, beside ours.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in ("localhost", "::1") or host.startswith("127.") or proxy_bypass(host):
        return None
    return getproxies().get(parts.scheme)
