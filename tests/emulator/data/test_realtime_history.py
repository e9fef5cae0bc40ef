"""What a session was given or has done before: sound in its format, answers of earlier conversations, its voice."""

import base64

import pytest
from emulator.data.dialogue import DIALECTS, Dialogue, kinds, of, only, transcript
from emulator.data.protocol import check_protocol

from deployer.emulator.sound.companding import compress
from deployer.emulator.sound.voice import synthesise

dialects = pytest.mark.parametrize("dialect", DIALECTS)
LAWS = {"g711_ulaw": "audio/pcmu", "g711_alaw": "audio/pcma"}
SPOKEN = synthesise("What is the weather, please?", "echo").pcm


def said_by_user(pcm):
    content = [{"type": "input_audio", "audio": base64.b64encode(pcm).decode()}]
    return {"type": "message", "role": "user", "content": content}


def hears_in(talk, law):
    if talk.is_ga:
        return talk.update(audio={"input": {"format": {"type": LAWS[law]}}})
    return talk.update(input_audio_format=law)


@dialects
@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("is_item", [True, False], ids=["as an item", "as input of a response"])
def test_given_sound_is_in_the_format_of_the_session(dialect, law, is_item):
    talk = Dialogue(dialect)
    hears_in(talk, law)
    item = said_by_user(compress(SPOKEN, law))
    if is_item:
        talk.say("conversation.item.create", item=item)
        found = talk.say("response.create")
    else:
        found = talk.say("response.create", response={"input": [item]})
    usage = only(found, "response.done")["response"]["usage"]

    assert transcript(found, talk.names) == "I heard: What is the weather, please?"
    assert usage["input_token_details"]["audio_tokens"] == len(SPOKEN) // 4800


def said_before(talk, **fields):
    kind = "output_audio" if talk.is_ga else "audio"
    content = [{"type": kind, **fields}]
    item = {"id": "item_said", "type": "message", "role": "assistant", "content": content}
    return talk.say("conversation.item.create", item=item)


@dialects
def test_an_earlier_answer_in_sound_is_taken_with_its_words(dialect):
    talk = Dialogue(dialect)
    talk.write("Say exactly: no.")
    added = said_before(talk, transcript="I said so.")
    kind = "output_audio" if talk.is_ga else "audio"
    shown = [{"type": kind, "transcript": "I said so."}]

    assert added[0]["item"]["content"] == shown
    retrieved = talk.say("conversation.item.retrieve", item_id="item_said")[0]["item"]
    assert retrieved["content"] == shown
    talk.write("Again?")
    assert transcript(talk.say("response.create"), talk.names) == "You wrote: Again?"
    check_protocol(talk.events, talk.names)


@dialects
def test_an_earlier_answer_counts_as_words_or_as_its_sound(dialect):
    def counted(**fields):
        talk = Dialogue(dialect)
        said_before(talk, **fields)
        done = only(talk.say("response.create"), "response.done")
        usage = done["response"]["usage"]["input_token_details"]
        return usage["text_tokens"], usage["audio_tokens"]

    words = {"transcript": "I said so."}
    nothing, _ = counted(transcript="")
    audio = base64.b64encode(bytes(48_000)).decode()

    assert counted(**words) == (nothing + 4, 0)
    assert counted(**words, audio=audio) == (nothing, 20)


@dialects
def test_an_earlier_answer_needs_its_words(dialect):
    error = only(said_before(Dialogue(dialect)), "error")["error"]

    assert error["code"] == "missing_required_parameter"
    assert error["param"] == "item.content[0].transcript"


def voiced(talk, name):
    return {"audio": {"output": {"voice": name}}} if talk.is_ga else {"voice": name}


def voice_place(talk, outer):
    return f"{outer}.audio.output.voice" if talk.is_ga else f"{outer}.voice"


@dialects
def test_a_response_cannot_have_another_voice_after_sound(dialect):
    talk = Dialogue(dialect)
    talk.say("response.create")
    error = only(talk.say("response.create", response=voiced(talk, "echo")), "error")["error"]

    assert error["code"] == "cannot_update_voice"
    assert error["param"] == voice_place(talk, "response")
    same = talk.say("response.create", response=voiced(talk, "alloy"))
    assert same[-1]["response"]["status"] == "completed"


@dialects
def test_a_response_may_have_another_voice_before_any_sound(dialect):
    talk = Dialogue(dialect)
    response = talk.say("response.create", response=voiced(talk, "echo"))[-1]["response"]

    assert (response["audio"]["output"] if talk.is_ga else response)["voice"] == "echo"
    again = talk.say("response.create", response=voiced(talk, "echo"))
    assert again[-1]["response"]["status"] == "completed"


@dialects
def test_a_refused_voice_is_named_by_its_place(dialect):
    talk = Dialogue(dialect)
    talk.say("response.create")
    error = only(talk.update(**voiced(talk, "echo")), "error")["error"]

    assert error["param"] == voice_place(talk, "session")


@dialects
def test_no_voice_is_a_wrong_type(dialect):
    talk = Dialogue(dialect)
    error = only(talk.update(**voiced(talk, None)), "error")["error"]

    assert (error["code"], error["param"]) == ("invalid_type", voice_place(talk, "session"))
    assert error["message"].endswith("expected string, got null")


@dialects
def test_speaking_leaves_an_answer_outside_of_the_conversation_alone(dialect):
    talk = Dialogue(dialect)
    talk.send("response.create", response={"conversation": "none"})
    talk.drain(8)
    audio = base64.b64encode(SPOKEN[:48_000]).decode()
    found = talk.say("input_audio_buffer.append", audio=audio)

    assert "input_audio_buffer.speech_started" in kinds(found)
    assert only(found, "response.done")["response"]["status"] == "completed"


@dialects
def test_clearing_what_is_played_is_for_webrtc(dialect):
    talk = Dialogue(dialect)
    error = only(talk.say("output_audio_buffer.clear"), "error")["error"]

    assert "WebRTC" in error["message"]
    assert talk.say("response.create")[-1]["response"]["status"] == "completed"


WRONG_KIND = "Passing a transcription session update event to a realtime session is not allowed."


@pytest.mark.parametrize("dialect", ["preview 2024-10", "preview 2025-04"])
def test_a_conversation_is_not_updated_like_a_transcription(dialect):
    """In the words of OpenAI's own service (justspeaktoit PR 427, 2026-05)."""
    talk = Dialogue(dialect)
    error = only(talk.say("transcription_session.update", session={}), "error")["error"]

    assert (error["code"], error["message"]) == ("invalid_parameter", WRONG_KIND)


def test_a_ga_conversation_does_not_become_a_transcription():
    """The same source: the session's type is refused, the event of the preview protocol is unknown."""
    talk = Dialogue("ga")
    typed = of(talk.say("session.update", session={"type": "transcription"}), "error")[0]["error"]
    older = of(talk.say("transcription_session.update", session={}), "error")[0]["error"]

    assert (typed["code"], typed["message"]) == ("invalid_parameter", WRONG_KIND)
    assert older["message"].startswith("Invalid value: 'transcription_session.update'.")
