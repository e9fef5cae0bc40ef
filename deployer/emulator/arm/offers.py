"""What is on offer: models, quota, SKUs, free subdomains; and the polling of accounts' operations."""

from __future__ import annotations

import math
from datetime import date

from deployer.emulator.arm.account_answers import account_body
from deployer.emulator.arm.account_rules import is_taken
from deployer.emulator.arm.errors import ArmError
from deployer.emulator.arm.headers import fan_out
from deployer.emulator.arm.refusals import DeploymentRefusal, PlaceRefusal, RequestRefusal
from deployer.emulator.arm.requests import existing_account, mistyped, section, text
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.catalogue import REGIONS
from deployer.emulator.state.operations import account_operation_path
from deployer.emulator.state.records import JsonObject, normalised, subscription_id

_WITHOUT_ASSETS = "2025-06-01"
"""The last api-version that was recorded without `modelCatalogAssetId`; 2026-05-15-preview has it."""
_REPLACED_SINCE = date(2025, 10, 28)
_REPLACED_BY = {
    ("gpt-4o-audio-preview", "2024-12-17"): ("gpt-audio", "2025-08-28"),
    ("gpt-4o-mini-audio-preview", "2024-12-17"): ("gpt-audio-mini", "2025-10-06"),
}
"""What Azure upgrades to by itself (azure-cli, test_cognitiveservices_list_models); of other models it was not read."""
_NEVER_RESET = {
    "status": "Included",
    "nextResetTime": "0001-01-01T00:00:00Z",
    "quotaPeriod": "30.00:00:00",
}


async def models(cloud: EmulatedCloud, call: Call) -> Answer:
    """The models of a location, once for each account kind; retired ones stay in the list."""
    _check_location(call)
    rows = list(cloud.catalogue.rows(call["location"]))
    if call.query["api-version"] > _WITHOUT_ASSETS:
        rows = [{**one, "model": _as_of_late(cloud, one["model"])} for one in rows]
    return Answer({"value": rows})


def _as_of_late(cloud: EmulatedCloud, model: JsonObject) -> JsonObject:
    """With its place in the catalogue of Azure Machine Learning and what it is upgraded to (recorded 2025-10-28)."""
    name, version = model["name"], model["version"]
    asset = f"azureml://registries/azure-openai/models/{name}/versions/{version}"
    shown = {**model, "modelCatalogAssetId": asset}
    successor = _REPLACED_BY.get((name, version))
    if successor is not None and cloud.clock.today >= _REPLACED_SINCE:
        shown["replacementConfig"] = {
            "targetModelName": successor[0],
            "targetModelVersion": successor[1],
            "autoUpgradeStartDate": "2025-10-29T00:00:00Z",
            "upgradeOnExpiryLeadTimeDays": 7,
        }
    return shown


async def account_models(cloud: EmulatedCloud, call: Call) -> Answer:
    """The models that an account can deploy: the inner objects of the location's list."""
    account = existing_account(cloud, call)
    return Answer({"value": cloud.catalogue.models(account.location)})


async def usages(cloud: EmulatedCloud, call: Call) -> Answer:
    """The quota rows of a location with their present use."""
    _check_location(call)
    return Answer({"value": cloud.quota.usages(call["location"])})


async def model_capacities(cloud: EmulatedCloud, call: Call) -> Answer:
    """What is left of one model's quota, in a location or, fanned out, in every one that offers it (recorded 2024-12-23)."""
    place = call.parameters.get("location")
    wanted = {
        part: call.query.get(f"model{part.capitalize()}", "")
        for part in ("format", "name", "version")
    }
    rows = []
    for location in [normalised(place)] if place else REGIONS:
        model = cloud.catalogue.model(location, wanted["name"], wanted["version"])
        if model is None or model["format"].lower() != wanted["format"].lower():
            continue
        for sku in model["skus"]:
            usage = cloud.quota.usage(location, sku["usageName"])
            left = usage["limit"] - usage["currentValue"] if usage else 0
            rows.append(_capacity(location, model, str(sku["name"]), left))
    return Answer({"value": rows}, headers={} if place else fan_out())


def _capacity(location: str, model: JsonObject, sku: str, left: float) -> JsonObject:
    shown = {part: model[part] for part in ("format", "name", "version")}
    kind = f"{model['format']}.{model['name']}.{model['version']}"
    return {
        "id": (
            f"{subscription_id()}/providers/Microsoft.CognitiveServices/locations/{location}"
            f"/models/{kind}/skuCapacities/{sku}"
        ),
        "type": "Microsoft.CognitiveServices/locations/models/skuCapacities",
        "name": sku,
        "location": location,
        "properties": {"model": shown, "skuName": sku, "availableCapacity": left},
    }


async def calculate_capacity(cloud: EmulatedCloud, call: Call) -> Answer:
    """How many units workloads need. The form is specified; the number is this emulator's: tokens by a unit's tokens."""
    model, sku = section(call.body, "model"), text(call.body, "skuName") or ""
    name, version = text(model, "name") or "", text(model, "version") or ""
    offered = _offered(cloud, name, version, sku)
    if offered is None:
        raise DeploymentRefusal.SKU_NOT_OFFERED.error(sku=sku, name=name, version=version)
    workloads = call.body.get("workloads") or []
    if not isinstance(workloads, list):
        raise mistyped(workloads, "System.Array", "workloads")
    tokens = sum(_tokens(one, f"workloads[{at}]") for at, one in enumerate(workloads))
    per_unit = next(
        (one["count"] for one in offered.get("rateLimits", []) if one["key"] == "token"), 1000
    )
    capacity = offered.get("capacity", {})
    least, step = capacity.get("minimum") or 1, capacity.get("step") or 1
    value = math.ceil(tokens / per_unit)
    deployable = max(least, least + math.ceil((value - least) / step) * step)
    estimated = {"value": value, "deployableValue": deployable}
    return Answer({"model": model, "skuName": sku, "estimatedCapacity": estimated})


def _offered(cloud: EmulatedCloud, name: str, version: str, sku: str) -> JsonObject | None:
    """The row of a SKU in the first region that offers it for a model."""
    for location in REGIONS:
        model = cloud.catalogue.model(location, name, version) or {"skus": []}
        for row in model["skus"]:
            if row["name"] == sku:
                return dict(row)
    return None


def _tokens(workload: object, path: str) -> float:
    """The tokens a minute of one workload; raises `ArmError` for one of another form."""
    if not isinstance(workload, dict):
        raise mistyped(workload, "System.Object", path)
    each = section(workload, "requestParameters")
    inner = f"{path}.requestParameters"
    tokens = sum(_count(each, name, inner) for name in ("avgPromptTokens", "avgGeneratedTokens"))
    return _count(workload, "requestPerMinute", path) * tokens


def _count(owner: JsonObject, name: str, path: str) -> float:
    """A number of an object, not below 0; raises `ArmError` for anything else."""
    value = owner.get(name)
    if value is None:
        raise RequestRefusal.CONTENT_INVALID.error(why=f"{path} lacks {name}")
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise mistyped(value, "System.Int64", f"{path}.{name}")
    return float(value)


async def account_usages(cloud: EmulatedCloud, call: Call) -> Answer:
    """The quota rows of an account's location, with when they begin anew (recorded of another kind, 2025-10-28)."""
    rows = cloud.quota.usages(existing_account(cloud, call).location)
    return Answer({"value": [{**_NEVER_RESET, **one} for one in rows]})


async def skus(cloud: EmulatedCloud, _call: Call) -> Answer:
    """The account SKUs: one row for each kind and region, locations in upper case."""
    rows = [_sku(kind, place.upper()) for kind in cloud.catalogue.kinds for place in REGIONS]
    return Answer({"value": rows})


async def account_skus(cloud: EmulatedCloud, call: Call) -> Answer:
    """The SKUs that an account may have."""
    existing_account(cloud, call)
    sku = {"name": "S0", "tier": "Standard"}
    row = {"resourceType": "Microsoft.CognitiveServices/accounts", "sku": sku}
    return Answer({"value": [row]})


async def check_domain(cloud: EmulatedCloud, call: Call) -> Answer:
    """Whether a custom subdomain is free: 200 in both cases."""
    name = text(call.body, "subdomainName")
    if not name:
        raise RequestRefusal.CONTENT_INVALID.error(why="subdomainName is required")
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
    """Poll an operation of an account: 200 with the status in the body or, at a `Location`, 202 until the account is there."""
    operation = cloud.operations.find(call["operation"])
    if operation is None:
        raise RequestRefusal.NOT_FOUND.error(id=call.path)
    running = cloud.operations.is_running(operation)
    headers = cloud.settings.poll_headers() if running else {}
    # The address is recorded (2025-10-28), its answers are not: they are those of any such address.
    if call.query.get("operationResultResponseType") == "Location":
        account = cloud.store.account(operation.resource)
        if running:
            version = call.query["api-version"]
            here = account_operation_path(operation, by_location=True, version=version)
            return Answer(status=202, headers={"Location": cloud.address + here, **headers})
        if operation.failure is not None:
            raise ArmError(409, operation.failure["code"], operation.failure["message"])
        return Answer(account_body(cloud, account) if account else None)
    return Answer(cloud.operations.body(operation), headers=headers)


def _check_location(call: Call) -> None:
    if normalised(call["location"]) not in REGIONS:
        regions = ",".join(REGIONS)
        kind = "Microsoft.CognitiveServices/locations"
        raise PlaceRefusal.LOCATION_UNKNOWN.error(
            location=call["location"], type=kind, regions=regions
        )


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
