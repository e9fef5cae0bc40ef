"""Pictures of three voices, as they stand in docs/emulator-data-plane.md: waveform and spectrum, drawn as SVG.

    python benchmarks/pictures.py [folder, docs/images if not said]

Beside each picture the sound is written as a WAV file with --sounds.
"""

from __future__ import annotations

import cmath
import math
import sys
from collections.abc import Callable
from pathlib import Path

from deployer.emulator.sound.recording import write_wav
from deployer.emulator.sound.speech import can_speak
from deployer.emulator.sound.spoken import say_aloud
from deployer.emulator.sound.voice import Utterance, synthesise
from deployer.emulator.sound.waveforms import SAMPLE_RATE, values

TEXT = "Hello, this is the emulator speaking."
VOICES = ("alloy", "echo", "sage")
WIDTH, WAVE, SPECTRUM = 480, 60, 96
TOP_HZ = 6_000
WINDOW = 512


def main() -> None:
    """Draw each voice: the built-in one, and the engine's where it is installed."""
    words = [one for one in sys.argv[1:] if one != "--sounds"]
    folder = Path(words[0] if words else "docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    kinds: dict[str, Callable[[str, str], Utterance]] = {"built-in": synthesise}
    if can_speak():
        kinds["speech"] = say_aloud
    for kind, say in kinds.items():
        for voice in VOICES:
            pcm = say(TEXT, voice).pcm
            name = folder / f"voice-{kind}-{voice}.svg"
            name.write_text(picture(pcm, f"{voice}, {kind}"), encoding="utf-8", newline="\n")
            if "--sounds" in sys.argv:
                name.with_suffix(".wav").write_bytes(write_wav(pcm))
            print(name)


def picture(pcm: bytes, title: str) -> str:
    """The sound as an SVG: what it does over time above, which frequencies it has below."""
    sound = values(pcm)
    seconds = len(sound) / SAMPLE_RATE
    step = len(sound) / WIDTH
    height = WAVE + SPECTRUM
    peaks = []
    for x in range(WIDTH):
        part = sound[int(x * step) : max(int(x * step) + 1, int((x + 1) * step))]
        top, bottom = (WAVE / 2 * (1 - level / 32768) for level in (max(part), min(part)))
        peaks.append(f"M{x} {top:.1f}V{bottom:.1f}")
    dots = "".join(
        f'<path stroke="#036" stroke-opacity="{shade / 4:.2f}" d="{path}"/>'
        for shade, path in spectrum(sound, step).items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}"><title>{title}: {seconds:.2f} s, 0 to {TOP_HZ} Hz</title>'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<path stroke="#036" d="{"".join(peaks)}"/><g stroke-width="3" fill="none">{dots}</g></svg>\n'
    )


def spectrum(sound: object, step: float) -> dict[int, str]:
    """Short strokes by shade, 1 to 4: each stands for a stretch of 4 pixels and a band of the picture's height."""
    samples = list(sound)  # type: ignore[call-overload]
    rows = SPECTRUM // 3
    paths: dict[int, str] = dict.fromkeys(range(1, 5), "")
    for x in range(0, WIDTH, 4):
        start = int(x * step)
        part = samples[start : start + WINDOW]
        part += [0] * (WINDOW - len(part))
        bent = [
            value * (0.5 - 0.5 * math.cos(2 * math.pi * n / WINDOW)) for n, value in enumerate(part)
        ]
        bins = fourier([complex(value) for value in bent])
        for row in range(rows):
            first = int(row * TOP_HZ / rows * WINDOW / SAMPLE_RATE)
            last = max(first + 1, int((row + 1) * TOP_HZ / rows * WINDOW / SAMPLE_RATE))
            level = 20 * math.log10(max(1.0, *(abs(one) for one in bins[first:last])) / 2e6)
            shade = min(4, int((level + 60) / 12))
            if shade > 0:
                y = WAVE + SPECTRUM - 1.5 - 3 * row
                paths[shade] += f"M{x} {y}h4"
    return paths


def fourier(values: list[complex]) -> list[complex]:
    """The discrete Fourier transform of a power of two of values."""
    if len(values) == 1:
        return values
    even, odd = fourier(values[::2]), fourier(values[1::2])
    turned = [cmath.exp(-2j * math.pi * n / len(values)) * value for n, value in enumerate(odd)]
    sums = [a + b for a, b in zip(even, turned, strict=True)]
    return sums + [a - b for a, b in zip(even, turned, strict=True)]


if __name__ == "__main__":
    main()
