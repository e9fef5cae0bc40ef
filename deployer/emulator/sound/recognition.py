"""Words out of sound that is not the emulator's own: by pocketsphinx, where the optional extra `recognise` is installed.

It knows English, is offline, and takes about a fifth of the time that the sound lasts. People it understands roughly, the
robotic voice of the extra `speech` badly: that one has its mark.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from deployer.emulator.sound.resampling import resampled
from deployer.emulator.sound.waveforms import SAMPLE_RATE

Recognise = Callable[[bytes], str | None]
"""Takes 16 bit mono samples of 24 kHz; None when there are no words in them. Slow: not for the event loop."""

_RATE = 16_000
_lock = threading.Lock()


def best_recogniser() -> Recognise | None:
    """The recogniser where it is installed."""
    return recognise if find_spec("pocketsphinx") is not None else None


def recognise(pcm: bytes) -> str | None:
    """The words of a sound, in small letters."""
    sound = resampled(pcm[: len(pcm) // 2 * 2], SAMPLE_RATE, _RATE)
    if not sound:  # the decoder fails on it, and on all that it hears later
        return None
    with _lock:
        decoder = _decoder()
        decoder.start_utt()
        decoder.process_raw(sound, full_utt=True)
        decoder.end_utt()
        found = decoder.hyp()
    return str(found.hypstr) or None if found is not None else None


@lru_cache(maxsize=1)
def _decoder() -> Any:  # noqa: ANN401
    import pocketsphinx

    return pocketsphinx.Decoder(samprate=_RATE, loglevel="FATAL")
