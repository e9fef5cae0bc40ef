"""Audio completions a second out of the emulator over plain HTTP: of prompts never heard before, and of one repeated.

    python benchmarks/completions.py [seconds]

Each answer is at least a second of speech in a WAV file. The emulator is the whole one, in a process and on a core of its own
where the system lets us choose; the client is on the other, with sockets of its own, because what it does must not be what is slow.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

from aiohttp import web
from served import (  # type: ignore[import-not-found]  # beside this file
    ACCOUNT,
    loop_factory,
    pinned,
    served,
)

SOCKETS = 32
SYLLABLES = [f"{a}{b}{c}" for a in "bdfghklmnprstv" for b in "aeiou" for c in "tnpgdk"]
"""Two of them take a little more than a second."""
PATH = f"/{ACCOUNT}/openai/v1/chat/completions"
PLAIN_BYTES = 70 * 1024


def serve_plain(parent: Connection) -> None:
    """Nothing but the server library, with answers of the same size."""

    async def plain(_: web.Request) -> web.Response:
        return web.Response(body=b"{}" * (PLAIN_BYTES // 2), content_type="application/json")

    async def main() -> None:
        application = web.Application()
        application.add_routes([web.post(PATH, plain)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        parent.send(runner.addresses[0][1])
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, parent.recv):
            parent.send(time.process_time())

    pinned(0)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main())


Used = Callable[[], float]
"""Seconds of the processor that the server has used so far."""


class Client:
    """Asks for completions over sockets of its own."""

    def __init__(self, port: int, key: str) -> None:
        self.port = port
        self.smallest = b""
        self._key = key

    def request(self, text: str) -> bytes:
        """One request as it goes over the wire."""
        asked = {
            "model": "audio",
            "modalities": ["text", "audio"],
            "audio": {"voice": "alloy", "format": "wav"},
            "messages": [{"role": "user", "content": f'Say exactly: "{text}"'}],
        }
        body = json.dumps(asked).encode()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\napi-key: {self._key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def rate(self, texts: Iterator[str], seconds: float) -> float:
        """Answers a second."""
        count = 0
        until = time.monotonic() + seconds

        async def one() -> None:
            nonlocal count
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
            while time.monotonic() < until:
                writer.write(self.request(next(texts)))
                body = await answered(reader)
                if not self.smallest or len(body) < len(self.smallest):
                    self.smallest = body
                count += 1
            writer.close()

        await asyncio.gather(*(one() for _ in range(SOCKETS)))
        return count / seconds

    @property
    def shortest(self) -> float:
        """Seconds of sound in the shortest answer so far."""
        message = json.loads(self.smallest)["choices"][0]["message"]
        return (len(base64.b64decode(message["audio"]["data"])) - 44) / 48_000


def distinct() -> Iterator[str]:
    """Texts that are all different and equally long."""
    for first, second in itertools.product(SYLLABLES, SYLLABLES):
        yield f"{first} {second}."


async def answered(reader: asyncio.StreamReader) -> bytes:
    """The body of an answer that must be a 200."""
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    start = head.lower().index(b"content-length:") + 15
    return await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))


async def measure(name: str, ask: Client, texts: Iterator[str], seconds: float, used: Used) -> None:
    """Print the rate, and what one answer costs the server."""
    before = used()
    found = await ask.rate(texts, seconds)
    cost = (used() - before) / max(1.0, found * seconds)
    print(f"{name}: {found:,.0f}/s, {cost * 1000:.3f} ms of a core each", flush=True)


async def emulated(ask: Client, seconds: float, used: Used) -> None:
    """Both kinds of prompts."""
    await measure("distinct prompts", ask, distinct(), seconds, used)
    await measure("one prompt repeated", ask, itertools.repeat("bat sun."), seconds, used)
    print(f"sound in the shortest answer: {ask.shortest:.2f} s")


def measure_plain(seconds: float) -> None:
    """What the server library does without us, on the same core."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve_plain, args=(theirs,), daemon=True)
    server.start()
    ask = Client(ours.recv(), "none")
    pinned(1)

    def used() -> float:
        ours.send(True)
        found: float = ours.recv()
        return found

    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            name = f"plain answers of {PLAIN_BYTES // 1024} KB by the server library"
            runner.run(measure(name, ask, itertools.repeat("none"), seconds, used))
    finally:
        server.terminate()
        server.join()


def main() -> None:
    """The bare library, then the emulator."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    measure_plain(seconds)
    with served() as emulator:
        ask = Client(int(emulator.plain_address.rpartition(":")[2]), emulator.key)
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(emulated(ask, seconds, lambda: float(emulator.used()[1])))


if __name__ == "__main__":
    main()
