"""What starting costs: whole processes, in turn, so that the ratio holds when the machine's speed drifts.

`python benchmarks/startup.py [RUNS]` prints medians of wall seconds and the median of the ratios, pair by pair; then what
`deployer emulator start` takes until it has answered its own request, in a new state directory and in one it knows. On a machine
that does other things too, the best of several runs and the processor's time say more than the median.
Byte-code must be cached for both sides: do not set PYTHONDONTWRITEBYTECODE.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SUBSCRIPTION = "00000000-0000-4000-8000-000000000000"
PAIRS = {
    "deployer --version / import click (at most 1.3)": (
        ["-m", "deployer", "--version"],
        ["-c", "import click"],
    ),
    "deployer validate configs/prod.yaml / import click, yaml, pydantic (at most 1.5)": (
        ["-m", "deployer", "validate", "configs/prod.yaml", "--quiet"],
        ["-c", "import click, yaml, pydantic"],
    ),
}


def seconds(arguments: list[str]) -> float:
    """Wall seconds of one process."""
    environment = {**os.environ, "AZURE_SUBSCRIPTION_ID": SUBSCRIPTION}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True
    )
    return time.perf_counter() - began


def emulator(folder: Path) -> tuple[float, float]:
    """Wall seconds until `deployer emulator start` prints its address, and the processor's seconds of its whole life."""
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.perf_counter()
    command = [sys.executable, "-m", "deployer", "emulator"]
    with subprocess.Popen(
        [*command, "start"], cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdout is None or not process.stdout.readline().startswith("https://"):
            raise RuntimeError("the emulator has not printed its address")
        took = time.perf_counter() - began
        subprocess.run([*command, "stop"], cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)  # fmt: skip
        if not hasattr(os, "wait4"):
            return took, float("nan")
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
        return took, used.ru_utime + used.ru_stime


def time_emulator(runs: int) -> None:
    """Start an emulator in a new folder, and again in the same."""
    started: dict[str, list[tuple[float, float]]] = {"new": [], "known": []}
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            for found in started.values():
                found.append(emulator(Path(folder)))
    for name, found in started.items():
        walls, used = zip(*found, strict=True)
        print(
            f"deployer emulator start, {name} state: best {min(walls):.3f} s, median {statistics.median(walls):.3f} s, "
            f"processor {min(used):.2f} s (of {runs})"
        )


def main() -> None:
    """Time every pair, then the emulator."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for name, (ours, theirs) in PAIRS.items():
        seconds(ours), seconds(theirs)
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
        mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name}: {mine:.3f} s / {other:.3f} s, ratio {ratio:.2f} (median of {runs})")
    time_emulator(runs)


if __name__ == "__main__":
    main()
