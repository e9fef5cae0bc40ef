"""Smoke checks: call every deployment as an application would, and listen to what it says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deployer.core.checks import SmokeSettings
from deployer.core.report import CheckResult
from deployer.smoke.targets import CheckDone, CheckEvent, CheckStarted, CheckWaited, Target

if TYPE_CHECKING:
    from deployer.smoke.waiting import Clock

__all__ = ["CheckDone", "CheckEvent", "CheckStarted", "CheckWaited", "Target", "run"]


def run(
    targets: Sequence[Target],
    settings: SmokeSettings,
    *,
    tell: Callable[[CheckEvent], None],
    stop: threading.Event,
    save_audio: Path | None = None,
    parallel: int = 8,
    clock: Clock | None = None,
) -> tuple[CheckResult, ...]:
    """Check every target, `parallel` calls at a time; results are in the order of the targets.

    What is wrong with a deployment is a result, never an exception. Once `stop` is set, calls in flight finish and
    what is left is skipped. With `save_audio` every sound is written there as `<account>/<deployment>-<check>.wav`.

    Raises UsageError when nothing can be written to `save_audio`.
    """
    # asyncio and aiohttp are only paid for by those who check something.
    from deployer.smoke import running

    return running.run(targets, settings, tell, stop, save_audio, parallel, clock)
