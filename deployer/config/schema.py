"""The table of keys as a JSON Schema (draft 2020-12), for editors and for anyone else who checks a file."""

from __future__ import annotations

from typing import Any

from deployer.config.keys import ROOT
from deployer.config.specs import (
    SPAN_PATTERN,
    Either,
    Flag,
    Key,
    Labels,
    Listing,
    Span,
    Spec,
    Table,
    Text,
    Whole,
)

Schema = dict[str, Any]

_REFERENCE: Schema = {"type": "string", "pattern": r"\$\{"}


def schema() -> Schema:
    """The schema of a configuration. A file that extends another may leave out what the other says."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "deployer configuration",
        "description": "Azure OpenAI audio and realtime deployments, as they should be.",
        "if": {"type": "object", "required": ["extends"]},
        "then": _schema(ROOT, partial=True),
        "else": _schema(ROOT, partial=False),
    }


def _schema(spec: Spec, *, partial: bool) -> Schema:
    match spec:
        case Text():
            return _text(spec)
        case Whole():
            return _or_reference({"type": "integer", "minimum": 1, "maximum": 999_999_999})
        case Flag():
            return _or_reference({"type": "boolean"})
        case Span():
            return _or_reference({"type": "string", "pattern": f"^{SPAN_PATTERN}$"})
        case Labels():
            return {
                "type": "object",
                "propertyNames": {"not": {"enum": list(spec.reserved)}},
                "additionalProperties": {"type": ["string", "number", "boolean"]},
            }
        case Listing():
            items = _schema(spec.item, partial=partial)
            return {"type": "array", "items": items, "minItems": spec.minimum}
        case Table():
            return _table(spec, partial=partial)
        case Either():
            return {"anyOf": [_schema(option, partial=partial) for option in spec.options]}


def _text(spec: Text) -> Schema:
    if spec.choices and not spec.pattern:
        return _or_reference({"enum": list(spec.choices)})
    if spec.pattern:
        fitting = [{"type": "string", "pattern": f"^(?:{spec.pattern})$", "description": spec.says}]
        choices = [{"enum": list(spec.choices)}] if spec.choices else []
        return {"anyOf": [*choices, *fitting, _REFERENCE]}
    kinds = ["string", "number"] if spec.loose else "string"
    return {"type": kinds, "minLength": 1}


def _or_reference(plain: Schema) -> Schema:
    return {"anyOf": [plain, _REFERENCE]}


def _table(spec: Table, *, partial: bool) -> Schema:
    required = [name for name, key in spec.keys.items() if key.required]
    made: Schema = {
        "type": "object",
        "properties": {name: _key(key, partial=partial) for name, key in spec.keys.items()},
        "additionalProperties": False,
    }
    if required and not partial:
        made["required"] = required
    return made


def _key(key: Key, *, partial: bool) -> Schema:
    made: Schema = {"description": key.doc, **_schema(key.spec, partial=partial)}
    return made if key.default is None else {**made, "default": key.default}
