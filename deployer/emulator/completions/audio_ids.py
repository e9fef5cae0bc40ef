"""The ids of audio that was said, by which a conversation goes on: each carries its own life and cost, and none is kept.

An answer's audio can be referred to for an hour. At five hundred answers a second that would be two million ids to
remember for one deployment; so the id itself, 128 bits behind `audio_`, says when it was made and what its audio counts. However
many there are, they take no memory but a few numbers for their deployment.
"""

from __future__ import annotations

import re
import secrets

AUDIO_ID_SECONDS = 3600
"""How long an answer's audio can be referred to: `expires_at` - `created` (recorded 2026-06)."""

_FORM = re.compile(r"audio_([0-9a-f]{32})")
_ALL = 2**128
_SEAL, _CREATED, _TOKENS, _COUNT = 48, 32, 24, 24
"""Bits of an id, from the highest on."""


class SaidAudio:
    """The audio that one deployment has said, as long as this process runs.

    The bits are mixed by a multiplication that can be undone. That is no secret kept well; it is so that ids differ all over, as
    Azure's do, and that an id made up by somebody is as good as never right.
    """

    def __init__(self) -> None:
        self._factor = secrets.randbits(128) | 1
        self._inverse = pow(self._factor, -1, _ALL)
        self._shift = secrets.randbits(128)
        self._seal = secrets.randbits(_SEAL)
        self._count = secrets.randbits(_COUNT)

    def issue(self, created: int, tokens: int) -> str:
        """The id of audio of so many tokens, made at `created` (seconds since 1970): `audio_` and 32 digits (form recorded 2026-06)."""
        self._count = (self._count + 1) % 2**_COUNT
        bits = self._seal << _CREATED | created
        bits = bits << _TOKENS | min(tokens, 2**_TOKENS - 1)
        bits = bits << _COUNT | self._count
        return f"audio_{(bits * self._factor + self._shift) % _ALL:032x}"

    def find(self, audio_id: str, now: float) -> int | None:
        """The tokens of the audio of that id; None when there is none or it has expired."""
        written = _FORM.fullmatch(audio_id)
        if written is None:
            return None
        bits = (int(written[1], 16) - self._shift) * self._inverse % _ALL >> _COUNT
        tokens, bits = bits % 2**_TOKENS, bits >> _TOKENS
        created, seal = bits % 2**_CREATED, bits >> _CREATED
        return tokens if seal == self._seal and now < created + AUDIO_ID_SECONDS else None
