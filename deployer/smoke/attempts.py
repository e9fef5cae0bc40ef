"""A check, and one attempt at it: what it may use, and where it leaves what it measured."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from deployer.core.checks import SmokeSettings
from deployer.smoke.audio import Measured, Sound, measure
from deployer.smoke.diagnoses import CheckFailed
from deployer.smoke.judging import Answer, Finding, judge, judge_delay
from deployer.smoke.playing import Playing
from deployer.smoke.targets import Target
from deployer.smoke.usage import Usage
from deployer.smoke.waiting import Clock
from deployer.smoke.wire import Wire

Evidence = dict[str, str | int | float | bool]


@dataclass
class Attempt:
    """One try of one check. `awaiting` is the diagnosis if time runs out now, with what is waited for;
    `host` is what was last connected to.

    `timings` (seconds) and `evidence` are shown whatever the outcome is; `sound` is what can be saved.
    """

    target: Target
    settings: SmokeSettings
    voice: str
    clock: Clock
    authorisation: Mapping[str, str] = field(default_factory=dict, repr=False)
    timings: dict[str, float] = field(default_factory=dict)
    evidence: Evidence = field(default_factory=dict)
    sound: Sound | None = None
    awaiting: tuple[str, str] = ("smoke.timeout", "complete answer")
    host: str = ""

    @property
    def request(self) -> str:
        """The words that make these models say a sentence and nothing else."""
        say = self.settings.audio.say
        return f"Say exactly: {say}" if '"' in say else f'Say exactly: "{say}"'

    def connect(self, endpoint: str) -> Wire:
        """A connection to this endpoint of the account, to be entered."""
        self.host = urlsplit(endpoint).netloc
        return Wire(self.target.access, self.authorisation, self.clock)

    @contextmanager
    def until(self, diagnosis: str, what: str) -> Iterator[None]:
        """While this is waited for, running out of time means that diagnosis."""
        before, self.awaiting = self.awaiting, (diagnosis, what)
        yield
        # Only when it came: an exception leaves standing what was missing.
        self.awaiting = before

    def note_playing(self, playing: Playing, asked: float) -> None:
        """Note how far a stream of sound came, be it complete or not; `asked` is when it was asked for."""
        self.evidence["chunks"] = playing.pieces
        if playing.pieces:
            self.timings |= {
                "firstByte": playing.begin - asked,
                "maxGap": playing.longest_gap,
                "underrun": playing.underrun,
            }

    async def judge(
        self,
        sound: Sound,
        transcript: str,
        usage: Usage | None,
        *,
        spent: float,
        heard: Callable[[float], float],
        within: float | None = None,
    ) -> None:
        """Measure and judge what was said in `spent` seconds. Raises CheckFailed.

        `heard` tells when a position of the sound could be heard, in seconds after asking. The first audible sample
        is what a listener waits for: silence inside the sound counts.
        """
        self.sound = sound
        # In a thread: it takes tens of milliseconds, in which other checks would be timed wrongly.
        measured = await asyncio.to_thread(measure, sound.pcm, sound.sample_rate)
        self._note(sound, measured, transcript, usage, spent)
        if measured.leading_silence < sound.seconds:
            self.timings["firstAudio"] = heard(measured.leading_silence)
        found = judge(Answer(sound, measured, self.settings.audio.say, transcript, usage))
        fail_on(found or judge_delay(self.timings.get("firstAudio"), within))

    def _note(
        self,
        sound: Sound,
        measured: Measured,
        transcript: str,
        usage: Usage | None,
        spent: float,
    ) -> None:
        self.evidence |= {
            "bytes": len(sound.pcm),
            "audioSeconds": round(sound.seconds, 3),
            "sampleRate": sound.sample_rate,
            "loudness": round(measured.loudness, 1),
            "peak": round(measured.peak, 4),
            "clipped": round(measured.clipped, 5),
            "offset": round(measured.offset, 5),
            "leadingSilence": round(measured.leading_silence, 3),
            "longestSilence": round(measured.longest_silence * sound.seconds, 3),
            "transcript": transcript,
        }
        if sound.seconds:
            self.evidence["realTimeFactor"] = round(spent / sound.seconds, 3)
        if usage is not None and usage.output.audio is not None:
            self.evidence["audioTokens"] = usage.output.audio


@dataclass(frozen=True, slots=True)
class Check:
    """What every deployment of a family of models is asked; `every_voice`: once for each voice of the settings."""

    name: str
    family: str
    run: Callable[[Attempt], Awaitable[None]]
    every_voice: bool = False


def fail_on(finding: Finding | None) -> None:
    """Raise CheckFailed for something wrong; None is nothing wrong."""
    if finding is not None:
        raise CheckFailed(finding.code, finding.detail)
