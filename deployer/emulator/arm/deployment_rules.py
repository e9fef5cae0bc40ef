"""What Azure checks before it writes a deployment: model, lifecycle, SKU, capacity, quota, content filter."""

from __future__ import annotations

from dataclasses import dataclass

from deployer.emulator.arm.built_in_filters import CONTENT_FILTERS
from deployer.emulator.arm.refusals import DeploymentRefusal, RequestRefusal
from deployer.emulator.arm.requests import mistyped, section, tags_of, text
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.state.catalogue import inference_ends
from deployer.emulator.state.records import Account, Deployment, JsonObject, normalised

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

CAPACITY_SINCE = "2023-05-01"
"""The api-version that brought units to standard deployments (akshata29/entaoai#25)."""


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


def read_wanted(cloud: EmulatedCloud, body: JsonObject, version: str) -> Wanted:
    """The deployment that a PUT's body describes; without a sku it is taken for Standard."""
    properties, sku = section(body, "properties"), section(body, "sku")
    model = section(properties, "model")
    option = text(properties, "versionUpgradeOption") or UPGRADE_OPTIONS[0]
    if option not in UPGRADE_OPTIONS:
        raise RequestRefusal.PROPERTY_INVALID.error(property="versionUpgradeOption", value=option)
    if version < CAPACITY_SINCE:
        _check_no_capacity(properties, sku)
    return Wanted(
        model={
            "format": text(model, "format") or "",
            "name": text(model, "name") or "",
            "version": text(model, "version") or "",
        },
        sku=text(sku, "name") or "Standard",
        capacity=capacity_of(sku, 1),
        version_upgrade_option=option,
        rai_policy=text(properties, "raiPolicyName") or cloud.settings.default_rai_policy,
        tags=tags_of(body),
    )


def capacity_of(sku: JsonObject, before: int) -> int:
    """The units that a body's sku states, or those it leaves as they were; raises `ArmError` for what is no number."""
    stated = sku.get("capacity")
    if stated is None:
        return before
    if isinstance(stated, str) and stated.isdecimal():
        stated = int(stated)  # az sends its option as the text that it is
    if isinstance(stated, float) and stated.is_integer():
        stated = int(stated)
    if not isinstance(stated, int) or isinstance(stated, bool):
        raise mistyped(stated, "System.Int32", "sku.capacity")
    return stated


def _check_no_capacity(properties: JsonObject, sku: JsonObject) -> None:
    """Refuse units of a standard deployment in an api-version that knew none."""
    scale = section(properties, "scaleSettings")
    named = text(sku, "name") or text(scale, "scaleType") or "Standard"
    if named == "Standard" and (sku.get("capacity"), scale.get("capacity")) != (None, None):
        raise DeploymentRefusal.CAPACITY_NOT_NULL.error()


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
    if policy and policy not in known and not _is_policy(cloud, account, policy):
        raise DeploymentRefusal.RAI_POLICY_NOT_FOUND.error(policy=policy)
    return Allowed(model, sku)


def _is_policy(cloud: EmulatedCloud, account: Account, name: str) -> bool:
    """Whether a check finds a content filter; preflight runs before those of the same template exist (reported)."""
    found = cloud.store.rai_policy(account.id, name)
    made_by_trial = found is not None and found.id.lower() in cloud.unforeseen
    return found is not None and (cloud.settings.preflight_knows_rai_policies or not made_by_trial)


def _check_change(cloud: EmulatedCloud, wanted: Wanted, before: Deployment) -> None:
    same = all(wanted.model[part] == before.model[part] for part in ("format", "name"))
    if not same:
        raise DeploymentRefusal.MODEL_CANNOT_CHANGE.error()
    if wanted.sku != before.sku and not cloud.settings.deployment_sku_can_change:
        raise DeploymentRefusal.DEPLOYMENT_SKU_CANNOT_CHANGE.error()
    both = _changes_version(wanted, before) and wanted.capacity != before.capacity
    if both and not cloud.settings.capacity_and_version_together:
        raise DeploymentRefusal.CAPACITY_AND_VERSION.error()


def _check_model(
    cloud: EmulatedCloud, account: Account, wanted: Wanted, before: Deployment | None
) -> JsonObject:
    name, version = wanted.model["name"], wanted.model["version"]
    words = f"Format:{wanted.model['format']},Name:{name},Version:{version}"
    if wanted.sku not in DEPLOYMENT_SKUS:
        raise DeploymentRefusal.SKU_INVALID.error(sku=wanted.sku)
    model = cloud.catalogue.model(account.location, name, version)
    if model is None or model["format"] != wanted.model["format"]:
        if model is None and cloud.catalogue.exists_somewhere(name, version):
            here = normalised(account.location)
            raise DeploymentRefusal.SKU_NOT_HERE.error(
                sku=wanted.sku, name=name, version=version, location=here
            )
        raise DeploymentRefusal.MODEL_UNKNOWN.error(model=words)
    if before is None and {name, f"{name}@{model['version']}"} & {*cloud.settings.gated_models}:
        raise DeploymentRefusal.MODEL_GATED.error(model=words)
    # Only what is new is refused: a deployment whose model is kept may still change its capacity.
    if before is None or _changes_version(wanted, before):
        words = f"Format:{model['format']},Name:{name},Version:{model['version']}"
        if model["lifecycleStatus"] == "Deprecated":
            ends = inference_ends(model) or cloud.clock.now()
            raise DeploymentRefusal.MODEL_DEPRECATED.error(
                model=words, since=f"{ends:%m/%d/%Y %H:%M:%S}"
            )
        if model["lifecycleStatus"] == "Deprecating":
            raise DeploymentRefusal.MODEL_DEPRECATING.error(model=words)
    return model


def _check_sku(wanted: Wanted, model: JsonObject) -> JsonObject:
    offered = [row for row in model["skus"] if row["name"] == wanted.sku]
    if not offered:
        raise DeploymentRefusal.SKU_NOT_OFFERED.error(
            sku=wanted.sku, name=model["name"], version=model["version"]
        )
    row: JsonObject = offered[0]
    capacity = row.get("capacity", {})
    least, step = capacity.get("minimum") or 1, capacity.get("step") or 1
    most = capacity.get("maximum")
    if wanted.capacity < 1 or (most is not None and wanted.capacity > most):
        raise DeploymentRefusal.CAPACITY_OUT_OF_RANGE.error(capacity=wanted.capacity, most=most)
    if wanted.capacity < least or (wanted.capacity - least) % step:
        raise DeploymentRefusal.CAPACITY_INVALID.error(capacity=wanted.capacity)
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
    old = cloud.settings.quota_words_of_2023
    refusal = (
        DeploymentRefusal.INSUFFICIENT_QUOTA_OF_2023
        if old
        else DeploymentRefusal.INSUFFICIENT_QUOTA
    )
    raise refusal.error(
        wanted=more,
        quota=row["name"]["localizedValue"],
        available=row["limit"] - row["currentValue"],
        used=row["currentValue"],
        limit=row["limit"],
    )


def _changes_version(wanted: Wanted, before: Deployment) -> bool:
    return wanted.model["version"] not in ("", before.model["version"])
