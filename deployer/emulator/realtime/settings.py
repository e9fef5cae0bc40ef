"""What a session is set to, whatever the dialect calls it, and the checks both dialects share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deployer.emulator.data_plane.refusals import (
    Check,
    Json,
    a,
    between,
    fields,
    nullable,
    one_of,
    required,
    unsupported,
)
from deployer.emulator.realtime.turn_detection import SERVER_VAD, TurnDetection
from deployer.emulator.sound.companding import LAWS
from deployer.emulator.sound.voice import VOICES
from deployer.emulator.sound.waveforms import SAMPLE_RATE

FORMATS = ("pcm16", *LAWS)
"""Audio formats by the names of the preview protocol."""

LOGPROBS = "item.input_audio_transcription.logprobs"
"""The one thing that a session can be asked to include."""

INSTRUCTIONS = (
    "Your knowledge cutoff is 2023-10. You are a voice of the emulator: say what you are asked to say"
    " exactly, and otherwise say what you have understood."
)
"""Azure's own default is another text that begins with the same sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """A session's settings, or those of one response."""

    speaks: bool = True
    input_format: str = "pcm16"
    output_format: str = "pcm16"
    instructions: str = INSTRUCTIONS
    voice: str = "alloy"
    turn_detection: TurnDetection | None = SERVER_VAD
    transcription: Mapping[str, Json] | None = None
    noise_reduction: Mapping[str, Json] | None = None
    tools: tuple[Mapping[str, Json], ...] = ()
    tool_choice: Json = "auto"
    temperature: float = 0.8
    max_output_tokens: int | str = "inf"
    speed: float = 1.0
    tracing: Json = None
    prompt: Json = None
    include: Json = None
    truncation: Json = "auto"

    @property
    def token_limit(self) -> int | None:
        """The output tokens of one response; None without a limit."""
        return self.max_output_tokens if isinstance(self.max_output_tokens, int) else None

    @property
    def transcribed_by(self) -> str:
        """The model that transcribes, if anything does."""
        return (self.transcription or {}).get("model") or "whisper-1"


def max_output_tokens(value: Json, place: str) -> int | str:
    """1 to 4096, or "inf"."""
    return "inf" if value == "inf" else int(between(1, 4096, int)(value, place))


def tools(value: Json, place: str) -> tuple[Mapping[str, Json], ...]:
    """Functions; each with a name."""
    for number, tool in enumerate(a(list)(value, place)):
        at = f"{place}[{number}]"
        one_of("function")(required(a(dict)(tool, at), "type", at), f"{at}.type")
        a(str)(required(tool, "name", at), f"{at}.name")
    return tuple(value)


def tool_choice(value: Json, place: str) -> Json:
    """A word, or the one function to call."""
    if isinstance(value, dict):
        required(value, "name", place)
        return value
    return one_of("auto", "none", "required")(value, place)


def audio_format(*names: str) -> Check:
    """A check for `FORMATS`, by the dialect's names for them and in their order; returns ours.

    A name may come alone or as the `type` of an object, which may also have the `rate` that it stands for.
    """

    def check(value: Json, place: str) -> str:
        if isinstance(value, dict):
            allowed: dict[str, Check] = {"type": a(str), "rate": a(int)}
            name, place = required(fields(value, place, allowed), "type", place), f"{place}.type"
            rate = value.get("rate", SAMPLE_RATE)
            if name == names[0] and rate != SAMPLE_RATE:
                raise unsupported(rate, place.removesuffix("type") + "rate", (str(SAMPLE_RATE),))
        else:
            name = a(str)(value, place)
        # Microsoft's own client writes g711-ulaw.
        return FORMATS[names.index(one_of(*names)(name.replace("g711-", "g711_"), place))]

    return check


def anything(value: Json, _place: str) -> Json:
    """Whatever it is: shown again, and of no effect here."""
    return value


def word(*known: str) -> Check:
    """One of these words; what is no word at all has the wrong type."""
    check = one_of(*known)
    return lambda value, place: check(a(str)(value, place), place)


def _noise_reduction(value: Json, place: str) -> Mapping[str, Json]:
    allowed: dict[str, Check] = {"type": word("near_field", "far_field"), "strength": a(float)}
    return fields(value, place, allowed)


def transcription(*models: str) -> Check:
    """A check for what transcribes the user's sound, or null; without names any model is taken."""
    allowed: dict[str, Check] = {
        "model": nullable(word(*models) if models else a(str)),
        "language": nullable(a(str)),
        "prompt": nullable(a(str)),
        "delay": anything,
        "keywords": nullable(a(list)),
        "languages": nullable(a(list)),
    }
    return nullable(lambda value, place: fields(value, place, allowed))


def _include(value: Json, place: str) -> list[Json]:
    for number, one in enumerate(a(list)(value, place)):
        word(LOGPROBS)(one, f"{place}[{number}]")
    return list(value)


voice = word(*VOICES)
temperature = between(0.6, 1.2)
speed = between(0.25, 1.5)
noise_reduction = nullable(_noise_reduction)
include = nullable(_include)
