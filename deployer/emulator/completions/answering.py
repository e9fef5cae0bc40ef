"""Audio completions: what is answered to a chat request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from deployer.emulator.completions import content_filters
from deployer.emulator.completions.audio_ids import AUDIO_ID_SECONDS, SaidAudio
from deployer.emulator.completions.requests import Asked
from deployer.emulator.data_plane.identifiers import hexadecimal
from deployer.emulator.data_plane.replies import exactly, reply
from deployer.emulator.data_plane.tools import Call, called
from deployer.emulator.data_plane.usage import Usage, text_tokens, text_within
from deployer.emulator.faults.steering import Latency, latency, scripted
from deployer.emulator.faults.wrongs import Wrong, spoil
from deployer.emulator.sound.voice import Speaker, Utterance


@dataclass(frozen=True)
class Answer:
    """One answer, complete, before it takes the form of a body or a stream.

    `utterance` is None for an answer in text, and for one that calls a function (`call`). `annotation` is what the
    content filters say beside each choice.
    """

    id: str
    created: int
    model: str
    text: str
    utterance: Utterance | None
    audio_id: str
    finish_reason: str
    usage: dict[str, object]
    tokens: int
    latency: Latency
    annotation: Mapping[str, object]
    call: Call | None = None
    call_id: str = ""

    @property
    def expires_at(self) -> int:
        """When the audio's id stops being known, in seconds since 1970."""
        return self.created + AUDIO_ID_SECONDS


def new_answer_id() -> str:
    """The id of an answer (form recorded 2026-06)."""
    return "chatcmpl-" + hexadecimal(29)


def answer(
    asked: Asked, model: str, speaker: Speaker, said: SaidAudio, wrong: Wrong, now: float
) -> Answer:
    """Say, write or call what is answered, with whatever is wrong with it; `said` gives its audio an id."""
    content = _content(asked, wrong)
    filtered = wrong("contentFilter") is not None
    created = int(now)
    utterance = None
    text, audio_id, finish_reason, output_audio = "", "", "stop", 0
    if isinstance(content, Call):
        if filtered:
            content = replace(content, arguments=content.arguments[: len(content.arguments) // 2])
        output_text, finish_reason = text_tokens(content.arguments), "tool_calls"
    elif asked.voice is None:
        text = text_within(content, _limit(asked, text_tokens(content), filtered))
        output_text = text_tokens(text)
        finish_reason = "stop" if text == content else "length"
    else:
        whole = speaker.say(content, asked.voice)
        tokens = whole.text_tokens + whole.audio_tokens
        utterance = whole.within(_limit(asked, tokens, filtered))
        finish_reason = "stop" if utterance is whole else "length"
        output_text, output_audio = utterance.text_tokens, utterance.audio_tokens
        audio_id = said.issue(created, output_audio)
        utterance = spoil(utterance, wrong)
    other = wrong("wrongModel")
    usage = Usage(asked.text_tokens, asked.audio_tokens, output_text, output_audio)
    return Answer(
        id=new_answer_id(),
        created=created,
        model=model if other is None else str(other.get("model", "gpt-4o-2024-11-20")),
        text=text,
        utterance=utterance,
        audio_id=audio_id,
        finish_reason="content_filter" if filtered else finish_reason,
        usage=usage.of_completion(
            wrong=wrong("wrongUsage") is not None, old=wrong("oldUsage") is not None
        ),
        tokens=usage.output,
        latency=latency(wrong),
        annotation=content_filters.of_answer(wrong),
        call=content if isinstance(content, Call) else None,
        call_id="call_" + hexadecimal(24),
    )


def _limit(asked: Asked, tokens: int, filtered: bool) -> int | None:
    """How much of an answer of so many tokens is given: a filter stops it half way."""
    if not filtered:
        return asked.max_tokens
    return min(tokens // 2, tokens if asked.max_tokens is None else asked.max_tokens)


def _content(asked: Asked, wrong: Wrong) -> Call | str:
    """A function to call, or the words of the answer."""
    told = scripted(wrong)
    if told is not None:
        return told
    if not asked.has_result and not any(map(exactly, asked.written)):
        call = called(asked.tools, asked.tool_choice, " ".join([*asked.written, *asked.heard]))
        if call is not None:
            return call
    return reply(asked.written, asked.heard, (), asked.tools)
