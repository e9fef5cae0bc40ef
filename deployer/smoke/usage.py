"""What an answer says it cost, in the two shapes of the API, and whether its sums are right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_PARTS = ("text_tokens", "audio_tokens", "image_tokens", "reasoning_tokens")
_COMPLETION = (
    "prompt_tokens",
    "prompt_tokens_details",
    "completion_tokens",
    "completion_tokens_details",
)
_RESPONSE = ("input_tokens", "input_token_details", "output_tokens", "output_token_details")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of one direction; `parts` is None where the answer does not say both text and audio."""

    total: int
    audio: int | None
    parts: int | None


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens in, out and together."""

    input: Tokens
    output: Tokens
    total: int

    def mistake(self) -> str | None:
        """The first sum that is wrong, as a clause; None when all are right.

        Text and audio sum to the total on both sides (recorded 2026-06).
        """
        for name, tokens in (("input", self.input), ("output", self.output)):
            if tokens.parts is not None and tokens.parts != tokens.total:
                return f"the parts of the {name} sum to {tokens.parts} tokens, its total is {tokens.total}"
        if self.input.total + self.output.total != self.total:
            return (
                f"{self.input.total} tokens in and {self.output.total} out are not {self.total}"
                " together"
            )
        return None


def read_usage(usage: object) -> Usage | None:
    """The `usage` of a chat completion (prompt, completion) or of a realtime response (input, output)."""
    if not isinstance(usage, Mapping):
        return None
    names = _COMPLETION if "prompt_tokens" in usage else _RESPONSE
    tokens_in, details_in, tokens_out, details_out = (usage.get(name) for name in names)
    total = usage.get("total_tokens")
    if not (isinstance(tokens_in, int) and isinstance(tokens_out, int) and isinstance(total, int)):
        return None
    return Usage(_tokens(tokens_in, details_in), _tokens(tokens_out, details_out), total)


def _tokens(total: int, details: object) -> Tokens:
    said = details if isinstance(details, Mapping) else {}
    counts = {name: said[name] for name in _PARTS if isinstance(said.get(name), int)}
    # Older answers have no text_tokens; then there is no sum to check.
    complete = "text_tokens" in counts and "audio_tokens" in counts
    return Tokens(total, counts.get("audio_tokens"), sum(counts.values()) if complete else None)
