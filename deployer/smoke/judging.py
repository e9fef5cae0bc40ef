"""Whether what was heard is what was asked for: the gates that every sound must pass. Pure.

The limits are wider than all recordings of these voices (2026-06: loudness -25.4 to -20.0 dBFS, not one clipped
sample, audio tokens of exactly 50 ms each); only something broken is outside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from deployer.core.resources import ModelVersion
from deployer.smoke.audio import SAMPLE_RATE, Measured, Sound
from deployer.smoke.usage import Usage

SHORTEST = 0.3
QUIETEST = -45.0
MOST_CLIPPED = 0.001
SECONDS_PER_TOKEN = 0.05
TOLERANCE = 0.4
"""Seconds that sound and usage may differ: one chunk of a stream."""

WORDS_PER_SECOND = (1.0, 6.0)
MOST_WRONG_WORDS = 0.3

MISTAKEN_RATES = (16_000, 22_050)
"""Hz of other voices and devices: sound made for one of them is this part of its length at ours."""

QUIET_END = 0.15
"""Seconds of silence that whole sound ends in, even if it is too quick: recorded voices end in 0.3 to 0.56 (2026-06),
and sound that was cut off ends loud.
"""

_FEWEST_WORDS = 4
"""Fewer words say nothing about how fast they were spoken: the silence around them weighs too much."""

_WORDS = re.compile(r"\w+(?:['\u2019]\w+)*")
_DATED = re.compile(r"-\d{4}(-\d\d-\d\d)?")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: the code of a diagnosis, and the numbers of this case as sentences."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a deployment said, in sound and in writing, and what it was asked to say."""

    sound: Sound
    measured: Measured
    asked: str
    transcript: str
    usage: Usage | None = None


def judge(answer: Answer) -> Finding | None:
    """The first thing wrong with an answer, the cause before its consequences; None when all is well."""
    return next((found for gate in _GATES for found in gate(answer)), None)


def _form(answer: Answer) -> Iterator[Finding]:
    sound = answer.sound
    if (sound.sample_rate, sound.channels) != (SAMPLE_RATE, 1):
        yield Finding(
            "smoke.wrong-format",
            f"The sound has {sound.channels} channel(s) at {sound.sample_rate} Hz;"
            f" documented is 1 at {SAMPLE_RATE} Hz.",
        )
    if len(sound.pcm) % 2:
        yield Finding(
            "smoke.odd-bytes",
            f"{len(sound.pcm)} bytes are not a whole number of samples of two bytes.",
        )


def _sound(answer: Answer) -> Iterator[Finding]:
    seconds, measured = answer.sound.seconds, answer.measured
    if seconds <= SHORTEST:
        yield Finding(
            "smoke.no-audio", f"{seconds:.2f} s of sound came; speech needs more than {SHORTEST} s."
        )
    if measured.loudness <= QUIETEST:
        yield Finding(
            "smoke.silent-audio",
            f"{seconds:.2f} s of sound came with a loudness of {measured.loudness:.1f} dBFS"
            f" (peak {measured.peak:.4f}); speech is above {QUIETEST:.0f} dBFS.",
        )
    if measured.is_constant_tone:
        yield Finding(
            "smoke.constant-tone",
            f"In {seconds:.2f} s of sound (loudness {measured.loudness:.1f} dBFS) the pitch never changes.",
        )
    if measured.is_noise:
        yield Finding(
            "smoke.noise",
            f"In {seconds:.2f} s of sound the loudness of {measured.loudness:.1f} dBFS never changes, and there is"
            " no pitch.",
        )
    if measured.clipped >= MOST_CLIPPED:
        yield Finding(
            "smoke.clipped-audio",
            f"{measured.clipped:.2%} of the samples are at full scale; at most {MOST_CLIPPED:.1%} may be.",
        )


def _cost(answer: Answer) -> Iterator[Finding]:
    mistake = answer.usage.mistake() if answer.usage else None
    if mistake:
        yield Finding("smoke.usage-arithmetic", f"In the answer's usage {mistake}.")


def _length(answer: Answer) -> Iterator[Finding]:
    seconds = answer.sound.seconds
    tokens = answer.usage.output.audio if answer.usage else None
    if tokens is not None:
        charged = tokens * SECONDS_PER_TOKEN
        if round(abs(seconds - charged), 6) > TOLERANCE:
            rate = _mistaken_rate(answer, charged)
            if rate is not None:
                yield Finding(
                    "smoke.wrong-rate",
                    f"{seconds:.2f} s of sound came, but its {tokens} audio tokens are {charged:.2f} s. It is not cut"
                    f" off, for it ends in {answer.measured.trailing_silence:.2f} s of silence: it has the length of"
                    f" sound at {rate} Hz that is played at {SAMPLE_RATE}.",
                )
            code = "smoke.truncated-audio" if seconds < charged else "smoke.overlong-audio"
            yield Finding(
                code,
                f"{seconds:.2f} s of sound came, but its {tokens} audio tokens are {charged:.2f} s.",
            )
    words = len(_words(answer.transcript))
    if words >= _FEWEST_WORDS and seconds:
        speed = words / seconds
        slowest, fastest = WORDS_PER_SECOND
        if not slowest <= speed <= fastest:
            code = "smoke.truncated-audio" if speed > fastest else "smoke.overlong-audio"
            yield Finding(
                code,
                f"The transcript's {words} words in {seconds:.2f} s of sound are {speed:.1f} words"
                f" a second; people say {slowest:.0f} to {fastest:.0f}.",
            )


def _mistaken_rate(answer: Answer, charged: float) -> int | None:
    """The rate that would explain why the sound is short and whole nevertheless; None if none does."""
    if answer.measured.trailing_silence < QUIET_END:
        return None
    for rate in MISTAKEN_RATES:
        if abs(answer.sound.seconds - charged * rate / SAMPLE_RATE) <= SECONDS_PER_TOKEN:
            return rate
    return None


def _text(answer: Answer) -> Iterator[Finding]:
    rate = word_error_rate(answer.asked, answer.transcript)
    if rate > MOST_WRONG_WORDS:
        yield Finding(
            "smoke.wrong-words",
            f'Asked to say "{answer.asked}", it says that it said "{answer.transcript}":'
            f" {rate:.0%} of the words are wrong, at most {MOST_WRONG_WORDS:.0%} may be.",
        )


_GATES: Sequence[Callable[[Answer], Iterator[Finding]]] = (_form, _sound, _cost, _length, _text)


def judge_delay(first_audio: float | None, within: float | None) -> Finding | None:
    """Whether the first audible sample came in time; both in seconds, None: no limit or nothing heard."""
    if first_audio is None or within is None or first_audio <= within:
        return None
    return Finding(
        "smoke.too-slow",
        f"The first audible sample came after {first_audio:.2f} s; the configuration wants it within {within:g} s.",
    )


def is_session_of(model: ModelVersion, stated: str) -> bool:
    """Whether a realtime session states this model, with its version or without any."""
    return stated.casefold() in (model.name.casefold(), f"{model.name}-{model.version}".casefold())


def is_answer_of(model: ModelVersion, stated: str) -> bool:
    """Whether a completion states this model. Which date it adds is not documented, so any will do; so will none."""
    name, stated = model.name.casefold(), stated.casefold()
    return stated in ("", name) or (
        stated.startswith(name) and _DATED.fullmatch(stated[len(name) :]) is not None
    )


def word_error_rate(asked: str, said: str) -> float:
    """Words put in, left out or exchanged, per word that was asked for; case and signs do not count."""
    wanted, heard = _words(asked), _words(said)
    row = list(range(len(heard) + 1))
    for number, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            diagonal, row[place] = (
                row[place],
                min(row[place] + 1, row[place - 1] + 1, diagonal + (word != other)),
            )
    return row[-1] / max(1, len(wanted))


def _words(text: str) -> list[str]:
    return _WORDS.findall(text.casefold())
