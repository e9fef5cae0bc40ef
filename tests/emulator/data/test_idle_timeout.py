"""A session that speaks by itself after a silence: what starts the wait, what ends it, and what is sent."""

import asyncio
import base64
import json
import selectors
from typing import Any

import pytest
from aiohttp import WSMsgType
from emulator.data.dialogue import Dialogue, kinds, of, only, sound, transcript
from emulator.data.protocol import check_protocol

from deployer.emulator.data_plane.replies import STILL_THERE
from deployer.emulator.realtime import connection
from deployer.emulator.realtime.ga import Ga
from deployer.emulator.realtime.outbox import Alarm
from deployer.emulator.realtime.session import RealtimeSession
from deployer.emulator.realtime.session_state import Called
from deployer.emulator.realtime.turn import Close, Pause
from deployer.emulator.sound.voice import Speaker, synthesise

SPEECH = synthesise("Hello there.", "alloy").pcm
SILENCE = bytes(48_000)


class Waiting(Dialogue):
    """A session whose clock is the test: `alarm` is what it waits for."""

    alarm = None
    paused = 0.0

    def drain(self, limit=None):
        found = []
        while (event := self.session.next()) is not None:
            if isinstance(event, Alarm):
                self.alarm = event
            elif isinstance(event, Pause):
                self.paused += event.seconds
            elif not isinstance(event, Close):
                found.append(json.loads(event))
            if len(found) == limit:
                break
        self.events += found
        return found

    def ring(self):
        alarm, self.alarm = self.alarm, None
        self.session.rang(alarm)
        return self.drain()


def waiting(faults=None, **detection):
    talk = Waiting("ga", faults)
    talk.turn_detection({"type": "server_vad", "idle_timeout_ms": 6000, **detection})
    return talk


def answered(talk):
    return talk.say("response.create")


def test_a_silent_user_is_spoken_to():
    talk = waiting()
    answered(talk)
    before = talk.ring()
    waits = talk.alarm.seconds
    talk.append(SILENCE * 6)
    found = talk.ring()
    triggered = found[0]
    names = talk.names

    assert (before, waits) == ([], 6)
    assert kinds(found)[:4] == [
        "input_audio_buffer.timeout_triggered",
        "input_audio_buffer.committed",
        *names["added"],
        *names["done"],
    ]
    assert set(triggered) == {"type", "event_id", "audio_start_ms", "audio_end_ms", "item_id"}
    assert (triggered["audio_start_ms"], triggered["audio_end_ms"]) == (0, 6000)
    assert triggered["item_id"] == found[1]["item_id"] == found[2]["item"]["id"]
    assert found[2]["item"]["content"] == [{"type": "input_audio", "transcript": None}]
    assert transcript(found, names) == STILL_THERE
    check_protocol(talk.events, names)


def test_the_silence_counts_from_where_the_answer_had_been_played():
    talk = waiting()
    talk.append(SPEECH + SILENCE)
    talk.append(SILENCE)
    talk.ring()
    start = len(SPEECH + SILENCE * 2) // 48
    talk.append(SILENCE * 6)
    triggered = talk.ring()[0]

    assert (triggered["audio_start_ms"], triggered["audio_end_ms"]) == (start, start + 6000)


def test_the_silence_is_an_item_with_its_length():
    talk = waiting()
    answered(talk)
    talk.ring()
    talk.append(SILENCE * 6)
    found = talk.ring()
    usage = only(found, "response.done")["response"]["usage"]["input_token_details"]
    said = of(talk.events, "response.done")[0]["response"]["usage"]["output_token_details"]

    assert 60 <= usage["audio_tokens"] - said["audio_tokens"] <= 64


def test_it_waits_until_the_answer_has_been_played():
    talk = waiting()
    seconds = len(sound(answered(talk), talk.names)) / 48_000

    assert talk.alarm.seconds == pytest.approx(seconds)


@pytest.mark.parametrize(("speed", "left"), [(1, 0), (2, 0.5), (0.5, 0)])
def test_what_was_played_while_it_was_sent_is_not_waited_for(speed, left):
    talk = waiting({"paced": {"speed": speed}})
    seconds = len(sound(answered(talk), talk.names)) / 48_000

    assert talk.alarm.seconds == pytest.approx(left * seconds)


def test_it_waits_again_after_it_has_spoken():
    talk = waiting()
    answered(talk)
    for _ in range(2):
        talk.ring()
        assert "response.done" in kinds(talk.ring())
    assert talk.alarm is not None


def begins_to_speak(talk):
    talk.append(SPEECH[: 48_000 // 2])


def begins_and_takes_it_back(talk):
    talk.append(SPEECH[: 48_000 // 2])
    talk.say("input_audio_buffer.clear")


def speaks(talk):
    talk.turn_detection({"type": "server_vad", "idle_timeout_ms": 6000, "create_response": False})
    talk.append(SPEECH + SILENCE)


def commits(talk):
    talk.append(SILENCE)
    talk.say("input_audio_buffer.commit")


@pytest.mark.parametrize(
    "act",
    [
        begins_to_speak,
        begins_and_takes_it_back,
        speaks,
        commits,
        lambda talk: talk.turn_detection(None),
        lambda talk: talk.turn_detection({"type": "server_vad"}),
        lambda talk: talk.turn_detection({"type": "semantic_vad"}),
        lambda talk: (talk.send("response.create"), talk.drain(3)),
    ],
    ids=[
        "begins to speak",
        "begins and takes it back",
        "speaks",
        "commits",
        "no detection",
        "no timeout",
        "semantic",
        "asks for more",
    ],
)
@pytest.mark.parametrize("rings_before", [0, 1])
def test_a_user_who_does_something_is_not_spoken_to(act, rings_before):
    talk = waiting()
    answered(talk)
    for _ in range(rings_before):
        talk.ring()
    alarm = talk.alarm
    act(talk)
    talk.session.rang(alarm)
    found = talk.drain()

    assert not of(found, "input_audio_buffer.timeout_triggered")
    assert talk.alarm is alarm or of(found, "response.done")


def test_a_user_who_interrupts_and_takes_it_back_is_not_spoken_to():
    talk = waiting()
    talk.send("response.create", response={"instructions": "Say exactly: One two three four five."})
    talk.drain(12)
    talk.send("input_audio_buffer.append", audio=base64.b64encode(SPEECH[:24_000]).decode())
    talk.say("input_audio_buffer.clear")

    assert only(talk.events, "response.done")["response"]["status"] == "cancelled"
    assert talk.alarm is None


@pytest.mark.parametrize("was_played", [True, False])
def test_silence_is_not_kept_for_a_timeout_that_was_switched_off(was_played):
    talk = waiting()
    answered(talk)
    if was_played:
        talk.ring()
    talk.turn_detection({"type": "server_vad"})
    talk.ring()
    talk.append(SILENCE * 10)
    item_id = talk.say("input_audio_buffer.commit")[0]["item_id"]
    item = talk.say("conversation.item.retrieve", item_id=item_id)[0]["item"]

    assert len(base64.b64decode(item["content"][0]["audio"])) < 48_000


def test_silence_is_not_kept_once_the_user_has_spoken():
    talk = waiting(create_response=False)
    answered(talk)
    talk.ring()
    talk.append(SPEECH + SILENCE * 10)
    item_id = talk.say("input_audio_buffer.commit")[0]["item_id"]
    item = talk.say("conversation.item.retrieve", item_id=item_id)[0]["item"]

    assert len(base64.b64decode(item["content"][0]["audio"])) < 48_000


@pytest.mark.parametrize("act", ["commit", "clear"])
def test_silence_is_not_kept_once_the_buffer_was_taken(act):
    talk = waiting()
    answered(talk)
    talk.ring()
    talk.append(SILENCE)
    talk.say(f"input_audio_buffer.{act}")
    talk.append(SILENCE * 10)
    item_id = talk.say("input_audio_buffer.commit")[0]["item_id"]
    item = talk.say("conversation.item.retrieve", item_id=item_id)[0]["item"]

    assert len(base64.b64decode(item["content"][0]["audio"])) < 48_000


def test_an_answer_outside_of_the_conversation_is_no_reason_to_wait():
    talk = waiting()
    talk.say("response.create", response={"conversation": "none"})

    assert talk.alarm is None


def test_without_a_timeout_there_is_nothing_to_wait_for():
    talk = Waiting("ga")
    answered(talk)

    assert talk.alarm is None


class Leaping(selectors.DefaultSelector):
    """A selector that never waits: the time it should have waited is over at once."""

    leapt = 0.0

    def select(self, timeout=None):
        found = super().select(0)
        if not found and timeout:
            self.leapt += timeout
        return found


class Socket:
    """A client that says two things, and listens until a timeout has been answered."""

    def __init__(self, *events):
        self.events = list(events)
        self.sent = []
        self.over = asyncio.Event()

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.events:
            return type("Message", (), {"type": WSMsgType.TEXT, "data": self.events.pop(0)})
        await self.over.wait()
        raise StopAsyncIteration

    async def send_str(self, text):
        self.sent.append((json.loads(text)["type"], asyncio.get_running_loop().time()))
        if [kind for kind, _ in self.sent].count("response.done") == 2:
            self.over.set()


def carried(session, socket, then=0.0):
    """Carry a session to its end, and wait for so many seconds more; none of it takes any time."""
    selector = Leaping()
    loop: Any = asyncio.SelectorEventLoop(selector)
    real = loop.time
    loop.time = lambda: real() + selector.leapt
    carry: Any = connection.converse

    async def run():
        await carry(None, socket, session, connection.Ending(60, "over"))
        await asyncio.sleep(then)

    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


class Ringing:
    """A session that does nothing but set alarms of so many seconds; its client leaves when the last is set, or has rung."""

    def __init__(self, socket, *seconds, leaves):
        self.rung = []
        self._over = socket.over
        self._leaves = leaves
        self._last = seconds[-1]
        self._alarms = [Alarm(one, lambda: None) for one in seconds]

    def next(self):
        if self._alarms:
            return self._alarms.pop(0)
        if self._leaves == "set":
            self._over.set()
        return None

    def rang(self, alarm):
        self.rung.append(alarm.seconds)
        if alarm.seconds == self._last:
            self._over.set()


def test_a_later_alarm_takes_the_place_of_an_earlier_one():
    socket = Socket()
    session = Ringing(socket, 1, 2, leaves="rung")
    carried(session, socket)

    assert session.rung == [2]


def test_no_alarm_outlives_its_connection():
    socket = Socket()
    session = Ringing(socket, 1, leaves="set")
    carried(session, socket, then=3)

    assert session.rung == []


def test_a_connection_keeps_the_time_and_goes_on_meanwhile():
    detection = {"type": "server_vad", "idle_timeout_ms": 5000}
    session = {"type": "realtime", "audio": {"input": {"turn_detection": detection}}}
    socket = Socket(
        json.dumps({"type": "session.update", "session": session}),
        json.dumps({"type": "response.create", "response": {"instructions": "Say exactly: Yes."}}),
    )
    ours = RealtimeSession(Ga(), Called("m", 0), Speaker(), lambda *_: None)
    carried(ours, socket)
    times = dict(reversed(socket.sent))
    audio = len(synthesise("Yes.", "alloy").pcm) / 48_000
    waited = times["input_audio_buffer.timeout_triggered"] - times["response.done"]

    assert waited == pytest.approx(audio + 5, abs=0.5)


def nested(detection):
    return {"type": "realtime", "audio": {"input": {"turn_detection": detection}}}


@pytest.mark.parametrize(
    ("detection", "code"),
    [
        ({"type": "server_vad", "idle_timeout_ms": 4999}, "integer_below_min_value"),
        ({"type": "server_vad", "idle_timeout_ms": 30_001}, "integer_above_max_value"),
        ({"type": "server_vad", "idle_timeout_ms": "6000"}, "invalid_type"),
        ({"type": "semantic_vad", "idle_timeout_ms": 6000}, "unknown_parameter"),
    ],
    ids=["too short", "too long", "a word", "semantic"],
)
def test_a_timeout_out_of_place_is_refused(detection, code):
    error = only(Dialogue("ga").say("session.update", session=nested(detection)), "error")["error"]

    assert error["code"] == code
    assert error["param"] == "session.audio.input.turn_detection.idle_timeout_ms"


@pytest.mark.parametrize("milliseconds", [5000, 30_000, None])
def test_a_timeout_within_its_bounds_is_taken(milliseconds):
    detection = {"type": "server_vad", "idle_timeout_ms": milliseconds}
    session = only(Dialogue("ga").turn_detection(detection), "session.updated")["session"]

    assert session["audio"]["input"]["turn_detection"]["idle_timeout_ms"] == milliseconds


@pytest.mark.parametrize("dialect", ["preview 2024-10", "preview 2025-04"])
def test_the_preview_protocol_does_not_know_it(dialect):
    detection = {"type": "server_vad", "idle_timeout_ms": 6000}
    error = only(Dialogue(dialect).turn_detection(detection), "error")["error"]

    assert error["message"] == "Unknown parameter: 'session.turn_detection.idle_timeout_ms'."


def test_what_was_too_quiet_to_notice_may_still_be_understood():
    talk = waiting(threshold=1.0)
    answered(talk)
    talk.ring()
    audio = base64.b64encode(SPEECH).decode()
    talk.say("input_audio_buffer.append", audio=audio)

    assert transcript(talk.ring(), talk.names) == "I heard: Hello there."
