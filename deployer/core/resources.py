"""Azure's nouns as frozen values. A field that is `None` means that the cloud may choose.

Read-only fields of Azure (rate limits, capabilities, current capacity ...) are not here: what is not here can never
be a difference. Every resource has an `address`, its identity within one scope; addresses compare without case, as
Azure's names do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scope:
    """Where we act. Nothing outside it is changed."""

    subscription: str
    resource_group: str


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """An AI model and its release, as `properties.model` says it."""

    name: str
    version: str
    format: str = "OpenAI"

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Sku:
    """What is bought and how much of it. A unit of `capacity` is worth what the model's SKU says."""

    name: str
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class ResourceGroup:
    """A resource group."""

    name: str
    location: str
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return group_address(self.name)


@dataclass(frozen=True, slots=True)
class Account:
    """An Azure OpenAI or AI Services resource (`Microsoft.CognitiveServices/accounts`)."""

    name: str
    location: str
    kind: str | None = None
    sku: str | None = None
    custom_sub_domain_name: str | None = None
    disable_local_auth: bool | None = None
    public_network_access: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return account_address(self.name)


@dataclass(frozen=True, slots=True)
class Deployment:
    """A model made callable inside an account."""

    account: str
    name: str
    model: ModelVersion
    sku: Sku
    version_upgrade_option: str | None = None
    rai_policy_name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return deployment_address(self.account, self.name)


@dataclass(frozen=True, slots=True)
class Role:
    """A built-in role: Azure's name for it and the id of its definition."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """A role that a principal holds on one account. Its GUID follows from these three, so it is not a field."""

    account: str
    role: Role
    principal_id: str
    principal_type: str | None = None

    @property
    def address(self) -> str:
        return f"{account_address(self.account)}/role/{self.role.id.casefold()}/{self.principal_id.casefold()}"


@dataclass(frozen=True, slots=True)
class DeletedAccount:
    """An account in Azure's 48 hours of soft deletion: it still holds its name, subdomain and quota."""

    account: Account
    resource_group: str
    deleted: dt.datetime | None = None
    purged_by: dt.datetime | None = None

    @property
    def name(self) -> str:
        return self.account.name

    @property
    def address(self) -> str:
        return f"deleted/{self.account.name.casefold()}"


Resource = ResourceGroup | Account | Deployment | RoleAssignment | DeletedAccount


def group_address(name: str) -> str:
    """Where a resource group stands in a state."""
    return f"group/{name.casefold()}"


def account_address(name: str) -> str:
    """Where an account stands in a state."""
    return f"account/{name.casefold()}"


def deployment_address(account: str, name: str) -> str:
    """Where a deployment stands in a state."""
    return f"{account_address(account)}/deployment/{name.casefold()}"


def account_of(resource: Resource) -> str | None:
    """The name of the account whose write lock a write to this resource takes; None for the group."""
    match resource:
        case ResourceGroup():
            return None
        case Account(name=name) | DeletedAccount(account=Account(name=name)):
            return name
        case Deployment(account=name) | RoleAssignment(account=name):
            return name


def title(resource: Resource) -> str:
    """The resource as people say it: its kind and its own name."""
    match resource:
        case ResourceGroup(name=name):
            return f"resource group {name}"
        case Account(name=name):
            return f"account {name}"
        case Deployment(account=account, name=name):
            return f"deployment {account}/{name}"
        case RoleAssignment(account=account, role=role, principal_id=principal):
            return f"role {role.name} on {account} for {principal}"
        case DeletedAccount(account=Account(name=name)):
            return f"soft-deleted account {name}"


def normal_location(location: str) -> str:
    """A location as Azure compares it: `East US 2`, `EastUS2` and `eastus2` are one place."""
    return location.replace(" ", "").casefold()
