"""What starting costs: whole processes, in turn, so that the ratio holds when the machine's speed drifts.

`python benchmarks/startup.py [RUNS]` prints medians of wall seconds and the median of the ratios, pair by pair.
Byte-code must be cached for both sides: do not set PYTHONDONTWRITEBYTECODE.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
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


def main() -> None:
    """Time every pair."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    for name, (ours, theirs) in PAIRS.items():
        seconds(ours), seconds(theirs)
        pairs = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
        mine, other = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name}: {mine:.3f} s / {other:.3f} s, ratio {ratio:.2f} (median of {runs})")


if __name__ == "__main__":
    main()
