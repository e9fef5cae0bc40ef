"""Deployments of templates: names, the template itself, how its run ends."""

from __future__ import annotations

from deployer.emulator.arm.errors import Refusal, row
from deployer.emulator.evidence import general, reported


class TemplateRefusal(Refusal):
    """What is said of templates and their runs."""

    TEMPLATE_NAME_INVALID = row(
        400,
        "InvalidDeployment",
        "The provided deployment name '{name}' has these invalid characters: '{invalid}'. The name "
        "can only be a letter, digit, '-', '.', '(', ')' or '_'.",
        reported(
            "Azure/azure-powershell#383 (2015), then without parentheses; its status is likely"
        ),
    )
    TEMPLATE_NAME_TOO_LONG = row(
        400,
        "InvalidDeployment",
        "The provided deployment name '{name}' has a length of '{length}' which exceeds the maximum "
        "length of '{most}'. Please see https://aka.ms/arm-deploy for usage details.",
        reported("Azure/azure-cli#2635, Azure/azure-policy#1220; its status is likely"),
    )
    TEMPLATE_LOCATION_UNKNOWN = row(
        400,
        "LocationNotAvailableForDeployment",
        "The provided location '{location}' is not available for deployment. List of available "
        "regions is '{regions}'.",
        reported("Azure/azure-cli#32973 names the code; the words are those of resource groups"),
    )
    TEMPLATE_ELSEWHERE = row(
        409,
        "InvalidDeploymentLocation",
        "Invalid deployment location '{wanted}'. The deployment '{name}' already exists in location "
        "'{there}'.",
        reported(
            "Azure/AzureMonitorStarterPacks#180 (2025-01-28), which names the status Conflict"
        ),
    )
    TEMPLATE_INVALID = row(
        400,
        "InvalidTemplate",
        "Deployment template validation failed: '{why}'.",
        general("400 of template deployments"),
    )
    TEMPLATE_LINKED = row(
        400,
        "InvalidContentLink",
        "Unable to download deployment content from '{link}': this cloud reaches no network.",
        general("400 of template deployments; the reason is this emulator's"),
    )
    TEMPLATE_REFUSED = row(
        400,
        "InvalidTemplateDeployment",
        "The template deployment '{name}' is not valid according to the validation procedure. The "
        "tracking id is '{tracking}'. See inner errors for details.",
        reported("quoted by many, around the errors of resources"),
    )
    TEMPLATE_RUN_FAILED = row(
        409,
        "DeploymentFailed",
        "At least one resource deployment operation failed. Please list deployment operations for "
        "details. Please see https://aka.ms/arm-deployment-operations for usage details.",
        reported("Azure/bicep-types-az#1736"),
    )
    TEMPLATE_OUTPUTS_FAILED = row(
        409,
        "DeploymentOutputEvaluationFailed",
        "Unable to evaluate template outputs: {names}. Please see error details and deployment "
        "operations. Please see https://aka.ms/arm-common-errors for usage details.",
        reported(
            "Azure/azure-policy#1442, with its details; the status is that of other failed runs"
        ),
    )
    TEMPLATE_RESOURCE_FAILED = row(
        409,
        "ResourceDeploymentFailure",
        "The resource write operation failed to complete successfully, because it reached terminal "
        "provisioning state '{state}'.",
        reported("code: microsoft/mwt-ds#8; words: microsoft-teams-apps-company-communicator#1278"),
    )
    TEMPLATE_RUNNING = row(
        409,
        "DeploymentActive",
        "The deployment with resource id '{id}' cannot be saved, because this would overwrite an "
        "existing deployment which is still active. Please see https://aka.ms/arm-deploy for usage "
        "details.",
        general("409 of template deployments"),
    )
    TEMPLATE_RUN_MISSING = row(
        404,
        "DeploymentNotFound",
        "Deployment '{name}' could not be found.",
        general("404 of template deployments"),
    )
    TEMPLATE_RUN_OVER = row(
        409,
        "DeploymentCannotBeCancelled",
        "The deployment '{name}' cannot be cancelled because it is not active: '{state}'.",
        general("409 of template deployments"),
    )
