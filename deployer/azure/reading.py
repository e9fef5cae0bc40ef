"""Azure's JSON as our values. Pure; what Azure fills in by itself is dropped here and can never be a difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from deployer.azure.paths import segment
from deployer.catalog.roles import role_name
from deployer.core.offers import Life, Offer, OfferedSku, Usage
from deployer.core.resources import (
    Account,
    DeletedAccount,
    Deployment,
    ModelVersion,
    ResourceGroup,
    Role,
    RoleAssignment,
    Sku,
)
from deployer.core.state import Owner

JsonObject = Mapping[str, Any]

TERMINAL = frozenset({"Succeeded", "Failed", "Canceled", "Disabled"})
"""Provisioning states that do not change by themselves."""


def group(body: JsonObject) -> ResourceGroup:
    """A resource group."""
    return ResourceGroup(body["name"], body["location"], body.get("tags") or {})


def account(body: JsonObject) -> Account:
    """A live or a soft-deleted account."""
    properties = body.get("properties") or {}
    return Account(
        body["name"],
        body["location"],
        kind=body.get("kind"),
        sku=(body.get("sku") or {}).get("name"),
        custom_sub_domain_name=properties.get("customSubDomainName"),
        disable_local_auth=properties.get("disableLocalAuth"),
        public_network_access=properties.get("publicNetworkAccess"),
        tags=body.get("tags") or {},
    )


def deployment(account: str, body: JsonObject) -> Deployment:
    """A deployment inside that account."""
    properties, sku = body.get("properties") or {}, body.get("sku") or {}
    model = properties.get("model") or {}
    return Deployment(
        account,
        body["name"],
        ModelVersion(
            model.get("name", ""), model.get("version", ""), model.get("format", "OpenAI")
        ),
        Sku(sku.get("name", ""), sku.get("capacity")),
        version_upgrade_option=properties.get("versionUpgradeOption"),
        rai_policy_name=properties.get("raiPolicyName"),
        tags=body.get("tags") or {},
    )


def deleted_account(body: JsonObject) -> DeletedAccount:
    """A soft-deleted account, of whichever group its id names."""
    properties = body.get("properties") or {}
    return DeletedAccount(
        account(body),
        segment(body["id"], "resourceGroups"),
        deleted=_moment(properties.get("deletionDate")),
        purged_by=_moment(properties.get("scheduledPurgeDate")),
    )


def role_assignment(account: str, properties: JsonObject) -> RoleAssignment:
    """A role assignment whose scope is the account."""
    principal_type = properties.get("principalType") or None
    return RoleAssignment(account, _role(properties), properties["principalId"], principal_type)


def holding(properties: JsonObject) -> tuple[str, str]:
    """Who holds which role: the ids of principal and role definition, as `ObservedState.inherited_roles` has them."""
    return properties["principalId"].casefold(), _role(properties).id


def describer(description: str | None) -> Owner | None:
    """The owner that a role assignment's description names, if it is a mark of ours."""
    marks = dict(part.strip().partition("=")[::2] for part in (description or "").split(";"))
    return Owner.of(marks)


def provisioning_state(body: JsonObject) -> str:
    """The resource's provisioningState; what says none is finished."""
    return str((body.get("properties") or {}).get("provisioningState") or "Succeeded")


def endpoints(body: JsonObject) -> dict[str, str]:
    """The addresses that Azure names for an account: `endpoint`, and its map of endpoints."""
    properties = body.get("properties") or {}
    named = dict(properties.get("endpoints") or {})
    return {**named, "endpoint": properties["endpoint"]} if properties.get("endpoint") else named


def offers(rows: Iterable[JsonObject], kinds: Collection[str], today: dt.date) -> tuple[Offer, ...]:
    """What a location's model list offers to these kinds of account on that day."""
    wanted = {kind.casefold() for kind in kinds}
    return tuple(
        _offer(row["kind"], row["model"], today)
        for row in rows
        if str(row.get("kind", "")).casefold() in wanted and row.get("model")
    )


def usages(rows: Iterable[JsonObject]) -> tuple[Usage, ...]:
    """A location's quota."""
    return tuple(
        Usage(
            row["name"]["value"], float(row.get("currentValue") or 0), float(row.get("limit") or 0)
        )
        for row in rows
    )


def _offer(kind: str, model: JsonObject, today: dt.date) -> Offer:
    said = _moment((model.get("deprecation") or {}).get("inference"))
    retires = said.date() if said else None
    skus = tuple(
        OfferedSku(
            sku["name"],
            sku.get("usageName", ""),
            (sku.get("capacity") or {}).get("maximum"),
            (sku.get("capacity") or {}).get("default"),
        )
        for sku in model.get("skus") or ()
    )
    name = ModelVersion(model["name"], model["version"], model.get("format", "OpenAI"))
    return Offer(kind, name, _life(model.get("lifecycleStatus"), retires, today), retires, skus)


def _life(status: str | None, retires: dt.date | None, today: dt.date) -> Life:
    """ARM's `Deprecated` is what the public pages call retired, its `Deprecating` closed to new deployments."""
    if status == "Deprecated" or (retires is not None and retires <= today):
        return Life.RETIRED
    return Life.CLOSING if status == "Deprecating" else Life.ALIVE


def _role(properties: JsonObject) -> Role:
    role_id = str(properties["roleDefinitionId"]).rpartition("/")[2].casefold()
    return Role(role_name(role_id), role_id)


def _moment(text: str | None) -> dt.datetime | None:
    """A time as Azure writes it, with up to seven digits of a second."""
    if not text:
        return None
    whole = text.rstrip("Z").partition(".")[0]
    return dt.datetime.fromisoformat(whole).replace(tzinfo=dt.UTC)
