"""Where the emulator's rules are from: each cites a fact, and one that nobody has seen can be switched."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Tag(Enum):
    """How far a fact is known; the value is how tables print it."""

    RECORDED = "R"
    """Traffic with Azure that somebody recorded."""
    REPORTED = "U"
    """Quoted by Azure's users."""
    SPECIFIED = "S"
    """Stated by a specification, or by what an SDK accepts."""
    DOCUMENTED = "D"
    """Stated by Microsoft's documentation."""
    CODED = "C"
    """Relied on by somebody's published code."""
    GENERAL = "G"
    """How Resource Manager or Entra is generally known to behave; not looked up for this."""
    UNVERIFIED = "?"
    """That it happens is reported or likely; how exactly is not known."""


@dataclass(frozen=True)
class Fact:
    """A tag, a short citation and, for what is not verified, the setting that plays it otherwise."""

    tag: Tag
    source: str
    switch: str = ""

    def __str__(self) -> str:
        told = f"{self.tag.value}: {self.source}"
        return f"{told}; switch `{self.switch}`" if self.switch else told


def recorded(source: str) -> Fact:
    """A fact of recorded traffic."""
    return Fact(Tag.RECORDED, source)


def reported(source: str) -> Fact:
    """A fact that users quote."""
    return Fact(Tag.REPORTED, source)


def specified(source: str) -> Fact:
    """A fact of a specification or an SDK."""
    return Fact(Tag.SPECIFIED, source)


def documented(source: str) -> Fact:
    """A fact of Microsoft's documentation."""
    return Fact(Tag.DOCUMENTED, source)


def coded(source: str) -> Fact:
    """A fact that published code relies on."""
    return Fact(Tag.CODED, source)


def general(source: str) -> Fact:
    """General knowledge."""
    return Fact(Tag.GENERAL, source)


def unverified(source: str, switch: str) -> Fact:
    """What is not known well enough; `switch` names the setting that plays it otherwise."""
    return Fact(Tag.UNVERIFIED, source, switch)
