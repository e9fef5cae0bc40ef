"""Telephone sound, G.711 u-law and A-law at 8 kHz, to and from the 24 kHz samples that everything else here works with.

The mark of the emulator's own voice goes over the line in the lowest bit of the codes, so that it is recognised there too.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from deployer.emulator.sound.mark import mark, marks
from deployer.emulator.sound.waveforms import SAMPLE_RATE, values

LAWS = ("g711_ulaw", "g711_alaw")

RATE = 8_000
"""Codes a second, and so bytes."""

PCM_BYTES_PER_CODE = 2 * SAMPLE_RATE // RATE


def expand(codes: bytes, law: str) -> bytes:
    """The codes as 24 kHz samples; each lasts for three, and lends them its lowest bit."""
    return b"".join(map(_sounds(law).__getitem__, codes))


def compress(pcm: bytes, law: str) -> bytes:
    """24 kHz samples as codes, three samples to one; what is left over at the end is dropped. Marks are kept."""
    sound, table = values(pcm), _codes(law)
    thirds = zip(sound[0::3], sound[1::3], sound[2::3], strict=False)
    codes = bytearray([table[(a + b + c) // 3 >> 2] for a, b, c in thirds])
    for sample, text in marks(pcm):
        mark(codes, sample // 3, text, step=1)
    return bytes(codes)


def _ulaw(code: int) -> int:
    """The sample of a code (ITU-T G.711, table 2)."""
    code = ~code & 0xFF
    size = (((code & 0x0F) << 3) + 0x84 << (code >> 4 & 7)) - 0x84
    return -size if code & 0x80 else size


def _alaw(code: int) -> int:
    """The sample of a code (ITU-T G.711, table 1)."""
    code ^= 0x55
    segment = code >> 4 & 7
    size = ((code & 0x0F) << 4) + (0x108 if segment else 8) << max(0, segment - 1)
    return size if code & 0x80 else -size


_SAMPLES: dict[str, Callable[[int], int]] = {"g711_ulaw": _ulaw, "g711_alaw": _alaw}


@lru_cache(maxsize=2)
def _sounds(law: str) -> tuple[bytes, ...]:
    """Three samples for each code."""
    samples = (_SAMPLES[law](code) & ~1 | code & 1 for code in range(256))
    return tuple(struct.pack("<h", sample) * 3 for sample in samples)


@lru_cache(maxsize=2)
def _codes(law: str) -> Sequence[int]:
    """The nearest code for each quarter of a sample; negative ones are found from the end, as Python counts."""
    by_sample = sorted((_SAMPLES[law](code), code) for code in range(256))
    limits = [(low + high) / 2 for (low, _), (high, _) in pairwise(by_sample)]
    return [by_sample[bisect_left(limits, 4 * n)][1] for n in (*range(8192), *range(-8192, 0))]
