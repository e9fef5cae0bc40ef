"""Audio completions a second out of the emulator over plain HTTP: of prompts never heard before, and of one repeated.

    python benchmarks/completions.py [seconds]

Each answer is at least a second of speech of the built-in voice, in a WAV file. The server is a process of its own, on the
first core where the system lets us choose; the client on the second, over sockets of its own, because what it does must not
be what is slow.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import multiprocessing
import sys
import time
from multiprocessing.connection import Connection

from sessions import loop_factory, pinned  # type: ignore[import-not-found]  # beside this file

SOCKETS = 32
PATH = "/voice/openai/v1/chat/completions"


def serve(parent: Connection) -> None:
    """The data plane, open to everyone."""
    from aiohttp import web

    from deployer.emulator.data_plane import LARGEST_REQUEST, routes
    from deployer.emulator.process_memory import collect_rarely
    from deployer.emulator.world import CalledDeployment

    class Open:
        def call(self, account: str, deployment: str, **_: object) -> CalledDeployment:
            names = (account, deployment, "OpenAI", "eastus2", "gpt-audio", "2025-08-28")
            return CalledDeployment(*names, 1, 0.0, "GenerallyAvailable")

        def reach(self, account: str, deployment: str) -> CalledDeployment:
            return self.call(account, deployment)

        def fault(self, *_: str) -> None:
            return None

        def now(self) -> float:
            return time.time()

    async def main() -> None:
        async def plain(_: web.Request) -> web.Response:
            return web.Response(body=b"{}" * 51_200, content_type="application/json")

        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.add_routes([*routes(Open()), web.post("/plain", plain)])
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        collect_rarely()
        parent.send(runner.addresses[0][1])
        loop = asyncio.get_running_loop()
        while await loop.run_in_executor(None, parent.recv):
            parent.send(time.process_time())

    pinned(0)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(main())


def request(path: str, text: str) -> bytes:
    """One request as it goes over the wire."""
    body = json.dumps(
        {
            "model": "audio",
            "modalities": ["text", "audio"],
            "audio": {"voice": "alloy", "format": "wav"},
            "messages": [{"role": "user", "content": f'Say exactly: "{text}"'}],
        }
    ).encode()
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    return head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


async def answered(reader: asyncio.StreamReader) -> bytes:
    """The body of an answer that must be a 200."""
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode())
    start = head.lower().index(b"content-length:") + 15
    return await reader.readexactly(int(head[start : head.index(b"\r\n", start)]))


async def rate(port: int, path: str, texts: itertools.count[int] | None, seconds: float) -> float:
    """Answers a second; `texts` numbers prompts that are all different, None asks for the same one."""
    count = 0
    until = time.monotonic() + seconds

    async def one() -> None:
        nonlocal count
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
        while time.monotonic() < until:
            text = "Hello there, number one." if texts is None else f"Hello there, {next(texts)}."
            writer.write(request(path, text))
            await answered(reader)
            count += 1
        writer.close()

    await asyncio.gather(*(one() for _ in range(SOCKETS)))
    return count / seconds


async def shortest(port: int) -> float:
    """Seconds of sound in one of the answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    writer.write(request(PATH, "Hello there, 1."))
    message = json.loads(await answered(reader))["choices"][0]["message"]
    writer.close()
    return (len(base64.b64decode(message["audio"]["data"])) - 44) / 48_000


async def load(port: int, server: Connection, seconds: float) -> None:
    """Print what was measured."""

    def used() -> float:
        server.send(True)
        found: float = server.recv()
        return found

    print(f"sound in an answer: {await shortest(port):.2f} s")
    for name, path, texts in (
        ("plain 100 KB answers of the server library", "/plain", None),
        ("distinct prompts", PATH, itertools.count(1)),
        ("one prompt repeated", PATH, None),
    ):
        before = used()
        found = await rate(port, path, texts, seconds)
        cost = (used() - before) / max(1.0, found * seconds)
        print(f"{name}: {found:,.0f}/s, {cost * 1000:.3f} ms of a core each")


def main() -> None:
    """Start the server, measure, end it."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    pinned(1)
    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(load(port, ours, seconds))
    finally:
        server.terminate()
        server.join()


if __name__ == "__main__":
    main()
