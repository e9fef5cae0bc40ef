"""Samples as sound files hold them, whole numbers of 8 to 32 bits or floating point, as the 16 bit samples of the API."""

from __future__ import annotations

import sys
from array import array

from deployer.emulator.sound.waveforms import pcm

_UNSIGNED = bytes(value ^ 0x80 for value in range(256))
_FLOATS = {4: "f", 8: "d"}


def from_integers(content: bytes, width: int) -> bytes:
    """Little-endian samples of `width` bytes, those of one byte unsigned, without what goes beyond 16 bits."""
    if width == 2:
        return content
    found = bytearray(len(content) // width * 2)
    if width == 1:
        found[1::2] = content.translate(_UNSIGNED)
    else:
        found[::2] = content[width - 2 :: width]
        found[1::2] = content[width - 1 :: width]
    return bytes(found)


def from_floats(content: bytes, width: int) -> bytes:
    """Little-endian numbers of 4 or 8 bytes, full scale from -1 to 1; what is louder is clipped."""
    numbers = array(_FLOATS[width], content)
    if sys.byteorder == "big":
        numbers.byteswap()
    # In this order what is not a number is 1.
    return pcm(array("h", [min(32767, int(max(-1.0, min(1.0, one)) * 32768)) for one in numbers]))
