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


def mark(pcm: bytearray, offset: int, text: str, step: int = 2) -> None:
    """Write `text` into the lowest bits of the samples from byte `offset` on; a sample has `step` bytes.

    What does not fit before the end is not written at all.
    """
    written = text.encode(errors="replace")
    head = f"{len(written):08b}{zlib.crc32(written) & 0xFF:08b}"
    bits = _PATTERN + bytes(map(int, head + "".join(f"{byte:08b}" for byte in written)))
    end = offset + step * len(bits)
    if end <= len(pcm):
        pcm[offset:end:step] = bytes(
            low & 0xFE | bit for low, bit in zip(pcm[offset:end:step], bits, strict=True)
        )


def mark_bytes(text: str) -> int:
    """How much 16 bit sound the mark of a text takes."""
    return 2 * (_HEAD + 8 * len(text.encode(errors="replace")))


def marks(pcm: bytes) -> list[tuple[int, str]]:
    """All marks in 16 bit little-endian samples, in the order they are heard: the sample, and the text."""
    bits = pcm[::2].translate(_LOWEST_BIT)
    # What came over a telephone line has each bit three times.
    return _marks(bits) or [(3 * sample, text) for sample, text in _marks(bits[::3])]


def _marks(bits: bytes) -> list[tuple[int, str]]:
    texts: list[tuple[int, str]] = []
    found = bits.find(_PATTERN)
    while found >= 0:
        start = found + _HEAD
        length, checksum = _byte(bits, start - 16), _byte(bits, start - 8)
        written = bytes(_byte(bits, start + 8 * n) for n in range(length))
        if start + 8 * length <= len(bits) and zlib.crc32(written) & 0xFF == checksum:
            texts.append((found, written.decode(errors="replace")))
        found = bits.find(_PATTERN, start)
    return texts


def _byte(bits: bytes, start: int) -> int:
    value = 0
    for bit in bits[start : start + 8]:
        value = value << 1 | bit
    return value
