"""The ids of audio that was said, by which a conversation goes on: each carries its own life and cost, and none is kept.

An answer's audio can be referred to for an hour. At five hundred answers a second that would be two million ids to
remember for one deployment; so the id itself, sixteen bytes behind `audio_`, says when it was made and what its audio counts,
sealed with a secret. However many there are, they take no memory but their deployment's secret.
"""

from __future__ import annotations

import secrets
from hashlib import blake2s

AUDIO_ID_SECONDS = 3600
"""How long an answer's audio can be referred to: `expires_at` - `created` (recorded 2026-06)."""

_PREFIX = "audio_"
_SEAL, _CONTENT = 6, 10
_LARGEST = 2**24 - 1


class SaidAudio:
    """The audio that one deployment has said, as long as this process runs."""

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._count = 0

    def issue(self, created: int, tokens: int) -> str:
        """The id of audio of so many tokens, made at `created` (seconds since 1970): `audio_` and 32 digits (form recorded 2026-06)."""
        self._count = (self._count + 1) & _LARGEST
        content = b"".join(
            (
                created.to_bytes(4, "big"),
                min(tokens, _LARGEST).to_bytes(3, "big"),
                self._count.to_bytes(3, "big"),
            )
        )
        seal = self._hash(b"seal", content, _SEAL)
        return _PREFIX + (seal + self._veiled(content, seal)).hex()

    def find(self, audio_id: str, now: float) -> int | None:
        """The tokens of the audio of that id; None when there is none or it has expired."""
        try:
            sealed = bytes.fromhex(audio_id.removeprefix(_PREFIX))
        except ValueError:
            return None
        seal, veiled = sealed[:_SEAL], sealed[_SEAL:]
        content = self._veiled(veiled, seal) if len(veiled) == _CONTENT else b""
        # Written otherwise, with other letters or without what stands before them, it is another id.
        is_ours = audio_id == _PREFIX + sealed.hex()
        if not is_ours or self._hash(b"seal", content, _SEAL) != seal:
            return None
        expires_at = int.from_bytes(content[:4], "big") + AUDIO_ID_SECONDS
        return int.from_bytes(content[4:7], "big") if now < expires_at else None

    def _veiled(self, content: bytes, seal: bytes) -> bytes:
        """The content so that nobody counts on what stands in it; twice veiled it is itself again."""
        veil = self._hash(b"veil", seal, _CONTENT)
        return bytes(one ^ other for one, other in zip(content, veil, strict=True))

    def _hash(self, purpose: bytes, content: bytes, size: int) -> bytes:
        return blake2s(content, digest_size=size, key=self._secret, person=purpose).digest()
