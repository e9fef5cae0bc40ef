"""What smoke checks cost: wall time and processor time of 1, 10 and 100 deployments, checked by one process.

    python benchmarks/smoke.py [deployments ...]

The models are the emulator's, in a process of its own, so that its work is not counted. Half of the deployments are
audio, half realtime, of both generations; all checks of a deployment are carried out.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import threading
import time
from multiprocessing.connection import Connection

from deployer.azure.access import Access
from deployer.core.checks import SmokeSettings
from deployer.core.report import CheckResult, Outcome
from deployer.core.resources import Deployment, ModelVersion, Sku
from deployer.smoke import Target, run

MODELS = (
    ModelVersion("gpt-4o-audio-preview", "2024-12-17"),
    ModelVersion("gpt-4o-realtime-preview", "2024-12-17"),
    ModelVersion("gpt-audio", "2025-08-28"),
    ModelVersion("gpt-realtime", "2025-08-28"),
)
ROUNDS = 5


def serve(parent: Connection) -> None:
    """The emulator's data plane, for whoever asks; deployment names tell which model they are."""
    from aiohttp import web

    from deployer.emulator.data_plane.handlers import LARGEST_REQUEST, routes
    from deployer.emulator.data_plane.world import CalledDeployment

    class Open:
        def call(self, account: str, deployment: str, **_: object) -> CalledDeployment:
            model = MODELS[int(deployment.removeprefix("d")) % len(MODELS)]
            names = (model.name, model.version)
            return CalledDeployment(
                account, deployment, "OpenAI", "eastus2", *names, 1, 0.0, "Preview"
            )

        def reach(self, account: str, deployment: str) -> CalledDeployment:
            return self.call(account, deployment)

        def deployments(self, *_: str) -> list[CalledDeployment]:
            return []

        def fault(self, *_: str) -> None:
            return None

        def has_faults(self) -> bool:
            return False

        def now(self) -> float:
            return time.time()

    async def main() -> None:
        application = web.Application(client_max_size=LARGEST_REQUEST)
        application.add_routes(routes(Open()))
        runner = web.AppRunner(application)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        parent.send(runner.addresses[0][1])
        await asyncio.Event().wait()

    asyncio.run(main())


def targets(port: int, count: int) -> list[Target]:
    """So many deployments, all models in turn."""
    endpoint = f"http://127.0.0.1:{port}/bench"
    access = Access(endpoint, endpoint, lambda: {"api-key": "none"}, with_key=True)
    deployments = (
        Deployment("bench", f"d{n}", MODELS[n % len(MODELS)], Sku("GlobalStandard", 1))
        for n in range(count)
    )
    return [Target(one.address, "bench", one, access) for one in deployments]


def check(port: int, count: int) -> tuple[float, float, tuple[CheckResult, ...]]:
    """Seconds of the wall clock, of this processor, and the results."""
    wall, cpu = time.perf_counter(), time.process_time()
    results = run(
        targets(port, count), SmokeSettings(), tell=lambda _: None, stop=threading.Event()
    )
    return time.perf_counter() - wall, time.process_time() - cpu, results


def main(counts: list[int]) -> None:
    """Print a row for each number of deployments: medians of five rounds."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    emulator = context.Process(target=serve, args=(theirs,), daemon=True)
    emulator.start()
    try:
        port = mine.recv()
        check(port, len(MODELS))
        print("deployments  checks  failed     wall  cpu/check  first audio (median)")
        for count in counts:
            rounds = [check(port, count) for _ in range(ROUNDS)]
            wall = statistics.median(seconds for seconds, _, _ in rounds)
            results = rounds[-1][2]
            cpu = statistics.median(seconds for _, seconds, _ in rounds) / len(results)
            failed = sum(one.outcome is not Outcome.PASSED for one in results)
            first = statistics.median(
                one.timings["firstAudio"] for one in results if "firstAudio" in one.timings
            )
            print(
                f"{count:11}  {len(results):6}  {failed:6}  {wall:5.2f} s  {cpu * 1000:6.1f} ms"
                f"  {first * 1000:9.0f} ms"
            )
    finally:
        emulator.terminate()
        emulator.join()


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [1, 10, 100])
