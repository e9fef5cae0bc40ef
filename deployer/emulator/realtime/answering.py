"""How a response is made: what is answered, in which form, and with whatever is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from deployer.emulator.data_plane.tools import Call
from deployer.emulator.data_plane.usage import BYTES_PER_AUDIO_TOKEN, text_tokens, text_within
from deployer.emulator.faults.steering import Latency
from deployer.emulator.faults.wrongs import Wrong, number, spoil
from deployer.emulator.realtime.items import Item
from deployer.emulator.realtime.settings import Settings
from deployer.emulator.realtime.turn import Close, Spoken, Step, Turn
from deployer.emulator.sound.companding import compress
from deployer.emulator.sound.voice import BYTES_PER_SECOND, Speaker


def steps(
    turn: Turn, content: Call | str, speaker: Speaker, wrong: Wrong, latency: Latency
) -> Iterator[Step]:
    """The steps of a response that answers with a call, in text or in sound."""
    filtered = wrong("contentFilter")
    if filtered is not None and filtered.get("where", "prompt") == "prompt":
        return turn.filtered()
    whole, made = _made(turn, content, speaker, wrong, latency)
    if filtered is not None:
        return turn.filtered(_half(turn, made, whole))
    return made if wrong("earlyClose") is None else _breaking(_half(turn, made, whole))


def _made(
    turn: Turn, content: Call | str, speaker: Speaker, wrong: Wrong, latency: Latency
) -> tuple[int, Iterator[Step]]:
    """The steps of a whole answer, and its length in tokens of whatever it is made of."""
    settings = turn.response.settings
    if isinstance(content, Call):
        return text_tokens(content.arguments), turn.calling(content, latency)
    if not settings.speaks:
        text = text_within(content, settings.token_limit)
        return text_tokens(text), turn.written(text, cut=text != content, latency=latency)
    whole = speaker.say(content, settings.voice, settings.speed)
    meant = whole.within(settings.token_limit)
    sent = spoil(meant, wrong)
    codes = None
    if settings.output_format != "pcm16":
        codes = compress(sent.pcm, settings.output_format)
    paced = wrong("paced")
    pace = 0.0 if paced is None else 1 / BYTES_PER_SECOND / number(paced, "speed", 1)
    spoken = Spoken(meant, sent, codes, pace, latency)
    length = len(sent.pcm) // BYTES_PER_AUDIO_TOKEN
    return length, turn.spoken(spoken, cut=meant is not whole)


def input_tokens(items: list[Item], settings: Settings) -> tuple[int, int]:
    """Text and audio tokens that the model reads before it answers."""
    text = text_tokens(settings.instructions)
    text += sum(text_tokens(json.dumps(tool)) for tool in settings.tools)
    text += sum(item.text_tokens for item in items)
    return text, sum(item.audio_tokens for item in items)


def _half(turn: Turn, steps: Iterator[Step], whole: int) -> Iterator[Step]:
    """The steps up to the one in which half of the answer has been sent, at least one piece of it."""
    for step in steps:
        yield step
        if turn.sent is not None and 2 * turn.sent >= whole:
            return


def _breaking(steps: Iterator[Step]) -> Iterator[Step]:
    """The steps, and then the end of the connection."""
    yield from steps
    yield [Close(1006)]
