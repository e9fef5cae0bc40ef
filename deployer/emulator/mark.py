"""The inaudible mark that lets the emulator recognise its own voice: each word, written in the lowest bits.

A word's first samples carry, one bit a sample, a fixed pattern, the length of the word's text in bytes,
a checksum, and the text itself. The voice writes even samples only, so that nothing else looks like a
mark. Whoever cuts, joins or pads the sound keeps the marks of the words that are still in it, so what is
recognised is what can be heard; any process recognises it, and nothing has to be remembered. Sound that was resampled,
amplified or compressed has lost its marks.
"""

from __future__ import annotations

import zlib

_PATTERN = bytes(int(bit) for bit in f"{0x5EEDC0DEA7:040b}")
_LOWEST_BIT = bytes(value & 1 for value in range(256))
_HEAD = len(_PATTERN) + 16

LONGEST_TEXT = 200
"""Bytes of UTF-8 that one mark can carry."""


def mark(pcm: bytearray, offset: int, text: str) -> None:
    """Write `text` into the lowest bits of the samples from byte `offset` on."""
    written = text.encode(errors="replace")
    head = f"{len(written):08b}{zlib.crc32(written) & 0xFF:08b}"
    bits = _PATTERN + bytes(map(int, head + "".join(f"{byte:08b}" for byte in written)))
    end = offset + 2 * len(bits)
    pcm[offset:end:2] = bytes(
        low & 0xFE | bit for low, bit in zip(pcm[offset:end:2], bits, strict=True)
    )


def marks(pcm: bytes) -> list[str]:
    """The texts of all marks in 16 bit little-endian samples, in the order they are heard."""
    bits = pcm[::2].translate(_LOWEST_BIT)
    texts: list[str] = []
    found = bits.find(_PATTERN)
    while found >= 0:
        start = found + _HEAD
        length, checksum = _byte(bits, start - 16), _byte(bits, start - 8)
        written = bytes(_byte(bits, start + 8 * n) for n in range(length))
        if start + 8 * length <= len(bits) and zlib.crc32(written) & 0xFF == checksum:
            texts.append(written.decode(errors="replace"))
        found = bits.find(_PATTERN, start)
    return texts


def _byte(bits: bytes, start: int) -> int:
    value = 0
    for bit in bits[start : start + 8]:
        value = value << 1 | bit
    return value
