"""What Azure checks before it writes a deployment: model, lifecycle, SKU, capacity, quota, content filter."""

from __future__ import annotations

from dataclasses import dataclass

from deployer.emulator.arm.built_in_filters import CONTENT_FILTERS
from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.requests import section, text
from deployer.emulator.catalogue import inference_ends
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.records import Account, Deployment, JsonObject, normalised

DEPLOYMENT_SKUS = (
    "Standard",
    "GlobalStandard",
    "DataZoneStandard",
    "GlobalBatch",
    "DataZoneBatch",
    "DeveloperTier",
    "ProvisionedManaged",
    "GlobalProvisionedManaged",
    "DataZoneProvisionedManaged",
    "Provisioned",
)
UPGRADE_OPTIONS = (
    "OnceNewDefaultVersionAvailable",
    "OnceCurrentVersionExpired",
    "NoAutoUpgrade",
)


@dataclass(frozen=True)
class Wanted:
    """What a PUT or PATCH asks a deployment to be, Azure's defaults filled in."""

    model: JsonObject
    sku: str
    capacity: int
    version_upgrade_option: str
    rai_policy: str
    tags: dict[str, str] | None


@dataclass(frozen=True)
class Allowed:
    """What the checks found: the model's row and the SKU's row in it."""

    model: JsonObject
    sku: JsonObject


def read_wanted(cloud: EmulatedCloud, body: JsonObject) -> Wanted:
    """The deployment that a PUT's body describes; without a sku it is taken for Standard."""
    properties, sku = section(body, "properties"), section(body, "sku")
    model = section(properties, "model")
    option = text(properties, "versionUpgradeOption") or UPGRADE_OPTIONS[0]
    if option not in UPGRADE_OPTIONS:
        raise Refusal.PROPERTY_INVALID.error(property="versionUpgradeOption", value=option)
    capacity = sku.get("capacity", 1)
    if isinstance(capacity, str) and capacity.isdecimal():
        capacity = int(capacity)  # az sends its option as the text that it is
    if not isinstance(capacity, int) or isinstance(capacity, bool) or capacity < 1:
        raise Refusal.CAPACITY_INVALID.error(capacity=capacity)
    return Wanted(
        model={
            "format": text(model, "format") or "",
            "name": text(model, "name") or "",
            "version": text(model, "version") or "",
        },
        sku=text(sku, "name") or "Standard",
        capacity=capacity,
        version_upgrade_option=option,
        rai_policy=text(properties, "raiPolicyName") or cloud.settings.default_rai_policy,
        tags=None if body.get("tags") is None else section(body, "tags"),
    )


def check(
    cloud: EmulatedCloud, account: Account, wanted: Wanted, before: Deployment | None
) -> Allowed:
    """Every check of a write, in one order; raises `ArmError`."""
    if before is not None:
        _check_change(cloud, wanted, before)
    model = _check_model(cloud, account, wanted, before)
    sku = _check_sku(wanted, model)
    _check_quota(cloud, account, wanted, before, str(sku["usageName"]))
    policy = wanted.rai_policy
    known = (*CONTENT_FILTERS, before.rai_policy if before else "")
    if policy and policy not in known and not cloud.store.rai_policy(account.id, policy):
        raise Refusal.RAI_POLICY_NOT_FOUND.error(policy=policy)
    return Allowed(model, sku)


def _check_change(cloud: EmulatedCloud, wanted: Wanted, before: Deployment) -> None:
    same = all(wanted.model[part] == before.model[part] for part in ("format", "name"))
    if not same:
        raise Refusal.MODEL_CANNOT_CHANGE.error()
    both = _changes_version(wanted, before) and wanted.capacity != before.capacity
    if both and not cloud.settings.capacity_and_version_together:
        raise Refusal.CAPACITY_AND_VERSION.error()


def _check_model(
    cloud: EmulatedCloud, account: Account, wanted: Wanted, before: Deployment | None
) -> JsonObject:
    name, version = wanted.model["name"], wanted.model["version"]
    words = f"Format:{wanted.model['format']},Name:{name},Version:{version}"
    if wanted.sku not in DEPLOYMENT_SKUS:
        raise Refusal.SKU_INVALID.error(sku=wanted.sku)
    model = cloud.catalogue.model(account.location, name, version)
    if model is None or model["format"] != wanted.model["format"]:
        if model is None and cloud.catalogue.exists_somewhere(name, version):
            here = normalised(account.location)
            raise Refusal.SKU_NOT_HERE.error(
                sku=wanted.sku, name=name, version=version, location=here
            )
        raise Refusal.MODEL_UNKNOWN.error(model=words)
    if before is None and {name, f"{name}@{model['version']}"} & {*cloud.settings.gated_models}:
        raise Refusal.MODEL_GATED.error(model=words)
    # Only what is new is refused: a deployment whose model is kept may still change its capacity.
    if before is None or _changes_version(wanted, before):
        words = f"Format:{model['format']},Name:{name},Version:{model['version']}"
        if model["lifecycleStatus"] == "Deprecated":
            ends = inference_ends(model) or cloud.clock.now()
            raise Refusal.MODEL_DEPRECATED.error(model=words, since=f"{ends:%m/%d/%Y %H:%M:%S}")
        if model["lifecycleStatus"] == "Deprecating":
            raise Refusal.MODEL_DEPRECATING.error(model=words)
    return model


def _check_sku(wanted: Wanted, model: JsonObject) -> JsonObject:
    offered = [row for row in model["skus"] if row["name"] == wanted.sku]
    if not offered:
        raise Refusal.SKU_NOT_OFFERED.error(
            sku=wanted.sku, name=model["name"], version=model["version"]
        )
    row: JsonObject = offered[0]
    capacity = row.get("capacity", {})
    least, step = capacity.get("minimum") or 1, capacity.get("step") or 1
    fits = least <= wanted.capacity <= (capacity.get("maximum") or wanted.capacity)
    if not fits or (wanted.capacity - least) % step:
        raise Refusal.CAPACITY_INVALID.error(capacity=wanted.capacity)
    return row


def _check_quota(
    cloud: EmulatedCloud,
    account: Account,
    wanted: Wanted,
    before: Deployment | None,
    usage_name: str,
) -> None:
    row = cloud.quota.usage(account.location, usage_name)
    held = before.capacity if before and before.usage_name == usage_name else 0
    more = wanted.capacity - held
    if row is None or more <= 0 or more <= row["limit"] - row["currentValue"]:
        return
    raise Refusal.INSUFFICIENT_QUOTA.error(
        wanted=more,
        quota=row["name"]["localizedValue"],
        available=row["limit"] - row["currentValue"],
        used=row["currentValue"],
        limit=row["limit"],
    )


def _changes_version(wanted: Wanted, before: Deployment) -> bool:
    return wanted.model["version"] not in ("", before.model["version"])
