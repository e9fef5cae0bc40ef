"""Sound files as strangers write them."""

import io
import wave

from deployer.emulator.voice import synthesise

PCM = synthesise("Hello there.", "alloy").pcm


def wav_file(pcm=PCM, rate=24000, channels=1, width=2):
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(pcm)
    return content.getvalue()


def mp3_file(frames=40):
    """Frames of 26.1 ms (44.1 kHz, 128 kbit/s) behind an ID3 tag."""
    tag = b"ID3\x04\x00\x00\x00\x00\x01\x00" + bytes(128)
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames
