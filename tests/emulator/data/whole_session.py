"""One session in which a client does all that it can do, rightly and wrongly, so that every event is sent."""

from functools import cache

from emulator.data.dialogue import Dialogue

from deployer.emulator.sound.voice import synthesise

GENERATIONS = ("preview 2025-04", "ga")
"""Dialects whose streams differ."""

SPOKEN = synthesise("Hello there.", "echo").pcm + bytes(48000)
_CALL = {"name": "look", "arguments": {"at": "the sky"}}


def whole_session(dialect, **faults):
    """The session, everything sent and received."""
    talk = Dialogue(dialect, {"conversationCreated": {}, "rateLimitsUpdated": {}, **faults})
    talk.transcribe()
    talk.append(SPOKEN)
    # From within: an event that would tell it may be the one that is missing.
    heard, said = (item.id for item in talk.session._state.conversation)
    talk.say("conversation.item.retrieve", item_id=heard)
    where = {"content_index": 0, "audio_end_ms": 100}
    talk.say("conversation.item.truncate", item_id=said, **where)
    talk.say("conversation.item.delete", item_id=said)
    talk.faults["transcriptionFailed"] = {}
    talk.append(SPOKEN)
    if talk.is_ga:
        # One alarm when the answer has been played, and one when nothing was said to it.
        talk.turn_detection({"type": "server_vad", "idle_timeout_ms": 5000})
        talk.say("response.create")
        talk.ring()
        talk.ring()
    talk.turn_detection(None)
    talk.append(SPOKEN)
    talk.say("input_audio_buffer.commit")
    talk.faults["toolCall"] = _CALL
    talk.say("response.create")
    del talk.faults["toolCall"]
    talk.say("response.create", response={"conversation": "none"})
    talk.write("Say exactly: The quick brown fox jumps over the lazy dog.")
    talk.send("response.create")
    talk.drain(20)
    talk.say("response.cancel")
    talk.only_text()
    talk.say("response.create")
    talk.say("input_audio_buffer.clear")
    talk.say("nonsense")
    return talk


@cache
def spoiled(dialect, kind, event):
    """The session with a fault that strikes events of that type."""
    return whole_session(dialect, **{kind: {"event": event}})
