"""What a session is set to, whatever the dialect calls it, and the checks both dialects share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from deployer.emulator.companding import LAWS
from deployer.emulator.refusals import (
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
from deployer.emulator.voice import VOICES
from deployer.emulator.waveforms import SAMPLE_RATE

FORMATS = ("pcm16", *LAWS)
"""Audio formats by the names of the preview protocol."""

INSTRUCTIONS = (
    "Your knowledge cutoff is 2023-10. You are a voice of the emulator: say what you are asked to say"
    " exactly, and otherwise say what you have understood."
)
"""Azure's own default is another text that begins with the same sentence."""

# Silence that ends a turn for semantic_vad, in ms. The emulator does not know what a sentence means, so
# eagerness only changes how long it waits.
_EAGERNESS = {"low": 800, "medium": 500, "auto": 500, "high": 300}


@dataclass(frozen=True, slots=True)
class TurnDetection:
    """When the user's turn begins and ends, and what happens then; times in milliseconds.

    The defaults are those seen on the wire (Azure documentation, 2024-12).
    """

    type: str = "server_vad"
    threshold: float = 0.5
    prefix_padding_ms: int = 300
    silence_duration_ms: int = 200
    create_response: bool = True
    interrupt_response: bool = True
    eagerness: str = "auto"
    idle_timeout_ms: int | None = None

    @property
    def silence_ms(self) -> int:
        """Silence that ends a turn."""
        if self.type == "semantic_vad":
            return _EAGERNESS[self.eagerness]
        return self.silence_duration_ms

    def shown(self, *names: str) -> dict[str, object]:
        """Itself in a session object; `names` are the dialect's fields of server_vad."""
        if self.type == "semantic_vad":
            names = ("type", "eagerness", "create_response", "interrupt_response")
        every = asdict(self)
        return {name: every[name] for name in names}


@dataclass(frozen=True, slots=True)
class Settings:
    """A session's settings, or those of one response."""

    speaks: bool = True
    input_format: str = "pcm16"
    output_format: str = "pcm16"
    instructions: str = INSTRUCTIONS
    voice: str = "alloy"
    turn_detection: TurnDetection | None = TurnDetection()
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


def turn_detection(value: Json, place: str) -> TurnDetection | None:
    """null, server_vad or semantic_vad; what is left out takes its default."""
    # Preview clients of Microsoft's send {"type": "none"} for null.
    if value is None or value == {"type": "none"}:
        return None
    given = fields(
        value,
        place,
        {
            "type": one_of("server_vad", "semantic_vad"),
            "threshold": between(0, 1),
            "prefix_padding_ms": between(0, 10_000, int),
            "silence_duration_ms": between(20, 10_000, int),
            "create_response": a(bool),
            "interrupt_response": a(bool),
            "eagerness": one_of(*_EAGERNESS),
            "idle_timeout_ms": nullable(between(5_000, 30_000, int)),
        },
    )
    required(given, "type", place)
    return TurnDetection(**given)


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


voice = one_of(*VOICES)
temperature = between(0.6, 1.2)
speed = between(0.25, 1.5)
transcription = nullable(a(dict))
noise_reduction = nullable(a(dict))
