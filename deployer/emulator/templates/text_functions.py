"""Functions of the template language on texts, and on what is written as text.

Semantics: Azure's template function reference, as summarised in the emulation notes (2026-11), section 3.2.
"""

from __future__ import annotations

import base64
import json
import re
from typing import Any
from urllib.parse import urljoin

from deployer.emulator.templates import reader
from deployer.emulator.templates.number_formats import formatted_number

Value = Any

_WIDEST = 131_072
"""How far texts are filled up here; not Azure's number."""


def text_of(value: Value) -> str:
    """A value inside a text: as it is, or as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def concat(*parts: Value) -> Value:
    """Arrays one behind the other, or texts."""
    if all(isinstance(part, list) for part in parts):
        return [one for part in parts for one in part]
    return "".join(text_of(part) for part in parts)


_GAP = re.compile(r"\{\{|\}\}|\{(\d+)(?:,\s*(-?\d+))?(?::((?:[^{}]|\{\{|\}\})*))?\}|[{}]")


def format_text(pattern: str, *values: Value) -> str:
    """The composite formatting of .NET: `{0}`, `{0,5}`, `{0:N2}`; only numbers heed a format."""

    def filled(gap: re.Match[str]) -> str:
        if gap[0] in ("{{", "}}"):
            return gap[0][0]
        if gap[1] is None:
            raise ValueError(f"'{gap[0]}' stands alone in the format")
        value = values[int(gap[1])]
        number = gap[3] and isinstance(value, int | float) and not isinstance(value, bool)
        text = formatted_number(value, gap[3]) if number else text_of(value)
        wide = int(gap[2] or 0)
        _check_width(abs(wide))
        return text.rjust(wide) if wide > 0 else text.ljust(-wide)

    return _GAP.sub(filled, pattern)


def string(value: Value) -> str:
    """The text of a value, of anything but a text its JSON."""
    return text_of(value)


def split(text: str, by: Value) -> list[str]:
    """The parts of a text between one delimiter, or several."""
    # .NET takes an empty delimiter for none.
    signs = [one for one in (by if isinstance(by, list) else [by]) if one]
    return re.split("|".join(re.escape(one) for one in signs), text) if signs else [text]


def substring(text: str, start: int, length: int | None = None) -> str:
    """A part of a text, by start and length."""
    end = len(text) if length is None else start + length
    if not 0 <= start <= end <= len(text):
        raise IndexError("start and length must lie within the text")
    return text[start:end]


def pad_left(value: Value, wide: int, sign: str = " ") -> str:
    """A text filled up at its left."""
    _check_width(wide)
    if len(sign) != 1:
        raise ValueError("the padding is one character")
    return text_of(value).rjust(wide, sign)


def uri(base: str, relative: str) -> str:
    """A base that ends in a slash is kept whole, and two slashes become one (documented)."""
    if base.endswith("/"):
        return base + relative.removeprefix("/")
    return urljoin(base, relative)


def encoded(text: str) -> str:
    """A text in base64."""
    return base64.b64encode(text.encode()).decode()


def decoded(text: str) -> str:
    """A text out of base64."""
    return base64.b64decode(text, validate=True).decode()


def data_uri(text: str) -> str:
    """A text as a data URI."""
    return f"data:text/plain;charset=utf8;base64,{encoded(text)}"


def of_data_uri(text: str) -> str:
    """The text of a data URI."""
    kind, _, content = text.partition(",")
    if not kind.lower().startswith("data:") or not kind.lower().endswith(";base64"):
        raise ValueError("it is no data URI in base64")
    return decoded(content)


def read_json(text: str) -> Value:
    """The value in a text, which may have what Resource Manager takes beyond JSON."""
    return reader.read(text)


def _check_width(wide: int) -> None:
    if wide > _WIDEST:
        raise ValueError(f"the width is over {_WIDEST}")
