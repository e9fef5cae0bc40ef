"""Where something is to be: the subscription and its registration, locations, resource groups."""

from __future__ import annotations

from deployer.emulator.arm.errors import Refusal, row
from deployer.emulator.evidence import coded, general, reported, unverified


class PlaceRefusal(Refusal):
    """What is said of where something is to be."""

    SUBSCRIPTION_NOT_FOUND = row(
        404,
        "SubscriptionNotFound",
        "The subscription '{subscription}' could not be found.",
        general("404 of Resource Manager"),
    )
    # Clients take the namespace out of this message by '.*'(.*)', greedily: only one quoted word.
    PROVIDER_NOT_REGISTERED = row(
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.CognitiveServices'. "
        "See https://aka.ms/rps-not-found for how to register subscriptions.",
        reported("quoted with 409; azure-mgmt-core registers by itself on it"),
    )
    LOCATION_REQUIRED = row(
        400,
        "LocationRequired",
        "The location property is required for this definition.",
        general("400 of Resource Manager"),
    )
    LOCATION_UNKNOWN = row(
        400,
        "LocationNotAvailableForResourceType",
        "The provided location '{location}' is not available for resource type '{type}'. List of "
        "available regions for the resource type is '{regions}'.",
        general("400 of Resource Manager; the code is in azure-dev's error_suggestions.yaml"),
    )
    GROUP_LOCATION_UNKNOWN = row(
        400,
        "LocationNotAvailableForResourceGroup",
        "The provided location '{location}' is not available for resource group. List of available "
        "regions is '{regions}'.",
        reported(
            "quoted of Terraform and az, with 400; Azure/azure-service-operator expects the code"
        ),
    )
    GROUP_NAME_INVALID = row(
        400,
        "InvalidResourceGroup",
        "The provided resource group name '{group}' has these invalid characters: '{invalid}'. The "
        "name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
        reported("microsoft/microsoft-foundry-for-vscode#53; its status is likely"),
    )
    GROUP_NAME_REFUSED = row(
        400,
        "InvalidResourceGroup",
        "The provided resource group name '{group}' {why}.",
        unverified("SDK: at most 90 characters, no period at the end; words not seen", "refusals"),
    )
    GROUP_NOT_FOUND = row(
        404,
        "ResourceGroupNotFound",
        "Resource group '{group}' could not be found.",
        general("404 of Resource Manager"),
    )
    GROUP_ELSEWHERE = row(
        409,
        "InvalidResourceGroupLocation",
        "Invalid resource group location '{wanted}'. The Resource group already exists in location "
        "'{there}'.",
        coded("Azure/azure-dev, error_suggestions.yaml; the words are general knowledge"),
    )
    GROUP_BEING_DELETED = row(
        409,
        "ResourceGroupBeingDeleted",
        "The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
        general("409 of Resource Manager"),
    )
    GROUP_DELETION_BLOCKED = row(
        409,
        "ResourceGroupDeletionBlocked",
        "Deletion of resource group '{group}' failed as resources with identifiers '{resources}' "
        "could not be deleted. The provisioning state of the resource group will be rolled back.",
        general(
            "409 of Resource Manager; that an account rolls a group back: Azure/azure-dev (2026)"
        ),
    )
