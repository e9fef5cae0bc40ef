"""MP3, FLAC and Opus: written and read by the optional package soundfile (extra `formats`), refused without it."""

from __future__ import annotations

import io
from importlib.util import find_spec

from deployer.emulator.sound.resampling import resampled
from deployer.emulator.sound.waveforms import SAMPLE_RATE, mono

_CONTAINERS = {
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "flac": ("FLAC", "PCM_16"),
    "opus": ("OGG", "OPUS"),
}

ENCODED_FORMATS = tuple(_CONTAINERS)


def can_encode() -> bool:
    """Whether the package is installed."""
    return find_spec("soundfile") is not None


def encode(pcm: bytes, audio_format: str) -> bytes:
    """24 kHz mono samples as a file of one of `ENCODED_FORMATS`."""
    import soundfile

    container, subtype = _CONTAINERS[audio_format]
    content = io.BytesIO()
    with soundfile.SoundFile(content, "w", SAMPLE_RATE, 1, subtype, format=container) as file:
        file.buffer_write(pcm[: len(pcm) // 2 * 2], dtype="int16")
    return content.getvalue()


def decode(content: bytes) -> bytes:
    """A sound file as 24 kHz mono samples; ValueError when it is none."""
    import soundfile

    try:
        with soundfile.SoundFile(io.BytesIO(content)) as file:
            sound = file.read(dtype="int16").astype("<i2").tobytes()
            return resampled(mono(sound, file.channels), file.samplerate, SAMPLE_RATE)
    except soundfile.LibsndfileError as error:
        raise ValueError(str(error)) from None
