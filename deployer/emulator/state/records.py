"""What the emulator keeps: resources, principals, operations, the clock, the switches. Frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SUBSCRIPTION = "00000000-0000-0000-0000-00000000a2a0"
TENANT_ID = "00000000-0000-0000-0000-0000000000ad"
ACCOUNT_TYPE = "Microsoft.CognitiveServices/accounts"
DEPLOYMENT_TYPE = "Microsoft.CognitiveServices/accounts/deployments"
OPENAI_HOST = ".openai"
"""Behind an account's name: the address where only OpenAI answers, `<account>.openai.azure.com` on Azure."""
SERVICES_HOST = ".services"
"""The same for `<account>.services.ai.azure.com`, which an account of kind AIServices names for Foundry."""
APPLICATION = "application"
USER = "user"

JsonObject = dict[str, Any]


def subscription_id() -> str:
    """The resource id of the one subscription."""
    return f"/subscriptions/{SUBSCRIPTION}"


def normalised(location: str) -> str:
    """A location in the form in which locations are compared: `East US 2` is `eastus2`."""
    return location.replace(" ", "").lower()


@dataclass(frozen=True)
class Group:
    """A resource group. `gone_at` is the wall time in seconds when its deletion, the operation `deletion`, is finished."""

    name: str
    location: str
    tags: Mapping[str, str] | None = None
    gone_at: float | None = None
    managed_by: str | None = None
    deletion: str = ""

    @property
    def id(self) -> str:
        return f"{subscription_id()}/resourceGroups/{self.name}"


@dataclass(frozen=True)
class Account:
    """An account, alive or soft-deleted. `location` is as the caller wrote it, `properties` what the caller stated.

    `ready_at` is the wall time in seconds at which its creation or update ends, `failure` how it ends
    when not well. `deleted_at` and `purge_at` are moments of the emulated calendar.
    """

    group: str
    name: str
    location: str
    kind: str
    sku: str
    properties: JsonObject
    key1: str
    key2: str
    internal_id: str
    created: str
    etag: str
    system_data: JsonObject
    ready_at: float
    is_new: bool = True
    tags: Mapping[str, str] | None = None
    identity: JsonObject | None = None
    failure: JsonObject | None = None
    deleted_at: str | None = None
    purge_at: str | None = None
    etag_when_ready: str = ""
    """The etag from `ready_at` on, where it becomes another."""

    @property
    def id(self) -> str:
        return (
            f"{subscription_id()}/resourceGroups/{self.group}/providers/{ACCOUNT_TYPE}/{self.name}"
        )

    @property
    def subdomain(self) -> str | None:
        return self.properties.get("customSubDomainName") or None


@dataclass(frozen=True)
class Deployment:
    """A model made callable. The facts of its model are kept as they were when it was written."""

    account_id: str
    name: str
    model: JsonObject
    sku: str
    capacity: int
    usage_name: str
    version_upgrade_option: str
    rai_policy: str
    capabilities: Mapping[str, str]
    unit_rate_limits: list[JsonObject]
    etag: str
    system_data: JsonObject
    created_at: float
    ready_at: float
    tags: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        return f"{self.account_id}/deployments/{self.name}"


@dataclass(frozen=True)
class RoleAssignment:
    """A role held by a principal at a scope. `created_at` is wall time in seconds."""

    scope: str
    name: str
    role: str
    principal_id: str
    principal_type: str
    created: str
    created_by: str
    created_at: float
    description: str | None = None
    condition: str | None = None
    condition_version: str | None = None

    @property
    def id(self) -> str:
        return f"{self.scope}/providers/Microsoft.Authorization/roleAssignments/{self.name}"


@dataclass(frozen=True)
class ManagementLock:
    """A lock that an owner has put on a scope; `level` is `CanNotDelete` or `ReadOnly`."""

    scope: str
    name: str
    level: str
    notes: str | None = None

    @property
    def id(self) -> str:
        return f"{self.scope}/providers/Microsoft.Authorization/locks/{self.name}"


@dataclass(frozen=True)
class RaiPolicy:
    """A content filter of an account; `properties` as its owner stated them."""

    account_id: str
    name: str
    properties: JsonObject
    etag: str
    system_data: JsonObject

    @property
    def id(self) -> str:
        return f"{self.account_id}/raiPolicies/{self.name}"


@dataclass(frozen=True)
class TemplateDeployment:
    """A run of a template at a scope: what is shown of it, its operations, and the number it is polled by."""

    scope: str
    name: str
    properties: JsonObject
    number: str
    operations: list[JsonObject] = field(default_factory=list)
    location: str | None = None
    tags: Mapping[str, str] | None = None
    template: JsonObject | None = None
    """The template that was run, without the values of its parameters."""

    @property
    def id(self) -> str:
        return f"{self.scope}/providers/Microsoft.Resources/deployments/{self.name}"

    @property
    def state(self) -> str:
        return str(self.properties["provisioningState"])


@dataclass(frozen=True)
class QuotaTier:
    """The subscription's quota tier: whether Azure may raise it by itself."""

    upgrade_policy: str = "OnceUpgradeIsAvailable"

    @property
    def id(self) -> str:
        return f"{subscription_id()}/providers/Microsoft.CognitiveServices/quotaTiers/default"


@dataclass(frozen=True)
class SubscriptionTags:
    """The tags of the subscription itself."""

    tags: Mapping[str, str]

    @property
    def id(self) -> str:
        return f"{subscription_id()}/providers/Microsoft.Resources/tags/default"


@dataclass(frozen=True)
class Principal:
    """Who can sign in: an application with its secret and the foreign issuers it believes, or a person (`kind` user)."""

    name: str
    client_id: str
    object_id: str
    secret: str = field(repr=False)
    federated: list[JsonObject] = field(default_factory=list)
    kind: str = APPLICATION

    @property
    def user_name(self) -> str:
        """The name under which a person signs in (the user principal name)."""
        return self.name if "@" in self.name else f"{self.name}@emulator.invalid"


@dataclass(frozen=True)
class Operation:
    """A long-running operation: what a client polls. `started` is a moment of the emulated calendar, `ends_at` wall time in seconds.

    `failure` is the error that it ends with when not well, `status` the one with which that error is answered where
    a poll repeats it; `result` is what a poll answers when all is well, for operations whose outcome is no resource,
    `resource` the id of what the operation writes, for those that can be polled by `Location`.
    """

    name: str
    location: str
    running: str
    started: str
    ends_at: float
    failure: JsonObject | None = None
    status: int = 200
    result: JsonObject | None = None
    resource: str = ""

    @property
    def id(self) -> str:
        return self.name


@dataclass(frozen=True)
class Calendar:
    """Where the emulator's clock stands: the day it was put to, and the seconds that it was put forward since.

    `opened` is the day that the last run asked for: one that asks for the same finds the clock where it was left.
    """

    opened: str
    day: str
    ahead: float = 0.0

    @property
    def id(self) -> str:
        return "calendar"


@dataclass(frozen=True)
class StatedSettings:
    """The switches that somebody has set, by their names on the wire.

    `registered_at` is the wall time in seconds at which a registration of the provider that has begun is done.
    """

    values: JsonObject
    registered_at: float | None = None

    @property
    def id(self) -> str:
        return "settings"


Record = (
    Group
    | Account
    | Deployment
    | RaiPolicy
    | RoleAssignment
    | ManagementLock
    | TemplateDeployment
    | QuotaTier
    | SubscriptionTags
    | Principal
    | Operation
    | Calendar
    | StatedSettings
)
