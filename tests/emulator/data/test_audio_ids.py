"""Ids of audio: as many as an hour of full load makes live their hour, and nothing is kept of them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from deployer.emulator.completions.audio_ids import SaidAudio

NOW = 1_800_000_000


def test_an_id_lives_its_hour_however_many_follow():
    said = SaidAudio()
    first = said.issue(NOW, 19)
    others = {said.issue(NOW + n // 500, n) for n in range(20_000)}

    assert len(others | {first}) == 20_001
    assert [said.find(first, NOW + later) for later in (0, 3599.9, 3600)] == [19, 19, None]
    assert said.find(max(others), NOW + 3599) is not None


def test_ids_take_no_memory():
    said = SaidAudio()
    before = {name: type(value) for name, value in vars(said).items()}
    for n in range(1_000):
        said.issue(NOW, n)

    assert before == {name: type(value) for name, value in vars(said).items()}
    assert set(before.values()) == {int}


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**40))
def test_an_id_has_the_recorded_form_whatever_it_stands_for(created, tokens):
    said = SaidAudio()
    audio_id = said.issue(created, tokens)

    assert re.fullmatch(r"audio_[0-9a-f]{32}", audio_id)
    assert said.find(audio_id, created) == min(tokens, 2**24 - 1)


def test_the_same_sound_said_twice_has_two_ids():
    said = SaidAudio()

    assert said.issue(NOW, 19) != said.issue(NOW, 19)


def test_ids_made_in_a_row_have_no_part_in_common():
    said = SaidAudio()
    ids = [said.issue(NOW, 19) for _ in range(100)]

    assert all(len({one[n : n + 8] for one in ids}) > 90 for n in range(6, 38, 8))


def test_only_its_own_ids_are_known():
    said = SaidAudio()
    audio_id = said.issue(NOW, 19)
    strange = [
        SaidAudio().issue(NOW, 19),
        *(
            audio_id[:n] + digit + audio_id[n + 1 :]
            for n in range(6, 38)
            for digit in "0123456789abcdef"
            if digit != audio_id[n]
        ),
        audio_id.upper().replace("AUDIO", "audio"),
        audio_id.removeprefix("audio_"),
        audio_id[:-2],
        "",
        "audio_",
        "audio_é",
        "\ud800",
    ]

    assert [one for one in strange if said.find(one, NOW) is not None] == []
