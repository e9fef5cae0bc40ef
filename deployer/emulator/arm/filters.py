"""What Resource Manager's lists are asked for: `$filter`, comparisons joined by `and` and `or`, and `$top`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from deployer.emulator.arm.refusals import RequestRefusal

_COMPARED = re.compile(r"([\w/]+)\s+(eq|ne)\s+'((?:[^']|'')*)'", re.IGNORECASE)
_CONTAINED = re.compile(r"substringof\(\s*'((?:[^']|'')*)'\s*,\s*([\w/]+)\s*\)", re.IGNORECASE)
# A quoted text may hold the words that join.
_JOINED = {word: re.compile(rf"\s+{word}\s+(?=(?:[^']*'[^']*')*[^']*$)", re.IGNORECASE) for word in ("and", "or")}  # fmt: skip

Row = Mapping[str, Any]
Check = Callable[[Row], bool]


def row_filter(asked: str, fields: Mapping[str, Callable[[Row], str]]) -> Check:
    """What a filter keeps; `fields` reads a row by lower-cased name. Raises `ArmError` for what nobody understands.

    `tagName` and `tagValue` are known everywhere: side by side they speak of one tag.
    """
    if not asked.strip():
        return lambda _row: True
    groups = [_both(group, asked, fields) for group in _JOINED["or"].split(asked.strip())]
    return lambda row: any(group(row) for group in groups)


def whole_number(query: Mapping[str, str], name: str) -> int | None:
    """A number of rows in a query, None when it is not there; raises `ArmError` for anything but one of 1 and above."""
    asked = query.get(name)
    if asked is None:
        return None
    if not asked.isdecimal() or int(asked) < 1:
        raise RequestRefusal.QUERY_INVALID.error(name=name, value=asked)
    return int(asked)


def _both(group: str, asked: str, fields: Mapping[str, Callable[[Row], str]]) -> Check:
    checks: list[Check] = []
    tag: dict[str, str] = {}
    for term in _JOINED["and"].split(group):
        compared, contained = _COMPARED.fullmatch(term.strip()), _CONTAINED.fullmatch(term.strip())
        name = (compared[1] if compared else contained[2] if contained else "").lower()
        if compared and compared[2].lower() == "eq" and name in ("tagname", "tagvalue"):
            tag[name] = _unquoted(compared[3])
        elif compared and name in fields:
            equal = compared[2].lower() == "eq"
            checks.append(_is(fields[name], _unquoted(compared[3]), equal))
        elif contained and name in fields:
            checks.append(_contains(fields[name], _unquoted(contained[1])))
        else:
            raise RequestRefusal.FILTER_INVALID.error(filter=asked)
    if tag:
        checks.append(lambda row: _has_tag(row, tag))
    return lambda row: all(check(row) for check in checks)


def _is(read: Callable[[Row], str], wanted: str, equal: bool) -> Check:
    return lambda row: (read(row).lower() == wanted.lower()) is equal


def _contains(read: Callable[[Row], str], wanted: str) -> Check:
    return lambda row: wanted.lower() in read(row).lower()


def _has_tag(row: Row, wanted: Mapping[str, str]) -> bool:
    name = wanted.get("tagname", "").lower()
    return any(
        name in ("", held.lower()) and wanted.get("tagvalue", value) == value
        for held, value in (row.get("tags") or {}).items()
    )


def _unquoted(value: str) -> str:
    return value.replace("''", "'")
