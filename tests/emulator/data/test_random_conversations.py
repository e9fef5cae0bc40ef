"""Any conversation keeps the protocol: whatever a client sends, in whatever order, in both generations."""

import base64
import logging
from typing import Any

import pytest
from emulator.data.dialogue import Dialogue, check_protocol, kinds
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run

from deployer.emulator.voice import synthesise

SPEECH = synthesise("Hello.", "ash").pcm + bytes(19200)
SOUNDS = {
    "a turn": SPEECH,
    "its beginning": SPEECH[:30_000],
    "silence": bytes(9_600),
    "half": b"\x01",
}
TOOL = {"type": "function", "name": "look", "parameters": {"required": ["at"]}}


class Conversation(RuleBasedStateMachine):
    """A client that knows the events but not when they make sense; it reads as much as it likes of what is sent."""

    items = Bundle("items")
    dialect = ""

    @initialize(target=items)
    def open(self):
        self.talk = Dialogue(self.dialect)
        return multiple()

    def do(self, unread, kind, **fields):
        """Send, leave some of the answer unread, and return the ids of the items that were told of."""
        before = len(self.talk.events)
        self.talk.send(kind, **fields)
        self.talk.drain(unread)
        told = (
            event
            for event in self.talk.events[before:]
            if event["type"] in self.talk.names["added"]
        )
        return multiple(*(event["item"]["id"] for event in told))

    reading = st.one_of(st.none(), st.integers(0, 30))

    @rule(
        target=items,
        text=st.sampled_from(["hello", "look here", "", "Say exactly: one two."]),
        n=reading,
    )
    def write(self, text, n):
        content = [{"type": "input_text", "text": text}]
        return self.do(
            n,
            "conversation.item.create",
            item={"type": "message", "role": "user", "content": content},
        )

    @rule(target=items, after=items, n=reading)
    def insert(self, after, n):
        item = {
            "type": "message",
            "role": "system",
            "content": [{"type": "input_text", "text": "s"}],
        }
        return self.do(n, "conversation.item.create", item=item, previous_item_id=after)

    @rule(target=items, name=st.sampled_from(list(SOUNDS)), n=reading)
    def speak(self, name, n):
        audio = base64.b64encode(SOUNDS[name]).decode()
        return self.do(n, "input_audio_buffer.append", audio=audio)

    @rule(target=items, end=st.sampled_from(["commit", "clear"]), n=reading)
    def end_buffer(self, end, n):
        return self.do(n, f"input_audio_buffer.{end}")

    @rule(
        target=items,
        order=st.sampled_from(
            [
                {},
                {"max_output_tokens": 20},
                {"conversation": "none"},
                {"instructions": "Say exactly: x"},
            ]
        ),
        n=reading,
    )
    def answer(self, order, n):
        return self.do(n, "response.create", response=order)

    @rule(target=items, n=reading)
    def cancel(self, n):
        return self.do(n, "response.cancel")

    @rule(item=items, milliseconds=st.sampled_from([0, 100, 99_999]), n=reading)
    def truncate(self, item, milliseconds, n):
        where = {"content_index": 0, "audio_end_ms": milliseconds}
        self.do(n, "conversation.item.truncate", item_id=item, **where)

    @rule(item=items, what=st.sampled_from(["retrieve", "delete"]), n=reading)
    def touch(self, item, what, n):
        self.do(n, f"conversation.item.{what}", item_id=item)

    @rule(
        flat=st.sampled_from(
            [
                {"turn_detection": None},
                {"turn_detection": {"type": "server_vad", "interrupt_response": False}},
                {"turn_detection": {"type": "semantic_vad", "eagerness": "high"}},
                {"voice": "echo"},
                {"input_audio_transcription": {"model": "whisper-1"}},
                {"tools": [TOOL]},
                {"modalities": ["text"]},
                {"modalities": ["text", "audio"]},
                {"input_audio_format": "g711_ulaw"},
                {"output_audio_format": "g711_alaw"},
                {"nonsense": 1},
            ]
        ),
        n=reading,
    )
    def update(self, flat, n):
        self.do(n, "session.update", session=nested(flat) if self.talk.is_ga else flat)

    @rule(n=reading)
    def babble(self, n):
        self.do(n, "nonsense")

    def teardown(self):
        if not hasattr(self, "talk"):
            return
        self.talk.drain()
        # Whatever was asked for, the session still answers.
        found = self.talk.say("response.create")
        assert found[-1]["type"] == "response.done"
        assert kinds(self.talk.events)[0] == "session.created"
        check_protocol(self.talk.events, self.talk.names)


def nested(flat):
    """The same update in the words of the GA protocol."""
    ((name, value),) = flat.items()
    law = {"type": {"g711_ulaw": "audio/pcmu", "g711_alaw": "audio/pcma"}.get(str(value))}
    known: dict[str, Any] = {
        "turn_detection": {"audio": {"input": {"turn_detection": value}}},
        "voice": {"audio": {"output": {"voice": value}}},
        "input_audio_transcription": {"audio": {"input": {"transcription": value}}},
        "modalities": {"output_modalities": [str(value[-1]) if isinstance(value, list) else ""]},
        "input_audio_format": {"audio": {"input": {"format": law}}},
        "output_audio_format": {"audio": {"output": {"format": law}}},
    }
    return {"type": "realtime", **known.get(name, flat)}


def conversations(dialect, count, steps):
    machine = type(f"Conversation in {dialect}", (Conversation,), {"dialect": dialect})
    run(machine, settings=settings(max_examples=count, stateful_step_count=steps, deadline=None))


both = pytest.mark.parametrize("dialect", ["preview 2025-04", "ga"])


@both
def test_any_conversation_keeps_the_protocol(dialect, caplog):
    with caplog.at_level(logging.WARNING):
        conversations(dialect, 25, 12)
    assert not caplog.records


@pytest.mark.long
@pytest.mark.timeout(600)
@both
def test_five_hundred_conversations_keep_the_protocol(dialect):
    conversations(dialect, 500, 30)
