"""What a program registers: a request of the wire as a value, or a refusal of what the engine double cannot do."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import Any

from pulumi.runtime.proto import resource_pb2
from pulumi_doubles.marks import Json
from pulumi_doubles.state import Resource, urn_of
from pulumi_doubles.wire import decoded

_UNDERSTOOD = {
    "type", "name", "parent", "custom", "object", "protect", "dependencies", "provider",
    "propertyDependencies", "deleteBeforeReplace", "deleteBeforeReplaceDefined", "ignoreChanges",
    "replaceOnChanges", "importId", "customTimeouts", "aliases", "hooks", "providers",
}  # fmt: skip
_WITHOUT_EFFECT = {
    "version", "acceptSecrets", "acceptResources", "supportsPartialValues", "aliasSpecs",
    "supportsResultReporting", "sourcePosition", "stackTrace", "accepts_byte_string",
    "parentStackTraceHandle", "pluginDownloadURL",
}  # fmt: skip
_PATH = re.compile(r"""\w+(?:\.\w+|\["[^"]+"\])*""")
_NAMES = re.compile(r"""(\w+)(?=[.\[]|$)|\["([^"]+)"\]""")


class NotInTheDouble(Exception):
    """Something that the real engine can do and its double does not claim to."""


@dataclass(frozen=True)
class Goal:
    """One registration."""

    urn: str
    type: str
    name: str
    custom: bool
    parent: str
    inputs: Json
    provider: str
    protect: bool
    dependencies: tuple[str, ...]
    property_dependencies: dict[str, list[str]]
    ignore_changes: list[str]
    replace_on_changes: list[str]
    delete_before_replace: bool | None
    import_id: str
    on_error: list[str]
    timeouts: dict[str, str]
    aliases: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, request: resource_pb2.RegisterResourceRequest, stack: str, project: str) -> Goal:
        """Raises NotInTheDouble for any field that is set and has no meaning here."""
        for one, _ in request.ListFields():
            if one.name not in _UNDERSTOOD | _WITHOUT_EFFECT:
                raise NotInTheDouble(f"the engine double knows no '{one.name}' of a registration")
        for one, _ in request.hooks.ListFields():
            if one.name != "on_error":
                raise NotInTheDouble(f"the engine double runs no '{one.name}' hooks")
        chosen = request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None
        return cls(
            urn=urn_of(stack, project, request.type, request.name, request.parent),
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            inputs=decoded(request.object),
            provider=request.provider,
            protect=request.protect,
            dependencies=tuple(request.dependencies),
            property_dependencies={
                name: list(one.urns) for name, one in request.propertyDependencies.items()
            },
            ignore_changes=list(request.ignoreChanges),
            replace_on_changes=list(request.replaceOnChanges),
            delete_before_replace=chosen,
            import_id=request.importId,
            on_error=list(getattr(request.hooks, "on_error", ())),
            timeouts={one.name: value for one, value in request.customTimeouts.ListFields()},
            aliases=[_alias(one, request, stack, project) for one in request.aliases],
        )

    def resource(self, old: Resource | None) -> Resource:
        """The resource that is meant, with what is known of the one that is there."""
        return Resource(
            urn=self.urn,
            type=self.type,
            custom=self.custom,
            id=old.id if old else "",
            inputs=self.inputs,
            outputs=old.outputs if old else {},
            parent=self.parent,
            provider=self.provider,
            protect=self.protect,
            dependencies=self.dependencies,
            propertyDependencies=self.property_dependencies,
            resourceHooks={"onError": self.on_error} if self.on_error else {},
        )

    def with_ignored(self, old: Json) -> Json:
        """The inputs, and where changes are ignored what the old inputs say."""
        inputs = copy.deepcopy(self.inputs)
        for path in self.ignore_changes:
            if not _PATH.fullmatch(path):
                raise NotInTheDouble(f"the engine double ignores no changes of '{path}'")
            _copy([name or key for name, key in _NAMES.findall(path)], old, inputs)
        return inputs


def _copy(path: list[str], old: Any, new: Any) -> None:
    *above, last = path
    for name in above:
        old = old.get(name) if isinstance(old, dict) else None
        if not isinstance(new.get(name), dict):
            return
        new = new[name]
    if isinstance(old, dict) and last in old:
        new[last] = old[last]
    else:
        new.pop(last, None)


def _alias(
    one: Any, request: resource_pb2.RegisterResourceRequest, stack: str, project: str
) -> str:
    if one.WhichOneof("alias") == "urn":
        return str(one.urn)
    spec = one.spec
    parent = "" if spec.noParent else spec.parentUrn or request.parent
    return urn_of(
        spec.stack or stack,
        spec.project or project,
        spec.type or request.type,
        spec.name or request.name,
        parent,
    )
