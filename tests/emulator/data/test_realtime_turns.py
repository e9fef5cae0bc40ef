"""Realtime turns in both dialects: the recorded order, the exact fields, the joined whole."""

import base64
import json
import sys

import pytest
from emulator.data import dialogue
from emulator.data.dialogue import (
    DIALECTS,
    MODEL,
    Dialogue,
    collapsed,
    kinds,
    of,
    only,
    sound,
    transcript,
)
from emulator.data.protocol import check_protocol

from deployer.emulator.data_plane.replies import GREETING, UNRECOGNISED
from deployer.emulator.sound.voice import Speaker, hear, synthesise

dialects = pytest.mark.parametrize("dialect", DIALECTS)
FOX = "The quick brown fox jumps over the lazy dog."
QUESTION = synthesise("What is the weather, please?", "echo").pcm
SILENCE = bytes(48000)


@dialects
def test_text_is_answered_in_sound_in_the_recorded_order(dialect):
    talk = Dialogue(dialect)
    names = talk.names
    written = talk.write(f"Say exactly: {FOX}")
    found = talk.say("response.create")

    assert kinds(written) == [*names["added"], *names["done"]]
    order = collapsed(found)
    start = [
        "response.created",
        "response.output_item.added",
        *names["added"],
        "response.content_part.added",
        f"{names['transcript']}.delta",
        f"{names['audio']}.delta",
    ]
    end = [
        f"{names['audio']}.done",
        f"{names['transcript']}.done",
        "response.content_part.done",
        *names["done"],
        "response.output_item.done",
        "response.done",
    ]
    assert start == order[: len(start)]
    assert end == order[-len(end) :]
    assert {f"{names['transcript']}.delta", f"{names['audio']}.delta"} == set(
        order[len(start) : -len(end)]
    )
    check_protocol(talk.events, names)


@dialects
def test_what_was_asked_for_is_said_and_written(dialect):
    talk = Dialogue(dialect)
    talk.write(f"Say exactly: {FOX}")
    found = talk.say("response.create")

    assert transcript(found, talk.names) == FOX
    assert hear(sound(found, talk.names)) == FOX


@dialects
def test_a_response_s_own_instructions_count_more_than_the_conversation(dialect):
    talk = Dialogue(dialect)
    talk.write("Say exactly: no.")
    found = talk.say("response.create", response={"instructions": 'Say exactly: "Yes."'})

    assert transcript(found, talk.names) == "Yes."


@dialects
def test_what_was_answered_already_is_not_answered_again(dialect):
    talk = Dialogue(dialect)
    talk.write("one")
    talk.say("response.create")
    talk.write("two")

    assert transcript(talk.say("response.create"), talk.names) == "You wrote: two"


@dialects
def test_without_a_word_from_the_user_it_greets(dialect):
    talk = Dialogue(dialect)

    assert transcript(talk.say("response.create"), talk.names) == GREETING


def test_a_preview_session_has_the_documented_defaults():
    event = only(Dialogue("preview 2024-10").created, "session.created")
    session = event["session"]

    assert session.pop("id").startswith("sess_")
    assert session.pop("instructions").startswith("Your knowledge cutoff is 2023-10.")
    assert session == {
        "object": "realtime.session",
        "model": MODEL,
        "expires_at": 1_800_003_600,
        "modalities": ["audio", "text"],
        "voice": "alloy",
        "turn_detection": {
            "type": "server_vad",
            "threshold": 0.5,
            "prefix_padding_ms": 300,
            "silence_duration_ms": 200,
        },
        "input_audio_format": "pcm16",
        "output_audio_format": "pcm16",
        "input_audio_transcription": None,
        "tool_choice": "auto",
        "temperature": 0.8,
        "max_response_output_tokens": "inf",
        "tools": [],
    }


def test_a_later_preview_session_has_more_fields():
    session = only(Dialogue("preview 2025-04").created, "session.created")["session"]

    assert session["turn_detection"]["create_response"] is True
    assert session["turn_detection"]["interrupt_response"] is True
    assert session["speed"] == 1.0
    assert {session[name] for name in ("client_secret", "include", "tracing", "prompt")} == {None}


def test_a_ga_session_is_nested():
    session = only(Dialogue("ga").created, "session.created")["session"]
    pcm = {"type": "audio/pcm", "rate": 24000}

    assert session["type"] == "realtime"
    assert session["model"] == MODEL
    assert session["output_modalities"] == ["audio"]
    assert session["max_output_tokens"] == "inf"
    assert session["truncation"] == "auto"
    assert session["audio"] == {
        "input": {
            "format": pcm,
            "transcription": None,
            "noise_reduction": None,
            "turn_detection": {
                "type": "server_vad",
                "threshold": 0.5,
                "prefix_padding_ms": 300,
                "silence_duration_ms": 200,
                "idle_timeout_ms": None,
                "create_response": True,
                "interrupt_response": True,
            },
        },
        "output": {"format": pcm, "voice": "alloy", "speed": 1.0},
    }
    assert not {"temperature", "voice", "modalities", "turn_detection"} & set(session)


@dialects
def test_only_what_an_update_names_changes(dialect):
    talk = Dialogue(dialect)
    before = talk.created[0]["session"]
    after = only(talk.update(instructions=""), "session.updated")["session"]

    assert after == before | {"instructions": ""}


def test_a_preview_update_takes_every_documented_field():
    talk = Dialogue("preview 2025-04")
    tool = {"type": "function", "name": "weather", "parameters": {"type": "object"}}
    wanted = {
        "modalities": ["text", "audio"],
        "voice": "sage",
        "input_audio_transcription": {"model": "whisper-1"},
        "input_audio_noise_reduction": {"type": "near_field"},
        "turn_detection": None,
        "tools": [tool],
        "tool_choice": "none",
        "temperature": 0.6,
        "max_response_output_tokens": 4096,
        "speed": 1.5,
    }
    formats = {"input_audio_format": "pcm16", "output_audio_format": "pcm16"}
    session = only(talk.update(**wanted, **formats, model="any"), "session.updated")["session"]

    assert wanted | formats | {"modalities": ["audio", "text"], "model": MODEL} == {
        name: session[name] for name in [*wanted, *formats, "model"]
    }


def test_a_ga_update_takes_every_documented_field():
    talk = Dialogue("ga")
    pcm = {"type": "audio/pcm", "rate": 24000}
    audio = {
        "input": {
            "format": pcm,
            "transcription": {"model": "gpt-4o-mini-transcribe"},
            "noise_reduction": {"type": "far_field"},
            "turn_detection": {"type": "semantic_vad", "eagerness": "low"},
        },
        "output": {"format": pcm, "voice": "marin", "speed": 0.5},
    }
    wanted = {"output_modalities": ["audio"], "max_output_tokens": 1, "tool_choice": "required"}
    session = only(talk.update(**wanted, model="any", audio=audio), "session.updated")["session"]

    assert wanted == {name: session[name] for name in wanted}
    assert session["model"] == MODEL
    assert session["audio"]["output"] == audio["output"]
    assert session["audio"]["input"]["turn_detection"] == {
        "type": "semantic_vad",
        "eagerness": "low",
        "create_response": True,
        "interrupt_response": True,
    }


@dialects
def test_turn_detection_of_type_none_switches_it_off(dialect):
    talk = Dialogue(dialect)
    session = talk.turn_detection({"type": "none"})[0]["session"]

    assert (session if not talk.is_ga else session["audio"]["input"])["turn_detection"] is None


@dialects
def test_a_spoken_turn_is_found_understood_and_answered(dialect):
    talk = Dialogue(dialect)
    names = talk.names
    found = talk.append(SILENCE + QUESTION + SILENCE)
    order = collapsed(found)

    assert order[:3] == [
        "input_audio_buffer.speech_started",
        "input_audio_buffer.speech_stopped",
        "input_audio_buffer.committed",
    ]
    assert [*names["added"], *names["done"], "response.created"] == order[
        3 : 4 + len(names["added"] + names["done"])
    ]
    assert kinds(found).count("input_audio_buffer.speech_started") == 1
    item_ids = {event["item_id"] for event in found[:3]} | {found[3]["item"]["id"]}
    assert len(item_ids) == 1
    assert transcript(found, names) == "I heard: What is the weather, please?"
    check_protocol(talk.events, names)


@dialects
def test_the_ends_of_a_spoken_turn_are_told_in_milliseconds(dialect):
    talk = Dialogue(dialect)
    found = talk.append(SILENCE + QUESTION + SILENCE)
    started, stopped = found[0]["audio_start_ms"], found[1]["audio_end_ms"]
    spoken = 1000 + len(QUESTION) // 48

    assert 1000 - 300 <= started <= 1000 - 300 + 250
    # The voice itself is silent for 300 ms and a little at its end.
    assert spoken - 500 <= stopped - 200 <= spoken - 250


@dialects
def test_the_user_s_item_shows_no_words_unless_transcription_is_on(dialect):
    talk = Dialogue(dialect)
    found = talk.append(QUESTION + SILENCE)
    item = of(found, talk.names["added"][0])[0]["item"]

    assert item["content"] == [{"type": "input_audio", "transcript": None}]
    assert not [kind for kind in kinds(found) if "transcription" in kind]


@dialects
@pytest.mark.parametrize(
    ("pcm", "words"),
    [(QUESTION, "What is the weather, please?"), (b"\x00\x20\x00\xe0" * 9600, UNRECOGNISED)],
    ids=["its own voice", "a stranger's sound"],
)
def test_what_the_user_says_is_transcribed_when_asked_for(dialect, pcm, words):
    talk = Dialogue(dialect)
    talk.transcribe()
    found = talk.append(pcm + SILENCE)
    kind = "conversation.item.input_audio_transcription"
    completed = only(found, f"{kind}.completed")

    assert completed["transcript"] == words
    assert completed["content_index"] == 0
    assert completed["item_id"] == found[0]["item_id"]
    assert completed["usage"]["type"] == "duration"
    assert "".join(event["delta"] for event in of(found, f"{kind}.delta")) == words


@dialects
def test_a_manual_turn_waits_for_commit_and_response_create(dialect):
    talk = Dialogue(dialect)
    talk.turn_detection(None)
    appended = talk.append(QUESTION + SILENCE)
    committed = talk.say("input_audio_buffer.commit")
    found = talk.say("response.create")

    assert appended == []
    names = talk.names
    assert kinds(committed) == ["input_audio_buffer.committed", *names["added"], *names["done"]]
    assert committed[0]["previous_item_id"] is None
    assert committed[0]["item_id"] == committed[1]["item"]["id"]
    assert transcript(found, names) == "I heard: What is the weather, please?"
    usage = only(found, "response.done")["response"]["usage"]
    seconds = (len(QUESTION) + len(SILENCE)) / 48000
    assert usage["input_token_details"]["audio_tokens"] == int(seconds * 10)
    check_protocol(talk.events, names)


@dialects
def test_two_sessions_can_talk_to_each_other(dialect):
    asking, answering = Dialogue(dialect), Dialogue(dialect)
    asking.write("Say exactly: Say exactly: Well done.")
    question = sound(asking.say("response.create"), asking.names)
    found = answering.append(question + SILENCE)

    assert transcript(found, answering.names) == "Well done."


@dialects
def test_detection_without_responses_only_commits(dialect):
    talk = Dialogue(dialect)
    talk.turn_detection({"type": "server_vad", "create_response": False})
    found = talk.append(QUESTION + SILENCE)

    assert "input_audio_buffer.committed" in kinds(found)
    assert "response.created" not in kinds(found)


@dialects
def test_speaking_over_an_answer_cancels_it(dialect):
    talk = Dialogue(dialect)
    talk.write(f"Say exactly: {FOX}")
    talk.send("response.create")
    talk.drain(20)
    audio = base64.b64encode(QUESTION[:48000]).decode()
    found = talk.say("input_audio_buffer.append", audio=audio)
    response = only(found, "response.done")["response"]

    assert found[0]["type"] == "input_audio_buffer.speech_started"
    assert response["status"] == "cancelled"
    assert response["status_details"] == {"type": "cancelled", "reason": "turn_detected"}
    assert FOX.startswith(response["output"][0]["content"][0]["transcript"])
    check_protocol(talk.events, talk.names)


@dialects
def test_an_answer_that_may_not_be_interrupted_goes_on(dialect):
    talk = Dialogue(dialect)
    talk.turn_detection({"type": "server_vad", "interrupt_response": False})
    talk.write(f"Say exactly: {FOX}")
    talk.send("response.create")
    talk.drain(20)
    audio = base64.b64encode(QUESTION[:48000]).decode()
    found = talk.say("input_audio_buffer.append", audio=audio)

    assert only(found, "response.done")["response"]["status"] == "completed"


@dialects
def test_a_cancelled_answer_ends_with_what_was_sent(dialect):
    talk = Dialogue(dialect)
    talk.write(f"Say exactly: {FOX}")
    talk.send("response.create")
    sent = talk.drain(20)
    found = talk.say("response.cancel")
    names = talk.names
    response = found[-1]["response"]

    assert kinds(found) == [
        f"{names['audio']}.done",
        f"{names['transcript']}.done",
        "response.content_part.done",
        *names["done"],
        "response.output_item.done",
        "response.done",
    ]
    assert response["status"] == "cancelled"
    assert response["status_details"] == {"type": "cancelled", "reason": "client_cancelled"}
    assert response["output"][0]["content"][0]["transcript"] == transcript(sent, names)
    check_protocol(talk.events, names)
    assert talk.say("response.create")[-1]["response"]["status"] == "completed"


@dialects
def test_the_words_of_an_answer_that_is_truncated_on_its_way_do_not_come_back(dialect):
    talk = Dialogue(dialect)
    talk.write(f"Say exactly: {FOX}")
    talk.send("response.create")
    sent = talk.drain(20)
    item_id = only(sent, "response.output_item.added")["item"]["id"]
    where = {"content_index": 0, "audio_end_ms": 0}
    found = talk.say("conversation.item.truncate", item_id=item_id, **where)
    said = only(found, f"{talk.names['transcript']}.done")["transcript"]

    assert said == transcript(found, talk.names) != FOX
    check_protocol(talk.events, talk.names)


@dialects
def test_a_response_cancelled_at_once_still_begins_and_ends(dialect):
    talk = Dialogue(dialect)
    talk.send("response.create")
    found = talk.say("response.cancel")

    assert kinds(found) == ["response.created", "response.done"]


@dialects
def test_a_token_limit_leaves_a_response_incomplete(dialect):
    talk = Dialogue(dialect)
    talk.write(f"Say exactly: {FOX}")
    response = talk.say("response.create", response={"max_output_tokens": 40})[-1]["response"]

    assert response["status"] == "incomplete"
    assert response["status_details"] == {"type": "incomplete", "reason": "max_output_tokens"}
    assert response["usage"]["output_tokens"] <= 40
    check_protocol(talk.events, talk.names)


@dialects
def test_a_token_limit_cuts_a_text_too(dialect):
    talk = Dialogue(dialect)
    talk.only_text()
    talk.write(f"Say exactly: {FOX}")
    response = talk.say("response.create", response={"max_output_tokens": 4})[-1]["response"]

    assert response["output"][0]["content"][0]["text"] == "The quick brown fox"
    assert response["status"] == "incomplete"
    check_protocol(talk.events, talk.names)


@dialects
def test_text_is_answered_in_text_when_asked_for(dialect):
    talk = Dialogue(dialect)
    talk.only_text()
    talk.write(f"Say exactly: {FOX}")
    found = talk.say("response.create")
    names = talk.names
    item = only(found, "response.done")["response"]["output"][0]

    assert item["content"] == [{"type": "output_text" if talk.is_ga else "text", "text": FOX}]
    assert f"{names['text']}.delta" in kinds(found)
    assert not [kind for kind in kinds(found) if "audio" in kind]
    check_protocol(talk.events, names)


WEATHER = {
    "type": "function",
    "name": "get_weather",
    "parameters": {
        "type": "object",
        "properties": {"place": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["place", "days"],
    },
}


@dialects
def test_a_function_is_called_and_its_output_is_spoken(dialect):
    talk = Dialogue(dialect)
    talk.update(tools=[WEATHER])
    talk.write("Use get_weather for Oslo.")
    found = talk.say("response.create")
    call = only(found, "response.done")["response"]["output"][0]

    kind = "response.function_call_arguments"
    assert f"{kind}.delta" in kinds(found)
    assert ("name" in only(found, f"{kind}.done")) == talk.is_ga
    assert call["type"] == "function_call"
    assert call["name"] == "get_weather"
    assert json.loads(call["arguments"]) == {"place": "Use get_weather for Oslo.", "days": 1}

    output = {"type": "function_call_output", "call_id": call["call_id"], "output": "sun"}
    talk.say("conversation.item.create", item=output)
    assert "sun" in transcript(talk.say("response.create"), talk.names)
    check_protocol(talk.events, talk.names)


@dialects
@pytest.mark.parametrize(
    ("choice", "is_called"),
    [
        ("required", True),
        ({"type": "function", "name": "get_weather"}, True),
        ("auto", False),
        ("none", False),
    ],
    ids=["required", "by name", "auto", "none"],
)
def test_tool_choice_decides_whether_a_function_is_called(dialect, choice, is_called):
    talk = Dialogue(dialect)
    talk.update(tools=[WEATHER], tool_choice=choice)
    talk.write("Good morning.")
    item = talk.say("response.create")[-1]["response"]["output"][0]

    assert is_called == (item["type"] == "function_call")


@dialects
def test_a_response_outside_the_conversation_leaves_it_alone(dialect):
    talk = Dialogue(dialect)
    content = [{"type": "input_text", "text": "Say exactly: aside."}]
    given = {"type": "message", "role": "user", "content": content}
    wanted = {"conversation": "none", "input": [given], "metadata": {"topic": "aside"}}
    found = talk.say("response.create", response=wanted)
    response = found[-1]["response"]

    assert transcript(found, talk.names) == "aside."
    assert response["conversation_id"] is None
    assert response["metadata"] == {"topic": "aside"}
    assert not [kind for kind in kinds(found) if kind.startswith("conversation.item")]


@dialects
def test_a_response_can_answer_to_an_item_by_reference(dialect):
    talk = Dialogue(dialect)
    item = talk.write("Say exactly: first.")[0]["item"]
    talk.write("Say exactly: second.")
    reference = {"type": "item_reference", "id": item["id"]}
    found = talk.say("response.create", response={"input": [reference]})

    assert transcript(found, talk.names) == "first."


@dialects
def test_earlier_turns_are_counted_as_input(dialect):
    talk = Dialogue(dialect)
    talk.write(f"Say exactly: {FOX}")
    first = talk.say("response.create")[-1]["response"]["usage"]
    talk.write("Again?")
    second = talk.say("response.create")[-1]["response"]["usage"]

    assert (
        second["input_token_details"]["audio_tokens"]
        == first["output_token_details"]["audio_tokens"]
    )
    assert second["input_tokens"] > first["input_tokens"]


@dialects
def test_an_item_is_retrieved_with_its_sound(dialect):
    talk = Dialogue(dialect)
    talk.turn_detection(None)
    talk.append(QUESTION)
    item_id = talk.say("input_audio_buffer.commit")[0]["item_id"]
    item = only(
        talk.say("conversation.item.retrieve", item_id=item_id), "conversation.item.retrieved"
    )

    assert base64.b64decode(item["item"]["content"][0]["audio"]) == QUESTION


@dialects
def test_truncation_drops_the_words_and_shortens_the_sound(dialect):
    talk = Dialogue(dialect)
    talk.write(f"Say exactly: {FOX}")
    item_id = talk.say("response.create")[-1]["response"]["output"][0]["id"]
    wanted = {"item_id": item_id, "content_index": 0, "audio_end_ms": 1000}
    truncated = only(
        talk.say("conversation.item.truncate", **wanted), "conversation.item.truncated"
    )
    item = talk.say("conversation.item.retrieve", item_id=item_id)[0]["item"]

    assert wanted == {name: truncated[name] for name in wanted}
    assert item["content"][0]["transcript"] == ""


@dialects
def test_a_deleted_item_is_gone(dialect):
    talk = Dialogue(dialect)
    item_id = talk.write("Say exactly: no.")[0]["item"]["id"]

    assert kinds(talk.say("conversation.item.delete", item_id=item_id)) == [
        "conversation.item.deleted"
    ]
    assert transcript(talk.say("response.create"), talk.names) == GREETING


@dialects
def test_items_go_where_they_are_told(dialect):
    talk = Dialogue(dialect)
    text = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}]}
    first = talk.say("conversation.item.create", item={**text, "id": "one"})[0]
    second = talk.say("conversation.item.create", item={**text, "id": "two"})[0]
    root = talk.say(
        "conversation.item.create", item={**text, "id": "nil"}, previous_item_id="root"
    )[0]
    after = talk.say(
        "conversation.item.create", item={**text, "id": "mid"}, previous_item_id="one"
    )[0]

    placed = [event["previous_item_id"] for event in (first, second, root, after)]
    assert placed == [None, "one", None, "one"]


@dialects
def test_clearing_empties_the_buffer(dialect):
    talk = Dialogue(dialect)
    talk.turn_detection(None)
    talk.append(QUESTION)

    assert kinds(talk.say("input_audio_buffer.clear")) == ["input_audio_buffer.cleared"]
    assert kinds(talk.say("input_audio_buffer.commit")) == ["error"]


@dialects
def test_what_was_said_is_not_kept(dialect, monkeypatch):
    held_by_nobody_else = bytes(range(100))
    said = [held_by_nobody_else[1:]]

    def say(*wanted):
        utterance = synthesise(*wanted)
        said.append(utterance.pcm)
        return utterance

    monkeypatch.setattr(dialogue, "SPEAKER", Speaker(remembered_bytes=0, say=say))
    talk = Dialogue(dialect)
    for words in ("one", "two"):
        talk.write(f"Say exactly: {words}")
        talk.say("response.create")

    references = [sys.getrefcount(said[number]) for number in range(3)]
    assert [references[0]] * 3 == references
