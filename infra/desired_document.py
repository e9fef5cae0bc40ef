"""The shape of the JSON file that says what should exist, and a reader that tells everything wrong with one at once.

An absent key leaves the value to Azure. The shape is that of the types below: what they do not name is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import (
    Any,
    Literal,
    NotRequired,
    TypedDict,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Tags = dict[str, str]


class ModelVersion(TypedDict):
    """An AI model and its release."""

    format: str
    name: str
    version: str


class Sku(TypedDict):
    """What is bought, and how many units of it."""

    name: str
    capacity: NotRequired[int]


class Deployment(TypedDict):
    """A model made callable."""

    name: str
    model: ModelVersion
    sku: Sku
    versionUpgradeOption: NotRequired[str]
    raiPolicyName: NotRequired[str | None]
    tags: NotRequired[Tags]


class ContentFilter(TypedDict):
    """One category of content, on its way in (`source` Prompt) or out (Completion)."""

    name: str
    source: str
    enabled: bool
    blocking: bool
    severityThreshold: NotRequired[str]


class RaiPolicy(TypedDict):
    """A set of content filters."""

    name: str
    basePolicyName: str
    mode: NotRequired[str]
    contentFilters: list[ContentFilter]
    tags: NotRequired[Tags]


class RoleAssignment(TypedDict):
    """A role on the account. `name` is a GUID, `roleDefinitionId` the whole id."""

    name: str
    roleDefinitionId: str
    principalId: str
    principalType: NotRequired[str]
    description: NotRequired[str]


class Account(TypedDict):
    """An Azure OpenAI or AI Services resource and what is in it."""

    name: str
    location: str
    kind: NotRequired[str]
    sku: NotRequired[str]
    customSubDomainName: NotRequired[str]
    disableLocalAuth: NotRequired[bool]
    publicNetworkAccess: NotRequired[str]
    tags: NotRequired[Tags]
    raiPolicies: NotRequired[list[RaiPolicy]]
    deployments: list[Deployment]
    roles: NotRequired[list[RoleAssignment]]


class ResourceGroup(TypedDict):
    """Where the accounts stand. One that is not managed exists already, and is left as it is."""

    name: str
    manage: bool
    location: NotRequired[str]
    tags: NotRequired[Tags]


class Desired(TypedDict):
    """The whole file. `protect`: Pulumi shall refuse to delete the accounts and their group."""

    formatVersion: Literal[1]
    name: str
    subscription: str
    resourceGroup: ResourceGroup
    protect: bool
    accounts: list[Account]


class DocumentInvalid(Exception):
    """The file cannot be used; the text says all that is wrong with it."""


def read(path: Path) -> Desired:
    """The file's content. Raises DocumentInvalid."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DocumentInvalid(
            f"{path} cannot be read: {error.strerror}. "
            "Name another file: pulumi config set desired FILE"
        ) from None
    except ValueError as error:
        raise DocumentInvalid(f"{path} is not JSON: {error}") from None
    wrong = list(problems(data))
    if wrong:
        lines = "\n".join(f"  {one}" for one in wrong)
        raise DocumentInvalid(f"{path} does not say what should exist:\n{lines}")
    return cast("Desired", data)


def problems(data: object) -> Iterator[str]:
    """What is wrong with the content of a file: a line for each thing, beginning with its path."""
    found = list(_unlike(Desired, data, "$"))
    yield from found
    if not found:
        yield from _inconsistent(cast("Desired", data))


def _unlike(kind: Any, data: object, path: str) -> Iterator[str]:  # noqa: ANN401 - a type hint has no narrower type
    origin, arguments = get_origin(kind), get_args(kind)
    if is_typeddict(kind):
        yield from _unlike_object(kind, data, path)
    elif origin is dict and isinstance(data, dict):
        for key, value in data.items():
            yield from _unlike(arguments[1], value, f"{path}.{key}")
    elif origin is list and isinstance(data, list):
        for place, value in enumerate(data):
            yield from _unlike(arguments[0], value, f"{path}[{place}]")
    elif not _fits(kind, data):
        yield f"{path}: {_short(data)} is not {_named(kind)}"


def _unlike_object(kind: type, data: object, path: str) -> Iterator[str]:
    if not isinstance(data, Mapping):
        yield f"{path}: {_short(data)} is not an object"
        return
    hints = get_type_hints(kind, include_extras=True)
    for key, hint in hints.items():
        optional = get_origin(hint) is NotRequired
        if key in data:
            inner = get_args(hint)[0] if optional else hint
            yield from _unlike(inner, data[key], f"{path}.{key}")
        elif not optional:
            yield f"{path}.{key}: missing"
    for key in data:
        if key not in hints:
            yield f"{path}.{key}: unknown; known here are {', '.join(hints)}"


def _fits(kind: Any, data: object) -> bool:  # noqa: ANN401 - see above
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return any(_fits(one, data) for one in arguments)
    if origin is Literal:
        return type(data) is int and data in arguments
    if kind in (bool, int, str):
        return type(data) is kind  # a bool is an int to isinstance
    return kind is type(None) and data is None


def _inconsistent(desired: Desired) -> Iterator[str]:
    """What each key alone cannot tell. Azure's names have no case."""
    group = desired["resourceGroup"]
    if group["manage"] and "location" not in group:
        yield "$.resourceGroup.location: missing, and a group that is managed needs one"
    yield from _repeated([one["name"] for one in desired["accounts"]], "$.accounts")
    for place, account in enumerate(desired["accounts"]):
        inside = f"$.accounts[{place}]"
        policies = [one["name"] for one in account.get("raiPolicies", [])]
        roles = [one["name"] for one in account.get("roles", [])]
        yield from _repeated(policies, f"{inside}.raiPolicies")
        yield from _repeated(
            [one["name"] for one in account["deployments"]], f"{inside}.deployments"
        )
        yield from _repeated(roles, f"{inside}.roles")


def _repeated(names: list[str], path: str) -> Iterator[str]:
    folded = [name.casefold() for name in names]
    for place, name in enumerate(folded):
        if name in folded[:place]:
            yield f"{path}[{place}].name: {names[place]!r} is there already"


_NAMES = {str: "a text", int: "a whole number", bool: "true or false", type(None): "null"}


def _named(kind: Any) -> str:  # noqa: ANN401 - see above
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is list:
        return "a list"
    if origin is dict:
        return "an object"
    if origin is Literal:
        return " or ".join(map(repr, arguments))
    if origin in (Union, UnionType):
        return " or ".join(_named(one) for one in arguments)
    return _NAMES[kind]


def _short(data: object) -> str:
    shown = json.dumps(data)
    return shown if len(shown) <= 40 else f"{shown[:37]}..."
