"""Sound that is not recognised by its mark: a recogniser listens, in its own time, and everything after it waits."""

import asyncio
import base64
import threading

import pytest
from emulator.data.calls import heard, message
from emulator.data.dialogue import DIALECTS, SPEAKER, Dialogue, Slow, kinds, of, only, transcript
from emulator.data.handshaking import GA, PREVIEW, converse, until
from emulator.data.world import SmallWorld, serving

from deployer.emulator.data_plane.replies import UNRECOGNISED
from deployer.emulator.sound.recognition import best_recogniser, recognise
from deployer.emulator.sound.recording import write_wav
from deployer.emulator.sound.spoken import say_aloud

dialects = pytest.mark.parametrize("dialect", DIALECTS)
MARKED = SPEAKER.say("Hello there.", "alloy").pcm
STRANGE = bytes(byte | 1 if place % 2 == 0 else byte for place, byte in enumerate(MARKED))
"""The same sound with its marks gone: every lowest bit is set."""
PIZZA = "i would like to order a large pizza"


@dialects
@pytest.mark.parametrize(("words", "heard"), [("hello", "hello"), (None, UNRECOGNISED)])
def test_a_turn_is_answered_when_it_has_been_heard(dialect, words, heard):
    talk = Slow(dialect)
    talk.transcribe()
    found = talk.append(STRANGE + bytes(48_000))
    answered = talk.hear(words)

    assert "response.created" not in kinds(found)
    assert (
        only(answered, "conversation.item.input_audio_transcription.completed")["transcript"]
        == heard
    )
    assert transcript(answered, talk.names) == f"I heard: {heard}"


@dialects
def test_what_a_client_sends_meanwhile_waits_in_its_order(dialect):
    talk = Slow(dialect)
    talk.append(STRANGE + bytes(48_000), chunk=10**6)
    talk.send("input_audio_buffer.clear")
    talk.send("input_audio_buffer.commit", event_id="mine")
    waiting = talk.session.next()
    found = talk.hear("hello")

    assert waiting is None
    assert kinds(found)[0] == "response.created"
    first, second = kinds(of(found, "input_audio_buffer.cleared") + of(found, "error"))
    assert [first, second] == ["input_audio_buffer.cleared", "error"]
    assert only(found, "error")["error"]["event_id"] == "mine"


@dialects
def test_its_own_voice_needs_no_recogniser(dialect):
    talk = Slow(dialect)
    found = talk.append(MARKED + bytes(48_000))

    assert talk.unheard is None
    assert transcript(found, talk.names) == "I heard: Hello there."


@dialects
def test_without_its_mark_its_own_voice_needs_one(dialect):
    talk = Slow(dialect, {"noFingerprint": {}})
    talk.append(MARKED + bytes(48_000))

    assert talk.unheard is not None
    assert transcript(talk.hear("hello there"), talk.names) == "I heard: hello there"


@dialects
def test_without_a_recogniser_the_mark_switched_off_leaves_the_placeholder(dialect):
    talk = Dialogue(dialect, {"noFingerprint": {}})
    found = talk.append(MARKED + bytes(48_000))

    assert transcript(found, talk.names) == f"I heard: {UNRECOGNISED}"


@dialects
def test_sound_in_an_item_is_listened_to_before_the_answer(dialect):
    talk = Slow(dialect)
    content = [{"type": "input_audio", "audio": base64.b64encode(STRANGE).decode()}]
    talk.send(
        "conversation.item.create", item={"type": "message", "role": "user", "content": content}
    )
    talk.send("response.create")
    before = talk.drain()

    assert "response.created" not in kinds(before)
    assert transcript(talk.hear("one"), talk.names) == "I heard: one"


class Listening(SmallWorld):
    """Both planes with a recogniser that takes as long as it is told to."""

    def __init__(self):
        super().__init__()
        self.go_on = threading.Event()

    def recognise(self, pcm):
        assert self.go_on.wait(10)
        return f"{len(pcm)} bytes"


@pytest.fixture
def listening():
    world = Listening()
    with serving(world, world.recognise) as endpoint:
        yield world, endpoint


@pytest.mark.parametrize("path", [PREVIEW, GA], ids=["preview", "ga"])
def test_a_session_listens_while_others_are_answered(listening, path):
    world, endpoint = listening

    async def talk(socket):
        audio = base64.b64encode(STRANGE + bytes(48_000)).decode()
        await socket.send_json({"type": "input_audio_buffer.append", "audio": audio})
        await until(socket, "input_audio_buffer.committed")

        async def other(another):
            await another.send_json({"type": "response.create"})
            return await until(another, "response.done")

        await asyncio.to_thread(converse, endpoint, path, other)
        world.go_on.set()
        return await until(socket, "response.done")

    done = converse(endpoint, path, talk)[-1]["response"]

    assert "bytes" in done["output"][0]["content"][0]["transcript"]


def test_a_completion_is_listened_to_as_well(listening):
    world, endpoint = listening
    world.go_on.set()
    said = message(endpoint, heard(write_wav(STRANGE)))["audio"]["transcript"]

    assert said == f"I heard: {len(STRANGE)} bytes"


def test_a_session_whose_recogniser_breaks_is_closed():
    world = SmallWorld()

    def broken(pcm):
        raise ValueError(len(pcm))

    async def talk(socket):
        audio = base64.b64encode(STRANGE + bytes(48_000)).decode()
        await socket.send_json({"type": "input_audio_buffer.append", "audio": audio})
        async for _ in socket:
            pass
        return socket.close_code

    with serving(world, broken) as endpoint:
        assert converse(endpoint, GA, talk) == 1011


@pytest.mark.long
def test_the_recogniser_knows_words_and_silence():
    assert best_recogniser() is recognise
    assert recognise(say_aloud(PIZZA, "ash").pcm) == PIZZA
    assert recognise(bytes(24_000)) is None


@pytest.mark.skipif(best_recogniser() is None, reason="the extra recognise is not installed")
@pytest.mark.parametrize("sound", [b"", b"\1", bytes(2)])
def test_next_to_no_sound_is_nothing_and_does_no_harm(sound):
    assert recognise(sound) is None
    assert recognise(bytes(24_000)) is None
