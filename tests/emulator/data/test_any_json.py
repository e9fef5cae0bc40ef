"""Whatever JSON a client sends is answered or refused; nothing breaks."""

import json

from emulator.data.calls import chat
from emulator.data.dialogue import SPEAKER, Dialogue
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deployer.emulator.completions.answering import answer
from deployer.emulator.completions.audio_ids import SaidAudio
from deployer.emulator.completions.requests import read_request
from deployer.emulator.data_plane.refusals import InvalidRequest

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["", "text", "auto", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "id", "name", "text"]), inner, max_size=2)
    ),
    max_leaves=4,
)

TOOL = {
    "type": "function",
    "name": "look",
    "parameters": {"properties": {"at": {"type": "string", "enum": ["it"]}}, "required": ["at"]},
}
CONTENT = [{"type": "input_text", "text": "hello"}, {"type": "input_audio", "audio": "AAAA"}]
EVENTS = [
    {
        "type": "session.update",
        "session": {"type": "realtime", "tools": [TOOL], "tool_choice": "required"},
    },
    {
        "type": "session.update",
        "session": {
            "type": "realtime",
            "audio": {"input": {"turn_detection": {"type": "server_vad", "threshold": 0.5}}},
        },
    },
    {
        "type": "conversation.item.create",
        "previous_item_id": "root",
        "item": {"id": "one", "type": "message", "role": "user", "content": CONTENT},
    },
    {
        "type": "response.create",
        "response": {"input": [{"type": "item_reference", "id": "one"}], "metadata": {"a": "b"}},
    },
    {"type": "conversation.item.truncate", "item_id": "one", "content_index": 0, "audio_end_ms": 1},
    {"type": "input_audio_buffer.append", "audio": "AAAA"},
]
BODY = chat(
    messages=[
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "Say hello."}]},
        {"role": "assistant", "content": "Hello.", "audio": None},
        {"role": "user", "content": "Again."},
    ],
    stream_options={"include_usage": True},
    max_completion_tokens=50,
)


def places(value, so_far=()):
    """The paths to everything inside."""
    yield so_far
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*so_far, key))


def changed(value, path, other):
    """A copy with something else at that place."""
    if not path:
        return other
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(copy[path[0]], path[1:], other)
    return copy


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(places(BODY))), values)
@example(("messages", 3, "content"), "\ud800")
def test_any_chat_body_is_answered_or_refused(place, other):
    said = SaidAudio()
    try:
        asked = read_request(changed(BODY, place, other), said, 0)
    except InvalidRequest as refusal:
        assert refusal.message
    else:
        assert answer(asked, "model", SPEAKER, said, lambda kind: None, 0).usage


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(EVENTS) - 1), st.data())
def test_any_event_is_taken_or_refused(number, data):
    talk = Dialogue("ga")
    for index, event in enumerate(EVENTS):
        sent = event
        if index == number:
            place = data.draw(st.sampled_from(list(places(event))))
            sent = changed(event, place, data.draw(values))
        talk.session.receive(json.dumps(sent))
        talk.drain()
    assert talk.say("response.create")[-1]["type"] in ("response.done", "error")


def test_json_too_deep_to_read_is_refused():
    talk = Dialogue("ga")
    talk.session.receive("[" * 100_000)

    assert talk.drain()[0]["error"]["code"] == "invalid_json"
