"""What is shown of values that came from secure parameters: asterisks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

MASK = "*******"

_SHORT = 3
"""Secrets shorter than this are only hidden where they stand alone; every word has their letters."""


def masked(value: Any, secrets: Iterable[str]) -> Any:  # noqa: ANN401
    """A value whose texts hide every secret that they hold."""
    known = [one for one in secrets if one]
    if not known:
        return value
    if isinstance(value, str):
        holds = any(one == value or (len(one) >= _SHORT and one in value) for one in known)
        return MASK if holds else value
    if isinstance(value, Mapping):
        return {name: masked(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [masked(one, known) for one in value]
    return value


def without(text: str, secrets: Iterable[str]) -> str:
    """A sentence in which every secret is replaced."""
    for one in sorted(secrets, key=len, reverse=True):
        if len(one) >= _SHORT:
            text = text.replace(one, MASK)
    return text
