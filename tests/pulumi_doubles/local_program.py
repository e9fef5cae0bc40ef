"""Programs of their own for the CLI double: `__main__.py` beside Pulumi.yaml, run as the Python language host would."""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pulumi
from pulumi.runtime.proto import language_pb2

_SETTINGS = "DEPLOYER_TEST_PROGRAM"


def local(folder: Path) -> Callable[[language_pb2.RunRequest], language_pb2.RunResponse]:
    """Runs the program of a folder in a process of its own."""

    def run(request: language_pb2.RunRequest) -> language_pb2.RunResponse:
        settings = {
            "project": request.project,
            "stack": request.stack,
            "monitor": request.monitor_address,
            "engine": request.args[0],
            "dry_run": request.dryRun,
            "parallel": request.parallel,
            "organization": request.organization,
        }
        environment = {
            **os.environ,
            _SETTINGS: json.dumps(settings),
            "PULUMI_CONFIG": json.dumps(dict(request.config)),
        }
        line = [sys.executable, "-P", __file__, str(folder)]
        done = subprocess.run(  # noqa: S603
            line, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        error = (
            ""
            if done.returncode == 0
            else f"Program exited with code {done.returncode}: {done.stderr}"
        )
        return language_pb2.RunResponse(error=error)

    return run


def main(folder: str) -> None:
    """In the program's own process."""
    settings = pulumi.runtime.Settings(**json.loads(os.environ[_SETTINGS]))
    pulumi.runtime.configure(settings)
    sys.path.insert(0, folder)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    program = str(Path(folder) / "__main__.py")

    def run() -> None:
        runpy.run_path(program, run_name="__main__")

    loop.run_until_complete(pulumi.runtime.run_in_stack(run))


if __name__ == "__main__":
    main(sys.argv[1])
