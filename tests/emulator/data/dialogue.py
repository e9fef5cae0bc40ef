"""Realtime sessions without sockets."""

import base64
import json
from functools import partial
from typing import Any

from emulator.data.protocol import GA_NAMES, PREVIEW_NAMES
from emulator.data.world import playing

from deployer.emulator.realtime.allowance import Limit
from deployer.emulator.realtime.ga import Ga
from deployer.emulator.realtime.hearing import Unheard
from deployer.emulator.realtime.outbox import Alarm
from deployer.emulator.realtime.preview import Preview
from deployer.emulator.realtime.session import RealtimeSession
from deployer.emulator.realtime.session_state import Called
from deployer.emulator.realtime.turn import Close, Pause
from deployer.emulator.sound.voice import Speaker

SPEAKER = Speaker()
MODEL = "gpt-4o-realtime-preview-2024-12-17"

DIALECTS = {
    "preview 2024-10": lambda: Preview("2024-10-01-preview"),
    "preview 2025-04": lambda: Preview("2025-04-01-preview"),
    "ga": Ga,
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

    def __init__(self, dialect="ga", faults=None, session=RealtimeSession, wrong=None):
        self.is_ga = dialect == "ga"
        self.names = GA_NAMES if self.is_ga else PREVIEW_NAMES
        self.faults = dict(faults or {})
        self.allowance = Allowed()
        self.events = []
        self.closed = None
        self.alarm = None
        self.commits = 0
        """How often the client has asked for its buffer to be committed."""
        self.session = session(
            DIALECTS[dialect](),
            Called(MODEL, 1_800_003_600, allowance=self.allowance),
            SPEAKER,
            wrong or self.wrong,
        )
        self.created = self.drain()

    def wrong(self, kind, event=""):
        return playing(self.faults, kind, event)

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
            if isinstance(event, Alarm):
                self.alarm = event
            elif not isinstance(event, Pause):
                found.append(json.loads(event))
        self.events += found
        return found

    def ring(self):
        """Let the time of the last alarm pass, if there is one, and return all that follows."""
        alarm, self.alarm = self.alarm, None
        if alarm is not None:
            self.session.rang(alarm)
        return self.drain()

    def say(self, kind, **fields):
        """Send a client event and return all that follows."""
        self.send(kind, **fields)
        return self.drain()

    def send(self, kind, **fields):
        self.commits += kind == "input_audio_buffer.commit"
        self.session.receive(json.dumps({"type": kind, **fields}))

    def close(self):
        """Nothing is left behind: there is no connection."""

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


class Slow(Dialogue):
    """A session whose recogniser is the test."""

    unheard = None

    def __init__(self, dialect, faults=None):
        super().__init__(dialect, faults, session=partial(RealtimeSession, recognises=True))

    def drain(self, limit=None):
        """Up to what has to be listened to, which is kept in `unheard`."""
        found = []
        while (event := self.session.next()) is not None:
            if isinstance(event, Unheard):
                self.unheard = event
                break
            found.append(json.loads(event))
        self.events += found
        return found

    def hear(self, words):
        unheard, self.unheard = self.unheard, None
        self.session.heard(unheard, words)
        return self.drain()


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
