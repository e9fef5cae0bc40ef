"""How long applying takes beside what Azure's own operations take: `python benchmarks/apply.py [ACCOUNTS ...]`.

The emulator runs in a process of its own; every operation on an account takes one second. "ideal" is the sum of one
account's operations, times the rounds that the engine's parallelism needs. Smoke checks are not part of it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from azure.identity import ClientSecretCredential

from deployer.azure import Cloud, look
from deployer.core.events import Failed, NotDone, Waited
from deployer.core.planning import make_plan
from deployer.core.resources import (
    Account,
    Deployment,
    ModelVersion,
    Resource,
    ResourceGroup,
    Scope,
    Sku,
)
from deployer.core.state import DesiredState, Owner
from deployer.emulator import Emulator
from deployer.engines.sdk import PARALLEL, SdkEngine

SECONDS = 1.0
DEPLOYMENTS = 4
OWNER = Owner("benchmark", "sdk")
MODELS = (
    ModelVersion("gpt-4o-realtime-preview", "2024-12-17"),
    ModelVersion("gpt-4o-audio-preview", "2024-12-17"),
)
SETTINGS = {
    "accountSeconds": SECONDS,
    "deploymentSeconds": SECONDS,
    "quota": {
        **{f"OpenAI.GlobalStandard.{model.name}": 10_000 for model in MODELS},
        "AIServices.S0.AccountCount": 1000,
        "AccountCount": 1000,
    },
}
SERVER = """
import sys, pathlib, datetime
from deployer.emulator import Emulator
with Emulator.serve(pathlib.Path(sys.argv[1]), datetime.date(2025, 2, 6)) as emulator:
    print(emulator.address, flush=True)
    emulator.wait()
"""


def main() -> None:
    """Print one line for each number of accounts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("accounts", nargs="*", type=int, default=[1, 10, 100])
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, "-c", SERVER, state]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                if server.stdout is None or not server.stdout.readline():
                    raise SystemExit("the emulator did not start")
                emulator = Emulator.open(Path(state), dt.date(2025, 2, 6))
                for count in options.accounts:
                    report(emulator, count, options.runs)
            finally:
                server.terminate()


def report(emulator: Emulator, count: int, runs: int) -> None:
    """Measure several runs and print their median."""
    measured = [one_run(emulator, count) for _ in range(runs)]
    rounds = -(-count // PARALLEL)
    ideal = rounds * (1 + DEPLOYMENTS) * SECONDS
    apply, again, reads, waits, processor = (
        statistics.median(column) for column in zip(*measured, strict=True)
    )
    print(
        f"{count:4} accounts x {DEPLOYMENTS}: apply {apply:6.2f} s, ideal {ideal:6.2f} s, ratio {apply / ideal:.3f}, "
        f"{waits:g} waits, {processor:.2f} s of our processor; look again {again:.3f} s, {reads:g} reads"
    )


def one_run(emulator: Emulator, count: int) -> tuple[float, float, int, int, float]:
    """Seconds from the first request to the last read-back, then what a look at the result costs."""
    emulator.ask("POST", "reset")
    emulator.ask("PATCH", "settings", SETTINGS)
    cloud = sign_in(emulator)
    wanted = DesiredState(Scope(emulator.subscription, "rg-bench"), OWNER, tuple(resources(count)))
    declared = [
        (one.name, one.location, "AIServices")
        for one in wanted.resources
        if isinstance(one, Account)
    ]
    seen = look(cloud, wanted.scope, accounts=declared, roles=False)
    emulator.ask("DELETE", "journal")
    processor = time.process_time()
    events = list(SdkEngine(cloud).apply(make_plan(wanted, seen.observed), threading.Event()))
    processor = time.process_time() - processor
    unhappy = [event for event in events if isinstance(event, Failed | NotDone)]
    if unhappy:
        raise SystemExit(f"not everything was done: {unhappy[0]}")
    entries = control(emulator)
    apply = max(one["end"] for one in entries) - min(one["start"] for one in entries)
    emulator.ask("DELETE", "journal")
    began = time.perf_counter()
    seen = look(cloud, wanted.scope, accounts=declared, roles=False)
    again = time.perf_counter() - began
    if not make_plan(wanted, seen.observed).is_empty:
        raise SystemExit("something is left to do")
    cloud.close()
    waits = sum(isinstance(event, Waited) for event in events)
    return apply, again, len(control(emulator)), waits, processor


def control(emulator: Emulator) -> list[dict[str, float]]:
    """The journal's requests to Resource Manager."""
    entries = emulator.ask("GET", "journal")["entries"]
    return [one for one in entries if one["plane"] == "control"]


def resources(count: int) -> list[Resource]:
    """A group, and accounts in turn in both regions."""
    found: list[Resource] = [ResourceGroup("rg-bench", "eastus2", OWNER.tags)]
    for number in range(count):
        name, location = f"bench-{number}", ("eastus2", "swedencentral")[number % 2]
        found.append(Account(name, location, "AIServices", "S0", name, True, tags=OWNER.tags))
        found += [
            Deployment(name, f"d{one}", MODELS[one % 2], Sku("GlobalStandard", 1), tags=OWNER.tags)
            for one in range(DEPLOYMENTS)
        ]
    return found


def sign_in(emulator: Emulator) -> Cloud:
    """The emulator as a cloud."""
    credential = ClientSecretCredential(
        emulator.tenant,
        emulator.client_id,
        emulator.client_secret,
        authority=emulator.address,
        connection_verify=str(emulator.ca),
    )
    return Cloud(
        "emulator",
        arm=emulator.address,
        audience="https://management.azure.com",
        authority=emulator.address,
        credential=credential,
        today=emulator.date,
        ca=emulator.ca,
        is_loopback=True,
    )


if __name__ == "__main__":
    main()
