"""Sound that arrives in pieces: when it could be heard, and whether playing it would have run dry."""

from __future__ import annotations

from itertools import pairwise

from deployer.smoke.audio import SAMPLE_RATE, Sound

_BYTES_PER_SECOND = 2 * SAMPLE_RATE


class Playing:
    """Collects pieces of 16 bit mono sound with the times of their arrival, as a player would. Times are seconds."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._starts: list[tuple[float, float]] = []
        self._seconds = 0.0

    def arrived(self, piece: bytes, at: float) -> None:
        """A piece came at that time of any clock; an empty one is none."""
        if piece:
            self._pieces.append(piece)
            self._starts.append((self._seconds, at))
            self._seconds += len(piece) / _BYTES_PER_SECOND

    @property
    def pieces(self) -> int:
        """How many there were."""
        return len(self._pieces)

    @property
    def begin(self) -> float:
        """When the first piece came; there has to be one."""
        return self._starts[0][1]

    @property
    def sound(self) -> Sound:
        """All of it, in order."""
        return Sound(b"".join(self._pieces))

    @property
    def longest_gap(self) -> float:
        """The longest time between two pieces."""
        times = [at for _, at in self._starts]
        return max((after - before for before, after in pairwise(times)), default=0.0)

    @property
    def underrun(self) -> float:
        """How long a listener would have waited in silence because all that had come was played."""
        if not self._starts:
            return 0.0
        return max(at - self.begin - start for start, at in self._starts)

    def heard(self, position: float) -> float:
        """The earliest time at which the sound at that position can be heard, played from the first piece on."""
        return position + max(at - start for start, at in self._starts if start <= position)
