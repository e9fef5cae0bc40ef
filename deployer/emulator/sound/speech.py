"""Intelligible speech by eSpeak NG, where the optional extra `speech` is installed: one engine, one lock.

The engine is robotic, offline and quick (about a thousand times real time), and not made for threads. It is loaded at
run time out of the package espeakng-loader and is no part of this project; its licence is the GPL, version 3 or later.
"""

from __future__ import annotations

import ctypes
import threading
from functools import lru_cache
from importlib.util import find_spec
from typing import NamedTuple

_SYNCHRONOUS, _UTF8, _MILLISECONDS_OF_BUFFER = 2, 1, 0
_WORDS_A_MINUTE, _RATE, _PITCH, _RANGE, _WORD_GAP = 160, 1, 3, 4, 7
_EVENT_END, _EVENT_WORD = 0, 1

# Variant of the American voice, pitch and range (0 to 100, 50 is the variant's own) of each voice name of the API.
_VARIANTS = {
    "alloy": ("en-us+f2", 42, 45),
    "ash": ("en-us+m3", 55, 45),
    "ballad": ("en-us+m7", 55, 65),
    "cedar": ("en-us+m1", 18, 40),
    "coral": ("en-us+f4", 61, 60),
    "echo": ("en-us+m2", 40, 40),
    "marin": ("en-us+f1", 33, 55),
    "sage": ("en-us+f3", 66, 40),
    "shimmer": ("en-us+f5", 82, 60),
    "verse": ("en-us+m4", 78, 60),
}


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", ctypes.c_char * 8),
    )


_CALLBACK = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


class Speech(NamedTuple):
    """Samples, 16 bit mono at `rate` Hz, and for each word its first character (from 0) and its first sample."""

    pcm: bytes
    rate: int
    words: tuple[tuple[int, int], ...]


def can_speak() -> bool:
    """Whether the engine is installed."""
    return all(find_spec(name) is not None for name in ("espeakng_loader", "soxr", "numpy"))


def speak(text: str, voice: str, speed: float = 1.0) -> Speech:
    """A text as speech. The engine lets pitch and length waver by a few samples each time it speaks."""
    return _engine().speak(text, voice, speed)


@lru_cache(maxsize=1)
def _engine() -> _Engine:
    return _Engine()


class _Engine:
    def __init__(self) -> None:
        import espeakng_loader

        self._lock = threading.Lock()
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._rate = self._library.espeak_Initialize(
            _SYNCHRONOUS, _MILLISECONDS_OF_BUFFER, espeakng_loader.get_data_path().encode(), 0
        )
        if self._rate <= 0:
            raise RuntimeError("eSpeak NG found no voice data in the package espeakng-loader.")
        self._sound = bytearray()
        self._words: list[tuple[int, int]] = []
        # Kept for as long as the library may call it.
        self._callback = _CALLBACK(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, voice: str, speed: float) -> Speech:
        variant, pitch, spread = _VARIANTS[voice]
        content = text.encode(errors="replace")
        with self._lock:
            self._sound, self._words = bytearray(), []
            self._library.espeak_SetVoiceByName(variant.encode())
            for parameter, value in (
                (_RATE, max(80, min(450, round(_WORDS_A_MINUTE * speed)))),
                (_PITCH, pitch),
                (_RANGE, spread),
                (_WORD_GAP, 1),
            ):
                self._library.espeak_SetParameter(parameter, value, 0)
            self._library.espeak_Synth(content, len(content) + 1, 0, 1, 0, _UTF8, None, None)
            return Speech(bytes(self._sound), self._rate, tuple(self._words))

    def _take(self, samples: object, count: int, events: object) -> int:
        """Called by the library with what it has made; 0 lets it go on."""
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, 2 * count)  # type: ignore[arg-type]
        for event in events:  # type: ignore[attr-defined]
            if event.type == _EVENT_END:
                break
            if event.type == _EVENT_WORD:
                first = event.audio_position * self._rate // 1000
                self._words.append((event.text_position - 1, first))
        return 0
