"""Realtime sessions without sockets, and the checker that every stream of server events must pass."""

import base64
import json
from collections import Counter
from typing import Any

from deployer.emulator.realtime.allowance import Limit
from deployer.emulator.realtime.ga import Ga
from deployer.emulator.realtime.preview import Preview
from deployer.emulator.realtime.session import RealtimeSession
from deployer.emulator.realtime.session_state import Called
from deployer.emulator.realtime.turn import Close, Pause
from deployer.emulator.voice import Speaker

SPEAKER = Speaker()
MODEL = "gpt-4o-realtime-preview-2024-12-17"

DIALECTS = {
    "preview 2024-10": lambda: Preview("2024-10-01-preview"),
    "preview 2025-04": lambda: Preview("2025-04-01-preview"),
    "ga": Ga,
}

PREVIEW_NAMES: dict[str, Any] = {
    "audio": "response.audio",
    "transcript": "response.audio_transcript",
    "text": "response.text",
    "added": ["conversation.item.created"],
    "done": [],
}
GA_NAMES: dict[str, Any] = {
    "audio": "response.output_audio",
    "transcript": "response.output_audio_transcript",
    "text": "response.output_text",
    "added": ["conversation.item.added"],
    "done": ["conversation.item.done"],
}


class Allowed:
    """Six requests and so many tokens a minute, of one session alone."""

    def __init__(self, tokens=6000):
        self.tokens = tokens
        self.used = 0

    def use(self, tokens):
        self.used += tokens

    def limits(self):
        left = max(0, self.tokens - self.used)
        return [Limit("tokens", self.tokens, left, 60), Limit("requests", 6, 5, 60)]


class Dialogue:
    """A session and everything it has sent."""

    def __init__(self, dialect="ga", faults=None, session=RealtimeSession):
        self.is_ga = dialect == "ga"
        self.names = GA_NAMES if self.is_ga else PREVIEW_NAMES
        self.faults = dict(faults or {})
        self.allowance = Allowed()
        self.events = []
        self.closed = None
        self.session = session(
            DIALECTS[dialect](),
            Called(MODEL, 1_800_003_600, allowance=self.allowance),
            SPEAKER,
            self.faults.get,
        )
        self.created = self.drain()

    def drain(self, limit=None):
        """What the session sends now, at most `limit` events of it."""
        found: list[dict[str, Any]] = []
        while limit is None or len(found) < limit:
            event = self.session.next()
            if event is None:
                break
            if isinstance(event, Close):
                self.closed = event
                break
            if not isinstance(event, Pause):
                found.append(json.loads(event))
        self.events += found
        return found

    def say(self, kind, **fields):
        """Send a client event and return all that follows."""
        self.send(kind, **fields)
        return self.drain()

    def send(self, kind, **fields):
        self.session.receive(json.dumps({"type": kind, **fields}))

    def update(self, **session):
        return self.say("session.update", session={**self.required(), **session})

    def required(self):
        return {"type": "realtime"} if self.is_ga else {}

    def turn_detection(self, value):
        """`session.update` with this turn detection."""
        if self.is_ga:
            return self.update(audio={"input": {"turn_detection": value}})
        return self.update(turn_detection=value)

    def transcribe(self):
        wanted = {"model": "whisper-1"}
        if self.is_ga:
            return self.update(audio={"input": {"transcription": wanted}})
        return self.update(input_audio_transcription=wanted)

    def only_text(self):
        return self.update(**{"output_modalities" if self.is_ga else "modalities": ["text"]})

    def write(self, text):
        content = [{"type": "input_text", "text": text}]
        item = {"type": "message", "role": "user", "content": content}
        return self.say("conversation.item.create", item=item)

    def append(self, pcm, chunk=4800):
        """Send sound as a microphone would, and return all that follows."""
        found = []
        for start in range(0, len(pcm), chunk):
            audio = base64.b64encode(pcm[start : start + chunk]).decode()
            found += self.say("input_audio_buffer.append", audio=audio)
        return found


def kinds(events):
    return [event["type"] for event in events]


def collapsed(events):
    """The types in order, runs of one type as one."""
    found = kinds(events)
    return [kind for n, kind in enumerate(found) if n == 0 or found[n - 1] != kind]


def of(events, kind):
    return [event for event in events if event["type"] == kind]


def only(events, kind):
    (found,) = of(events, kind)
    return found


def sound(events, names):
    return b"".join(base64.b64decode(e["delta"]) for e in of(events, f"{names['audio']}.delta"))


def transcript(events, names):
    return "".join(event["delta"] for event in of(events, f"{names['transcript']}.delta"))


def check_protocol(events, names, complete=True):
    """The laws of any stream: unique ids, one done per added, deltas equal done, usage adds up."""
    ids = [event["event_id"] for event in events]
    assert len(ids) == len(set(ids))
    for opened, closed in (
        ("response.created", "response.done"),
        ("response.output_item.added", "response.output_item.done"),
        ("response.content_part.added", "response.content_part.done"),
        *((kind, done) for kind in names["added"] for done in names["done"]),
    ):
        begun, ended = (
            Counter(_key(e, opened) for e in events),
            Counter(_key(e, closed) for e in events),
        )
        del begun[None], ended[None]
        assert not ended - begun, f"{closed} without {opened}"
        assert max(begun.values(), default=1) == 1
        assert not complete or begun == ended, f"{opened} without {closed}"
    for response in (event["response"] for event in of(events, "response.done")):
        _check_response(response, events, names)


def _key(event, kind):
    if event["type"] != kind:
        return None
    if kind.startswith("conversation"):
        return event["item"]["id"]
    if kind in ("response.created", "response.done"):
        return event["response"]["id"]
    item = event.get("item_id") or event["item"]["id"]
    return (event["response_id"], item, event["output_index"], event.get("content_index"))


def _check_response(response, events, names):
    own = [e for e in events if e.get("response_id") == response["id"]]
    for index, item in enumerate(response["output"]):
        assert item["status"] in ("completed", "incomplete")
        assert item["status"] == (
            "completed" if response["status"] == "completed" else "incomplete"
        )
        of_item = [e for e in own if e.get("item_id") == item["id"]]
        assert {e["output_index"] for e in of_item} <= {index}
        if any(e["item_id"] == item["id"] for e in of(events, "conversation.item.truncated")):
            continue  # a truncated item has lost its transcript, even before its response is done
        for part in item.get("content", ()):
            text = part.get("text", part.get("transcript"))
            name = names["text" if "text" in part else "transcript"]
            field = "text" if "text" in part else "transcript"
            assert text == "".join(e["delta"] for e in of(of_item, f"{name}.delta"))
            assert text == only(of_item, f"{name}.done")[field]
            assert text == only(of_item, "response.content_part.done")["part"][field]
        if item["type"] == "function_call":
            joined = "".join(
                e["delta"] for e in of(of_item, "response.function_call_arguments.delta")
            )
            assert joined == item["arguments"]
    _check_usage(response, sound(own, names))


def _check_usage(response, pcm):
    usage = response["usage"]
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    into, out = usage["input_token_details"], usage["output_token_details"]
    assert usage["input_tokens"] == into["text_tokens"] + into["audio_tokens"]
    assert usage["output_tokens"] == out["text_tokens"] + out["audio_tokens"]
    preview = response.get("output_audio_format")
    form = preview or response["audio"]["output"]["format"]["type"]
    token = 2400 if form in ("pcm16", "audio/pcm") else 400
    assert out["audio_tokens"] == len(pcm) // token
    if response["status"] == "completed":
        assert len(pcm) % token == 0
