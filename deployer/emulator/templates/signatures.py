"""What arguments a function takes, written as one line: `array int | string int`, `string int?`, `array+`.

Alternatives lie between bars, the kinds of one argument between slashes; `?` may be left out, `+` comes once or
more, `*` any number of times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from deployer.emulator.templates.kinds import FITS

MANY = 1_000_000
"""More arguments than an expression can have."""


@dataclass(frozen=True)
class _Parameter:
    kinds: tuple[str, ...]
    least: int
    most: int

    def takes(self, value: Any) -> bool:  # noqa: ANN401
        return any(FITS[kind](value) for kind in self.kinds)


@dataclass(frozen=True)
class _Alternative:
    parameters: tuple[_Parameter, ...]

    def counts(self) -> tuple[int, int]:
        least = sum(one.least for one in self.parameters)
        return least, min(sum(one.most for one in self.parameters), MANY)

    def takes(self, values: Sequence[Any]) -> bool:
        least, most = self.counts()
        if not least <= len(values) <= most:
            return False
        spare = len(values) - least
        rest = list(values)
        for one in self.parameters:
            number = one.least + min(spare, one.most - one.least)
            spare -= number - one.least
            mine, rest = rest[:number], rest[number:]
            if not all(one.takes(value) for value in mine):
                return False
        return True


class Signature:
    """The arguments that a function takes."""

    def __init__(self, written: str) -> None:
        self.written = written
        self._alternatives = tuple(_alternative(one) for one in written.split("|"))

    def takes(self, values: Sequence[Any]) -> bool:
        """Whether these values may be its arguments."""
        return any(one.takes(values) for one in self._alternatives)

    def takes_as_many_as(self, count: int) -> bool:
        """Whether it may have that number of arguments."""
        counts = (one.counts() for one in self._alternatives)
        return any(least <= count <= most for least, most in counts)


def _alternative(written: str) -> _Alternative:
    return _Alternative(tuple(_parameter(one) for one in written.split()))


def _parameter(written: str) -> _Parameter:
    least, most = {"?": (0, 1), "*": (0, MANY), "+": (1, MANY)}.get(written[-1], (1, 1))
    kinds = tuple(written.rstrip("?*+").split("/"))
    unknown = [one for one in kinds if one not in FITS]
    if unknown:
        raise ValueError(f"There is no kind {unknown[0]!r} of values.")
    return _Parameter(kinds, least, most)
