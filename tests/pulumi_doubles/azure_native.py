"""What azure-native 3.29 does with the five types that we use: check, diff, create, read, update, delete.

It is a double: strict where the plugin is lenient (unknown properties and enum values, names and places that are
not given), and it knows nothing but these types. Facts: the plugin's public source, and what its wheel declares.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_azure_native import authorization, cognitiveservices, resources
from pulumi_doubles.differences import Difference, difference, merged
from pulumi_doubles.marks import UNKNOWN
from pulumi_doubles.rest import OperationFailed, Rest
from pulumi_doubles.schema import Json, previewed, problems, projected

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_ACCOUNT = _GROUP + "/providers/Microsoft.CognitiveServices/accounts/{accountName}"
_COGNITIVE_SERVICES = "2025-06-01"
_STABLE = ("name", "location")
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class UnknownType(KeyError):
    """A type that the double does not know."""


class AlreadyExists(Exception):
    """Create found something there: the plugin adopts nothing."""

    def __init__(self, identity: str) -> None:
        super().__init__(f'cannot create already existing resource "{identity}"')


class Initialization(Exception):
    """A write that Azure accepted and did not finish: there may be a resource, in a state to be recorded."""

    def __init__(self, error: OperationFailed, identity: str, outputs: Json) -> None:
        super().__init__(str(error))
        self.identity = identity
        self.outputs = outputs


@dataclass(frozen=True)
class Kind:
    """One type. `given` are inputs the double insists on; `fixed` cannot change in place besides those of the path."""

    token: str
    version: str
    path: str
    arguments: type
    resource: type
    given: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    flattened: bool = False

    @property
    def in_path(self) -> list[str]:
        return [name for name in _PLACEHOLDER.findall(self.path) if name != "subscriptionId"]

    @property
    def replacing(self) -> set[str]:
        """Inputs whose change replaces the resource."""
        return {*self.in_path, *self.fixed}

    def identity(self, subscription: str, inputs: Json) -> str:
        """The resource's id, made of inputs."""
        named = {**inputs, "subscriptionId": subscription}
        path = _PLACEHOLDER.sub(lambda found: str(named[found[1]]), self.path)
        return "/" + path.lstrip("/")

    def named(self, identity: str) -> Json:
        """The inputs that an id tells; raises ValueError for an id of another type."""
        parts = "".join(
            f"(?P<{piece}>{'.+' if piece == 'scope' else '[^/]+'})" if index % 2 else piece
            for index, piece in enumerate(_PLACEHOLDER.split(self.path))
        )
        found = re.fullmatch(parts, identity, re.IGNORECASE)
        if found is None:
            raise ValueError(f"{identity} is no id of {self.token}")
        return {name: text for name, text in found.groupdict().items() if name != "subscriptionId"}

    def body(self, inputs: Json) -> Json:
        """The body of a PUT."""
        body = {k: v for k, v in inputs.items() if k not in {*self.in_path, "azureApiVersion"}}
        return {"properties": body} if self.flattened else body

    def sdk_shape(self, body: Json) -> Json:
        """A body with its `properties` beside the rest where the SDK has them so."""
        return {**body, **body.get("properties", {})} if self.flattened else body

    def outputs(self, body: Json) -> Json:
        """A resource's outputs: what of Azure's answer the SDK has properties for."""
        known = projected(self.resource, self.sdk_shape(body))
        return {**known, "azureApiVersion": self.version}

    def inputs(self, outputs: Json) -> Json:
        """The part of outputs that could have been inputs."""
        stated = projected(self.arguments, outputs)
        return {name: value for name, value in stated.items() if name not in self.in_path}


_KINDS = (
    Kind(
        "azure-native:resources:ResourceGroup",
        "2024-03-01",
        _GROUP,
        resources.ResourceGroupArgs,
        resources.ResourceGroup,
        given=("resourceGroupName", "location"),
        fixed=("location",),
    ),
    Kind(
        "azure-native:cognitiveservices:Account",
        _COGNITIVE_SERVICES,
        _ACCOUNT,
        cognitiveservices.AccountArgs,
        cognitiveservices.Account,
        given=("accountName", "location"),
        fixed=("location",),  # unverified; in place, Azure refuses it
    ),
    Kind(
        "azure-native:cognitiveservices:Deployment",
        _COGNITIVE_SERVICES,
        _ACCOUNT + "/deployments/{deploymentName}",
        cognitiveservices.DeploymentArgs,
        cognitiveservices.Deployment,
        given=("deploymentName",),
    ),
    Kind(
        "azure-native:cognitiveservices:RaiPolicy",
        _COGNITIVE_SERVICES,
        _ACCOUNT + "/raiPolicies/{raiPolicyName}",
        cognitiveservices.RaiPolicyArgs,
        cognitiveservices.RaiPolicy,
        given=("raiPolicyName",),
    ),
    Kind(
        "azure-native:authorization:RoleAssignment",
        "2022-04-01",
        "{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        authorization.RoleAssignmentArgs,
        authorization.RoleAssignment,
        given=("roleAssignmentName",),
        fixed=("principalId",),
        flattened=True,
    ),
)
KINDS: Mapping[str, Kind] = {kind.token: kind for kind in _KINDS}


@dataclass
class AzureNative:
    """The five types on one subscription."""

    rest: Rest
    subscription: str
    keys_asked: list[str] = field(default_factory=list)

    def kind(self, token: str) -> Kind:
        if token not in KINDS:
            raise UnknownType(f"the double of azure-native knows no type {token}")
        return KINDS[token]

    def check(self, token: str, news: Json) -> tuple[Json, list[str]]:
        """The inputs with the api-version filled in, and what is wrong with them."""
        kind = self.kind(token)
        stated = {name: value for name, value in news.items() if name != "azureApiVersion"}
        wrong = list(problems(kind.arguments, stated))
        wrong += [
            f"the double wants '{name}' to be given" for name in kind.given if name not in news
        ]
        return {"azureApiVersion": kind.version, **news}, wrong

    def diff(self, token: str, old_inputs: Json, outputs: Json, news: Json) -> list[Difference]:
        """How inputs differ from the inputs of the last time; Azure is not asked.

        What was imported has no api-version among its inputs: its outputs have one.
        """
        kind = self.kind(token)
        recorded = {k: v for k, v in outputs.items() if k == "azureApiVersion"}
        return difference({**recorded, **old_inputs}, news, kind.replacing)

    def preview(self, token: str, news: Json, outputs: Json | None = None) -> Json:
        """Outputs as far as they are known: inputs, and of an existing resource its name and place."""
        kind = self.kind(token)
        stable = {name: value for name, value in (outputs or {}).items() if name in _STABLE}
        return {**previewed(kind.resource, news), **stable}

    def create(self, token: str, inputs: Json) -> tuple[str, Json]:
        """GET first: what exists is an error. Then PUT, wait, GET: the id and the outputs."""
        kind = self.kind(token)
        identity = kind.identity(self.subscription, _known(inputs))
        if self.rest.get(identity, kind.version) is not None:
            raise AlreadyExists(identity)
        written = self._put(kind, identity, inputs)
        return str(written.get("id", identity)), kind.outputs(self._reread(kind, identity, written))

    def update(self, token: str, inputs: Json) -> Json:
        """PUT to the id that the inputs make, wait, GET: the outputs."""
        kind = self.kind(token)
        identity = kind.identity(self.subscription, _known(inputs))
        return kind.outputs(self._reread(kind, identity, self._put(kind, identity, inputs)))

    def read(
        self, token: str, identity: str, inputs: Json | None, outputs: Json
    ) -> tuple[Json, Json] | None:
        """Inputs and outputs as they are now, None where there is nothing.

        Without old inputs (an import) all that Azure says is input. With them only what changed between the old
        outputs and the new ones is carried over, so that what Azure fills in never looks like a change.
        """
        kind = self.kind(token)
        body = self.rest.get(identity, kind.version)
        if body is None:
            return None
        now = kind.outputs(body)
        if inputs is None:
            stated = {**kind.named(identity), **kind.inputs(now)}
            return stated, now
        return merged(inputs, kind.inputs(outputs), kind.inputs(now)), now

    def delete(self, token: str, identity: str) -> None:
        self.rest.delete(identity, self.kind(token).version)

    def list_account_keys(self, arguments: Json) -> Json:
        """The only function: the keys of an account."""
        self.keys_asked.append(str(arguments["accountName"]))
        kind = KINDS["azure-native:cognitiveservices:Account"]
        path = kind.identity(self.subscription, arguments)
        return self.rest.post(f"{path}/listKeys", kind.version)

    def _put(self, kind: Kind, identity: str, inputs: Json) -> Json:
        try:
            return self.rest.put(identity, kind.version, kind.body(inputs))
        except OperationFailed as error:
            body = self.rest.get(identity, kind.version) or {}
            raise Initialization(error, identity, kind.outputs(body)) from error

    def _reread(self, kind: Kind, identity: str, written: Json) -> Json:
        return self.rest.get(identity, kind.version) or written


def _known(inputs: Json) -> Json:
    def unknown(value: Any) -> bool:
        if isinstance(value, dict):
            return any(unknown(one) for one in value.values())
        return any(unknown(one) for one in value) if isinstance(value, list) else value == UNKNOWN

    if unknown(inputs):
        raise AssertionError(f"a write with unknown inputs: {inputs}")
    return inputs
