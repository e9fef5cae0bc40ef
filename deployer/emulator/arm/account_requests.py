"""What a request states of an account: its properties, each of its type, and its identity."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.emulator.arm.account_answers import with_principal
from deployer.emulator.arm.requests import mistyped, section
from deployer.emulator.state.records import Account, JsonObject
from deployer.emulator.state.store import new_guid

_PUBLIC_ACCESS = ("Enabled", "Disabled")

# What an owner may state, with the type it must have; whatever else a body carries (a GET sent back as it
# came) is Azure's own. Names of types: SDK 14.1.
_STATED: Mapping[str, type] = {
    "customSubDomainName": str,
    "disableLocalAuth": bool,
    "publicNetworkAccess": str,
    "networkAcls": dict,
    "networkInjections": list,
    "allowProjectManagement": bool,
    "restrictOutboundNetworkAccess": bool,
    "allowedFqdnList": list,
    "encryption": dict,
    "userOwnedStorage": list,
    "apiProperties": dict,
    "dynamicThrottlingEnabled": bool,
}
_TYPE_NAMES = {str: "System.String", bool: "System.Boolean", dict: "System.Object", list: "System.Array"}  # fmt: skip


def stated_of(body: JsonObject) -> JsonObject:
    """What the owner states of an account, with the parts that Azure adds to a stated object."""
    properties = section(body, "properties")
    found = {name: properties[name] for name in _STATED if properties.get(name) is not None}
    for name, value in found.items():
        if not isinstance(value, _STATED[name]):
            raise mistyped(value, _TYPE_NAMES[_STATED[name]], f"properties.{name}")
    access = found.get("publicNetworkAccess", _PUBLIC_ACCESS[0])
    if access not in _PUBLIC_ACCESS:
        raise mistyped(access, "PublicNetworkAccess", "properties.publicNetworkAccess")
    if "networkAcls" in found:
        empty = {"defaultAction": "Allow", "virtualNetworkRules": [], "ipRules": []}
        found["networkAcls"] = {**empty, **found["networkAcls"]}
    return found


def identity_of(body: JsonObject, before: Account | None = None) -> JsonObject | None:
    """The identity that a body asks for; its ids stay those of before. `None` is an identity too (recorded 2025-10-28)."""
    if body.get("identity") is None:
        return None
    kept = ((before.identity if before else None) or {}).get("principalId")
    return with_principal(section(body, "identity"), kept or new_guid())
