"""The last net: what looks like a secret leaves no renderer and no log, wherever the text came from.

Nothing upstream should let a secret through; texts that Azure or a proxy wrote are not ours to trust. A match never
reaches across a quote, a bracket or a space, so that redacted JSON and XML stay well-formed.
"""

from __future__ import annotations

import re

REDACTED = "[redacted]"

_NAMES = (
    "api[-_]?key|access[-_]?token|refresh[-_]?token|id[-_]?token|client[-_]?secret|client[-_]?assertion|"
    "account[-_]?key|ocp-apim-subscription-key|shared[-_]?access[-_]?key|password|sig|key[12]"
)
_VALUE = r"[^\s\"'\\&;,<>(){}\[\]]+"
_PATTERNS = (
    # A JSON Web Token: three base64url parts, the first of which is an encoded `{"`.
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"), REDACTED),
    (
        re.compile(rf"(?i)\b(bearer|basic)(\s+)(?=\S*[0-9_-]|\S{{24}})(?!\[){_VALUE}"),
        rf"\1\2{REDACTED}",
    ),
    (
        re.compile(
            rf"(?i)\b({_NAMES})((?:\\?[\"']|&quot;)?\s*[=:]\s*(?:\\?[\"']|&quot;)?)(?!\[){_VALUE}"
        ),
        rf"\1\2{REDACTED}",
    ),
    # Account keys: 32 hexadecimal digits of old, 84 letters and digits since 2024.
    (re.compile(r"(?<![\w-])[0-9a-fA-F]{32}(?![\w-])"), REDACTED),
    (re.compile(r"(?<![\w-])[0-9A-Za-z]{84}(?![\w-])"), REDACTED),
)


def redact(text: str) -> str:
    """The text without what looks like a token, a key or a secret."""
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
