"""Audio completions: what a chat request asks for, or why it cannot be taken."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deployer.emulator.completions.audio_ids import SaidAudio
from deployer.emulator.data_plane.refusals import (
    InvalidRequest,
    Json,
    a,
    between,
    missing,
    nullable,
    one_of,
    required,
    unsupported,
)
from deployer.emulator.data_plane.replies import UNRECOGNISED
from deployer.emulator.data_plane.tools import Tool, read_choice, read_tools
from deployer.emulator.data_plane.usage import heard_tokens, text_tokens
from deployer.emulator.sound.encoders import ENCODED_FORMATS, can_encode
from deployer.emulator.sound.recording import Recording, read_mp3, read_wav
from deployer.emulator.sound.voice import VOICES, hear

MAX_AUDIO_BYTES = 20_000_000
"""Of one audio input (Azure documentation, 2025-01: 20 MB)."""

_FORMATS = ("wav", "mp3", "flac", "opus", "pcm16")
_ROLES = ("system", "developer", "user", "assistant", "tool", "function")
_PREVIEW_VOICES = ("alloy", "echo", "shimmer")
"""Of the preview models (Azure documentation, 2025-01)."""
_MESSAGE_TOKENS = 4


@dataclass
class Asked:
    """A valid chat request: the user's last turn, the form of the answer, and what came in."""

    written: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    voice: str | None = None
    audio_format: str = "wav"
    stream: bool = False
    include_usage: bool = False
    max_tokens: int | None = None
    text_tokens: int = 0
    audio_tokens: int = 0
    has_audio: bool = False
    tools: tuple[Tool, ...] = ()
    tool_choice: Json = "auto"
    has_result: bool = False
    call_ids: set[str] = field(default_factory=set)

    @property
    def tokens(self) -> int:
        """All that came in."""
        return self.text_tokens + self.audio_tokens


def voices_of(model: str, told: Mapping[str, object] | None) -> tuple[str, ...]:
    """The voices that a model takes: all, unless told that they are few, and then which (`voices`), or the documented ones."""
    if told is None:
        return VOICES
    stated = told.get("voices")
    if not isinstance(stated, list):
        stated = _PREVIEW_VOICES if model.endswith("-audio-preview") else VOICES
    return tuple(voice for voice in VOICES if voice in stated)


def refuse_audio_fields(body: Json) -> None:
    """Refuse what an api-version without audio has no names for, in the model layer's words for a field it does not know."""
    for name in ("modalities", "audio"):
        if isinstance(body, dict) and body.get(name) is not None:
            raise InvalidRequest(f"Unrecognized request argument supplied: {name}", code=None)


def read_request(
    body: Json,
    said: SaidAudio,
    now: float,
    hear: Callable[[bytes], str | None] = hear,
    voices: tuple[str, ...] = VOICES,
) -> Asked:
    """What the body asks for; raises `InvalidRequest` as the model layer would.

    `hear` understands its sound, `voices` are those that may answer.
    """
    a(dict)(body, "body")
    messages = required(body, "messages", "")
    asked = Asked(**_wanted(body, voices))
    for number, message in enumerate(a(list)(messages, "messages")):
        _read_message(message, f"messages[{number}]", asked, said, now, hear)
    if not messages:
        raise InvalidRequest(
            "Invalid 'messages': empty array. Expected an array with minimum length 1,"
            " but got an empty array instead.",
            code="empty_array",
            param="messages",
        )
    if asked.voice is None and not asked.has_audio:
        raise InvalidRequest(
            "This model requires that either input content or output modality contain audio.",
            code="invalid_value",
            param="model",
        )
    return asked


def _wanted(body: Mapping[str, Json], voices: tuple[str, ...]) -> dict[str, Json]:
    """The form of the answer."""
    modalities = nullable(a(list))(body.get("modalities"), "modalities") or ["text"]
    for number, modality in enumerate(modalities):
        one_of("text", "audio")(modality, f"modalities[{number}]")
    stream = nullable(a(bool))(body.get("stream"), "stream") or False
    options = nullable(a(dict))(body.get("stream_options"), "stream_options") or {}
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    nullable(between(1, 16384, int))(limit, "max_completion_tokens")
    response_format = body.get("response_format")
    if isinstance(response_format, dict) and response_format.get("type") == "json_schema":
        raise InvalidRequest(
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
            code=None,
        )
    if body.get("n") not in (None, 1):
        raise unsupported(body["n"], "n", ("1",))
    tools = nullable(read_tools)(body.get("tools"), "tools") or ()
    choice = nullable(read_choice)(body.get("tool_choice"), "tool_choice") or "auto"
    wanted = {
        "tools": tools,
        "tool_choice": choice,
        "stream": stream,
        "include_usage": options.get("include_usage") is True,
        "max_tokens": limit,
    }
    return wanted | (_wanted_audio(body, stream, voices) if "audio" in modalities else {})


def _wanted_audio(
    body: Mapping[str, Json], stream: bool, voices: tuple[str, ...]
) -> dict[str, Json]:
    audio = a(dict)(required(body, "audio", ""), "audio")
    voice = one_of(*voices)(required(audio, "voice", "audio"), "audio.voice")
    audio_format = one_of(*_FORMATS)(required(audio, "format", "audio"), "audio.format")
    if stream and audio_format != "pcm16":
        raise InvalidRequest(
            f"Unsupported value: 'audio.format' does not support '{audio_format}' when stream=true."
            " Supported values are: 'pcm16'.",
            code="unsupported_value",
            param="audio.format",
        )
    if audio_format in ENCODED_FORMATS and not can_encode():
        raise InvalidRequest(
            f"'{audio_format}' is a format of Azure's that this emulator cannot encode here."
            " Ask for 'wav' or 'pcm16', or install the extra: pip install 'deployer[formats]'.",
            code="unsupported_by_emulator",
            param="audio.format",
        )
    return {"voice": voice, "audio_format": audio_format}


def _read_message(
    message: Json,
    place: str,
    asked: Asked,
    said: SaidAudio,
    now: float,
    hear: Callable[[bytes], str | None],
) -> None:
    a(dict)(message, place)
    role = one_of(*_ROLES)(required(message, "role", place), f"{place}.role")
    content = message.get("content")
    if role == "user":
        # Only the last user turn is answered; what came before is only counted.
        asked.written, asked.heard, asked.has_result = [], [], False
    elif role == "assistant":
        _read_calls(message, place, asked)
    elif role == "tool":
        _read_result(message, place, asked)
    asked.text_tokens += _MESSAGE_TOKENS
    if isinstance(content, str):
        _read_text(content, role, asked)
    elif isinstance(content, list):
        for number, part in enumerate(content):
            _read_part(part, f"{place}.content[{number}]", role, asked, hear)
    elif role in ("user", "system", "developer", "tool"):
        raise missing(f"{place}.content")
    audio = nullable(a(dict))(message.get("audio"), f"{place}.audio")
    if audio:
        _read_reference(audio, f"{place}.audio", asked, said, now)


def _read_calls(message: Mapping[str, Json], place: str, asked: Asked) -> None:
    calls = nullable(a(list))(message.get("tool_calls"), f"{place}.tool_calls") or []
    for number, call in enumerate(calls):
        at = f"{place}.tool_calls[{number}]"
        call_id = a(str)(required(a(dict)(call, at), "id", at), f"{at}.id")
        function = a(dict)(required(call, "function", at), f"{at}.function")
        arguments = function.get("arguments", "")
        asked.call_ids.add(call_id)
        asked.text_tokens += text_tokens(a(str)(arguments, f"{at}.function.arguments"))


def _read_result(message: Mapping[str, Json], place: str, asked: Asked) -> None:
    call_id = a(str)(required(message, "tool_call_id", place), f"{place}.tool_call_id")
    if call_id not in asked.call_ids:
        raise InvalidRequest(
            "Invalid parameter: messages with role 'tool' must be a response to a preceding message"
            " with 'tool_calls'.",
            code=None,
            param=f"{place}.role",
        )
    asked.has_result = True


def _read_part(
    part: Json, place: str, role: str, asked: Asked, hear: Callable[[bytes], str | None]
) -> None:
    a(dict)(part, place)
    kind = one_of("text", "input_audio", "refusal")(required(part, "type", place), f"{place}.type")
    if kind == "text":
        _read_text(a(str)(required(part, "text", place), f"{place}.text"), role, asked)
    elif kind == "input_audio":
        place = f"{place}.input_audio"
        recording = _recording(a(dict)(required(part, "input_audio", place[:-12]), place), place)
        asked.has_audio = True
        asked.audio_tokens += heard_tokens(recording.seconds)
        if role == "user":
            asked.heard.append(hear(recording.pcm) or UNRECOGNISED)


def _read_text(text: str, role: str, asked: Asked) -> None:
    asked.text_tokens += text_tokens(text)
    if role == "user":
        asked.written.append(text)
    elif role == "tool":
        asked.written.append(f"the tool answered {text}")


def _recording(audio: Mapping[str, Json], place: str) -> Recording:
    data = a(str)(required(audio, "data", place), f"{place}.data")
    audio_format = one_of("wav", "mp3")(required(audio, "format", place), f"{place}.format")
    try:
        content = base64.b64decode(data, validate=True)
        if len(content) > MAX_AUDIO_BYTES:
            raise ValueError(f"larger than {MAX_AUDIO_BYTES // 1_000_000} MB")
        return read_wav(content) if audio_format == "wav" else read_mp3(content)
    except (binascii.Error, ValueError) as error:
        raise InvalidRequest(
            f"Invalid '{place}.data': not a {audio_format} file in base64 ({error}).",
            code="invalid_value",
            param=f"{place}.data",
        ) from None


def _read_reference(
    audio: Mapping[str, Json], place: str, asked: Asked, said: SaidAudio, now: float
) -> None:
    audio_id = a(str)(required(audio, "id", place), f"{place}.id")
    tokens = said.find(audio_id, now)
    if tokens is None:
        raise InvalidRequest(
            f"Audio with id '{audio_id}' was not found; it may have expired.",
            code="invalid_value",
            param=f"{place}.id",
        )
    asked.has_audio = True
    asked.audio_tokens += tokens
