"""Any conversation keeps the protocol: whatever a client sends, in whatever order, in both generations."""

import base64
import logging
from collections.abc import Callable
from typing import Any

import pytest
from emulator.data.dialogue import Dialogue, kinds
from emulator.data.protocol import check_protocol
from emulator.data.served_session import calling
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from hypothesis.stateful import run_state_machine_as_test as run

from deployer.emulator.sound.voice import synthesise

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

    begin: Callable[[], Any]
    """Opens a session. What comes of it when may differ from run to run, so nothing that is drawn depends on it."""

    seen: set[str]
    """Types of events and ends of responses that any conversation had."""

    @initialize()
    def open(self):
        self.talk = type(self).begin()

    def do(self, unread, kind, **fields):
        """Send, and leave some of the answer unread."""
        self.talk.send(kind, **fields)
        self.talk.drain(unread)

    def item(self, number):
        """One of the items that were told of, the latest first."""
        told = [
            event["item"]["id"]
            for event in self.talk.events
            if event["type"] in self.talk.names["added"]
        ]
        return told[-1 - number % len(told)] if told else "item_of_nobody"

    items = st.integers(0, 20)
    reading = st.one_of(st.none(), st.integers(0, 30))

    @rule(
        text=st.sampled_from(["hello", "look here", "", "Say exactly: one two."]),
        n=reading,
    )
    def write(self, text, n):
        content = [{"type": "input_text", "text": text}]
        self.do(
            n,
            "conversation.item.create",
            item={"type": "message", "role": "user", "content": content},
        )

    @rule(after=items, n=reading)
    def insert(self, after, n):
        item = {
            "type": "message",
            "role": "system",
            "content": [{"type": "input_text", "text": "s"}],
        }
        self.do(n, "conversation.item.create", item=item, previous_item_id=self.item(after))

    @rule(name=st.sampled_from(list(SOUNDS)), n=reading)
    def speak(self, name, n):
        audio = base64.b64encode(SOUNDS[name]).decode()
        self.do(n, "input_audio_buffer.append", audio=audio)

    @rule(end=st.sampled_from(["commit", "clear"]), n=reading)
    def end_buffer(self, end, n):
        self.do(n, f"input_audio_buffer.{end}")

    @rule(
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
        self.do(n, "response.create", response=order)

    @rule(n=reading)
    def cancel(self, n):
        self.do(n, "response.cancel")

    @rule(item=items, milliseconds=st.sampled_from([0, 100, 99_999]), n=reading)
    def truncate(self, item, milliseconds, n):
        where = {"content_index": 0, "audio_end_ms": milliseconds}
        self.do(n, "conversation.item.truncate", item_id=self.item(item), **where)

    @rule(item=items, what=st.sampled_from(["retrieve", "delete"]), n=reading)
    def touch(self, item, what, n):
        self.do(n, f"conversation.item.{what}", item_id=self.item(item))

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
        try:
            self.talk.drain()
            # Whatever was asked for, the session still answers.
            assert "response.done" in kinds(self.talk.say("response.create"))
            check_protocol(self.talk.events, self.talk.names, commits=self.talk.commits)
            self.seen.update(kinds(self.talk.events))
            self.seen.update(
                event["response"]["status"]
                for event in self.talk.events
                if event["type"] == "response.done"
            )
        finally:
            self.talk.close()


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


def conversations(begin, count, steps):
    """What was seen in so many conversations of at most so many steps."""
    seen: set[str] = set()
    machine = type("Conversation", (Conversation,), {"begin": staticmethod(begin), "seen": seen})
    run(machine, settings=settings(max_examples=count, stateful_step_count=steps, deadline=None))
    return seen


both = pytest.mark.parametrize("dialect", ["preview 2025-04", "ga"])


@both
def test_any_conversation_keeps_the_protocol(dialect, caplog):
    with caplog.at_level(logging.WARNING):
        conversations(lambda: Dialogue(dialect), 25, 12)
    assert not caplog.records


def serve_conversations(endpoint, world, dialect, caplog, count, steps):
    """Conversations with a real server that speaks so fast that a client is sometimes faster, and sometimes not."""
    world.faults |= {"paced": {"speed": 200}, "latency": {"tokensPerSecond": 20_000}}
    with caplog.at_level(logging.WARNING), calling(endpoint) as client:
        seen = conversations(lambda: client.open(dialect), count, steps)
    assert not caplog.records
    return seen


@both
def test_any_conversation_with_a_server_keeps_the_protocol(endpoint, world, dialect, caplog):
    serve_conversations(endpoint, world, dialect, caplog, 5, 12)


@pytest.mark.long
@pytest.mark.timeout(600)
@both
def test_five_hundred_conversations_with_a_server_keep_the_protocol(
    endpoint, world, dialect, caplog
):
    seen = serve_conversations(endpoint, world, dialect, caplog, 500, 30)
    # A conversation may miss any of these; five hundred do not.
    assert seen >= {
        *("completed", "cancelled", "incomplete", "error", "session.updated"),
        *(f"conversation.item.{end}" for end in ("retrieved", "truncated", "deleted")),
        *(f"input_audio_buffer.{end}" for end in ("speech_started", "speech_stopped", "cleared")),
        "conversation.item.input_audio_transcription.completed",
        "response.function_call_arguments.done",
    }
