"""What should exist, and what does: two states of one scope, keyed by address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from deployer.core.problems import Place
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    ModelVersion,
    Resource,
    RoleAssignment,
    Scope,
)

OWNER_TAG = "deployer"
ENGINE_TAG = "deployer-engine"


@dataclass(frozen=True, slots=True)
class Owner:
    """Who manages a resource: the configuration's name and the engine that wrote it, read from tags."""

    name: str
    engine: str

    @property
    def tags(self) -> dict[str, str]:
        return {OWNER_TAG: self.name, ENGINE_TAG: self.engine}

    @classmethod
    def of(cls, tags: Mapping[str, str]) -> Owner | None:
        """The owner that these tags name, if they name one."""
        name = tags.get(OWNER_TAG)
        return cls(name, tags.get(ENGINE_TAG, "")) if name else None


class SoftDelete(StrEnum):
    """What to do when an account that is wanted lies in soft deletion."""

    RECOVER = "recover"
    PURGE = "purge"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Succession:
    """A declared model that another one stands in for, and why."""

    declared: ModelVersion
    meant: ModelVersion
    reason: str


@dataclass(frozen=True, slots=True)
class DesiredState:
    """What should exist: resources with parents first, and instructions about them by address.

    Instructions (what to do about a soft-deleted name, which model was declared, where it is written) are not state:
    Azure never sees them, so they are never compared.
    """

    scope: Scope
    owner: Owner
    resources: tuple[Resource, ...] = ()
    soft_delete: Mapping[str, SoftDelete] = field(default_factory=dict)
    successions: Mapping[str, Succession] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    manages_group: bool = True

    def by_address(self) -> dict[str, Resource]:
        return {resource.address: resource for resource in self.resources}

    def nothing(self) -> DesiredState:
        """The state that asks for nothing, in the same scope and for the same owner: what `down` wants."""
        return DesiredState(
            self.scope, self.owner, manages_group=self.manages_group, places=self.places
        )


@dataclass(frozen=True, slots=True)
class ObservedState:
    """What was seen in Azure at one moment: a fact, never edited.

    `states` holds each resource's provisioningState. `endpoints` holds, by account address, the addresses that Azure
    itself names (`endpoint` is properties.endpoint, the rest is properties.endpoints). `inherited_roles` are
    (principal id, role id) pairs that reach the accounts from the group or above. `strangers` counts resources of the
    group that are not in `resources`; None: nobody asked.
    """

    scope: Scope
    resources: Mapping[str, Resource] = field(default_factory=dict)
    owners: Mapping[str, Owner] = field(default_factory=dict)
    states: Mapping[str, str] = field(default_factory=dict)
    deleted: Mapping[str, DeletedAccount] = field(default_factory=dict)
    endpoints: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    inherited_roles: frozenset[tuple[str, str]] = frozenset()
    strangers: int | None = None

    def is_ours(self, address: str, owner: Owner) -> bool:
        """Whether this configuration, through this engine, manages what stands at the address."""
        return self.owners.get(address) == owner


def accounts(resources: Iterable[Resource]) -> tuple[Account, ...]:
    """The accounts among them."""
    return tuple(resource for resource in resources if isinstance(resource, Account))


def deployments(resources: Iterable[Resource]) -> tuple[Deployment, ...]:
    """The deployments among them."""
    return tuple(resource for resource in resources if isinstance(resource, Deployment))


def role_assignments(resources: Iterable[Resource]) -> tuple[RoleAssignment, ...]:
    """The role assignments among them."""
    return tuple(resource for resource in resources if isinstance(resource, RoleAssignment))
