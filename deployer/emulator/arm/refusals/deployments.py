"""Deployments of models: model, SKU, capacity, quota, content filter."""

from __future__ import annotations

from deployer.emulator.arm.errors import Refusal, row
from deployer.emulator.evidence import reported, unverified


class DeploymentRefusal(Refusal):
    """What is said of deployments of models."""

    DEPLOYMENT_NAME_INVALID = row(
        400,
        "InvalidResourceName",
        "The deployment name '{name}' is invalid. It begins with a letter or digit, has letters, "
        "digits, '-', '_' and '.', and at most 64 characters.",
        unverified("which names are refused, and how, was not seen", "refusals"),
    )
    MODEL_UNKNOWN = row(
        400,
        "DeploymentModelNotSupported",
        "The model '{model}' of account deployment is not supported.",
        reported("Azure/bicep-types-az#1735; its status is likely"),
    )
    MODEL_GATED = row(
        400,
        "SpecialFeatureOrQuotaIdRequired",
        "The current subscription does not have access to this model '{model}'.",
        reported("quoted, with 400"),
    )
    MODEL_DEPRECATED = row(
        400,
        "ServiceModelDeprecated",
        "The model '{model}' has been deprecated since {since}.",
        reported("quoted of azurerm, with 400"),
    )
    MODEL_DEPRECATING = row(
        400,
        "ServiceModelDeprecating",
        "The model '{model}' is in deprecating state and cannot be used for new deployments.",
        reported("quoted; its status is likely"),
    )
    SKU_NOT_HERE = row(
        400,
        "InvalidResourceProperties",
        "The specified SKU '{sku}' for model '{name} {version}' is not supported in this region "
        "'{location}'.",
        reported("Azure-Samples/realtime-call-center-accelerator#5, contoso-creative-writer#10"),
    )
    SKU_NOT_OFFERED = row(
        400,
        "InvalidResourceProperties",
        "The specified SKU '{sku}' of account deployment is not supported by the model '{name}' "
        "version: '{version}'.",
        reported("Azure/bicep#16642; again for gpt-realtime-mini (2026-08-20)"),
    )
    SKU_INVALID = row(
        400,
        "InvalidResourceProperties",
        "The deployment sku name '{sku}' is invalid.",
        unverified(
            "words: bicep-registry-modules, account changelog 0.14.3; status and code not seen",
            "refusals",
        ),
    )
    CAPACITY_OUT_OF_RANGE = row(
        400,
        "InvalidCapacity",
        "The specified capacity '{capacity}' of account deployment should be greater than 0 and no "
        "more than {most}.",
        reported("Azure/business-process-automation#259 (2023-11-20), with 400 by preflight"),
    )
    CAPACITY_INVALID = row(
        400,
        "InvalidResourceProperties",
        "The specified capacity '{capacity}' of account deployment is not valid.",
        unverified("likely, of units between a SKU's steps; words not seen", "refusals"),
    )
    CAPACITY_NOT_NULL = row(
        400,
        "InvalidResourceProperties",
        "The capacity should be null for standard deployment.",
        unverified(
            "akshata29/entaoai#25, of api-versions before 2023-05-01; status and code not seen",
            "refusals",
        ),
    )
    RAI_POLICY_NOT_FOUND = row(
        400,
        "InvalidResourceProperties",
        "The specified RaiPolicyName '{policy}' is not found, please update it to a valid value.",
        reported("quoted; its status and code are likely"),
    )
    INSUFFICIENT_QUOTA = row(
        400,
        "InsufficientQuota",
        "This operation require {wanted:g} new capacity in quota {quota}, which is bigger than the "
        "current available capacity {available:g}. The current quota usage is {used:g} and the "
        "quota limit is {limit:g} for quota {quota}.",
        reported("quoted of azurerm, with 400"),
    )
    INSUFFICIENT_QUOTA_OF_2023 = row(
        400,
        "InsufficientQuota",
        "The specified capacity '{wanted:g}' of account deployment is bigger than available "
        "capacity '{available:g}' for UsageName '{quota}'.",
        reported(
            "akshata29/entaoai#28 (2023-06-30), azure-search-openai-demo-csharp#229 (2023-11)"
        ),
    )
    MODEL_CANNOT_CHANGE = row(
        400,
        "CannotChangeDeploymentModel",
        "The model of deployment cannot be changed.",
        reported("Azure-Samples/azure-search-openai-demo#1330 and #1429; its status is likely"),
    )
    CAPACITY_AND_VERSION = row(
        400,
        "InvalidResourceProperties",
        "Cannot change capacity and model at the same time for deployment",
        unverified(
            "words: Azure-Samples/azure-search-openai-demo#1154 (2024-01); status and code not seen",
            "capacityAndVersionTogether",
        ),
    )
    DEPLOYMENT_SKU_CANNOT_CHANGE = row(
        400,
        "InvalidResourceProperties",
        "The sku name of deployment cannot be changed.",
        unverified(
            "terraform-provider-azurerm replaces the deployment; that Azure refuses was not seen",
            "deploymentSkuCanChange",
        ),
    )
