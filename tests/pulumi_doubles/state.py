"""What the engine double remembers between runs: resources in the order of their making, as a checkpoint's JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pulumi_doubles.marks import SECRET, SIGNATURE, Json, is_secret

STACK = "pulumi:pulumi:Stack"
PROVIDER = "pulumi:providers:azure-native"
_MASK = "[secret]"


@dataclass(frozen=True)
class Resource:
    """One resource of a stack. Inputs and outputs keep their marks of secrecy."""

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Json = field(default_factory=dict)
    outputs: Json = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    protect: bool = False
    dependencies: tuple[str, ...] = ()
    propertyDependencies: dict[str, list[str]] = field(default_factory=dict)  # noqa: N815
    importID: str = ""  # noqa: N815
    initErrors: tuple[str, ...] = ()  # noqa: N815
    resourceHooks: dict[str, list[str]] = field(default_factory=dict)  # noqa: N815
    pendingReplacement: bool = False  # noqa: N815
    """It was deleted to be made anew, and that has not happened."""

    @property
    def name(self) -> str:
        return self.urn.rpartition("::")[2]

    @property
    def needs(self) -> set[str]:
        """The URNs of what has to be there before it."""
        provider = {self.provider.rpartition("::")[0]} if self.provider else set()
        named = {one for urns in self.propertyDependencies.values() for one in urns}
        return ({*self.dependencies, self.parent, *named} | provider) - {""}

    def as_json(self, hide: Callable[[Any], Any]) -> Json:
        """The form of a checkpoint; what is empty is left out."""
        values = asdict(self)
        values["inputs"], values["outputs"] = sealed(self.inputs, hide), sealed(self.outputs, hide)
        always = {"urn", "custom", "type"}
        return {name: one for name, one in values.items() if one or name in always}

    @classmethod
    def from_json(cls, values: Json) -> Resource:
        kept = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
        for name in ("dependencies", "initErrors"):
            kept[name] = tuple(kept.get(name, ()))
        for name in ("inputs", "outputs"):
            kept[name] = opened(kept.get(name, {}))
        return cls(**kept)


def masked(_value: Any) -> Json:
    """A secret as outputs and events show it."""
    return {SIGNATURE: SECRET, "ciphertext": _MASK}


def ciphered(value: Any) -> Json:
    """A secret as the state keeps it. It is no encryption: a test only has to see that it is not plain."""
    text = base64.b64encode(json.dumps(value).encode()).decode()
    return {SIGNATURE: SECRET, "ciphertext": f"v1:double:{text}"}


def plaintext(value: Any) -> Json:
    """A secret as an export with its secrets shows it."""
    return {SIGNATURE: SECRET, "plaintext": json.dumps(value)}


def sealed(value: Any, hide: Callable[[Any], Any]) -> Any:
    """A value with every secret in it hidden one of the ways above."""
    if is_secret(value):
        return hide(value["value"])
    if isinstance(value, dict):
        return {name: sealed(one, hide) for name, one in value.items()}
    return [sealed(one, hide) for one in value] if isinstance(value, list) else value


def opened(value: Any) -> Any:
    """The inverse of `sealed`."""
    if isinstance(value, dict) and value.get(SIGNATURE) == SECRET:
        if "plaintext" in value:
            return {SIGNATURE: SECRET, "value": json.loads(value["plaintext"])}
        text = str(value["ciphertext"]).removeprefix("v1:double:")
        return {SIGNATURE: SECRET, "value": json.loads(base64.b64decode(text))}
    if isinstance(value, dict):
        return {name: opened(one) for name, one in value.items()}
    return [opened(one) for one in value] if isinstance(value, list) else value


@dataclass
class State:
    """The resources of a stack by URN, in the order in which they came."""

    resources: dict[str, Resource] = field(default_factory=dict)

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> State:
        return cls({one.urn: one for one in resources})

    def set(self, resource: Resource) -> None:
        self.resources[resource.urn] = resource

    def renamed(self, old: str, new: str) -> None:
        """One resource, and what others say of it, under another URN."""

        def moved(one: Resource) -> Resource:
            names = {
                name: [new if urn == old else urn for urn in urns]
                for name, urns in one.propertyDependencies.items()
            }
            return replace(
                one,
                urn=new if one.urn == old else one.urn,
                parent=new if one.parent == old else one.parent,
                dependencies=tuple(new if urn == old else urn for urn in one.dependencies),
                propertyDependencies=names,
            )

        self.resources = {one.urn: one for one in map(moved, self.resources.values())}

    def waves(self, doomed: Iterable[str]) -> list[list[Resource]]:
        """What is to go, in groups: nothing that goes is needed by what goes later or at the same time."""
        left = [self.resources[urn] for urn in doomed if urn in self.resources]
        groups: list[list[Resource]] = []
        while left:
            needed = {urn for one in left for urn in one.needs if urn != one.urn}
            free = [one for one in left if one.urn not in needed]
            groups.append(list(reversed(free)))
            left = [one for one in left if one.urn in needed]
        return groups


def urn_of(stack: str, project: str, kind: str, name: str, parent: str) -> str:
    """The URN of a resource: the types of its parents before its own, the stack's left out."""
    above = parent.split("::")[2] if parent else STACK
    qualified = kind if above == STACK else f"{above}${kind}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"
