"""Audio completions: text in, a WAV file or a stream of samples out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployer.catalog import queries
from deployer.smoke.answers import part, read_base64, read_object, text
from deployer.smoke.attempts import Attempt, Check
from deployer.smoke.audio import NotWav, read_wav
from deployer.smoke.diagnoses import CheckFailed
from deployer.smoke.judging import is_answer_of
from deployer.smoke.playing import Playing
from deployer.smoke.refusals import diagnose_event
from deployer.smoke.usage import Usage, read_usage
from deployer.smoke.wire import Wire, join


async def _hear_wav(attempt: Attempt) -> None:
    now = attempt.clock.now
    began = now()
    async with attempt.connect(attempt.target.access.endpoint) as wire:
        response = await wire.post(*_request(attempt, {"format": "wav"}))
        asked = _note_connection(attempt, wire, began)
        answer = read_object(await response.read())
    spent = now() - asked
    attempt.timings["total"] = now() - began
    _note_model(attempt, text(answer, "model"))
    audio = part(answer, "choices", "message", "audio")
    if not text(audio, "data"):
        raise CheckFailed("smoke.no-audio", "The message of the answer has no audio in it.")
    try:
        sound = read_wav(read_base64(audio["data"]))
    except NotWav as reason:
        raise CheckFailed("smoke.not-wav", f"Asked for wav, got {reason}.") from None
    attempt.evidence["wavSizes"] = "given" if sound.has_sizes else "unknown"
    # No limit for the first sound: a file is heard when all of it is there, so it grows with the sentence.
    await attempt.judge(
        sound,
        text(audio, "transcript"),
        read_usage(answer.get("usage")),
        spent=spent,
        heard=lambda position: spent + position,
    )


async def _hear_stream(attempt: Attempt) -> None:
    now = attempt.clock.now
    began = now()
    stream = _Stream()
    async with attempt.connect(attempt.target.access.endpoint) as wire:
        options = {"stream": True, "stream_options": {"include_usage": True}}
        response = await wire.post(*_request(attempt, {"format": "pcm16"}, **options))
        asked = _note_connection(attempt, wire, began)
        try:
            async for block in response.content.iter_any():
                stream.arrived(block, now())
        finally:
            attempt.note_playing(stream.playing, asked)
    spent = now() - asked
    attempt.timings["total"] = now() - began
    playing = stream.playing
    if not stream.is_done:
        raise CheckFailed(
            "smoke.connection-lost",
            f"The stream ended without [DONE], after {playing.sound.seconds:.2f} s of audio.",
        )
    _note_model(attempt, stream.model)
    if not playing.pieces:
        raise CheckFailed("smoke.no-audio", "No chunk of the stream had audio in it.")
    await attempt.judge(
        playing.sound,
        stream.transcript,
        stream.usage,
        spent=spent,
        heard=lambda position: playing.heard(position) - asked,
        within=attempt.settings.audio.first_audio_within,
    )


WAV = Check("audio-wav", "audio", _hear_wav, every_voice=True)
STREAM = Check("audio-stream", "audio", _hear_stream)


def _request(
    attempt: Attempt, audio: Mapping[str, str], **options: object
) -> tuple[str, Mapping[str, object]]:
    """URL and body. GA models are called without an api-version, the deployment named in the body."""
    access, deployment = attempt.target.access, attempt.target.deployment
    attempt.evidence["voice"] = attempt.voice
    body = {
        "modalities": ["text", "audio"],
        "audio": {"voice": attempt.voice, **audio},
        "messages": [{"role": "user", "content": attempt.request}],
        **options,
    }
    version = queries.api_version(deployment.model)
    attempt.evidence["api"] = version or "v1"
    if version is None:
        url = join(access.endpoint, "openai", "v1", "chat", "completions")
        return url, {"model": deployment.name, **body}
    path = ("openai", "deployments", deployment.name, "chat", "completions")
    return join(access.endpoint, *path, query={"api-version": version}), body


def _note_connection(attempt: Attempt, wire: Wire, began: float) -> float:
    """When the connection stood, which is when the question was asked; called at the first byte of the answer."""
    asked = wire.connected if wire.connected is not None else began
    attempt.timings |= {"connect": asked - began, "firstByte": attempt.clock.now() - asked}
    attempt.evidence |= wire.evidence
    return asked


def _note_model(attempt: Attempt, stated: str) -> None:
    model = attempt.target.deployment.model
    attempt.evidence["answerModel"] = stated
    if not is_answer_of(model, stated):
        detail = f'Deployed is {model}; the answer states "{stated}".'
        raise CheckFailed("smoke.wrong-model", detail)


class _Stream:
    """What has come of a streamed answer.

    Many chunks have no choices at all (recorded 2026-06: one for each audio token), the first may be about the
    content filter and name no model, usage comes before the last chunk, and nothing needs a finish_reason.
    """

    def __init__(self) -> None:
        self._lines = EventLines()
        self.playing = Playing()
        self.transcript = ""
        self.model = ""
        self.usage: Usage | None = None
        self.is_done = False

    def arrived(self, block: bytes, at: float) -> None:
        """Take in a block of bytes that came at that time. Raises CheckFailed for an error in the stream."""
        for data in self._lines.feed(block):
            if data == "[DONE]":
                self.is_done = True
                return
            chunk = read_object(data)
            if chunk.get("error"):
                raise diagnose_event(chunk["error"], "smoke.response-failed", "The stream")
            audio = part(chunk, "choices", "delta", "audio")
            self.playing.arrived(read_base64(text(audio, "data")), at)
            self.transcript += text(audio, "transcript")
            self.model = self.model or text(chunk, "model")
            self.usage = read_usage(chunk.get("usage")) or self.usage


class EventLines:
    """The data of server-sent events, from blocks of bytes that may end anywhere."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, block: bytes) -> Iterator[str]:
        """The data lines that are complete with this block."""
        *lines, self._rest = (self._rest + block).split(b"\n")
        for line in lines:
            if line.startswith(b"data:"):
                yield line[5:].strip().decode(errors="replace")
