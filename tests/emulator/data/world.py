"""A world of one account, and the data plane served over plain HTTP in a thread of its own."""

import asyncio
import contextlib
import threading
from dataclasses import dataclass, field

from aiohttp import web

from deployer.emulator.data_plane.handlers import LARGEST_REQUEST, routes
from deployer.emulator.data_plane.world import CalledDeployment, RateLimit, Refused
from deployer.emulator.faults.wrongs import is_about, is_asked_for

KEY = "a-key-of-the-test"
NOW = 1_800_000_000.0

_MODELS = {
    "audio": ("gpt-4o-audio-preview", "2024-12-17"),
    "realtime": ("gpt-4o-realtime-preview", "2024-12-17"),
    "realtime-ga": ("gpt-realtime", "2025-08-28"),
}


@dataclass
class SmallWorld:
    """Lets in who has the key; every fault is set by a test."""

    faults: dict[str, dict[str, object]] = field(default_factory=dict)
    clock: float = NOW
    kind: str = "OpenAI"
    capacity: int = 6
    names: tuple[str, ...] = tuple(sorted(_MODELS))

    def call(self, account, deployment, *, headers, query, operation):
        given = headers.get("api-key") or query.get("api-key")
        if KEY not in (given, headers.get("Authorization", "").removeprefix("Bearer ")):
            raise Refused(401, "401", "Access denied")
        if deployment not in _MODELS:
            raise Refused(404, "DeploymentNotFound", "The API deployment does not exist.")
        return called(account, deployment, self.kind, self.capacity)

    def reach(self, account, deployment):
        return called(account, deployment, self.kind, self.capacity)

    def deployments(self, account):
        return [called(account, name, self.kind, self.capacity) for name in self.names]

    def fault(self, kind, account, deployment, event=""):
        return playing(self.faults, kind, event)

    def has_faults(self):
        return bool(self.faults)

    def now(self):
        return self.clock


def playing(faults, kind, event=""):
    """The fault of that kind, if there is one and it is about an event of that type."""
    found = ({"kind": name, **fault} for name, fault in faults.items())
    return next((one for one in found if is_asked_for(one, kind) and is_about(one, event)), None)


def called(account="voice", deployment="audio", kind="OpenAI", capacity=6):
    model, version = _MODELS[deployment]
    return CalledDeployment(
        account=account,
        deployment=deployment,
        account_kind=kind,
        location="eastus2",
        model=model,
        version=version,
        capacity=capacity,
        created=NOW,
        lifecycle="Preview",
        rate_limits=(RateLimit("request", 60, capacity), RateLimit("token", 60, 1000 * capacity)),
        capabilities={"realtime": str("realtime" in model).lower()},
    )


@contextlib.contextmanager
def serving(world, recognise=None):
    """The address of the account's endpoint while the server runs."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(10)

    async def start():
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.add_routes(routes(world, recognise=recognise))
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = run(start())
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/voice"
    finally:
        run(runner.cleanup())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
