"""What each kind of fault takes: names, what may stand there, and what must. Whatever else is said is a mistake."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from deployer.emulator.realtime.server_events import SERVER_EVENTS


@dataclass(frozen=True)
class Parameter:
    """One of a fault's parameters; `expected` says in words what `fits` it."""

    expected: str
    fits: Callable[[object], bool]
    required: bool = False


def _is_number(value: object, least: float = 0) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= least


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and _is_number(value)


def _is_pattern(value: object) -> bool:
    try:
        re.compile(value if isinstance(value, str) else "(")
    except re.error:
        return False
    return True


def _is_headers(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9-]+", name) is not None
        and isinstance(text, str) and re.search(r"[\r\n\0]", text) is None
        for name, text in value.items()
    )  # fmt: skip


def _one_of(*words: str) -> Parameter:
    return Parameter(f"one of {', '.join(words)}", lambda value: value in words)


def _or_null(parameter: Parameter) -> Parameter:
    return Parameter(
        f"{parameter.expected}, or null", lambda value: value is None or parameter.fits(value)
    )


def _required(parameter: Parameter) -> Parameter:
    return replace(parameter, required=True)


_TEXT = Parameter("a text", lambda value: isinstance(value, str))
_SWITCH = Parameter("true or false", lambda value: isinstance(value, bool))
_SECONDS = Parameter("a number of seconds, 0 or more", _is_number)
_RATE = Parameter("a number of tokens a second; 0: all at once", _is_number)
_EVENT = Parameter(
    "a type of server event, such as response.done", lambda value: value in SERVER_EVENTS
)

ALWAYS: Mapping[str, Parameter] = {
    "times": Parameter(
        "a whole number, or null for always", lambda value: value is None or _is_whole(value)
    ),
    "skip": Parameter("a whole number", _is_whole),
    "rate": Parameter(
        "the part of the calls that are struck: over 0, at most 1",
        lambda value: _is_number(value) and value != 0 and not _is_number(value, 1.0000001),
    ),
    "chance": Parameter(
        "a probability, from 0 to 1; 'seed' makes it repeatable",
        lambda value: _is_number(value) and not _is_number(value, 1.0000001),
    ),
    "seed": Parameter("a whole number or a text", lambda value: isinstance(value, int | str)),
}
"""What every fault takes: how often it strikes."""

_METHODS = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE", "OPTIONS")

OF_REQUESTS: Mapping[str, Parameter] = {
    "method": Parameter(
        f"one of {', '.join(_METHODS)}",
        lambda value: isinstance(value, str) and value.upper() in _METHODS,
    ),
    "path": Parameter("a regular expression", _is_pattern),
}
"""Which requests a fault strikes."""

OF_CALLS: Mapping[str, Parameter] = {"account": _or_null(_TEXT), "deployment": _or_null(_TEXT)}
"""Which calls of models a fault strikes."""

PARAMETERS: Mapping[str, Mapping[str, Parameter]] = {
    "status": {
        "status": Parameter(
            "a status of HTTP that ends a request: 200 to 599",
            lambda value: _is_whole(value) and value in range(200, 600),
        ),
        "code": _TEXT,
        "message": _TEXT,
        "retryAfter": _SECONDS,
        "headers": Parameter("an object of names and texts", _is_headers),
    },
    "disconnect": {"when": _one_of("before", "after")},
    "delay": {
        "seconds": _SECONDS,
        "distribution": _one_of("uniform", "normal", "exponential"),
        "minimum": _SECONDS,
        "maximum": _SECONDS,
        "mean": Parameter(
            "a number of seconds over 0", lambda value: _is_number(value) and value != 0
        ),
        "deviation": _SECONDS,
    },
    "operationFailed": {"code": _TEXT, "message": _TEXT},
    "wrongModel": {"model": _TEXT},
    "refusedUpdate": {"message": _TEXT},
    "failedResponse": {"type": _TEXT, "code": _or_null(_TEXT), "message": _TEXT},
    "missingEvent": {"event": _EVENT},
    "doubledEvent": {"event": _EVENT},
    "wrongIndex": {"field": _one_of("content_index", "output_index")},
    "transcriptionFailed": {"model": _TEXT},
    "rateLimitsUpdated": {
        "entries": Parameter(
            "a list of tokens, requests",
            lambda value: (
                isinstance(value, list) and all(one in ("tokens", "requests") for one in value)
            ),
        ),
        "when": _one_of("done", "created"),
    },
    "lateTranscription": {"place": _one_of("after", "among")},
    "paced": {
        "speed": Parameter("a number over 0", lambda value: _is_number(value) and value != 0)
    },
    "shortSession": {"seconds": _SECONDS, "form": _one_of("event", "close", "both", "drop")},
    "filterAnnotations": {"form": _one_of("filled", "absent", "error")},
    "otherRegion": {"region": _TEXT},
    "voicesOfModel": {
        "voices": Parameter(
            "a list of voices",
            lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
        )
    },
    "contentFilter": {"where": _one_of("prompt", "completion"), "inner": _SWITCH},
    "realCapacity": {"retryAfter": _SWITCH},
    "reply": {"text": _required(_TEXT)},
    "toolCall": {
        "name": _required(_TEXT),
        "arguments": Parameter("an object", lambda value: isinstance(value, Mapping)),
    },
    "latency": {"firstToken": _SECONDS, "firstAudio": _SECONDS, "tokensPerSecond": _RATE},
}
"""What a kind takes beside those; kinds that are not here take nothing."""


def mistakes(spec: Mapping[str, object], known: Mapping[str, Parameter]) -> list[str]:
    """Everything in a fault that is not known, does not fit or is missing, each as a sentence."""
    found = []
    for name, value in spec.items():
        parameter = known.get(name)
        if parameter is None:
            found.append(f"There is no '{name}' here; there is {', '.join(known)}.")
        elif not parameter.fits(value):
            found.append(f"'{name}' is {parameter.expected}, not {value!r}.")
    found += [
        f"'{name}' is missing: {parameter.expected}."
        for name, parameter in known.items()
        if parameter.required and name not in spec
    ]
    return found
