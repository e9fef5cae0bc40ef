"""Sound in pieces: when it is heard, and whether it runs dry."""

import pytest
from smoke.signals import silence

from deployer.smoke.playing import Playing


def playing(*pieces):
    """Pieces as (seconds of sound, time of arrival)."""
    collected = Playing()
    for seconds, at in pieces:
        collected.arrived(silence(seconds), at)
    return collected


def test_pieces_make_the_whole():
    sound = playing((0.4, 1.0), (0.4, 1.1), (0.2, 1.2)).sound

    assert sound.seconds == pytest.approx(1.0)


def test_an_empty_piece_is_none():
    assert playing((0, 1.0), (0.4, 2.0)).begin == 2.0


@pytest.mark.parametrize(
    ("pieces", "gap", "underrun"),
    [
        ([], 0, 0),
        ([(0.4, 5.0)], 0, 0),
        ([(0.4, 5.0), (0.4, 5.1), (0.4, 5.3)], 0.2, 0),
        ([(0.4, 5.0), (0.4, 5.9)], 0.9, 0.5),
        ([(0.4, 5.0), (0.4, 5.6), (0.4, 6.0)], 0.6, 0.2),
    ],
    ids=["nothing", "one", "in time", "late", "late once"],
)
def test_a_player_runs_dry_when_a_piece_comes_after_its_turn(pieces, gap, underrun):
    collected = playing(*pieces)

    assert collected.longest_gap == pytest.approx(gap)
    assert collected.underrun == pytest.approx(underrun)


@pytest.mark.parametrize(("position", "expected"), [(0.0, 5.0), (0.3, 5.3), (0.5, 6.1), (1.0, 6.6)])
def test_a_position_is_heard_when_it_came_and_all_before_it_was_played(position, expected):
    collected = playing((0.4, 5.0), (0.4, 6.0), (0.4, 6.0))

    assert collected.heard(position) == pytest.approx(expected)
