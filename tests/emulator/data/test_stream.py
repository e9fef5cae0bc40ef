"""Streams of audio completions: the recorded order of chunks, oddities included."""

import base64

import pytest
from emulator.data.calls import chat, heard, post, streamed
from emulator.data.world import NOW

from deployer.emulator.sound.recording import write_wav
from deployer.emulator.sound.voice import synthesise

TEXT = "The quick brown fox jumps over the lazy dog."


def speech(**changes):
    return chat(
        f"Say exactly: {TEXT}",
        **({"stream": True, "audio": {"voice": "echo", "format": "pcm16"}} | changes),
    )


def deltas(chunks):
    return [choice["delta"] for chunk in chunks for choice in chunk.get("choices", ())]


def audio_of(chunks):
    return [delta["audio"] for delta in deltas(chunks) if "audio" in delta]


def test_the_parts_join_to_the_whole_answer(endpoint):
    audio = audio_of(streamed(endpoint, speech()))

    assert "".join(part.get("transcript", "") for part in audio) == TEXT
    pcm = b"".join(base64.b64decode(part.get("data", "")) for part in audio)
    assert pcm == synthesise(TEXT, "echo").pcm


def test_sound_comes_in_chunks_of_400_ms_behind_the_first_words(endpoint):
    audio = audio_of(streamed(endpoint, speech()))
    sizes = [len(base64.b64decode(part["data"])) for part in audio if "data" in part]

    assert set(sizes[:-1]) == {19200}
    assert 0 < sizes[-1] <= 19200
    assert "transcript" in audio[0]
    assert "data" not in audio[0]


def test_the_beginning_is_as_recorded(endpoint):
    found = deltas(streamed(endpoint, speech()))
    first_data = next(delta for delta in found if "data" in delta.get("audio", {}))

    assert found[0] == {"role": "assistant", "refusal": None}
    assert found[1]["content"] is None
    assert found[1]["audio"]["id"].startswith("audio_")
    assert first_data["role"] == "assistant"
    assert first_data["content"] is None
    assert first_data["audio"]["id"] == found[1]["audio"]["id"]
    named = [delta for delta in found if "id" in delta.get("audio", {})]
    assert len(named) == 2


@pytest.mark.parametrize("text", [TEXT, "Hi.", "One two three four five six seven eight nine."])
def test_there_is_one_chunk_without_choices_for_each_audio_token_and_one_more(endpoint, text):
    asked = [{"role": "user", "content": f"Say exactly: {text}"}]
    chunks = streamed(endpoint, speech(messages=asked))
    without = [chunk for chunk in chunks if "choices" not in chunk]

    assert len(without) == len(synthesise(text, "echo").pcm) // 2400 + 1


def test_as_many_of_them_come_before_sound_as_it_has_tokens(endpoint):
    counted, sizes = [0], []
    for chunk in streamed(endpoint, speech()):
        if "choices" not in chunk:
            counted[-1] += 1
        elif part := chunk["choices"][0]["delta"].get("audio", {}).get("data"):
            sizes.append(len(base64.b64decode(part)) // 2400)
            counted.append(0)

    assert counted == [sizes[0] + 1, *sizes[1:], 0]
    assert sizes[-1] < 8


def test_usage_comes_late_and_expiry_after_it(endpoint):
    chunks = streamed(endpoint, speech(stream_options={"include_usage": True}))
    usage, expiry = chunks[-2:]

    assert usage["choices"] == []
    assert usage["usage"]["completion_tokens_details"]["audio_tokens"] == (
        len(synthesise(TEXT, "echo").pcm) // 2400
    )
    assert expiry["choices"] == [{"index": 0, "delta": {"audio": {"expires_at": NOW + 3600}}}]


def test_without_being_asked_there_is_no_usage(endpoint):
    assert not any("usage" in chunk for chunk in streamed(endpoint, speech()))


def test_no_chunk_of_audio_says_why_it_finished(endpoint):
    choices = [c for chunk in streamed(endpoint, speech()) for c in chunk.get("choices", ())]

    assert {choice.get("finish_reason") for choice in choices} == {None}


def test_every_chunk_belongs_to_one_completion(endpoint):
    chunks = streamed(endpoint, speech())

    assert len({chunk["id"] for chunk in chunks}) == 1
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}


def test_text_streams_with_a_finish_reason(endpoint):
    question = write_wav(synthesise("Good morning.", "ash").pcm)
    body = heard(question, stream=True, modalities=["text"], audio=None)
    chunks = streamed(endpoint, body)

    assert "".join(d.get("content") or "" for d in deltas(chunks)) == "I heard: Good morning."
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_stream_without_audio_anywhere_is_refused(endpoint):
    assert post(endpoint, speech(modalities=["text"], audio=None))[0] == 400


def test_the_prompt_filter_chunk_is_a_switch(endpoint, world):
    world.faults["promptFilterChunk"] = {}
    first = streamed(endpoint, speech())[0]

    assert first["choices"] == []
    assert first["prompt_filter_results"]
    assert first["model"] == ""
