"""`python benchmarks/pictures.py --sounds FOLDER`: a picture and a WAV file of each of three voices."""

import runpy
import sys
import wave
from pathlib import Path
from xml.etree import ElementTree

import pytest

from deployer.emulator.sound import speech
from deployer.emulator.sound.voice import synthesise

SCRIPT = Path(__file__).parents[3] / "benchmarks" / "pictures.py"
TEXT = "Hello, this is the emulator speaking."


@pytest.fixture
def folder(tmp_path, monkeypatch):
    # The built-in voice is enough: an engine has the same way to paper.
    monkeypatch.setattr(speech, "can_speak", lambda: False)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), "--sounds", str(tmp_path)])
    runpy.run_path(str(SCRIPT), run_name="__main__")
    return tmp_path


def test_three_voices_are_drawn_and_written_as_wav_files(folder):
    names = sorted(one.name for one in folder.iterdir())
    voices = ("alloy", "echo", "sage")

    assert names == [f"voice-built-in-{one}.{end}" for one in voices for end in ("svg", "wav")]
    for voice in voices:
        with wave.open(str(folder / f"voice-built-in-{voice}.wav")) as file:
            assert file.getparams()[:3] == (1, 2, 24_000)
            assert file.readframes(file.getnframes()) == synthesise(TEXT, voice).pcm
        drawn = ElementTree.parse(folder / f"voice-built-in-{voice}.svg").getroot()  # noqa: S314
        assert len(list(drawn.iter("{http://www.w3.org/2000/svg}path"))) >= 3
