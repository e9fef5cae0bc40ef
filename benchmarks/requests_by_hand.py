"""Requests written to a socket by hand, because an ordinary client is slower than what is measured here."""

from __future__ import annotations

import asyncio
import json
import ssl
from pathlib import Path
from urllib.parse import urlencode


class Socket:
    """One connection over which requests go one after another."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, address: str, ca: Path) -> Socket:
        """A new connection."""
        context = ssl.create_default_context(cafile=str(ca))
        port = int(address.rpartition(":")[2])
        return cls(*await asyncio.open_connection("localhost", port, ssl=context))

    async def send(self, method: str, path: str, body: bytes = b"", *headers: str) -> bytes:
        """The body of the answer; RuntimeError for any answer that is no success."""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
        self._writer.write("\r\n".join([*lines, *headers, "", ""]).encode() + body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length: ")[2].partition("\r\n")[0])
        answer = await self._reader.readexactly(length)
        if not head.startswith("http/1.1 2"):
            raise RuntimeError(f"{method} {path}: {head[:40]} {answer[:200]!r}")
        return answer


async def signed_in(address: str, ca: Path, secret: tuple[str, str]) -> str:
    """The header that carries a token."""
    form = {
        "grant_type": "client_credentials",
        "client_id": secret[0],
        "client_secret": secret[1],
        "scope": "https://management.azure.com/.default",
    }
    kind = "Content-Type: application/x-www-form-urlencoded"
    one = await Socket.open(address, ca)
    answer = await one.send("POST", "/adfs/oauth2/token", urlencode(form).encode(), kind)
    return f"Authorization: Bearer {json.loads(answer).get('access_token', '')}"
