"""Server frames of a WebSocket, several at once: for sound that goes to many, writing costs more than making it."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Iterable

_FULL = 256 * 1024
"""Bytes that may wait in a connection before its session does."""

_LOOKS_AGAIN = 0.01


def frame(text: str) -> bytes:
    """A whole text message as one frame, unmasked as servers send it (RFC 6455, section 5.2)."""
    content = text.encode()
    size = len(content)
    if size < 126:
        return b"\x81" + bytes([size]) + content
    if size < 65_536:
        return struct.pack(">BBH", 0x81, 126, size) + content
    return struct.pack(">BBQ", 0x81, 127, size) + content


async def send(transport: asyncio.WriteTransport | None, texts: Iterable[str]) -> None:
    """Send messages in one piece, and wait while the client takes nothing. Raises ConnectionResetError."""
    if transport is None or transport.is_closing():
        raise ConnectionResetError
    transport.write(b"".join(map(frame, texts)))
    while transport.get_write_buffer_size() > _FULL:
        await asyncio.sleep(_LOOKS_AGAIN)
        if transport.is_closing():
            raise ConnectionResetError
