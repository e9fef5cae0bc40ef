"""Sound files: written as Azure writes them, read as strangers write them."""

import io
import struct
import wave

import pytest
from emulator.data.sound_files import PCM, mp3_file, wav_file

from deployer.emulator.recording import read_mp3, read_wav, write_wav
from deployer.emulator.voice import hear


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


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"not a file at all", wav_file(width=1), wav_file()[:36]],
    ids=["empty", "short", "text", "8 bit", "no data"],
)
def test_what_is_not_a_16_bit_wav_is_refused(content):
    with pytest.raises(ValueError, match=r"not|no"):
        read_wav(content)


def test_an_mp3_is_measured_by_its_frames():
    assert read_mp3(mp3_file()).seconds == pytest.approx(40 * 1152 / 44100)


def test_what_is_not_an_mp3_is_refused():
    with pytest.raises(ValueError, match="no MPEG"):
        read_mp3(b"\xff" * 100)
