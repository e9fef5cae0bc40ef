"""What a configuration file says, once it is read, merged and found to be in order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from deployer.core.checks import SmokeSettings
from deployer.core.problems import Place, Problem
from deployer.core.resources import ModelVersion, Sku
from deployer.core.stacks import PulumiSettings
from deployer.core.state import SoftDelete


class OnRetired(StrEnum):
    """What to do about a declared model that can no longer be deployed."""

    FAIL = "fail"
    WARN = "warn"
    USE_SUCCESSOR = "useSuccessor"


class Lifecycle(NamedTuple):
    """How to treat models that retire. `warn_within`: how long before its retirement a model is warned about."""

    on_retired: OnRetired = OnRetired.FAIL
    warn_within: dt.timedelta = dt.timedelta(days=90)


class GroupConfig(NamedTuple):
    """The resource group; `manage`: create it, and remove it when it is empty and ours."""

    name: str
    location: str
    place: Place
    manage: bool = True


class Successor(NamedTuple):
    """A model that may stand in for a retired one; units of capacity differ between models, so it can have its own."""

    model: ModelVersion
    capacity: int | None = None


class DeploymentConfig(NamedTuple):
    """A deployment as declared. `places` says where, by key (`model`, `capacity`, `sku`, `successor`)."""

    name: str
    model: ModelVersion
    sku: Sku
    place: Place
    successors: tuple[Successor, ...] = ()
    version_upgrade_option: str | None = None
    rai_policy_name: str | None = None
    tags: Mapping[str, str] = MappingProxyType({})
    places: Mapping[str, Place] = MappingProxyType({})

    def place_of(self, key: str) -> Place:
        """Where a key is written; where the deployment is, when the key comes from elsewhere."""
        return self.places.get(key, self.place)


class RoleConfig(NamedTuple):
    """Who can do what on an account: `principal` is `self` or an object id, `can` is use, manage or read."""

    principal: str
    can: str
    place: Place
    principal_type: str | None = None


class AccountConfig(NamedTuple):
    """An account as declared, defaults filled in. `auth` is `entra` (tokens only) or `keys`."""

    name: str
    location: str
    kind: str
    sku: str
    auth: str
    place: Place
    custom_sub_domain_name: str | None = None
    public_network_access: str | None = None
    soft_delete: SoftDelete = SoftDelete.RECOVER
    roles: tuple[RoleConfig, ...] = ()
    deployments: tuple[DeploymentConfig, ...] = ()
    tags: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Config:
    """A whole configuration. `problems` are warnings; `said` is what file and bases say, filled in."""

    name: str
    cloud: str
    subscription: str
    engine: str
    resource_group: GroupConfig
    accounts: tuple[AccountConfig, ...]
    file: Path
    said: str = field(repr=False)
    tags: Mapping[str, str] = field(default_factory=dict)
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    smoke: SmokeSettings = field(default_factory=SmokeSettings)
    pulumi: PulumiSettings = field(default_factory=PulumiSettings)
    problems: tuple[Problem, ...] = ()

    @property
    def digest(self) -> str:
        """The SHA-256 of what the file and its bases say, however they write it."""
        # Only a plan file needs it; loading OpenSSL for it would be felt in every `validate`.
        import hashlib

        return hashlib.sha256(self.said.encode("utf-8", "surrogatepass")).hexdigest()
