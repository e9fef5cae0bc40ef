"""What a request states of an account: its properties, its identity, a subdomain that must be free."""

from __future__ import annotations

import re

from deployer.emulator.arm.account_answers import with_principal
from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.requests import section
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.records import Account, JsonObject
from deployer.emulator.store import new_guid

# What an owner may state; whatever else a body carries (a GET sent back as it came) is Azure's own.
_STATED = (
    "customSubDomainName",
    "disableLocalAuth",
    "publicNetworkAccess",
    "networkAcls",
    "allowProjectManagement",
    "restrictOutboundNetworkAccess",
    "allowedFqdnList",
    "encryption",
    "userOwnedStorage",
)


def stated_of(body: JsonObject) -> JsonObject:
    """What the owner states of an account, with the parts that Azure adds to a stated object."""
    properties = section(body, "properties")
    stated = {name: properties[name] for name in _STATED if properties.get(name) is not None}
    if "networkAcls" in stated:
        empty = {"defaultAction": "Allow", "virtualNetworkRules": [], "ipRules": []}
        stated["networkAcls"] = {**empty, **stated["networkAcls"]}
    return stated


def identity_of(body: JsonObject, before: Account | None = None) -> JsonObject | None:
    """The identity that a body asks for; its ids stay those of before. `None` is an identity too (recorded 2025-10-28)."""
    if body.get("identity") is None:
        return None
    kept = ((before.identity if before else None) or {}).get("principalId")
    return with_principal(section(body, "identity"), kept or new_guid())


def check_new_subdomain(cloud: EmulatedCloud, before: Account, stated: JsonObject) -> None:
    """A subdomain may be set where none was, never changed (how the provider says so is unverified)."""
    wanted = stated.get("customSubDomainName")
    if before.subdomain is None:
        check_subdomain(cloud, stated)
    elif wanted != before.subdomain:
        raise Refusal.PROPERTY_INVALID.error(property="customSubDomainName", value=wanted)


def check_subdomain(cloud: EmulatedCloud, stated: JsonObject) -> None:
    """Raise `ArmError` for a custom subdomain that is taken, or no name."""
    wanted = stated.get("customSubDomainName")
    if wanted is None:
        return
    if not isinstance(wanted, str) or not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9-]{1,63}", wanted):
        raise Refusal.PROPERTY_INVALID.error(property="customSubDomainName", value=wanted)
    if is_taken(cloud, wanted):
        raise Refusal.SUBDOMAIN_IN_USE.error(subdomain=wanted)


def is_taken(cloud: EmulatedCloud, subdomain: str) -> bool:
    """Whether an account, alive or soft-deleted, or another tenant holds a subdomain."""
    elsewhere = {one.lower() for one in cloud.settings.taken_subdomains}
    return subdomain.lower() in elsewhere or cloud.store.subdomain_holder(subdomain) is not None
