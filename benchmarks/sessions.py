"""Realtime sessions held by the emulator over TLS: late audio, memory, and the plain echo rate of the same server library.

    python benchmarks/sessions.py [sessions] [seconds] [life]

The emulator is the whole one, in a process and on a core of its own where the system lets us choose; the clients are on the
other. Sessions start over a minute (less when fewer than 1000), each is sent speech at real time without end, and a delta
is late when a client that buffers 200 ms would have run out of sound before it came. `life` seconds after its beginning a
session is closed and a new one opened in its place, as long-lived clients are advised to do; without it each goes on to the
end. Memory is the emulator's, told every five minutes: with 200 sessions, 1800 and 300 seconds this is the soak.
"""

from __future__ import annotations

import asyncio
import base64
import json
import multiprocessing
import os
import ssl
import struct
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import aiohttp
from aiohttp import web
from served import (  # type: ignore[import-not-found]  # beside this file
    ACCOUNT,
    Served,
    loop_factory,
    pinned,
    served,
)

from deployer.emulator.serving.certificates import certificates

BUFFER = 0.2
BYTES_PER_SECOND = 48_000
STARTED_OVER = 60.0
ECHO_SOCKETS = 50
ECHO_SECONDS = 3.0
SENTENCE = "One two three four five six seven eight nine ten. " * 12


def serve_echo(parent: Connection, state: str) -> None:
    """Nothing but the server library, which sends back what it receives, over TLS."""

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    async def main() -> None:
        application = web.Application()
        application.add_routes([web.get("/echo", echo)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        context = certificates(Path(state)).server_context()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        parent.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    pinned(0)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main())


class Listener(asyncio.Protocol):
    """One client: how late each delta was, in seconds (negative: that much sound was still in the buffer).

    It reads the frames of its WebSocket itself and looks at no more than their length and beginning: were it as busy as an
    ordinary client, a thousand of them on one core would measure themselves.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self._received = bytearray()
        self._is_open = False
        self._transport: asyncio.Transport | None = None
        self._began = self._played = 0.0
        self.margins: list[float] = []
        self.lost = True
        self.ends = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for an upgrade."""
        self._transport = transport = cast(asyncio.Transport, transport)
        self.lost = False
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /{ACCOUNT}/openai/v1/realtime?model=realtime HTTP/1.1\r\nHost: localhost\r\n"
            f"api-key: {self._key}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )

    def connection_lost(self, _: Exception | None) -> None:
        """Note a connection that nobody ended."""
        self.lost = not self.ends

    def data_received(self, data: bytes) -> None:
        """Look at every frame that is whole."""
        received = self._received
        received += data
        if not self._is_open:
            end = received.find(b"\r\n\r\n")
            if end < 0:
                return
            del received[: end + 4]
            self._is_open = True
            self.ask()
        start = 0
        while (frame := self._frame(start)) is not None:
            begin, start = frame
            self._look(bytes(received[begin : begin + 40]), start - begin)
        del received[:start]

    def _frame(self, start: int) -> tuple[int, int] | None:
        """Where the payload of a frame begins and ends, once all of it is there."""
        received = self._received
        if len(received) < start + 4:
            return None
        size, begin = received[start + 1] & 0x7F, start + 2
        if size == 126:
            size, begin = int.from_bytes(received[begin : begin + 2], "big"), begin + 2
        elif size == 127:
            size, begin = int.from_bytes(received[begin : begin + 8], "big"), begin + 8
        return (begin, begin + size) if begin + size <= len(received) else None

    def _look(self, beginning: bytes, size: int) -> None:
        if beginning.startswith(b'{"type":"response.output_audio.delta"'):
            now = time.monotonic()
            if not self._began:
                self._began = now
            self.margins.append(now - self._began - self._played - BUFFER)
            # The other fields of a delta take about 220 bytes: 3 ms of sound.
            self._played += (size - 220) * 3 / 4 / BYTES_PER_SECOND
        elif beginning.startswith(b'{"type":"response.done"'):
            self._began = self._played = 0.0
            self.ask()

    def ask(self) -> None:
        """Ask for speech."""
        say = {"instructions": f"Say exactly: {SENTENCE}"}
        payload = json.dumps({"type": "response.create", "response": say}).encode()
        # Masked, as a client has to, with a mask of zeros.
        if self._transport is not None:
            size = struct.pack(">BBH4x", 0x81, 0x80 | 126, len(payload))
            self._transport.write(size + payload)

    def close(self) -> None:
        """Leave."""
        self.ends = True
        if self._transport is not None:
            self._transport.close()


class Held:
    """One place for a session: a client after the other, when sessions have a life."""

    def __init__(self, port: int, tls: ssl.SSLContext, key: str, life: float) -> None:
        self._port, self._tls, self._key, self._life = port, tls, key, life
        self._renewal: asyncio.TimerHandle | None = None
        self.clients: list[Listener] = []

    async def open(self) -> None:
        """Begin a session, and again after its life."""
        client = Listener(self._key)
        self.clients.append(client)
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: client, "127.0.0.1", self._port, ssl=self._tls)
        if self._life:
            self._renewal = loop.call_later(self._life, self._renew)

    def _renew(self) -> None:
        self.clients[-1].close()
        self._opening = asyncio.ensure_future(self.open())

    def close(self) -> None:
        """Leave for good."""
        if self._renewal is not None:
            self._renewal.cancel()
        self.clients[-1].close()


def unchecked() -> ssl.SSLContext:
    """TLS without a look at the certificate: the clients are to cost little."""
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    return tls


async def echoes(port: int) -> float:
    """Messages a second through the bare server library, each as large as 100 ms of audio."""
    payload = "x" * 6_500
    count = 0
    until = time.monotonic() + ECHO_SECONDS
    connector = aiohttp.TCPConnector(ssl=unchecked(), limit=0)

    async def one() -> None:
        nonlocal count
        async with client.ws_connect(f"https://127.0.0.1:{port}/echo", compress=0) as socket:
            while time.monotonic() < until:
                await socket.send_str(payload)
                await socket.receive_str()
                count += 1

    async with aiohttp.ClientSession(connector=connector) as client:
        await asyncio.gather(*(one() for _ in range(ECHO_SOCKETS)))
    return count / ECHO_SECONDS


async def load(emulator: Served, sessions: int, seconds: float, life: float) -> None:
    """Hold the sessions and print what was measured."""
    idle, _ = emulator.used()
    start_over = STARTED_OVER * min(1.0, sessions / 1000)
    port, tls = int(emulator.address.rpartition(":")[2]), unchecked()
    places = [Held(port, tls, emulator.key, life) for _ in range(sessions)]
    started, own = time.monotonic(), time.process_time()
    until = started + start_over + seconds
    opening = set()
    for number, place in enumerate(places):
        opening.add(asyncio.ensure_future(place.open()))
        await asyncio.sleep(
            max(0.0, started + (number + 1) * start_over / sessions - time.monotonic())
        )
    await asyncio.gather(*opening, return_exceptions=True)  # what never opened counts as lost
    begun, (_, busy) = time.monotonic(), emulator.used()
    samples = [idle]
    while time.monotonic() < until:
        await asyncio.sleep(max(0.1, min(10.0, (until - time.monotonic()) / 2)))
        samples.append(emulator.used()[0])
        if len(samples) % 30 == 0:
            print(f"after {time.monotonic() - begun:.0f} s: {samples[-1]:.0f} MB", flush=True)
    elapsed = time.monotonic() - begun
    share = (emulator.used()[1] - busy) / elapsed
    client_share = (time.process_time() - own) / (time.monotonic() - started)
    listeners = [client for place in places for client in place.clients]
    lost = sum(listener.lost for listener in listeners)
    for place in places:
        place.close()
    margins = sorted(margin for listener in listeners for margin in listener.margins)
    late = sum(margin > 0 for margin in margins)
    print(f"sessions: {sessions} over {start_over:.0f} s and then {seconds:.0f} s; broken: {lost}")
    print(f"deltas: {len(margins):,}; late: {late} ({late / max(1, len(margins)):.4%})")
    for name, part in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)):
        margin = margins[min(len(margins) - 1, int(part * len(margins)))]
        print(f"  {name}: {margin * 1000:+.0f} ms of the deadline")
    print(f"clients: {client_share:.0%} of a core")
    print(f"server: {share / sessions * 1000:.2f} ms of a core for a second of a session")
    each = (max(samples) - idle) * 1024 / sessions
    print(
        f"server: {share:.0%} of a core; memory {idle:.0f} MB idle, {max(samples):.0f} MB at most "
        f"({each:.0f} KB per session), {samples[-1]:.0f} MB at the end"
    )


def measure_echo() -> None:
    """What the server library does without us, on the same core."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.TemporaryDirectory() as state:
        certificates(Path(state))
        server = context.Process(target=serve_echo, args=(theirs, state), daemon=True)
        server.start()
        port = ours.recv()
        pinned(1)
        try:
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                found = runner.run(echoes(port))
        finally:
            server.terminate()
            server.join()
    print(f"echo of 6.5 KB over TLS: {found:,.0f} messages/s", flush=True)


def main() -> None:
    """The bare library, then the emulator."""
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
    life = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0
    measure_echo()
    with served() as emulator:
        emulator.ask("POST", "faults", {"kind": "paced"})
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(load(emulator, sessions, seconds, life))


if __name__ == "__main__":
    main()
