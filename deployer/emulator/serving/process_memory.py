"""The memory of a process that does nothing but serve: garbage looked for rarely, large blocks kept apart."""

from __future__ import annotations

import gc
import sys

_MMAP_THRESHOLD = -3
"""M_MMAP_THRESHOLD of glibc's malloc.h."""

_LARGE = 128 * 1024
"""Bytes: glibc's own first threshold, which it raises to the size of whatever large block is freed."""

_COLLECTED_AT_ONCE = 100


def collect_rarely() -> None:
    """Look for garbage less often.

    Voices and sessions keep many small objects for long; looking through them again and again took a sixth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


class Remains:
    """What ended connections leave behind, collected by the hundred.

    The server library ties a WebSocket's buffers to the exception that ended it, a circle that only the collector unties,
    and a process that serves has told it to come rarely: 80 KB for each session that was held.
    """

    def __init__(self) -> None:
        self._uncollected = 0

    def add(self) -> None:
        """One more has ended."""
        self._uncollected += 1
        if self._uncollected == _COLLECTED_AT_ONCE:
            self._uncollected = 0
            gc.collect()


def keep_large_blocks_apart() -> None:
    """Give each large block pages of its own, which glibc ceases to do once it has freed the first one.

    A TLS connection of uvloop has a buffer of 256 KB of which it touches little. On the heap such buffers lie on pages
    that something else has used before: 20 KB of memory for each of a thousand sessions. Nothing happens without glibc.
    """
    if not sys.platform.startswith("linux"):
        return
    # Imported here: whoever only joins a running emulator has no use for it.
    import ctypes

    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_MMAP_THRESHOLD, _LARGE)
