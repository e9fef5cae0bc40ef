"""Frames as they go over the wire: their lengths, and what happens when a client takes nothing."""

import asyncio
from typing import Any

import pytest

from deployer.emulator.realtime import frames


@pytest.mark.parametrize(
    ("size", "head"),
    [
        (0, "8100"),
        (125, "817d"),
        (126, "817e007e"),
        (65_535, "817effff"),
        (65_536, "817f0000000000010000"),
    ],
)
def test_a_frame_tells_its_length(size, head):
    assert frames.frame("x" * size) == bytes.fromhex(head) + b"x" * size


def test_length_is_that_of_the_bytes():
    assert frames.frame("\N{EURO SIGN}")[:2] == b"\x81\x03"


class Transport:
    """A connection whose client takes what it got when somebody waits for the third time."""

    def __init__(self, closes=False):
        self.written = []
        self.looks = 0
        self.closes = closes
        self.is_over = False

    def write(self, data):
        self.written.append(data)

    def is_closing(self):
        return self.is_over

    def get_write_buffer_size(self):
        self.looks += 1
        self.is_over = self.closes
        return 10**6 if self.looks < 3 else 0


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(frames, "_LOOKS_AGAIN", 0)


def test_messages_go_out_in_one_piece_and_wait_for_the_client():
    transport: Any = Transport()
    asyncio.run(frames.send(transport, ["one", "two"]))

    assert transport.written == [frames.frame("one") + frames.frame("two")]
    assert transport.looks == 3


@pytest.mark.parametrize("transport", [None, Transport(closes=True)], ids=["never there", "leaves"])
def test_a_client_that_has_left_is_noticed(transport):
    with pytest.raises(ConnectionResetError):
        asyncio.run(frames.send(transport, ["one"]))
