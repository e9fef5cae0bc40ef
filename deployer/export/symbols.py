"""Names of things inside a program that is written: made from Azure's names, and no two alike."""

from __future__ import annotations

import re
from collections.abc import Callable


class Symbols:
    """Gives out names. `spelled` makes one of words in lower case."""

    def __init__(self, spelled: Callable[[list[str]], str]) -> None:
        self._spelled = spelled
        self._given: set[str] = set()

    def new(self, *names: str) -> str:
        """A name that says these names and was not given before."""
        words = [word for name in names for word in re.findall(r"[a-z0-9]+", name.casefold())]
        stem = self._spelled(words or ["unnamed"])
        stem = f"_{stem}" if stem[0].isdigit() else stem
        symbol, number = stem, 2
        while symbol in self._given:
            symbol, number = f"{stem}_{number}", number + 1
        self._given.add(symbol)
        return symbol


def camel(words: list[str]) -> str:
    """likeThis."""
    return words[0] + "".join(word.capitalize() for word in words[1:])


def snake(words: list[str]) -> str:
    """like_this."""
    return "_".join(words)
