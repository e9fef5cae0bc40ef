"""Requests a second out of the emulator's control plane, beside a bare server of the same library; and what starting costs.

    python benchmarks/emulator.py [seconds]

Everything over TLS on loopback, connections kept alive, the server in a process of its own. `bare` is aiohttp answering
an empty object: the most that the library gives here.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

from requests_by_hand import Socket, signed_in  # type: ignore[import-not-found]  # beside this file

SOCKETS = 16
SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-00000000a2a0"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
ACCOUNTS = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts"
LISTED = 20


def serve_emulator(parent: Connection, state: Path) -> None:
    """The whole emulator."""
    from deployer.emulator import Emulator

    began = time.perf_counter()
    with Emulator.open(state) as emulator:
        took = time.perf_counter() - began
        emulator.ask("PATCH", "settings", {"pacing": "instant"})
        secret = (emulator.client_id, emulator.client_secret)
        parent.send((took, emulator.address, secret))
        parent.recv()


def serve_bare(parent: Connection, state: Path) -> None:
    """Nothing but the library."""
    from aiohttp import web

    from deployer.emulator.serving.certificates import certificates

    async def empty(_request: web.Request) -> web.Response:
        return web.json_response({})

    async def main() -> None:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", empty)
        runner = web.AppRunner(application, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificates(state).server_context())
        await site.start()
        port = runner.addresses[0][1]
        parent.send((0.0, f"https://localhost:{port}", ("", "")))
        await asyncio.to_thread(parent.recv)

    asyncio.run(main())


async def rate(address: str, ca: Path, seconds: float, method: str, path: str, body: bytes, header: str) -> float:  # fmt: skip
    """Requests a second over all sockets; `{socket}` in the path differs for each."""
    sockets = [await Socket.open(address, ca) for _ in range(SOCKETS)]
    ends = time.perf_counter() + seconds
    count = 0

    async def drive(number: int, one: Socket) -> None:
        nonlocal count
        while time.perf_counter() < ends:
            await one.send(method, path.replace("{socket}", str(number)), body, header)
            count += 1

    await asyncio.gather(*(drive(number, one) for number, one in enumerate(sockets)))
    return count / seconds


async def measure(address: str, ca: Path, secret: tuple[str, str], seconds: float) -> None:
    """Prepare the cloud, then print a line for each kind of request."""
    header = await signed_in(address, ca, secret)
    version = "?api-version=2025-09-01"
    place = json.dumps({"location": "eastus2"}).encode()
    account = {"location": "eastus2", "kind": "OpenAI", "sku": {"name": "S0"}, "properties": {}}
    one = await Socket.open(address, ca)
    await one.send("PUT", GROUP + version, place, header)
    for number in range(LISTED):
        body = json.dumps(account).encode()
        await one.send("PUT", f"{ACCOUNTS}/account{number}{version}", body, header)
    for name, method, path, body in (
        ("GET an account", "GET", f"{ACCOUNTS}/account1{version}", b""),
        ("PUT a resource group", "PUT", f"{SUBSCRIPTION}/resourceGroups/rg{{socket}}{version}", place),
        (f"list {LISTED} accounts", "GET", ACCOUNTS + version, b""),
    ):  # fmt: skip
        print(f"{name:24} {await rate(address, ca, seconds, method, path, body, header):8.0f} /s")


def main(seconds: float) -> None:
    """Both servers, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        for name, target in (("emulator", serve_emulator), ("bare aiohttp", serve_bare)):
            ours, theirs = multiprocessing.get_context("spawn").Pipe()
            process = multiprocessing.get_context("spawn").Process(
                target=target, args=(theirs, state)
            )
            process.start()
            took, address, secret = ours.recv()
            print(f"-- {name}" + (f", opened in {took:.2f} s, imports included" if took else ""))
            if took:
                asyncio.run(measure(address, state / "ca.pem", secret, seconds))
            else:
                found = rate(address, state / "ca.pem", seconds, "GET", "/", b"", "X: y")
                print(f"{'GET an empty object':24} {asyncio.run(found):8.0f} /s")
            ours.send("end")
            process.join()


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3.0)
