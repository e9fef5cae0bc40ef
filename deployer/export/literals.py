"""Values as the text of a program: what Bicep and HCL write in the same way, and what each writes in its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


class Expression(str):
    """Text of the program that is not a value but stands for one."""


@dataclass(frozen=True, slots=True)
class Language:
    """How a language writes strings, objects and lists; the last two are told how far they are indented."""

    name: str
    string: Callable[[str], str]
    mapping: Callable[[Mapping[str, object], str], str]
    sequence: Callable[[Sequence[object], str], str]

    def literal(self, value: object, indent: str = "") -> str:
        """A value as this language writes it. Raises TypeError for one that it cannot."""
        match value:
            case Expression():
                return str(value)
            case bool():
                return "true" if value else "false"
            case int():
                return str(value)
            case Mapping():
                return self.mapping(value, indent)
            case str():
                return self.string(value)
            case Sequence():
                return self.sequence(value, indent)
            case _:
                raise TypeError(f"{type(value).__name__} has no form in {self.name}")
