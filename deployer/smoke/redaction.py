"""Keeping secrets out of what is shown: whatever a server sends back may repeat what we sent to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

MASK = "[redacted]"

_SHAPES = re.compile(
    r"(?i:bearer)\s+[\w.~+/=-]{8,}"
    r"|eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)?"
    r"|(?i:api-key|authorization|sig|client_secret)=[^\s&\"']+"
    r"|\b(?:sk|ek)[-_][\w-]{8,}"
)
_SHORTEST = 6
_LONGEST_TEXT = 800


def secrets_of(headers: Mapping[str, str]) -> frozenset[str]:
    """What must never be shown of the headers of a call: values, and tokens without their scheme."""
    return frozenset(
        secret
        for value in headers.values()
        for secret in (value, value.rpartition(" ")[2])
        if len(secret) >= _SHORTEST
    )


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets, without anything that looks like one, and not endless.

    It is cut last: a secret that is cut in two would no longer be found.
    """
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    text = _SHAPES.sub(MASK, text)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."
