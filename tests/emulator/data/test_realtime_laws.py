"""Laws that hold for any conversation: whatever a client sends, in whatever order."""

import base64
import json

import pytest
from emulator.data.dialogue import Dialogue, check_protocol, kinds
from hypothesis import given, settings
from hypothesis import strategies as st

from deployer.emulator.voice import synthesise

SPEECH = synthesise("Hello.", "ash").pcm + bytes(19200)
TOOL = {"type": "function", "name": "look", "parameters": {"required": ["at"]}}


def event(kind, **fields):
    return st.just({"type": kind, **fields})


def update(**session):
    return event("session.update", session=session)


def write(text):
    content = [{"type": "input_text", "text": text}]
    item = {"type": "message", "role": "user", "content": content}
    return event("conversation.item.create", item=item)


append = st.sampled_from([SPEECH, SPEECH[:30000], bytes(9600), b"\x01"]).map(
    lambda pcm: {"type": "input_audio_buffer.append", "audio": base64.b64encode(pcm).decode()}
)
events = st.one_of(
    append,
    write("hello"),
    write("look here"),
    event("response.create"),
    event("response.create", response={"max_output_tokens": 20}),
    event("response.cancel"),
    event("input_audio_buffer.commit"),
    event("input_audio_buffer.clear"),
    event("nonsense"),
    update(turn_detection=None),
    update(type="realtime", audio={"input": {"turn_detection": None}}),
    update(tools=[TOOL]),
    update(type="realtime", tools=[TOOL]),
    update(modalities=["text"]),
    update(type="realtime", output_modalities=["text"]),
    st.builds(
        lambda kind, which: {"type": kind, "which": which},
        st.sampled_from(["retrieve", "delete", "truncate"]),
        st.integers(0, 5),
    ),
)


def addressed(wanted, talk):
    """An event about the n-th item seen so far."""
    if "which" not in wanted:
        return wanted
    ids = [event["item"]["id"] for event in talk.events if event["type"] in talk.names["added"]]
    item_id = ids[wanted["which"] % len(ids)] if ids else "item_x"
    found = {"type": f"conversation.item.{wanted['type']}", "item_id": item_id}
    return found | (
        {"content_index": 0, "audio_end_ms": 100} if wanted["type"] == "truncate" else {}
    )


@pytest.mark.parametrize("dialect", ["preview 2025-04", "ga"])
@settings(max_examples=60, deadline=None)
@given(steps=st.lists(st.tuples(events, st.integers(0, 30)), max_size=12))
def test_any_conversation_keeps_the_protocol(dialect, steps):
    talk = Dialogue(dialect)
    for wanted, then_read in steps:
        talk.session.receive(json.dumps(addressed(wanted, talk)))
        talk.drain(then_read)
    talk.drain()
    # Whatever was asked for, the session still answers.
    found = talk.say("response.create")

    assert found[-1]["type"] == "response.done"
    check_protocol(talk.events, talk.names)
    assert kinds(talk.events)[0] == "session.created"
