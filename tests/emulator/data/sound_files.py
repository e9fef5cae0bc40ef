"""Sound files as strangers write them."""

import io
import struct
import wave

from deployer.emulator.sound.voice import synthesise

PCM = synthesise("Hello there.", "alloy").pcm


def wav_file(pcm=PCM, rate=24000, channels=1, width=2):
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(pcm)
    return content.getvalue()


def any_wav_file(samples, encoding=1, width=2, channels=1, extensible=False, rate=24000, bits=None):
    """A WAV file of bytes that are samples already; an extensible one names its encoding behind the format."""
    frame = width * channels
    head = (0xFFFE if extensible else encoding, channels, rate, rate * frame, frame, 8 * width)
    layout = struct.pack("<HHIIHH", *head)
    if extensible:
        guid = struct.pack("<H", encoding) + bytes.fromhex("000000001000800000aa00389b71")
        layout += struct.pack("<HHI", 22, bits or 8 * width, 0) + guid
    chunks = b"fmt " + struct.pack("<I", len(layout)) + layout
    chunks += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WAVE" + chunks


def mp3_file(frames=40):
    """Frames of 26.1 ms (44.1 kHz, 128 kbit/s) behind an ID3 tag."""
    tag = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames
