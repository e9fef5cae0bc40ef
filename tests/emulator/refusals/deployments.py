"""Every refusal of deployments of models, provoked; and the words of some, whole."""

from __future__ import annotations

from emulator.arm_client import DEPLOYMENT, deployment_body, deployment_path
from emulator.refusals.provoking import Provoke, deployed, settings

from deployer.emulator.arm.errors import Refusal
from deployer.emulator.arm.refusals import DeploymentRefusal

AUDIO = "gpt-4o-audio-preview@2024-12-17"
REALTIME = "gpt-4o-realtime-preview@2024-12-17"


def gated(arm):
    arm.emulator.ask("PATCH", "settings", {"gatedModels": ["gpt-4o-audio-preview@2024-12-17"]})
    arm.account()
    return arm.deployment()


def badly_named(arm):
    arm.account()
    return arm.deployment(f"{DEPLOYMENT}+1")


def retired(arm):
    arm.emulator.ask("POST", "clock", {"date": "2026-04-23"})
    return deployed()(arm)


def deprecating(arm):
    lifecycles = {"gpt-4o-audio-preview@2024-12-17": "Deprecating"}
    arm.emulator.ask("PATCH", "settings", {"lifecycles": lifecycles})
    return deployed()(arm)


def over_quota(arm):
    arm.account()
    arm.deployment(model=REALTIME, capacity=2)
    return arm.deployment(deployment_path("more"), model=REALTIME, capacity=5)


def another_model(arm):
    arm.account()
    arm.deployment()
    return arm.deployment(model="gpt-4o-mini-audio-preview@2024-12-17")


def capacity_and_version(arm):
    arm.account()
    arm.deployment(model="gpt-4o-realtime-preview@2024-10-01")
    return arm.deployment(model=REALTIME, capacity=2)


def between_steps(arm):
    """With a SKU that is sold by hundreds."""
    arm.emulator.ask("POST", "clock", {"date": "2026-04-23"})
    arm.emulator.ask("PATCH", "settings", {"lifecycles": {AUDIO: "Stable"}})
    return deployed(sku="Provisioned", capacity=150)(arm)


def another_sku(arm):
    arm.emulator.ask("PATCH", "settings", {"deploymentSkuCanChange": False})
    arm.account()
    arm.deployment()
    return arm.deployment(sku="Provisioned", capacity=100)


def of_2022(arm):
    arm.account()
    body = deployment_body(sku="Standard")
    return arm.ask("PUT", DEPLOYMENT, body, **{"api-version": "2022-12-01"})


PROVOKED: dict[Refusal, Provoke] = {
    DeploymentRefusal.DEPLOYMENT_NAME_INVALID: badly_named,
    DeploymentRefusal.MODEL_UNKNOWN: deployed("gpt-9@2030-01-01"),
    DeploymentRefusal.MODEL_GATED: gated,
    DeploymentRefusal.MODEL_DEPRECATED: retired,
    DeploymentRefusal.MODEL_DEPRECATING: deprecating,
    DeploymentRefusal.SKU_NOT_HERE: deployed(location="eastus"),
    DeploymentRefusal.SKU_NOT_OFFERED: deployed(sku="Standard"),
    DeploymentRefusal.SKU_INVALID: deployed(sku="S0"),
    DeploymentRefusal.CAPACITY_OUT_OF_RANGE: deployed(capacity=0),
    DeploymentRefusal.CAPACITY_INVALID: between_steps,
    DeploymentRefusal.CAPACITY_NOT_NULL: of_2022,
    DeploymentRefusal.RAI_POLICY_NOT_FOUND: deployed(raiPolicyName="mine"),
    DeploymentRefusal.INSUFFICIENT_QUOTA: over_quota,
    DeploymentRefusal.INSUFFICIENT_QUOTA_OF_2023: settings(quotaWordsOf2023=True)(over_quota),
    DeploymentRefusal.DEPLOYMENT_SKU_CANNOT_CHANGE: another_sku,
    DeploymentRefusal.MODEL_CANNOT_CHANGE: another_model,
    DeploymentRefusal.CAPACITY_AND_VERSION: capacity_and_version,
}

QUOTED: dict[Refusal, str] = {
    DeploymentRefusal.MODEL_DEPRECATED: (
        "The model 'Format:OpenAI,Name:gpt-4o-audio-preview,Version:2024-12-17' has been deprecated"
        " since 03/24/2026 00:00:00."
    ),
    DeploymentRefusal.INSUFFICIENT_QUOTA: (
        "This operation require 5 new capacity in quota Requests Per Minute -"
        " gpt-4o-realtime-preview - GlobalStandard, which is bigger than the current available"
        " capacity 4. The current quota usage is 2 and the quota limit is 6 for quota"
        " Requests Per Minute - gpt-4o-realtime-preview - GlobalStandard."
    ),
    DeploymentRefusal.INSUFFICIENT_QUOTA_OF_2023: (
        "The specified capacity '5' of account deployment is bigger than available capacity '4' for"
        " UsageName 'Requests Per Minute - gpt-4o-realtime-preview - GlobalStandard'."
    ),
    DeploymentRefusal.CAPACITY_OUT_OF_RANGE: (
        "The specified capacity '0' of account deployment should be greater than 0 and no more than"
    ),
    DeploymentRefusal.SKU_NOT_HERE: (
        "The specified SKU 'GlobalStandard' for model 'gpt-4o-audio-preview 2024-12-17' is not"
        " supported in this region 'eastus'."
    ),
}
