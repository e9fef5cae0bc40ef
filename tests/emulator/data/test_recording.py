"""Sound files: written as Azure writes them, read as strangers write them."""

import io
import struct
import wave
from array import array

import pytest
from emulator.data.sound_files import PCM, any_wav_file, mp3_file, wav_file

from deployer.emulator.sound.recording import Recording, read_mp3, read_wav, write_wav
from deployer.emulator.sound.voice import hear


def test_python_reads_what_is_written():
    with wave.open(io.BytesIO(write_wav(PCM))) as file:
        assert (1, 2, 24000) == file.getparams()[:3]
        assert PCM == file.readframes(file.getnframes())


def test_the_header_is_the_classic_one():
    content = write_wav(PCM)

    assert struct.unpack("<HHIIHH", content[20:36]) == (1, 1, 24000, 48000, 2, 16)
    assert struct.unpack_from("<I", content, 4)[0] == len(content) - 8
    assert content[44:] == PCM


def test_the_trap_has_unknown_sizes_and_all_the_sound():
    content = write_wav(PCM, unknown_sizes=True)

    assert (0xFFFFFFFF, 0xFFFFFFFF) == (
        struct.unpack_from("<I", content, 4)[0],
        struct.unpack_from("<I", content, 40)[0],
    )
    assert read_wav(content) == read_wav(write_wav(PCM))
    assert PCM == content[44:]


def test_our_own_voice_in_a_file_is_recognised():
    assert hear(read_wav(wav_file()).pcm) == "Hello there."


@pytest.mark.parametrize(("rate", "channels"), [(24000, 1), (16000, 1), (48000, 2), (8000, 2)])
def test_the_length_is_measured_at_any_rate(rate, channels):
    seconds = len(PCM) / (2 * rate * channels)

    assert seconds == pytest.approx(read_wav(wav_file(rate=rate, channels=channels)).seconds)


def test_other_chunks_are_skipped():
    content = wav_file()
    listed = content[:12] + b"LIST" + struct.pack("<I", 3) + b"abc\0" + content[12:]

    assert PCM == read_wav(listed).pcm


SAMPLES = array("h", PCM)
WRITTEN = {
    "16 bit": (b"".join(one.to_bytes(2, "little", signed=True) for one in SAMPLES), 1, 2),
    "24 bit": (b"".join((one << 8).to_bytes(3, "little", signed=True) for one in SAMPLES), 1, 3),
    "32 bit": (b"".join((one << 16).to_bytes(4, "little", signed=True) for one in SAMPLES), 1, 4),
    "float": (struct.pack(f"<{len(SAMPLES)}f", *(one / 32768 for one in SAMPLES)), 3, 4),
    "double": (struct.pack(f"<{len(SAMPLES)}d", *(one / 32768 for one in SAMPLES)), 3, 8),
}
extensible = pytest.mark.parametrize("extensible", [False, True], ids=["plain", "extensible"])


@extensible
@pytest.mark.parametrize("form", WRITTEN)
def test_sound_is_the_same_in_every_format_that_holds_it(form, extensible):
    samples, encoding, width = WRITTEN[form]
    recording = read_wav(any_wav_file(samples, encoding, width, extensible=extensible))

    assert recording == Recording(PCM, len(PCM) / 48_000)
    assert hear(recording.pcm) == "Hello there."


@extensible
@pytest.mark.parametrize("form", WRITTEN)
def test_two_equal_channels_are_one(form, extensible):
    samples, encoding, width = WRITTEN[form]
    frames = (samples[n : n + width] * 2 for n in range(0, len(samples), width))
    content = any_wav_file(b"".join(frames), encoding, width, channels=2, extensible=extensible)

    assert read_wav(content) == Recording(PCM, len(PCM) / 48_000)


@extensible
def test_8_bits_keep_the_sound_and_lose_the_mark(extensible):
    samples = bytes((one >> 8) + 128 for one in SAMPLES)
    recording = read_wav(any_wav_file(samples, width=1, extensible=extensible))
    found = array("h", recording.pcm)

    assert len(found) == len(SAMPLES)
    assert max(abs(one - other) for one, other in zip(found, SAMPLES, strict=True)) < 256
    assert hear(recording.pcm) is None


def test_twenty_bits_stand_in_the_highest_of_their_three_bytes():
    samples, _, width = WRITTEN["24 bit"]

    assert read_wav(any_wav_file(samples, width=width, extensible=True, bits=20)).pcm == PCM


def test_floats_beyond_full_scale_are_clipped():
    samples = struct.pack("<5f", 2.0, -2.0, 1.0, -1.0, float("-inf"))
    found = array("h", read_wav(any_wav_file(samples, encoding=3, width=4)).pcm)

    assert list(found) == [32767, -32768, 32767, -32768, -32768]
    nothing = struct.pack("<f", float("nan"))
    assert len(read_wav(any_wav_file(nothing, encoding=3, width=4)).pcm) == 2


def test_half_a_frame_at_the_end_is_no_sound():
    assert read_wav(any_wav_file(bytes(6) + b"x", width=3, channels=2)).pcm == bytes(2)
    assert read_wav(any_wav_file(bytes(4) + b"x", encoding=3, width=4)).pcm == bytes(2)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"RIFF", b"not a file at all", wav_file()[:36]),
        *(any_wav_file(PCM, encoding) for encoding in (0, 2, 3, 6, 85)),
        any_wav_file(PCM, encoding=2, extensible=True),
        any_wav_file(PCM, width=5),
        any_wav_file(PCM, channels=0),
        any_wav_file(PCM, rate=0),
        wav_file()[:12] + wav_file()[36:],
    ],
    ids=[
        *("empty", "short", "text", "no data"),
        *("unknown", "ADPCM", "16 bit float", "A-law", "MP3"),
        *("extensible ADPCM", "40 bit", "no channels", "no rate", "no format"),
    ],
)
def test_what_is_no_wav_of_samples_is_refused(content):
    with pytest.raises(ValueError, match=r"not|no"):
        read_wav(content)


def test_an_mp3_is_measured_by_its_frames():
    assert read_mp3(mp3_file()).seconds == pytest.approx(40 * 1152 / 44100)


def test_what_is_not_an_mp3_is_refused():
    with pytest.raises(ValueError, match="no MPEG"):
        read_mp3(b"\xff" * 100)
