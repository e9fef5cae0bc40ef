"""What an answer costs: tokens of text and of audio, in the two shapes the API reports them.

Audio that the model makes is exactly one token for 50 ms, audio that the user sends one for every full
100 ms (recorded 2026-06: 0.95 s = 19, 4.65 s = 93, 6.25 s = 125; in 3.27 s = 32).
Text tokens are an estimate: the emulator has no tokenizer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

BYTES_PER_AUDIO_TOKEN = 2_400
"""Of pcm16 that the model makes: 50 ms."""

_PIECES = re.compile(r"\w{1,6}|[^\w\s]")
_WITH_SPACE = re.compile(r"\s*(?:\w{1,6}|[^\w\s])|\s+")


def text_tokens(text: str) -> int:
    """About as many tokens as the text has short words, pieces of long words, and signs."""
    return len(_PIECES.findall(text))


def token_pieces(text: str) -> list[str]:
    """The text in pieces of a token each; what they have of white space leads them."""
    return _WITH_SPACE.findall(text)


def text_within(text: str, tokens: int | None) -> str:
    """The first words of a text that are worth at most so many tokens; None: all of it."""
    words = text.split(" ")
    while tokens is not None and words and text_tokens(" ".join(words)) > tokens:
        words.pop()
    return " ".join(words)


def heard_tokens(seconds: float) -> int:
    """Input tokens of so much of the user's audio."""
    return int(seconds * 10 + 1e-9)


@dataclass(frozen=True)
class Usage:
    """Tokens of one answer, by direction and kind."""

    input_text: int = 0
    input_audio: int = 0
    output_text: int = 0
    output_audio: int = 0

    @property
    def input(self) -> int:
        """Tokens in."""
        return self.input_text + self.input_audio

    @property
    def output(self) -> int:
        """Tokens out."""
        return self.output_text + self.output_audio

    def of_completion(self, wrong: bool = False, old: bool = False) -> dict[str, object]:
        """The `usage` of a chat completion (recorded 2026-06); an `old` one does not count text tokens by themselves."""
        prompt = {
            "cached_tokens": 0,
            "audio_tokens": self.input_audio,
            "text_tokens": self.input_text,
            "image_tokens": 0,
        }
        completion = {
            "reasoning_tokens": 0,
            "audio_tokens": self._charged(wrong),
            "text_tokens": self.output_text,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        }
        if old:
            del prompt["text_tokens"], completion["text_tokens"]
        return {
            "prompt_tokens": self.input,
            "completion_tokens": self.output,
            "total_tokens": self.input + self.output,
            "prompt_tokens_details": prompt,
            "completion_tokens_details": completion,
        }

    def of_response(self, wrong: bool = False) -> dict[str, object]:
        """The `usage` of a realtime response."""
        return {
            "total_tokens": self.input + self.output,
            "input_tokens": self.input,
            "output_tokens": self.output,
            "input_token_details": {
                "cached_tokens": 0,
                "text_tokens": self.input_text,
                "audio_tokens": self.input_audio,
                "image_tokens": 0,
                "cached_tokens_details": {"text_tokens": 0, "audio_tokens": 0, "image_tokens": 0},
            },
            "output_token_details": {
                "text_tokens": self.output_text,
                "audio_tokens": self._charged(wrong),
            },
        }

    def _charged(self, wrong: bool) -> int:
        return 2 * self.output_audio + 1 if wrong else self.output_audio
