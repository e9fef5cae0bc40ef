"""Requests and answers without a web framework, and the matching of Azure's paths: in any case, one pattern each."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.state.records import JsonObject

if TYPE_CHECKING:
    from deployer.emulator.cloud import EmulatedCloud


@dataclass(frozen=True)
class Call:
    """One request to the control plane, its caller known."""

    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: JsonObject
    caller: Caller
    headers: Mapping[str, str] = field(default_factory=dict)
    """Looked up in any case when they came over the wire."""

    def __getitem__(self, parameter: str) -> str:
        return self.parameters[parameter]


@dataclass(frozen=True)
class Answer:
    """What goes back: status, JSON body (None: empty), headers."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Operation = Callable[["EmulatedCloud", Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Route:
    """One operation: where it lies, what it does, and the action that a role must allow (empty: everyone may)."""

    method: str
    pattern: str
    action: str
    operation: Operation

    def scope(self, call: Call) -> str:
        """The scope over which the action is asked for: the object that the path names last.

        What follows the pattern's last parameter is a list of it or an action on it; a provider is the subscription's.
        """
        behind = self.pattern.rpartition("}")[2].count("/")
        named = call.path.rsplit("/", behind)[0] if behind else call.path
        parent, _, last = named.rpartition("/providers/")
        return named if "/" in last or not parent else parent


class Router:
    """Routes by pattern: `{name}` is one segment of a path, `{scope}` any number of them."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = [(_compiled(route.pattern), route) for route in routes]

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]]:
        """The route of a request and the parameters in its path; raises `ArmError`."""
        elsewhere = False
        for pattern, route in self._routes:
            found = pattern.fullmatch(path)
            if found and route.method == method:
                return route, found.groupdict()
            elsewhere = elsewhere or found is not None
        if elsewhere:
            raise RequestRefusal.METHOD_NOT_ALLOWED.error(method=method, path=path)
        raise RequestRefusal.TYPE_UNKNOWN.error(path=path)


def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", pattern)
    text = ""
    for index, part in enumerate(parts):
        if index % 2 == 0:
            text += re.escape(part)
        else:
            text += f"(?P<{part}>.*)" if part == "scope" else f"(?P<{part}>[^/]+)"
    return re.compile(text, re.IGNORECASE)
