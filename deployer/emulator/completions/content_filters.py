"""What the content filters say beside an answer: of the prompt, of what was answered, and that they failed."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.emulator.faults.wrongs import Wrong

_SAFE = {"filtered": False, "severity": "safe"}
_NOT_DETECTED = {"detected": False, "filtered": False}

PROMPT_FILTER_RESULTS: list[dict[str, object]] = [
    {
        "prompt_index": 0,
        "content_filter_results": {
            "hate": _SAFE,
            "jailbreak": _NOT_DETECTED,
            "self_harm": _SAFE,
            "sexual": _SAFE,
            "violence": _SAFE,
        },
    }
]
"""Of every prompt that was let through (Azure documentation, content filter annotations)."""

FILLED: Mapping[str, object] = {
    "content_filter_results": {
        "hate": _SAFE,
        "protected_material_code": _NOT_DETECTED,
        "protected_material_text": _NOT_DETECTED,
        "self_harm": _SAFE,
        "sexual": _SAFE,
        "violence": _SAFE,
    }
}
"""Of an answer that was looked at."""

STOPPED: Mapping[str, object] = {
    "content_filter_results": {
        "hate": _SAFE,
        "self_harm": _SAFE,
        "sexual": _SAFE,
        "violence": {"filtered": True, "severity": "medium"},
    }
}
"""Of an answer that a filter has ended."""

_EMPTY: Mapping[str, object] = {"content_filter_results": {}}
_FORMS: Mapping[object, Mapping[str, object]] = {
    "filled": FILLED,
    "absent": {},
    # azure-sdk-for-net issue 38214.
    "error": {
        "content_filter_result": {
            "error": {
                "code": "content_filter_error",
                "message": "The contents are not filtered",
            }
        }
    },
}


def of_answer(wrong: Wrong) -> Mapping[str, object]:
    """What every choice of an answer carries. Whether Azure annotates sound is not known: an empty object, unless switched."""
    told = wrong("filterAnnotations")
    return _EMPTY if told is None else _FORMS.get(told.get("form", "filled"), FILLED)
