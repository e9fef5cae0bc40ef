"""What is on offer: models, quota, SKUs, free subdomains; and the polling of accounts' operations."""

from __future__ import annotations

from deployer.emulator.arm.accounts import is_taken
from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.requests import existing_account, text
from deployer.emulator.catalogue import REGIONS
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.records import JsonObject, normalised
from deployer.emulator.router import Answer, Call


async def models(cloud: EmulatedCloud, call: Call) -> Answer:
    """The models of a location, once for each account kind; retired ones stay in the list."""
    _check_location(call)
    return Answer({"value": list(cloud.catalogue.rows(call["location"]))})


async def account_models(cloud: EmulatedCloud, call: Call) -> Answer:
    """The models that an account can deploy: the inner objects of the location's list."""
    account = existing_account(cloud, call)
    return Answer({"value": cloud.catalogue.models(account.location)})


async def usages(cloud: EmulatedCloud, call: Call) -> Answer:
    """The quota rows of a location with their present use."""
    _check_location(call)
    return Answer({"value": cloud.quota.usages(call["location"])})


async def account_usages(cloud: EmulatedCloud, call: Call) -> Answer:
    """The quota rows of an account's location."""
    return Answer({"value": cloud.quota.usages(existing_account(cloud, call).location)})


async def skus(cloud: EmulatedCloud, _call: Call) -> Answer:
    """The account SKUs: one row for each kind and region, locations in upper case."""
    rows = [_sku(kind, place.upper()) for kind in cloud.catalogue.kinds for place in REGIONS]
    return Answer({"value": rows})


async def account_skus(cloud: EmulatedCloud, call: Call) -> Answer:
    """The SKUs that an account may have."""
    existing_account(cloud, call)
    row = {"resourceType": "Microsoft.CognitiveServices/accounts", "sku": {"name": "S0"}}
    return Answer({"value": [row]})


async def check_domain(cloud: EmulatedCloud, call: Call) -> Answer:
    """Whether a custom subdomain is free: 200 in both cases."""
    name = text(call.body, "subdomainName")
    if not name:
        raise Refusal.CONTENT_INVALID.error(why="subdomainName is required")
    reason = f"Sub domain name '{name}' is already used. Please pick a different name."
    taken = is_taken(cloud, name)
    return Answer(
        {
            "isSubdomainAvailable": not taken,
            "reason": reason if taken else None,
            "subdomainName": name,
            "type": None,
        }
    )


async def operation_result(cloud: EmulatedCloud, call: Call) -> Answer:
    """Poll an operation of an account: always 200, the status is in the body."""
    operation = cloud.operations.find(call["operation"])
    if operation is None:
        raise Refusal.NOT_FOUND.error(id=call.path)
    running = cloud.operations.is_running(operation)
    headers = cloud.settings.poll_headers() if running else {}
    return Answer(cloud.operations.body(operation), headers=headers)


def _check_location(call: Call) -> None:
    if normalised(call["location"]) not in REGIONS:
        regions = ",".join(REGIONS)
        kind = "Microsoft.CognitiveServices/locations"
        raise Refusal.LOCATION_UNKNOWN.error(location=call["location"], type=kind, regions=regions)


def _sku(kind: str, location: str) -> JsonObject:
    return {
        "resourceType": "accounts",
        "name": "S0",
        "tier": "Standard",
        "kind": kind,
        "locations": [location],
        "locationInfo": [{"location": location, "zones": [], "zoneDetails": []}],
        "restrictions": [],
    }
