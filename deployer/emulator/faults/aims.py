"""Whether a fault of requests can strike at all: one that never could is told so when it is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}"
_COGNITIVE = "/providers/Microsoft.CognitiveServices"
_ACCOUNT = _GROUP + _COGNITIVE + "/accounts/{account}"
_DELETED = (
    "/subscriptions/{subscription}" + _COGNITIVE + "/locations/{location}"
    "/resourceGroups/{group}/deletedAccounts/{account}"
)
_RUN = "{scope}/providers/Microsoft.Resources/deployments/{name}"

OPERATIONS: tuple[tuple[str, str, str], ...] = (
    ("PUT", _ACCOUNT, "PUT of an account"),
    ("PATCH", _ACCOUNT, "PATCH of an account's identity or network rules"),
    ("DELETE", _GROUP, "DELETE of a group"),
    ("DELETE", _DELETED, "DELETE of a deleted account"),
    ("DELETE", _ACCOUNT + "/raiPolicies/{policy}", "DELETE of a content filter"),
    ("PUT", _RUN, "PUT of a template deployment"),
    ("POST", _RUN + "/whatIf", "POST of a template's what-if"),
)
"""What begins an operation: method, path, words."""

_SCOPES = ("/subscriptions/{subscription}", _GROUP)
_BEYOND_LETTERS = re.compile(r"[][^$*+?{}|()]|\\[A-Za-z0-9]")
_OWN = "/_emulator/"


def misaimed(kind: str, spec: Mapping[str, object]) -> list[str]:
    """Why a fault of that kind, sound in itself, would never strike; empty when it could or nobody can tell."""
    path = str(spec.get("path", ""))
    if path.removeprefix("^").startswith(_OWN):
        return [f"No fault strikes the emulator's own interface under {_OWN}."]
    if kind not in ("operationStuck", "operationFailed"):
        return []
    method = str(spec.get("method", "")).upper()
    begun = [one for one in OPERATIONS if method in ("", one[0])]
    known = ", ".join(words for _, _, words in OPERATIONS)
    if not begun:
        return [f"No {method} begins an operation; these do: {known}."]
    if not any(_may_match(path, one) for _, pattern, _ in begun for one in _in_scopes(pattern)):
        which = f"No {method} that" if method else "Nothing that"
        return [f"{which} begins an operation has {path!r} in its path; these begin one: {known}."]
    return []


def _in_scopes(pattern: str) -> Iterator[str]:
    if "{scope}" not in pattern:
        yield pattern
    else:
        yield from (pattern.replace("{scope}", scope) for scope in _SCOPES)


def _may_match(path: str, pattern: str) -> bool:
    """Whether a regular expression may be found in a path of that pattern. True for one that is more than letters and dots."""
    inner = path.removeprefix("^").removesuffix("$")
    if _BEYOND_LETTERS.search(inner):
        return True
    wanted, there = inner.split("/"), pattern.split("/")
    first = path.startswith("^")
    last = path.endswith("$")
    places = range(len(there) - len(wanted) + 1)
    return any(
        (place == 0 or not first)
        and (place + len(wanted) == len(there) or not last)
        and all(
            _fits(
                piece, there[place + number], number > 0 or first, number + 1 < len(wanted) or last
            )
            for number, piece in enumerate(wanted)
        )
        for place in places
    )


def _fits(piece: str, segment: str, from_start: bool, to_end: bool) -> bool:
    """Whether a piece of an expression is found in a segment of a path; a parameter may be anything but empty."""
    if segment.startswith("{"):
        return bool(piece) or not (from_start and to_end)
    expression = ("^" if from_start else "") + piece + ("$" if to_end else "")
    return re.search(expression, segment, re.IGNORECASE) is not None
