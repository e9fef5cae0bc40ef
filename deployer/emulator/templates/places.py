"""Where a deployment happens, and the ids that templates compose from types and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deployer.emulator.templates.failures import TemplateInvalid


@dataclass(frozen=True)
class Place:
    """The scope of a deployment, and what `subscription()`, `resourceGroup()` and the like say there."""

    scope: str
    subscription: Mapping[str, Any]
    group: Mapping[str, Any] | None
    deployment: Mapping[str, Any]
    environment: Mapping[str, Any]
    tenant: Mapping[str, Any] = field(default_factory=dict)
    deployer: Mapping[str, Any] = field(default_factory=dict)
    """Who asked for the deployment."""
    providers: Mapping[str, Any] = field(default_factory=dict)
    """The types of resource providers, by lower-cased namespace."""


def full_id(scope: str, kind: str, name: str) -> str:
    """The id of a resource by its type (`A.B/c/d`) and name (`x/y`) at a scope; raises `TemplateInvalid`."""
    namespace, *types = kind.split("/")
    names = name.split("/")
    if not types or len(types) != len(names) or not all(names):
        raise TemplateInvalid(
            f"The template resource '{name}' for type '{kind}' has incorrect segment lengths. A "
            "nested resource type must have identical number of segments as its resource name. A "
            "root resource type must have segment length one greater than its resource name."
        )
    if kind.lower() == "microsoft.resources/resourcegroups":
        return f"{_subscription_of(scope)}/resourceGroups/{name}"
    pairs = "/".join(part for pair in zip(types, names, strict=True) for part in pair)
    return f"{scope}/providers/{namespace}/{pairs}"


def resource_id_of(place: Place, function: str, arguments: list[Any]) -> str:
    """`resourceId` and its relatives: leading subscription and group are told by the number of arguments."""
    words = [str(one) for one in arguments]
    kind_at = next((at for at, one in enumerate(words) if "/" in one), None)
    if kind_at is None:
        raise TemplateInvalid(
            f"Unable to evaluate template language function '{function}': the type is missing."
        )
    leading, kind, names = words[:kind_at], words[kind_at], words[kind_at + 1 :]
    if kind.count("/") != len(names):
        raise TemplateInvalid(
            f"Unable to evaluate template language function '{function}': function requires "
            "exactly one multi-segmented argument which must be the resource id including resource "
            f"provider namespace, and one name for each of its types; '{kind}' has "
            f"{kind.count('/')}, {len(names)} given."
        )
    # Not `full_id`: this function names groups by their provider too, as Azure does.
    namespace, *types = kind.split("/")
    pairs = "/".join(part for pair in zip(types, names, strict=True) for part in pair)
    return f"{_scope(place, function.lower(), leading)}/providers/{namespace}/{pairs}"


def _scope(place: Place, function: str, leading: list[str]) -> str:
    if function == "tenantresourceid":
        return ""
    own = _subscription_of(place.scope)
    if function == "subscriptionresourceid":
        return f"/subscriptions/{leading[0]}" if leading else own
    if len(leading) > 1:
        return f"/subscriptions/{leading[0]}/resourceGroups/{leading[1]}"
    if leading:
        return f"{own}/resourceGroups/{leading[0]}"
    return place.scope


def _subscription_of(scope: str) -> str:
    return "/".join(scope.split("/")[:3])
