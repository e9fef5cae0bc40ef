"""What Azure checks of an account before it writes it: name, kind, SKU, subdomain, and what needs what."""

from __future__ import annotations

import re

from deployer.emulator.arm.refusals import AccountRefusal, RequestRefusal
from deployer.emulator.arm.requests import section, text
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.state.records import Account, JsonObject, normalised

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}")
_SUBDOMAIN = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{1,63}")
_KINDS_THAT_CHANGE = {"OpenAI", "AIServices"}


def check_name(cloud: EmulatedCloud, name: str) -> None:
    """Refuse a name that no account can have."""
    if _NAME.fullmatch(name):
        return
    if cloud.settings.bad_names_get_a_page:
        raise AccountRefusal.ACCOUNT_NAME_NOT_FOUND.error()
    raise AccountRefusal.ACCOUNT_NAME_INVALID.error(account=name)


def check_place(body: JsonObject) -> None:
    """Refuse `global`, where accounts of other kinds lie."""
    if normalised(text(body, "location") or "") == "global":
        sku = text(section(body, "sku"), "name")
        raise AccountRefusal.ACCOUNT_SKU_NOT_THERE.error(location=body["location"], sku=sku)


def check_together(kind: str, properties: JsonObject, identity: JsonObject | None) -> None:
    """Refuse properties that need what the account does not have (terraform-provider-azurerm knows these rules)."""
    if properties.get("allowProjectManagement"):
        name = "allowProjectManagement"
        if kind != "AIServices":
            raise RequestRefusal.PROPERTY_NEEDS.error(property=name, needed="kind 'AIServices'")
        if (identity or {}).get("type", "None") == "None":
            raise RequestRefusal.PROPERTY_NEEDS.error(property=name, needed="a managed identity")
    if "networkAcls" in properties and not properties.get("customSubDomainName"):
        raise RequestRefusal.PROPERTY_NEEDS.error(
            property="networkAcls", needed="a customSubDomainName"
        )
    if properties.get("dynamicThrottlingEnabled"):
        raise RequestRefusal.PROPERTY_INVALID.error(
            property="dynamicThrottlingEnabled", value="true"
        )


def wanted_kind(cloud: EmulatedCloud, body: JsonObject, before: Account | None) -> str:
    """The kind that a body states, or that the account has; raises `ArmError` for one it cannot have."""
    kind = text(body, "kind") or (before.kind if before else "")
    changes = before is not None and kind != before.kind
    if kind not in cloud.catalogue.kinds or (changes and kind not in _KINDS_THAT_CHANGE):
        raise AccountRefusal.KIND_INVALID.error(kind=kind)
    return kind


def wanted_sku(body: JsonObject, before: Account | None) -> str:
    """The SKU that a body states, or that the account has; raises `ArmError` for one that is not offered."""
    sku = text(section(body, "sku"), "name") or (before.sku if before else "")
    if sku != "S0":
        raise AccountRefusal.ACCOUNT_SKU_INVALID.error(sku=sku)
    return sku


def check_new_subdomain(cloud: EmulatedCloud, before: Account, properties: JsonObject) -> None:
    """A subdomain may be set where none was, never changed (how the provider says so is unverified)."""
    wanted = properties.get("customSubDomainName")
    if before.subdomain is None:
        check_subdomain(cloud, properties)
    elif wanted != before.subdomain:
        raise RequestRefusal.PROPERTY_INVALID.error(property="customSubDomainName", value=wanted)


def check_subdomain(cloud: EmulatedCloud, properties: JsonObject) -> None:
    """Refuse a subdomain of a wrong form, or that someone holds."""
    wanted = properties.get("customSubDomainName")
    if wanted is None:
        return
    if not _SUBDOMAIN.fullmatch(wanted):
        raise RequestRefusal.PROPERTY_INVALID.error(property="customSubDomainName", value=wanted)
    if is_taken(cloud, wanted):
        raise AccountRefusal.SUBDOMAIN_IN_USE.error(subdomain=wanted)


def is_taken(cloud: EmulatedCloud, subdomain: str) -> bool:
    """Whether an account, alive or soft-deleted, or another tenant holds a subdomain."""
    elsewhere = {one.lower() for one in cloud.settings.taken_subdomains}
    return subdomain.lower() in elsewhere or cloud.store.subdomain_holder(subdomain) is not None
