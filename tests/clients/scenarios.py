"""What every realtime client does in turn, in either generation of the protocol: each scenario raises when it fails.

A `Talk` sends client events and gives back server events as plain dictionaries; an adapter makes one of a client.
"""

import base64
from typing import Any, Protocol

from deployer.emulator.sound.voice import hear, synthesise

QUESTION = synthesise("What is the weather?", "sage").pcm + bytes(48_000)
LOOK = {
    "type": "function",
    "name": "look",
    "parameters": {"type": "object", "properties": {}, "required": []},
}


class Talk(Protocol):
    is_ga: bool

    def send(self, **event: Any) -> None: ...

    def receive(self) -> dict[str, Any]: ...


def until(talk: Talk, *kinds: str) -> list[dict[str, Any]]:
    """Everything up to and with the first event of one of these types."""
    found: list[dict[str, Any]] = []
    while not found or found[-1]["type"] not in kinds:
        found.append(talk.receive())
    return found


def update(talk: Talk, **session: Any) -> None:
    talk.send(
        type="session.update", session={**({"type": "realtime"} if talk.is_ga else {}), **session}
    )
    until(talk, "session.updated")


def write(talk: Talk, text: str) -> None:
    content = [{"type": "input_text", "text": text}]
    item = {"type": "message", "role": "user", "content": content}
    talk.send(type="conversation.item.create", item=item)
    talk.send(type="response.create")


def spoken(talk: Talk, events: list[dict[str, Any]]) -> str | None:
    name = "response.output_audio.delta" if talk.is_ga else "response.audio.delta"
    return hear(b"".join(base64.b64decode(one["delta"]) for one in events if one["type"] == name))


def text_to_audio(talk: Talk) -> None:
    write(talk, "Say exactly: Hello there.")
    events = until(talk, "response.done")

    assert spoken(talk, events) == "Hello there."
    assert events[-1]["response"]["status"] == "completed"


def audio_to_audio(talk: Talk) -> None:
    for start in range(0, len(QUESTION), 4_800):
        audio = base64.b64encode(QUESTION[start : start + 4_800]).decode()
        talk.send(type="input_audio_buffer.append", audio=audio)
    events = until(talk, "response.done")
    kinds = [event["type"] for event in events]

    assert spoken(talk, events) == "I heard: What is the weather?"
    assert kinds.index("input_audio_buffer.speech_started") < kinds.index("response.created")


def tools(talk: Talk) -> None:
    update(talk, tools=[LOOK])
    write(talk, "Please look.")
    call = until(talk, "response.done")[-1]["response"]["output"][0]
    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "a fox"}
    talk.send(type="conversation.item.create", item=output)
    talk.send(type="response.create")

    assert call["name"] == "look"
    assert "the tool answered a fox" in (spoken(talk, until(talk, "response.done")) or "")


def cancel(talk: Talk) -> None:
    write(talk, "Say exactly: " + "one two three " * 60)
    until(talk, "response.created")
    talk.send(type="response.cancel")

    # A race, as on Azure: the answer may have been whole before the cancel came.
    assert until(talk, "response.done")[-1]["response"]["status"] in ("cancelled", "completed")


def error(talk: Talk) -> None:
    talk.send(type="input_audio_buffer.commit", event_id="mine")
    found = until(talk, "error")[-1]["error"]

    assert (found["code"], found["event_id"]) == ("input_audio_buffer_commit_empty", "mine")


def long_session(talk: Talk) -> None:
    for number in range(20):
        write(talk, f"Say exactly: number {number}")
        assert spoken(talk, until(talk, "response.done")) == f"number {number}"


SCENARIOS = (text_to_audio, audio_to_audio, tools, cancel, error, long_session)
