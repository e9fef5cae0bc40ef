"""Every refusal of the control plane, with the status, code and words that Azure was seen or reported to use.

Sources: control plane notes of 2026-11-22, section 2; each row cites its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from deployer.emulator.evidence import Fact, coded, general, recorded, reported, unverified
from deployer.emulator.records import JsonObject


class ArmError(Exception):
    """A request that is refused; becomes `{"error": {"code", "message"}}`. `name` is the row's, if it is from one."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Sequence[JsonObject] = (),
        name: str = "",
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.name = name
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.details = details

    @property
    def is_page(self) -> bool:
        """Whether the message is a page of HTML, the whole of the answer."""
        return self.message.startswith("<")

    @property
    def body(self) -> JsonObject:
        """The answer's body."""
        error: JsonObject = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


def _row(status: int, code: str, message: str, fact: Fact) -> tuple[int, str, str, Fact]:
    return status, code, message, fact


class Refusal(Enum):
    """The rows of the error catalogue: status, code, message with its gaps, and where the row is from."""

    # Who asks, and in which form.
    TOKEN_MISSING = _row(
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
        general("401 of Resource Manager, with its Bearer challenge"),
    )
    TOKEN_INVALID = _row(
        401,
        "InvalidAuthenticationToken",
        "The access token is invalid.",
        general("401 of Resource Manager, with its Bearer challenge"),
    )
    TOKEN_EXPIRED = _row(
        401,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
        general("401 of Resource Manager, with its Bearer challenge"),
    )
    TOKEN_AUDIENCE = _row(
        401,
        "InvalidAuthenticationTokenAudience",
        "The access token has been obtained for wrong audience or resource.",
        general("401 of Resource Manager, with its Bearer challenge"),
    )
    AUTHORIZATION_FAILED = _row(
        403,
        "AuthorizationFailed",
        "The client '{client}' with object id '{object}' does not have authorization to perform "
        "action '{action}' over scope '{scope}' or the scope is invalid. If access was recently "
        "granted, please refresh your credentials.",
        reported("crossplane-contrib/provider-upjet-azure; the last sentence is general knowledge"),
    )
    POLICY_DENIES = _row(
        403,
        "RequestDisallowedByPolicy",
        "Resource '{resource}' was disallowed by policy. Policy identifiers: '{policies}'.",
        reported("microsoft/foundry-dev-tools#671 (2026-08-11), with 403"),
    )
    SUBSCRIPTION_THROTTLED = _row(
        429,
        "SubscriptionRequestsThrottled",
        "Number of requests for subscription '{subscription}' and operation '{operation}' exceeded "
        "the backend storage limit. Please try again after '{seconds}' seconds.",
        reported("MicrosoftDocs/azure-docs#105248, with a Retry-After"),
    )
    PROVIDER_THROTTLED = _row(
        429,
        "ResourceRequestsThrottled",
        "Number of requests for action '{action}' exceeded the limit of '{limit}' for time interval "
        "'{interval}'. Please try again after '{seconds}' seconds.",
        unverified(
            "the end of it is quoted of other providers (azqr#34); of this one none was found",
            "providerRequests",
        ),
    )
    SUBSCRIPTION_NOT_FOUND = _row(
        404,
        "SubscriptionNotFound",
        "The subscription '{subscription}' could not be found.",
        general("404 of Resource Manager"),
    )
    # Clients take the namespace out of this message by '.*'(.*)', greedily: only one quoted word.
    PROVIDER_NOT_REGISTERED = _row(
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.CognitiveServices'. "
        "See https://aka.ms/rps-not-found for how to register subscriptions.",
        reported("quoted with 409; azure-mgmt-core registers by itself on it"),
    )
    API_VERSION_MISSING = _row(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
        general("400 of Resource Manager"),
    )
    API_VERSION_INVALID = _row(
        400,
        "InvalidApiVersionParameter",
        "The api-version '{version}' is invalid.",
        general("400 of Resource Manager"),
    )
    PROVIDER_VERSION_UNKNOWN = _row(
        400,
        "NoRegisteredProviderFound",
        "No registered resource provider found for location '{location}' and API version "
        "'{version}' for type '{type}'. The supported api-versions are '{versions}'. The supported "
        "locations are '{locations}'.",
        reported("Azure/azure-resource-manager-schemas#154, of another provider; 400 is general"),
    )
    TYPE_UNKNOWN = _row(
        404,
        "InvalidResourceType",
        "The resource type could not be found at '{path}'.",
        general("404 of Resource Manager"),
    )
    NAMESPACE_NOT_PLAYED = _row(
        404,
        "InvalidResourceNamespace",
        "The resource namespace '{namespace}' is invalid: this emulator plays {played} and no other.",
        general(
            "404 of Resource Manager for a namespace it does not know; the reason is this emulator's"
        ),
    )
    FILTER_INVALID = _row(
        400,
        "InvalidFilterInQueryString",
        "Invalid $filter '{filter}' specified in the query string.",
        general("400 of Resource Manager"),
    )
    QUERY_INVALID = _row(
        400,
        "InvalidQueryParameterValue",
        "The query parameter {name} cannot be '{value}'.",
        unverified("likely; code and words not seen", "refusals"),
    )
    METHOD_NOT_ALLOWED = _row(
        405,
        "MethodNotAllowed",
        "The method '{method}' is not supported for '{path}'.",
        unverified("likely; status and words not seen", "refusals"),
    )
    # What went wrong stands in the log; a caller is told when and by which id.
    INTERNAL = _row(
        500,
        "InternalServerError",
        "Encountered internal server error. Diagnostic information: timestamp '{moment}', "
        "subscription id '{subscription}', tracking id '{tracking}', request correlation id "
        "'{tracking}'.",
        general("500 of Resource Manager"),
    )
    PRECONDITION_FAILED = _row(
        412,
        "PreconditionFailed",
        "The condition '{condition}' is not fulfilled: the etag is '{etag}'.",
        unverified("likely; no recording sends If-Match, words not seen", "preconditions"),
    )
    CONTENT_INVALID = _row(
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: '{why}'.",
        general("400 of Resource Manager"),
    )
    PROPERTY_INVALID = _row(
        400,
        "InvalidResourceProperties",
        "The property '{property}' cannot be '{value}'.",
        unverified(
            "the code is the provider's for other properties; these words were not seen", "refusals"
        ),
    )
    PROPERTY_MISTYPED = _row(
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: 'Error converting value "
        "\"{value}\" to type '{type}'. Path '{path}'.'.",
        unverified(
            "the code is Resource Manager's for such content; the provider's own was not seen",
            "refusals",
        ),
    )
    PROPERTY_NEEDS = _row(
        400,
        "InvalidResourceProperties",
        "The property '{property}' cannot be set without {needed}.",
        unverified(
            "the rules: terraform-provider-azurerm, cognitive_account_resource.go; code and words not seen",
            "refusals",
        ),
    )

    # Where it is.
    LOCATION_REQUIRED = _row(
        400,
        "LocationRequired",
        "The location property is required for this definition.",
        general("400 of Resource Manager"),
    )
    LOCATION_UNKNOWN = _row(
        400,
        "LocationNotAvailableForResourceType",
        "The provided location '{location}' is not available for resource type '{type}'. List of "
        "available regions for the resource type is '{regions}'.",
        general("400 of Resource Manager; the code is in azure-dev's error_suggestions.yaml"),
    )
    GROUP_LOCATION_UNKNOWN = _row(
        400,
        "LocationNotAvailableForResourceGroup",
        "The provided location '{location}' is not available for resource group. List of available "
        "regions is '{regions}'.",
        reported(
            "quoted of Terraform and az, with 400; Azure/azure-service-operator expects the code"
        ),
    )
    GROUP_NAME_INVALID = _row(
        400,
        "InvalidResourceGroup",
        "The provided resource group name '{group}' has these invalid characters: '{invalid}'. The "
        "name can only be a letter, digit, '-', '.', '(', ')' or '_'.",
        reported("microsoft/microsoft-foundry-for-vscode#53; its status is likely"),
    )
    GROUP_NAME_REFUSED = _row(
        400,
        "InvalidResourceGroup",
        "The provided resource group name '{group}' {why}.",
        unverified("SDK: at most 90 characters, no period at the end; words not seen", "refusals"),
    )
    GROUP_NOT_FOUND = _row(
        404,
        "ResourceGroupNotFound",
        "Resource group '{group}' could not be found.",
        general("404 of Resource Manager"),
    )
    GROUP_ELSEWHERE = _row(
        409,
        "InvalidResourceGroupLocation",
        "Invalid resource group location '{wanted}'. The Resource group already exists in location "
        "'{there}'.",
        coded("Azure/azure-dev, error_suggestions.yaml; the words are general knowledge"),
    )
    GROUP_BEING_DELETED = _row(
        409,
        "ResourceGroupBeingDeleted",
        "The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
        general("409 of Resource Manager"),
    )
    GROUP_DELETION_BLOCKED = _row(
        409,
        "ResourceGroupDeletionBlocked",
        "Deletion of resource group '{group}' failed as resources with identifiers '{resources}' "
        "could not be deleted. The provisioning state of the resource group will be rolled back.",
        general(
            "409 of Resource Manager; that an account rolls a group back: Azure/azure-dev (2026)"
        ),
    )
    ACCOUNT_NOT_FOUND = _row(
        404,
        "ResourceNotFound",
        "The Resource 'Microsoft.CognitiveServices/accounts/{account}' under resource group "
        "'{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
        reported("quoted, with 404"),
    )
    PARENT_NOT_FOUND = _row(
        404,
        "ParentResourceNotFound",
        "Failed to perform 'write' on resource(s) of type 'accounts/{type}', because the "
        "parent resource '{account}' could not be found.",
        general("404 of Resource Manager"),
    )
    # Missing children are refused by the provider itself, so their code differs (2023-01-10).
    NOT_FOUND = _row(
        404,
        "NotFound",
        "Specified resource '{id}' cannot be found.",
        recorded("azure-sdk-for-net, DeploymentCollectionApiTests (2023-01-10)"),
    )
    ACCOUNT_ELSEWHERE = _row(
        409,
        "InvalidResourceLocation",
        "The resource '{account}' already exists in location '{there}' in resource group "
        "'{group}'. A resource with the same name cannot be created in location '{wanted}'. "
        "Please select a new resource name.",
        general("409 of Resource Manager"),
    )

    # Accounts.
    REQUEST_CONFLICT = _row(
        409,
        "RequestConflict",
        "Another operation is being performed on the parent resource '{account}'. Please try "
        "again later.",
        reported(
            "Azure-Samples/tutor#117, terraform-provider-azurerm#22607 and #22939, azure-dev#9398 (2026-08-03)"
        ),
    )
    # Seen by private endpoints that were hooked up to an account on its way.
    ACCOUNT_NOT_READY = _row(
        409,
        "AccountProvisioningStateInvalid",
        "Call to Microsoft.CognitiveServices/accounts failed. Error message: Account {account} in "
        "state {state}",
        unverified(
            "the words are quoted; which calls get it was not seen", "conflictsNameTheState"
        ),
    )
    SOFT_DELETED = _row(
        409,
        "FlagMustBeSetForRestore",
        "An existing resource with ID '{account}' has been soft-deleted. To restore the resource, "
        "you must specify 'restore' to be 'true' in the property. If you don't want to restore "
        "existing resource, please purge it first.",
        reported("quoted, with 409"),
    )
    NOTHING_TO_RESTORE = _row(
        400,
        "CanNotRestoreANonExistingResource",
        "Could not locate a resource to restore",
        reported(
            "quoted by templates' authors (2026-05) of an account that never was; its status is likely"
        ),
    )
    RESTORING_THE_LIVING = _row(
        400,
        "CanNotRestoreANonExistingResource",
        "Could not locate a resource to restore",
        unverified(
            "templates' comments say so of an account that is not soft-deleted; not seen",
            "liveAccountsCanBeRestored",
        ),
    )
    SUBDOMAIN_IN_USE = _row(
        409,
        "CustomDomainInUse",
        "Please pick a different name. The subdomain name '{subdomain}' is not available as it's "
        "already used by a resource. If the resource using the name was deleted in the last 48 "
        "hours, you may need to purge the deleted resource. Learn more at "
        '"https://go.microsoft.com/fwlink/?linkid=2215493"',
        reported("Azure-Samples/azuresandbox#164, microsoft-foundry-for-vscode#52 and #107"),
    )
    TOO_MANY_ACCOUNTS = _row(
        400,
        "InsufficientQuota",
        "Insufficient quota. Cannot create/update/move resource '{account}'.",
        reported("quoted, with 400"),
    )
    KIND_GATED = _row(
        400,
        "SpecialFeatureOrQuotaIdRequired",
        "The subscription does not have QuotaId/Feature required by SKU '{sku}' from kind '{kind}' "
        "or contains blocked QuotaId/Feature.",
        reported("quoted, with 400"),
    )
    KIND_INVALID = _row(
        400,
        "InvalidApiSetId",
        "The account type '{kind}' is either invalid or unavailable in given region.",
        general("400 of Cognitive Services"),
    )
    ACCOUNT_SKU_NOT_THERE = _row(
        400,
        "UnsupportedLocationForSku",
        "The location '{location}' is not supported for SKU '{sku}'.",
        reported("quoted of an account in GLOBAL; its status is likely"),
    )
    ACCOUNT_SKU_INVALID = _row(
        400,
        "InvalidSkuId",
        "The account SKU '{sku}' is either invalid or unavailable in given region.",
        unverified("likely; code and words not seen", "refusals"),
    )
    ACCOUNT_NAME_INVALID = _row(
        400,
        "InvalidResourceName",
        "The account name '{account}' is invalid.",
        unverified(
            "in 2019 a 404 in HTML (azure-powershell, TestNewAccountWithInvalidName); today not seen",
            "refusals",
        ),
    )
    ACCOUNT_NAME_NOT_FOUND = _row(
        404,
        "NotFound",
        "<!DOCTYPE html><html><head><title>404 - File or directory not found.</title></head>"
        "<body><h1>Server Error</h1><h2>404 - File or directory not found.</h2></body></html>",
        recorded("azure-powershell, TestNewAccountWithInvalidName (2019-03-21): a page, no JSON"),
    )
    HAS_PROJECTS = _row(
        409,
        "CannotDeleteResource",
        "Cannot delete resource while nested resources exist. Some existing nested resource IDs "
        "include: '{nested}'. Please delete all nested resources before deleting this resource.",
        reported("Azure/terraform-provider-azapi#894"),
    )
    KEYS_DISABLED = _row(
        403,
        "AuthenticationTypeDisabled",
        "Key based authentication is disabled for this resource.",
        unverified(
            "documentation says that listing keys fails; status and code not seen", "refusals"
        ),
    )
    HAS_DEPLOYMENTS = _row(
        409,
        "CannotDeleteAccountWithDeployments",
        "Cannot delete account '{account}' while it has deployments. Please delete all "
        "deployments first.",
        unverified(
            "Azure/azure-dev, foundry_provisioning_provider.go (2026); words not seen",
            "cannotDeleteAccountWithDeployments",
        ),
    )

    # Deployments.
    DEPLOYMENT_NAME_INVALID = _row(
        400,
        "InvalidResourceName",
        "The deployment name '{name}' is invalid. It begins with a letter or digit, has letters, "
        "digits, '-', '_' and '.', and at most 64 characters.",
        unverified("which names are refused, and how, was not seen", "refusals"),
    )
    MODEL_UNKNOWN = _row(
        400,
        "DeploymentModelNotSupported",
        "The model '{model}' of account deployment is not supported.",
        reported("Azure/bicep-types-az#1735; its status is likely"),
    )
    MODEL_GATED = _row(
        400,
        "SpecialFeatureOrQuotaIdRequired",
        "The current subscription does not have access to this model '{model}'.",
        reported("quoted, with 400"),
    )
    MODEL_DEPRECATED = _row(
        400,
        "ServiceModelDeprecated",
        "The model '{model}' has been deprecated since {since}.",
        reported("quoted of azurerm, with 400"),
    )
    MODEL_DEPRECATING = _row(
        400,
        "ServiceModelDeprecating",
        "The model '{model}' is in deprecating state and cannot be used for new deployments.",
        reported("quoted; its status is likely"),
    )
    SKU_NOT_HERE = _row(
        400,
        "InvalidResourceProperties",
        "The specified SKU '{sku}' for model '{name} {version}' is not supported in this region "
        "'{location}'.",
        reported("Azure-Samples/realtime-call-center-accelerator#5, contoso-creative-writer#10"),
    )
    SKU_NOT_OFFERED = _row(
        400,
        "InvalidResourceProperties",
        "The specified SKU '{sku}' of account deployment is not supported by the model '{name}' "
        "version: '{version}'.",
        reported("Azure/bicep#16642; again for gpt-realtime-mini (2026-08-20)"),
    )
    SKU_INVALID = _row(
        400,
        "InvalidResourceProperties",
        "The deployment sku name '{sku}' is invalid.",
        unverified(
            "words: bicep-registry-modules, account changelog 0.14.3; status and code not seen",
            "refusals",
        ),
    )
    CAPACITY_OUT_OF_RANGE = _row(
        400,
        "InvalidCapacity",
        "The specified capacity '{capacity}' of account deployment should be greater than 0 and no "
        "more than {most}.",
        reported("Azure/business-process-automation#259 (2023-11-20), with 400 by preflight"),
    )
    CAPACITY_INVALID = _row(
        400,
        "InvalidResourceProperties",
        "The specified capacity '{capacity}' of account deployment is not valid.",
        unverified("likely, of units between a SKU's steps; words not seen", "refusals"),
    )
    CAPACITY_NOT_NULL = _row(
        400,
        "InvalidResourceProperties",
        "The capacity should be null for standard deployment.",
        unverified(
            "akshata29/entaoai#25, of api-versions before 2023-05-01; status and code not seen",
            "refusals",
        ),
    )
    RAI_POLICY_NOT_FOUND = _row(
        400,
        "InvalidResourceProperties",
        "The specified RaiPolicyName '{policy}' is not found, please update it to a valid value.",
        reported("quoted; its status and code are likely"),
    )
    INSUFFICIENT_QUOTA = _row(
        400,
        "InsufficientQuota",
        "This operation require {wanted:g} new capacity in quota {quota}, which is bigger than the "
        "current available capacity {available:g}. The current quota usage is {used:g} and the "
        "quota limit is {limit:g} for quota {quota}.",
        reported("quoted of azurerm, with 400"),
    )
    INSUFFICIENT_QUOTA_OF_2023 = _row(
        400,
        "InsufficientQuota",
        "The specified capacity '{wanted:g}' of account deployment is bigger than available "
        "capacity '{available:g}' for UsageName '{quota}'.",
        reported(
            "akshata29/entaoai#28 (2023-06-30), azure-search-openai-demo-csharp#229 (2023-11)"
        ),
    )
    MODEL_CANNOT_CHANGE = _row(
        400,
        "CannotChangeDeploymentModel",
        "The model of deployment cannot be changed.",
        reported("Azure-Samples/azure-search-openai-demo#1330 and #1429; its status is likely"),
    )
    CAPACITY_AND_VERSION = _row(
        400,
        "InvalidResourceProperties",
        "Cannot change capacity and model at the same time for deployment",
        unverified(
            "words: Azure-Samples/azure-search-openai-demo#1154 (2024-01); status and code not seen",
            "capacityAndVersionTogether",
        ),
    )
    DEPLOYMENT_SKU_CANNOT_CHANGE = _row(
        400,
        "InvalidResourceProperties",
        "The sku name of deployment cannot be changed.",
        unverified(
            "terraform-provider-azurerm replaces the deployment; that Azure refuses was not seen",
            "deploymentSkuCanChange",
        ),
    )

    # Templates.
    TEMPLATE_NAME_INVALID = _row(
        400,
        "InvalidDeployment",
        "The provided deployment name '{name}' has these invalid characters: '{invalid}'. The name "
        "can only be a letter, digit, '-', '.', '(', ')' or '_'.",
        reported(
            "Azure/azure-powershell#383 (2015), then without parentheses; its status is likely"
        ),
    )
    TEMPLATE_NAME_TOO_LONG = _row(
        400,
        "InvalidDeployment",
        "The provided deployment name '{name}' has a length of '{length}' which exceeds the maximum "
        "length of '{most}'. Please see https://aka.ms/arm-deploy for usage details.",
        reported("Azure/azure-cli#2635, Azure/azure-policy#1220; its status is likely"),
    )
    TEMPLATE_LOCATION_UNKNOWN = _row(
        400,
        "LocationNotAvailableForDeployment",
        "The provided location '{location}' is not available for deployment. List of available "
        "regions is '{regions}'.",
        reported("Azure/azure-cli#32973 names the code; the words are those of resource groups"),
    )
    TEMPLATE_ELSEWHERE = _row(
        409,
        "InvalidDeploymentLocation",
        "Invalid deployment location '{wanted}'. The deployment '{name}' already exists in location "
        "'{there}'.",
        reported(
            "Azure/AzureMonitorStarterPacks#180 (2025-01-28), which names the status Conflict"
        ),
    )
    TEMPLATE_INVALID = _row(
        400,
        "InvalidTemplate",
        "Deployment template validation failed: '{why}'.",
        general("400 of template deployments"),
    )
    TEMPLATE_LINKED = _row(
        400,
        "InvalidContentLink",
        "Unable to download deployment content from '{link}': this cloud reaches no network.",
        general("400 of template deployments; the reason is this emulator's"),
    )
    TEMPLATE_REFUSED = _row(
        400,
        "InvalidTemplateDeployment",
        "The template deployment '{name}' is not valid according to the validation procedure. The "
        "tracking id is '{tracking}'. See inner errors for details.",
        reported("quoted by many, around the errors of resources"),
    )
    TEMPLATE_RUN_FAILED = _row(
        409,
        "DeploymentFailed",
        "At least one resource deployment operation failed. Please list deployment operations for "
        "details. Please see https://aka.ms/arm-deployment-operations for usage details.",
        reported("Azure/bicep-types-az#1736"),
    )
    TEMPLATE_OUTPUTS_FAILED = _row(
        409,
        "DeploymentOutputEvaluationFailed",
        "Unable to evaluate template outputs: {names}. Please see error details and deployment "
        "operations. Please see https://aka.ms/arm-common-errors for usage details.",
        reported(
            "Azure/azure-policy#1442, with its details; the status is that of other failed runs"
        ),
    )
    TEMPLATE_RESOURCE_FAILED = _row(
        409,
        "ResourceDeploymentFailure",
        "The resource write operation failed to complete successfully, because it reached terminal "
        "provisioning state '{state}'.",
        reported("code: microsoft/mwt-ds#8; words: microsoft-teams-apps-company-communicator#1278"),
    )
    TEMPLATE_RUNNING = _row(
        409,
        "DeploymentActive",
        "The deployment with resource id '{id}' cannot be saved, because this would overwrite an "
        "existing deployment which is still active. Please see https://aka.ms/arm-deploy for usage "
        "details.",
        general("409 of template deployments"),
    )
    TEMPLATE_RUN_MISSING = _row(
        404,
        "DeploymentNotFound",
        "Deployment '{name}' could not be found.",
        general("404 of template deployments"),
    )
    TEMPLATE_RUN_OVER = _row(
        409,
        "DeploymentCannotBeCancelled",
        "The deployment '{name}' cannot be cancelled because it is not active: '{state}'.",
        general("409 of template deployments"),
    )

    # Locks of an owner.
    SCOPE_LOCKED = _row(
        409,
        "ScopeLocked",
        "The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: "
        "'{locked}'. Please remove the lock and try again.",
        reported("quoted, with 409"),
    )
    LOCK_NOT_FOUND = _row(
        404,
        "LockNotFound",
        "The lock '{name}' could not be found.",
        general("404 of locks"),
    )

    # Roles.
    PRINCIPAL_NOT_FOUND = _row(
        400,
        "PrincipalNotFound",
        "Principal {principal} does not exist in the directory {tenant}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a "
        "role, this error might be related to a replication delay. In this case, set the role "
        "assignment principalType property to a value, such as ServicePrincipal, User, or Group.  "
        "See https://aka.ms/docs-principaltype",
        reported("Azure/HubAndSpokeResearchEnclave#50, Azure/avdaccelerator#76"),
    )
    ASSIGNMENT_EXISTS = _row(
        409,
        "RoleAssignmentExists",
        "The role assignment already exists.",
        general("409 of role assignments"),
    )
    ASSIGNMENT_CANNOT_CHANGE = _row(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        general("400 of role assignments"),
    )
    ASSIGNMENT_NOT_FOUND = _row(
        404,
        "RoleAssignmentNotFound",
        "The role assignment '{name}' is not found.",
        general("404 of role assignments"),
    )
    ROLE_NOT_FOUND = _row(
        404,
        "RoleDefinitionDoesNotExist",
        "The specified role definition with ID '{role}' does not exist.",
        general("404 of role assignments"),
    )
    ASSIGNMENT_NAME_INVALID = _row(
        400,
        "InvalidRoleAssignmentId",
        "The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID.",
        reported(
            "Azure/azure-sdk-for-python#4621, Azure/Azure-Landing-Zones#3419; its status is likely"
        ),
    )

    def __init__(self, status: int, code: str, message: str, fact: Fact) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.fact = fact

    def error(self, *, details: Sequence[JsonObject] = (), **words: object) -> ArmError:
        """The error with the gaps of its message filled in."""
        text = self.message.format(**words)
        headers = {"Retry-After": str(words["seconds"])} if self.status == 429 else None
        return ArmError(
            self.status, self.code, text, headers=headers, details=details, name=self.wire_name
        )

    @property
    def wire_name(self) -> str:
        """The row's name in the setting `refusals`: `keysDisabled`."""
        first, *rest = self.name.split("_")
        return first.lower() + "".join(part.capitalize() for part in rest)


def played(error: ArmError, refusals: Mapping[str, Mapping[str, Any]]) -> ArmError:
    """A refusal as the setting `refusals` wants it: another status, code or message."""
    other = refusals.get(error.name)
    if other is None:
        return error
    return ArmError(
        int(other.get("status", error.status)),
        str(other.get("code", error.code)),
        str(other.get("message", error.message)),
        headers=error.headers,
        details=error.details,
        name=error.name,
    )
