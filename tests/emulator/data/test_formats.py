"""Sound in every format of the API: files that strangers' libraries read, and telephone lines."""

import base64
import io
import json
from math import log10

import pytest
import soundfile
from emulator.data.calls import answered, chat, heard, message, post
from emulator.data.dialogue import DIALECTS, Dialogue, of, only, sound

from deployer.emulator.completions import requests as completion_requests
from deployer.emulator.sound.companding import LAWS, compress, expand
from deployer.emulator.sound.encoders import encode
from deployer.emulator.sound.recording import read_mp3
from deployer.emulator.sound.resampling import _straight, resampled
from deployer.emulator.sound.voice import hear, synthesise
from deployer.emulator.sound.waveforms import mono, values

PCM = synthesise("Hello there.", "alloy").pcm
dialects = pytest.mark.parametrize("dialect", DIALECTS)
laws = pytest.mark.parametrize("law", LAWS)


@pytest.mark.parametrize(
    ("form", "kind"),
    [("mp3", "MP3"), ("flac", "FLAC"), ("opus", "OGG")],
    ids=["mp3", "flac", "opus"],
)
def test_a_file_is_read_by_others(endpoint, form, kind):
    said = message(endpoint, chat(audio={"voice": "alloy", "format": form}))["audio"]
    with soundfile.SoundFile(io.BytesIO(base64.b64decode(said["data"]))) as file:
        assert (kind, 24_000, 1) == (file.format, file.samplerate, file.channels)
        assert file.frames == pytest.approx(len(PCM) // 2, abs=1200)


def test_a_lossless_file_is_still_the_emulator_s_own_voice(endpoint):
    said = message(endpoint, chat(audio={"voice": "alloy", "format": "flac"}))["audio"]
    found = soundfile.read(io.BytesIO(base64.b64decode(said["data"])), dtype="int16")[0]

    assert found.tobytes() == PCM


def test_without_the_package_the_refusal_says_what_to_do(endpoint, monkeypatch):
    monkeypatch.setattr(completion_requests, "can_encode", lambda: False)
    status, _, text = post(
        endpoint, chat("Say exactly: Never encoded.", audio={"voice": "alloy", "format": "mp3"})
    )

    assert status == 400
    assert json.loads(text)["error"]["code"] == "unsupported_by_emulator"
    assert "deployer[formats]" in text


def test_an_mp3_is_really_decoded():
    recording = read_mp3(encode(PCM, "mp3"))

    assert len(recording.pcm) / 48_000 == pytest.approx(recording.seconds, abs=0.1)
    assert max(map(abs, values(recording.pcm))) > 5_000


def test_an_mp3_that_was_said_is_charged_by_its_length(endpoint):
    usage = answered(endpoint, heard(encode(PCM, "mp3"), form="mp3"))["usage"]
    charged = usage["prompt_tokens_details"]["audio_tokens"]

    assert charged == pytest.approx(len(PCM) / 4800, abs=1)


@laws
def test_a_telephone_line_keeps_the_sound(law):
    before, after = values(PCM), values(expand(compress(PCM, law), law))
    thirds = [sum(before[n : n + 3]) // 3 for n in range(0, len(before), 3)]
    noise = sum((a - b) ** 2 for a, b in zip(thirds, after[::3], strict=True))

    assert len(after) == len(before)
    assert 10 * log10(sum(a * a for a in thirds) / noise) > 30


@laws
def test_every_code_comes_back_as_itself(law):
    codes = bytes(range(256))
    back = compress(expand(codes, law), law)
    # Two codes of u-law mean zero.
    assert sum(a != b for a, b in zip(codes, back, strict=True)) <= 1


@laws
def test_its_own_voice_is_recognised_over_the_line(law):
    assert hear(expand(compress(PCM, law), law)) == "Hello there."


def formats(talk, law):
    """Both directions in that law; the event of the update."""
    if not talk.is_ga:
        return talk.update(input_audio_format=law, output_audio_format=law)
    form = {"type": {"g711_ulaw": "audio/pcmu", "g711_alaw": "audio/pcma"}[law]}
    return talk.update(audio={"input": {"format": form}, "output": {"format": form}})


@dialects
@laws
def test_a_session_speaks_and_hears_the_telephone_s_format(dialect, law):
    talk = Dialogue(dialect)
    formats(talk, law)
    talk.write("Say exactly: Hello there.")
    spoken = sound(talk.say("response.create"), talk.names)
    found = talk.append(spoken + b"\xff\xd5"[law == "g711_alaw" :][:1] * 8000, chunk=160)

    assert len(spoken) * 6 == len(PCM)
    assert only(found, "response.done")["response"]["output"][0]["content"][0]["transcript"] == (
        "I heard: Hello there."
    )


@dialects
@laws
def test_the_session_shows_the_format(dialect, law):
    talk = Dialogue(dialect)
    session = formats(talk, law)[0]["session"]
    shown = session["audio"]["output"]["format"] if talk.is_ga else session["output_audio_format"]
    ga = {"g711_ulaw": {"type": "audio/pcmu"}, "g711_alaw": {"type": "audio/pcma"}}

    assert shown == (ga[law] if talk.is_ga else law)


def test_the_hyphen_of_microsoft_s_client_is_taken():
    talk = Dialogue("preview 2024-10")

    assert talk.update(input_audio_format="g711-ulaw")[0]["type"] == "session.updated"


def test_an_interrupted_telephone_answer_is_charged_for_what_was_sent():
    talk = Dialogue("ga")
    formats(talk, "g711_ulaw")
    talk.send("response.create")
    talk.drain(12)
    usage = talk.say("response.cancel")[-1]["response"]["usage"]
    sent = sound(talk.events, talk.names)

    assert usage["output_token_details"]["audio_tokens"] == len(sent) // 400
    assert of(talk.events, "response.output_audio.delta")


@pytest.mark.parametrize("change", [resampled, _straight], ids=["best", "without packages"])
@pytest.mark.parametrize("rate", [8000, 16000, 22050, 44100])
def test_another_rate_lasts_as_long(change, rate):
    second = values(bytes(2 * rate)).tobytes()

    assert len(change(second, rate, 24_000)) // 2 == pytest.approx(24_000, abs=2)


def test_two_channels_become_their_mean():
    assert mono(values(bytes([10, 0, 20, 0])).tobytes(), 2) == bytes([15, 0])
