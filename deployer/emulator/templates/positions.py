"""Where a part of a template stands in the text that was sent: what Resource Manager's messages say of lines."""

from __future__ import annotations

from typing import Any

from deployer.emulator.templates.failures import Path
from deployer.emulator.templates.reader import Reader, Unreadable


def position(text: str, path: Path) -> tuple[int, int]:
    """Line and column, from 1, of the value at a path, or of the innermost part around it that there is."""
    finder = _Finder(text, path)
    try:
        finder.value(0)
    except Unreadable:
        return (1, 1)
    return finder.place(finder.found)


class _Finder(Reader):
    def __init__(self, text: str, path: Path) -> None:
        super().__init__(text)
        self.found = 0
        self._path = path
        self._trail: Path = ()

    def member(self, key: str | int, depth: int) -> Any:  # noqa: ANN401
        self._trail += (key,)
        if self._trail == self._path[: len(self._trail)]:
            self.blank()
            self.found = self.at
        value = super().member(key, depth)
        self._trail = self._trail[:-1]
        return value
