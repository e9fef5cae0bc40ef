"""Carry out the checks: several at a time, each with a deadline, waiting for what time cures."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deployer.catalog import queries
from deployer.core.checks import SmokeSettings
from deployer.core.problems import Problem
from deployer.core.report import CheckResult
from deployer.errors import DeployerError, UsageError
from deployer.smoke.attempts import Attempt, Check
from deployer.smoke.audio import write_wav
from deployer.smoke.diagnoses import CheckFailed, Cure
from deployer.smoke.refusals import diagnose_connection
from deployer.smoke.registry import CHECKS
from deployer.smoke.results import Waits, heard, skipped
from deployer.smoke.targets import CheckDone, CheckEvent, CheckStarted, CheckWaited, Target
from deployer.smoke.waiting import Clock, Patience, wait

_STOPPED = "stopped before this check began"


def run(
    targets: Sequence[Target],
    settings: SmokeSettings,
    tell: Callable[[CheckEvent], None],
    stop: threading.Event,
    save_audio: Path | None,
    parallel: int,
    clock: Clock | None,
) -> tuple[CheckResult, ...]:
    """Check every target; see `deployer.smoke.run`."""
    if save_audio is not None:
        try:
            save_audio.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(
                f"Audio cannot be saved to {save_audio}: {error.strerror}.",
                hint="Give --save-audio a directory that can be written to.",
            ) from None
    run = _Run(settings, tell, stop, save_audio, clock or Clock())
    return asyncio.run(run.all(targets, parallel))


class _Run:
    """One run over all targets."""

    def __init__(
        self,
        settings: SmokeSettings,
        tell: Callable[[CheckEvent], None],
        stop: threading.Event,
        save_audio: Path | None,
        clock: Clock,
    ) -> None:
        self._settings = settings
        self._tell = tell
        self._stop = stop
        self._save_audio = save_audio
        self._clock = clock
        self._began = clock.now()

    async def all(self, targets: Sequence[Target], parallel: int) -> tuple[CheckResult, ...]:
        self._places = asyncio.Semaphore(max(1, parallel))
        results = await asyncio.gather(*(self._target(target) for target in targets))
        return tuple(result for of_target in results for result in of_target)

    async def _target(self, target: Target) -> list[CheckResult]:
        """One check after the other: a deployment's checks do not compete with each other for its capacity."""
        kind = queries.family(target.deployment.model)
        checks = [check for check in CHECKS if check.family == kind]
        if not checks:
            reason = f"the catalogue does not know what kind of model {target.deployment.model} is"
            return [self._done(skipped("model", target, reason))]
        return [
            await self._check(check, target, name, voice)
            for check in checks
            for name, voice in _rounds(check, self._settings.audio.voices)
        ]

    async def _check(self, check: Check, target: Target, name: str, voice: str) -> CheckResult:
        """One check to its result: as many attempts as patience allows."""
        patience = {
            # One end for all: what did not become ready for one check is not waited for by the next.
            Cure.READY: Patience(self._clock, self._began + self._settings.wait_for_roles),
            Cure.THROTTLED: Patience(self._clock, self._clock.now() + self._settings.timeout),
        }
        waits = Waits()
        while True:
            # A place is only held while something is sent, so that waiting keeps nobody else from it.
            async with self._places:
                if self._stop.is_set():
                    reason = f"stopped while waiting: {waits.last}" if waits.last else _STOPPED
                    return self._done(skipped(name, target, reason))
                if not waits.last:
                    self._tell(CheckStarted(target.address, name, self._at()))
                attempt, failure = await self._attempt(check, target, voice)
            pause = None
            if failure is not None and failure.cure in patience:
                pause = patience[failure.cure].pause(failure.retry_after)
            if failure is None or pause is None:
                self._save(attempt, name)
                return self._done(heard(name, attempt, failure, waits))
            waits.add(failure.code, pause)
            self._tell(CheckWaited(target.address, name, self._at(), failure.code, pause))
            await wait(self._clock, pause, self._stop)

    async def _attempt(
        self, check: Check, target: Target, voice: str
    ) -> tuple[Attempt, CheckFailed | None]:
        """Try once: what was measured, and what went wrong."""
        attempt = Attempt(target, self._settings, voice, self._clock)
        began = self._clock.now()
        failure: CheckFailed | None = None
        try:
            async with asyncio.timeout(self._settings.timeout):
                with attempt.until("smoke.no-token", "token"):
                    attempt.authorisation = await _authorisation(target)
                await check.run(attempt)
        except CheckFailed as failed:
            failure = failed
        except TimeoutError:
            failure = _out_of_time(attempt, self._settings.timeout)
        except Exception as error:
            failure = diagnose_connection(error, attempt.host)
            if failure is None:
                raise
        attempt.timings.setdefault("total", self._clock.now() - began)
        return attempt, failure

    def _save(self, attempt: Attempt, check: str) -> None:
        if self._save_audio is None or attempt.sound is None:
            return
        target = attempt.target
        # A folder for each account: joined by a dash, two names could meet in one file.
        path = self._save_audio / target.account / f"{target.deployment.name}-{check}.wav"
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(write_wav(attempt.sound))
        except OSError as error:
            attempt.evidence["notSaved"] = error.strerror or "not writable"
        else:
            attempt.evidence["savedAs"] = str(path)

    def _done(self, result: CheckResult) -> CheckResult:
        self._tell(CheckDone(result.address, result.check, self._at(), result))
        return result

    def _at(self) -> float:
        return self._clock.now() - self._began


def _rounds(check: Check, voices: Sequence[str]) -> list[tuple[str, str]]:
    """The names and voices of one check: the first voice keeps the plain name."""
    first, *others = voices
    more = [(f"{check.name}-{voice}", voice) for voice in others if check.every_voice]
    return [(check.name, first), *more]


async def _authorisation(target: Target) -> Mapping[str, str]:
    """Fresh headers. A token may have to be fetched, so in a thread. Raises CheckFailed."""
    code = "smoke.no-key" if target.access.with_key else "smoke.no-token"
    try:
        return await asyncio.to_thread(target.access.headers)
    except DeployerError as error:
        told = [problem.detail for problem in error.problems if isinstance(problem, Problem)]
        raise CheckFailed(code, " ".join([error.message, *told])) from None
    except Exception as error:  # noqa: BLE001 - whatever a credential raises, it is the same to us
        raise CheckFailed(code, f"Asking for it failed ({type(error).__name__}).") from None


def _out_of_time(attempt: Attempt, timeout: float) -> CheckFailed:
    code, missing = attempt.awaiting
    steps = [
        f"{name} took {attempt.timings[name]:.2f} s"
        for name in ("connect", "session", "firstByte")
        if name in attempt.timings
    ]
    detail = f"After {timeout:g} s there is still no {missing}."
    if steps:
        detail += f" What came before: {', '.join(steps)}."
    return CheckFailed(code, detail)
