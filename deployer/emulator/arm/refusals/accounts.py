"""Accounts: their names, kinds and SKUs, what else goes on with them, what they hold when they are to go."""

from __future__ import annotations

from deployer.emulator.arm.errors import Refusal, row
from deployer.emulator.evidence import general, recorded, reported, unverified


class AccountRefusal(Refusal):
    """What is said of accounts."""

    ACCOUNT_NOT_FOUND = row(
        404,
        "ResourceNotFound",
        "The Resource 'Microsoft.CognitiveServices/accounts/{account}' under resource group "
        "'{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
        reported("quoted, with 404"),
    )
    ACCOUNT_ELSEWHERE = row(
        409,
        "InvalidResourceLocation",
        "The resource '{account}' already exists in location '{there}' in resource group "
        "'{group}'. A resource with the same name cannot be created in location '{wanted}'. "
        "Please select a new resource name.",
        general("409 of Resource Manager"),
    )
    REQUEST_CONFLICT = row(
        409,
        "RequestConflict",
        "Another operation is being performed on the parent resource '{account}'. Please try "
        "again later.",
        reported(
            "Azure-Samples/tutor#117, terraform-provider-azurerm#22607 and #22939, azure-dev#9398 (2026-08-03)"
        ),
    )
    # Seen by private endpoints that were hooked up to an account on its way.
    ACCOUNT_NOT_READY = row(
        409,
        "AccountProvisioningStateInvalid",
        "Call to Microsoft.CognitiveServices/accounts failed. Error message: Account {account} in "
        "state {state}",
        unverified(
            "the words are quoted; which calls get it was not seen", "conflictsNameTheState"
        ),
    )
    SOFT_DELETED = row(
        409,
        "FlagMustBeSetForRestore",
        "An existing resource with ID '{account}' has been soft-deleted. To restore the resource, "
        "you must specify 'restore' to be 'true' in the property. If you don't want to restore "
        "existing resource, please purge it first.",
        reported("quoted, with 409"),
    )
    NOTHING_TO_RESTORE = row(
        400,
        "CanNotRestoreANonExistingResource",
        "Could not locate a resource to restore",
        reported(
            "quoted by templates' authors (2026-05) of an account that never was; its status is likely"
        ),
    )
    RESTORING_THE_LIVING = row(
        400,
        "CanNotRestoreANonExistingResource",
        "Could not locate a resource to restore",
        unverified(
            "templates' comments say so of an account that is not soft-deleted; not seen",
            "liveAccountsCanBeRestored",
        ),
    )
    SUBDOMAIN_IN_USE = row(
        409,
        "CustomDomainInUse",
        "Please pick a different name. The subdomain name '{subdomain}' is not available as it's "
        "already used by a resource. If the resource using the name was deleted in the last 48 "
        "hours, you may need to purge the deleted resource. Learn more at "
        '"https://go.microsoft.com/fwlink/?linkid=2215493"',
        reported("Azure-Samples/azuresandbox#164, microsoft-foundry-for-vscode#52 and #107"),
    )
    TOO_MANY_ACCOUNTS = row(
        400,
        "InsufficientQuota",
        "Insufficient quota. Cannot create/update/move resource '{account}'.",
        reported("quoted, with 400"),
    )
    KIND_GATED = row(
        400,
        "SpecialFeatureOrQuotaIdRequired",
        "The subscription does not have QuotaId/Feature required by SKU '{sku}' from kind '{kind}' "
        "or contains blocked QuotaId/Feature.",
        reported("quoted, with 400"),
    )
    KIND_INVALID = row(
        400,
        "InvalidApiSetId",
        "The account type '{kind}' is either invalid or unavailable in given region.",
        general("400 of Cognitive Services"),
    )
    ACCOUNT_SKU_NOT_THERE = row(
        400,
        "UnsupportedLocationForSku",
        "The location '{location}' is not supported for SKU '{sku}'.",
        reported("quoted of an account in GLOBAL; its status is likely"),
    )
    ACCOUNT_SKU_INVALID = row(
        400,
        "InvalidSkuId",
        "The account SKU '{sku}' is either invalid or unavailable in given region.",
        unverified("likely; code and words not seen", "refusals"),
    )
    ACCOUNT_NAME_INVALID = row(
        400,
        "InvalidResourceName",
        "The account name '{account}' is invalid.",
        unverified(
            "in 2019 a 404 in HTML (azure-powershell, TestNewAccountWithInvalidName); today not seen",
            "refusals",
        ),
    )
    ACCOUNT_NAME_NOT_FOUND = row(
        404,
        "NotFound",
        "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head>"
        "<body><h1>Server Error</h1><h2>404 - File or directory not found.</h2></body></html>",
        recorded("azure-powershell, TestNewAccountWithInvalidName (2019-03-21): a page, no JSON"),
    )
    HAS_PROJECTS = row(
        409,
        "CannotDeleteResource",
        "Cannot delete resource while nested resources exist. Some existing nested resource IDs "
        "include: '{nested}'. Please delete all nested resources before deleting this resource.",
        reported("Azure/terraform-provider-azapi#894"),
    )
    KEYS_DISABLED = row(
        403,
        "AuthenticationTypeDisabled",
        "Key based authentication is disabled for this resource.",
        unverified(
            "documentation says that listing keys fails; status and code not seen", "refusals"
        ),
    )
    HAS_DEPLOYMENTS = row(
        409,
        "CannotDeleteAccountWithDeployments",
        "Cannot delete account '{account}' while it has deployments. Please delete all "
        "deployments first.",
        unverified(
            "Azure/azure-dev, foundry_provisioning_provider.go (2026); words not seen",
            "cannotDeleteAccountWithDeployments",
        ),
    )
