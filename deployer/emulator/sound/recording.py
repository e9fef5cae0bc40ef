"""Sound files that clients send and get: WAV written and read, MP3 measured by its frames."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from deployer.emulator.sound.encoders import can_encode, decode
from deployer.emulator.sound.resampling import resampled
from deployer.emulator.sound.sample_formats import from_floats, from_integers
from deployer.emulator.sound.waveforms import SAMPLE_RATE, mono

_UNKNOWN_SIZE = 0xFFFFFFFF
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_WIDTHS = {_PCM: (1, 2, 3, 4), _FLOAT: (4, 8)}
"""Bytes of a sample, by encoding."""

# Kilobits a second by the header's index (ISO/IEC 11172-3 and 13818-3, layer III).
_MPEG1_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MPEG2_RATES = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SAMPLE_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


@dataclass(frozen=True)
class Recording:
    """A sound of `seconds`; `pcm` is 16 bit mono, empty when it could not be decoded."""

    pcm: bytes
    seconds: float


def write_wav(pcm: bytes, unknown_sizes: bool = False) -> bytes:
    """24 kHz mono samples as a WAV file with the classic header of 44 bytes.

    `unknown_sizes` writes FFFFFFFF for both sizes, as a streaming encoder does that never comes back to
    its header (seen in the wild with these models; pollinations issue 11951).
    """
    riff, data = (_UNKNOWN_SIZE,) * 2 if unknown_sizes else (len(pcm) + 36, len(pcm))
    return (
        struct.pack("<4sI4s4sI", b"RIFF", riff, b"WAVE", b"fmt ", 16)
        + struct.pack("<HHIIHH", _PCM, 1, SAMPLE_RATE, SAMPLE_RATE * 2, 2, 16)
        + struct.pack("<4sI", b"data", data)
        + pcm
    )


def read_wav(content: bytes) -> Recording:
    """A WAV file of PCM (8 to 32 bits) or floating point; ValueError says what it is instead.

    A size too long means to the end.
    """
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise ValueError("not a RIFF WAVE file")
    layout = b""
    position = 12
    while position + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, position)
        chunk = content[position + 8 : position + 8 + size]
        if name == b"fmt ":
            layout = chunk
        if name == b"data":
            return _samples(chunk, layout)
        position += 8 + size + size % 2
    raise ValueError("no data chunk")


def _samples(chunk: bytes, layout: bytes) -> Recording:
    """The samples of a data chunk, laid out as the format chunk says."""
    if len(layout) < 16:
        raise ValueError("no format chunk")
    encoding, channels, rate, _, frame, _ = struct.unpack_from("<HHIIHH", layout)
    if encoding == _EXTENSIBLE and len(layout) >= 26:
        (encoding,) = struct.unpack_from("<H", layout, 24)
    # Bits that fill no whole bytes stand in the highest ones of their bytes.
    width = frame // channels if channels else 0
    if not rate or width * channels != frame or width not in _WIDTHS.get(encoding, ()):
        raise ValueError("neither PCM of 8 to 32 bits nor floating point")
    whole = chunk[: len(chunk) // frame * frame]
    read = from_integers if encoding == _PCM else from_floats
    sound = mono(read(whole, width), channels)
    return Recording(resampled(sound, rate, SAMPLE_RATE), len(chunk) / (frame * rate))


def read_mp3(content: bytes) -> Recording:
    """The length of an MP3 file, added up from its frame headers; its sound where the extra `formats` is."""
    position, seconds = _after_id3(content), 0.0
    while position + 4 <= len(content):
        frame = _frame(content, position)
        if frame is None:
            position += 1
            continue
        size, duration = frame
        position += size
        seconds += duration
    if not seconds:
        raise ValueError("no MPEG layer III frame")
    return Recording(decode(content) if can_encode() else b"", seconds)


def _after_id3(content: bytes) -> int:
    if content[:3] != b"ID3" or len(content) < 10:
        return 0
    return 10 + sum(byte << 7 * (3 - place) for place, byte in enumerate(content[6:10]))


def _frame(content: bytes, position: int) -> tuple[int, float] | None:
    """Bytes and seconds of the frame that starts here."""
    first, second, third = content[position : position + 3]
    version, layer = second >> 3 & 3, second >> 1 & 3
    rate_index, sample_index = third >> 4, third >> 2 & 3
    if first != 0xFF or second < 0xE0 or version == 1 or layer != 1:
        return None
    if rate_index in (0, 15) or sample_index == 3:
        return None
    samples = 1152 if version == 3 else 576
    rate = (_MPEG1_RATES if version == 3 else _MPEG2_RATES)[rate_index] * 1000
    sample_rate = _SAMPLE_RATES[version][sample_index]
    return samples // 8 * rate // sample_rate + (third >> 1 & 1), samples / sample_rate
