"""Builders with defaults, so that a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    ModelVersion,
    Resource,
    ResourceGroup,
    Role,
    RoleAssignment,
    Scope,
    Sku,
)
from deployer.core.state import DesiredState, ObservedState, Owner, SoftDelete

SCOPE = Scope("00000000-0000-4000-8000-000000000000", "rg-voice")
OWNER = Owner("voice", "sdk")
REALTIME = ModelVersion("gpt-4o-realtime-preview", "2024-12-17")
AUDIO = ModelVersion("gpt-4o-audio-preview", "2024-12-17")
USE = Role("Cognitive Services OpenAI User", "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd")


def group(name="rg-voice", location="eastus2", tags: Mapping[str, str] | None = None, ours=True):
    return ResourceGroup(name, location, {**(OWNER.tags if ours else {}), **(tags or {})})


def account(
    name="voice-eus2",
    location="eastus2",
    ours=True,
    tags: Mapping[str, str] | None = None,
    **fields,
):
    defaults = {
        "kind": "AIServices",
        "sku": "S0",
        "custom_sub_domain_name": name,
        "disable_local_auth": True,
    }
    return Account(
        name,
        location,
        **{**defaults, **fields},
        tags={**(OWNER.tags if ours else {}), **(tags or {})},
    )


def deployment(
    name="realtime",
    account="voice-eus2",
    model=REALTIME,
    version=None,
    capacity=1,
    sku="GlobalStandard",
    ours=True,
    tags: Mapping[str, str] | None = None,
    **fields,
):
    if version:
        model = ModelVersion(model.name, version)
    fields = {"version_upgrade_option": "NoAutoUpgrade", **fields}
    marks = OWNER.tags if ours else {}
    return Deployment(
        account, name, model, Sku(sku, capacity), tags={**marks, **(tags or {})}, **fields
    )


def role(account="voice-eus2", principal="11111111-1111-4111-8111-111111111111", role=USE):
    return RoleAssignment(account, role, principal, "ServicePrincipal")


def deleted(name="voice-eus2", location="eastus2", **fields):
    return DeletedAccount(account(name, location, **fields), "rg-voice")


def desired(*resources: Resource, soft_delete=SoftDelete.RECOVER, **fields):
    policies = {r.address: soft_delete for r in resources if isinstance(r, Account)}
    return DesiredState(SCOPE, OWNER, resources, policies, **fields)


def observed(*resources: Resource, deleted=(), owners=None, **fields):
    """What was seen; who owns what is read from tags, as it is in Azure; roles are ours unless said otherwise."""
    found = {resource.address: resource for resource in resources}
    read = {
        address: OWNER if isinstance(resource, RoleAssignment) else Owner.of(resource.tags)
        for address, resource in found.items()
        if not isinstance(resource, DeletedAccount)
    }
    marks = {
        address: owner for address, owner in {**read, **(owners or {})}.items() if owner is not None
    }
    return ObservedState(
        SCOPE, found, marks, deleted={d.account.address: d for d in deleted}, **fields
    )
