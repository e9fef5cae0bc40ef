"""How input is transcribed: what each model costs and sends, when it comes, and what is refused."""

from typing import Any

import pytest
from emulator.data.dialogue import DIALECTS, Dialogue, kinds, of, only
from emulator.data.protocol import check_protocol

from deployer.emulator.sound.voice import synthesise

dialects = pytest.mark.parametrize("dialect", DIALECTS)
by_tokens = pytest.mark.parametrize("model", ["gpt-4o-transcribe", "gpt-4o-mini-transcribe"])
KIND = "conversation.item.input_audio_transcription"
WORDS = "What is the weather, please?"
SPOKEN = synthesise(WORDS, "echo").pcm
LOGPROBS = "item.input_audio_transcription.logprobs"


def transcribing(dialect, model, faults=None, **session):
    talk = Dialogue(dialect, faults)
    wanted = {"model": model}
    if talk.is_ga:
        talk.update(audio={"input": {"transcription": wanted}}, **session)
    else:
        talk.update(input_audio_transcription=wanted, **session)
    return talk


def turn(talk):
    return talk.append(SPOKEN + bytes(48_000))


@dialects
def test_whisper_is_paid_by_duration_and_tells_all_at_once(dialect):
    found = turn(transcribing(dialect, "whisper-1"))
    usage = only(found, f"{KIND}.completed")["usage"]

    assert only(found, f"{KIND}.delta")["delta"] == WORDS
    assert set(usage) == {"type", "seconds"}
    assert usage["type"] == "duration"
    assert usage["seconds"] == pytest.approx(len(SPOKEN) / 48_000, abs=0.5)


@dialects
@by_tokens
def test_a_model_that_is_paid_by_tokens_tells_word_by_word(dialect, model):
    found = turn(transcribing(dialect, model))
    done = only(found, f"{KIND}.completed")
    usage = done["usage"]

    assert [event["delta"] for event in of(found, f"{KIND}.delta")] == [
        "What",
        " is",
        " the",
        " weather,",
        " please?",
    ]
    assert done["transcript"] == WORDS
    assert usage["type"] == "tokens"
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert usage["input_tokens"] == sum(usage["input_token_details"].values())
    assert usage["input_token_details"]["audio_tokens"] >= len(SPOKEN) // 4800 - 4
    assert usage["output_tokens"] > 0
    assert "logprobs" not in done


@pytest.mark.parametrize("dialect", ["preview 2025-04", "ga"])
@by_tokens
def test_probabilities_come_where_they_are_included(dialect, model):
    found = turn(transcribing(dialect, model, include=[LOGPROBS]))
    deltas = [one for event in of(found, f"{KIND}.delta") for one in event["logprobs"]]
    whole = only(found, f"{KIND}.completed")["logprobs"]

    assert deltas == whole
    assert "".join(one["token"] for one in whole) == WORDS
    assert all(bytes(one["bytes"]).decode() == one["token"] for one in whole)
    assert all(one["logprob"] < 0 for one in whole)


@dialects
def test_nothing_else_can_be_included(dialect):
    error = only(Dialogue(dialect).update(include=["everything"]), "error")["error"]

    assert (error["code"], error["param"]) == ("invalid_value", "session.include[0]")


@dialects
@pytest.mark.parametrize("model", ["whisper-1", "gpt-4o-transcribe"])
def test_only_one_model_can_fail(dialect, model):
    """As asking for gpt-4o-transcribe did on Azure (agents-js issue 297)."""
    faults = {"transcriptionFailed": {"model": "gpt-4o-transcribe"}}
    found = turn(transcribing(dialect, model, faults))
    fails = model == "gpt-4o-transcribe"

    assert len(of(found, f"{KIND}.failed")) == fails
    assert len(of(found, f"{KIND}.completed")) == (not fails)


def place_of(found, kind):
    return kinds(found).index(kind)


@dialects
def test_transcription_comes_before_the_answer_unless_it_is_late(dialect):
    found = turn(transcribing(dialect, "whisper-1"))

    assert place_of(found, f"{KIND}.completed") < place_of(found, "response.created")


@dialects
@pytest.mark.parametrize(
    ("switch", "after", "before"),
    [
        ({}, "response.done", None),
        ({"place": "after"}, "response.done", None),
        ({"place": "among"}, "response.output_item.added", "response.done"),
    ],
)
def test_late_transcription_comes_among_the_events_of_the_answer_or_after_them(
    dialect, switch, after, before
):
    talk = transcribing(dialect, "gpt-4o-transcribe", {"lateTranscription": switch})
    found = turn(talk)
    places = [place for place, kind in enumerate(kinds(found)) if kind.startswith(KIND)]

    assert place_of(found, after) < places[0]
    assert before is None or places[-1] < place_of(found, before)
    check_protocol(talk.events, talk.names)


@dialects
@pytest.mark.parametrize("place", ["after", "among"])
def test_late_transcription_comes_where_nothing_is_answered_or_the_answer_never_ends(
    dialect, place
):
    late = {"lateTranscription": {"place": place}}
    talk = transcribing(dialect, "whisper-1", late)
    talk.turn_detection(None)
    talk.append(SPOKEN)
    silent = talk.say("input_audio_buffer.commit")
    stopped = transcribing(dialect, "whisper-1", late)
    stopped.send("response.create")
    stopped.drain(3)
    stopped.append(SPOKEN, chunk=10**6)
    endless = turn(transcribing(dialect, "whisper-1", {**late, "neverDone": {}}))

    for found in (silent, stopped.events, endless):
        assert of(found, f"{KIND}.completed")


NOISE = "input_audio_noise_reduction"


@pytest.mark.parametrize(
    ("dialect", "session", "code", "param"),
    [
        ("preview 2025-04", {NOISE: {"type": "bogus"}}, "invalid_value", f"{NOISE}.type"),
        ("preview 2025-04", {NOISE: {"type": 1}}, "invalid_type", f"{NOISE}.type"),
        ("preview 2025-04", {NOISE: {"volume": 1}}, "unknown_parameter", f"{NOISE}.volume"),
        (
            "preview 2025-04",
            {"input_audio_transcription": {"model": "bogus"}},
            "invalid_value",
            "input_audio_transcription.model",
        ),
        (
            "ga",
            {"audio": {"input": {"noise_reduction": {"type": "bogus"}}}},
            "invalid_value",
            "audio.input.noise_reduction.type",
        ),
        (
            "ga",
            {"audio": {"input": {"transcription": {"model": 1}}}},
            "invalid_type",
            "audio.input.transcription.model",
        ),
        (
            "ga",
            {"audio": {"input": {"transcription": {"voice": "x"}}}},
            "unknown_parameter",
            "audio.input.transcription.voice",
        ),
    ],
)
def test_what_is_documented_as_a_choice_is_one(dialect, session, code, param):
    error = only(Dialogue(dialect).update(**session), "error")["error"]

    assert (error["code"], error["param"]) == (code, f"session.{param}")


LATER: list[dict[str, Any]] = [
    {"turn_detection": {"type": "semantic_vad"}},
    {"input_audio_transcription": {"model": "gpt-4o-mini-transcribe"}},
    {"speed": 1.2},
    {"prompt": None},
    {"input_audio_noise_reduction": {"type": "near_field"}},
]


@pytest.mark.parametrize("session", LATER, ids=[next(iter(one)) for one in LATER])
@pytest.mark.parametrize(
    ("dialect", "switch", "refused"),
    [
        ("preview 2024-10", {"firstPreview": {}}, True),
        ("preview 2024-10", {}, False),
        ("preview 2025-04", {"firstPreview": {}}, False),
    ],
    ids=["first, strict", "first", "later"],
)
def test_whether_the_first_version_refuses_what_came_later_is_a_switch(
    session, dialect, switch, refused
):
    found = Dialogue(dialect, switch).update(**session)

    assert kinds(found) == ["error" if refused else "session.updated"]


def test_a_strict_first_version_takes_what_it_knows():
    talk = Dialogue("preview 2024-10", {"firstPreview": {}})
    known = {"turn_detection": {"type": "server_vad"}, "voice": "echo", "temperature": 0.7}
    found = talk.update(input_audio_transcription={"model": "whisper-1"}, **known)

    assert kinds(found) == ["session.updated"]
