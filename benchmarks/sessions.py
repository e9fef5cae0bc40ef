"""Realtime sessions held by the emulator over TLS: late audio, memory, and the plain echo rate of the same server library.

    python benchmarks/sessions.py [sessions] [seconds]

The server is a process of its own, on the first core where the system lets us choose; the clients are on the others.
Sessions start over a minute (less when fewer than 1000), each is sent speech at real time without end, and a delta is
late when a client that buffers 200 ms would have run out of sound before it came. Memory is the server's, told every five
minutes: with 200 sessions and 1800 seconds this is the soak.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import multiprocessing
import os
import ssl
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

import aiohttp
from aiohttp import web

from deployer.emulator.certificates import certificates

BUFFER = 0.2
BYTES_PER_SECOND = 48_000
STARTED_OVER = 60.0
ECHO_SOCKETS = 50
ECHO_SECONDS = 3.0
SENTENCE = "One two three four five six seven eight nine ten. " * 12


def pinned(core: int) -> None:
    """Stay on one core, where the system has more than one and lets us choose."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop's where it is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def serve(parent: Connection, state: str) -> None:
    """The data plane, open to everyone, and an echo, over TLS."""
    from deployer.emulator.data_plane import LARGEST_REQUEST, routes
    from deployer.emulator.foreground import collect_rarely
    from deployer.emulator.world import CalledDeployment

    class Open:
        def call(self, account: str, deployment: str, **_: object) -> CalledDeployment:
            names = (account, deployment, "OpenAI", "eastus2", "gpt-realtime", "2025-08-28")
            return CalledDeployment(*names, 1, 0.0, "GenerallyAvailable")

        def reach(self, account: str, deployment: str) -> CalledDeployment:
            return self.call(account, deployment)

        def fault(self, kind: str, *_: str) -> dict[str, object] | None:
            return {} if kind == "paced" else None

        def now(self) -> float:
            return time.time()

    async def echo(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False)
        await socket.prepare(request)
        async for message in socket:
            await socket.send_str(message.data)
        return socket

    async def main() -> None:
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.add_routes([*routes(Open()), web.get("/echo", echo)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        context = certificates(Path(state)).server_context()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context, backlog=2048).start()
        collect_rarely()
        parent.send(runner.addresses[0][1])
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, parent.recv):
            parent.send((memory(), time.process_time()))

    pinned(0)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main())


def memory() -> float:
    """Resident megabytes of this process now, or its highest where that is not told."""
    with contextlib.suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


class Listener(asyncio.Protocol):
    """One client: how late each delta was, in seconds (negative: that much sound was still in the buffer).

    It reads the frames of its WebSocket itself and looks at no more than their length and beginning: were it as busy as an
    ordinary client, a thousand of them on one core would measure themselves.
    """

    def __init__(self, host: str) -> None:
        self._host = host
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
            f"GET /voice/openai/v1/realtime?model=realtime HTTP/1.1\r\nHost: {self._host}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
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


def _itself(listener: Listener) -> Listener:
    return listener


async def echoes(client: aiohttp.ClientSession, address: str) -> float:
    """Messages a second through the bare server library, each as large as 100 ms of audio."""
    payload = "x" * 6_500
    count = 0
    until = time.monotonic() + ECHO_SECONDS

    async def one() -> None:
        nonlocal count
        async with client.ws_connect(f"{address}/echo", compress=0) as socket:
            while time.monotonic() < until:
                await socket.send_str(payload)
                await socket.receive_str()
                count += 1

    await asyncio.gather(*(one() for _ in range(ECHO_SOCKETS)))
    return count / ECHO_SECONDS


async def load(address: str, server: Connection, sessions: int, seconds: float) -> None:
    """Hold the sessions and print what was measured."""
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE

    def asked() -> tuple[float, float]:
        server.send(True)
        found: tuple[float, float] = server.recv()
        return found

    connector = aiohttp.TCPConnector(ssl=tls, limit=0)
    async with aiohttp.ClientSession(connector=connector) as client:
        print(
            f"echo of 6.5 KB over TLS: {await echoes(client, address):,.0f} messages/s", flush=True
        )
    idle, _ = asked()
    start_over = STARTED_OVER * min(1.0, sessions / 1000)
    host = address.removeprefix("https://")
    listeners = [Listener(host) for _ in range(sessions)]
    loop, started, own = asyncio.get_running_loop(), time.monotonic(), time.process_time()
    until = started + start_over + seconds
    opening = set()
    for number, listener in enumerate(listeners):
        made = partial(_itself, listener)
        place, port = host.split(":")
        opening.add(asyncio.ensure_future(loop.create_connection(made, place, int(port), ssl=tls)))
        await asyncio.sleep(
            max(0.0, started + (number + 1) * start_over / sessions - time.monotonic())
        )
    await asyncio.gather(*opening, return_exceptions=True)  # what never opened counts as lost
    begun, (_, busy) = time.monotonic(), asked()
    samples = [idle]
    while time.monotonic() < until:
        await asyncio.sleep(max(0.1, min(10.0, (until - time.monotonic()) / 2)))
        samples.append(asked()[0])
        if len(samples) % 30 == 0:
            print(f"after {time.monotonic() - begun:.0f} s: {samples[-1]:.0f} MB", flush=True)
    elapsed = time.monotonic() - begun
    share, client_share = (
        (asked()[1] - busy) / elapsed,
        (time.process_time() - own) / (time.monotonic() - started),
    )
    lost = sum(listener.lost for listener in listeners)
    for listener in listeners:
        listener.close()
    margins = sorted(margin for listener in listeners for margin in listener.margins)
    late = sum(margin > 0 for margin in margins)
    print(f"sessions: {sessions} over {start_over:.0f} s and then {seconds:.0f} s; broken: {lost}")
    print(f"deltas: {len(margins):,}; late: {late} ({late / max(1, len(margins)):.4%})")
    for name, part in (("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)):
        margin = margins[min(len(margins) - 1, int(part * len(margins)))]
        print(f"  {name}: {margin * 1000:+.0f} ms of the deadline")
    print(f"clients: {client_share:.0%} of a core")
    print(f"server: {share / sessions * 1000:.2f} ms of a core for a second of a session")
    print(
        f"server: {share:.0%} of a core; memory {idle:.0f} MB idle, {max(samples):.0f} MB at most",
        end="",
    )
    print(
        f" ({(max(samples) - idle) * 1024 / sessions:.0f} KB per session), {samples[-1]:.0f} MB at the end"
    )


def main() -> None:
    """Start the server, measure, end it."""
    sessions = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 30.0
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    with tempfile.TemporaryDirectory() as state:
        certificates(Path(state))  # made once, as an emulator's are: the server only loads them
        server = context.Process(target=serve, args=(theirs, state), daemon=True)
        server.start()
        address = f"https://127.0.0.1:{ours.recv()}"
        pinned(1)
        try:
            with asyncio.Runner(loop_factory=loop_factory()) as runner:
                runner.run(load(address, ours, sessions, seconds))
        finally:
            server.terminate()
            server.join()


if __name__ == "__main__":
    main()
