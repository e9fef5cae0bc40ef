"""Every refusal of the control plane, with the status, code and words that Azure was seen or reported to use.

Sources: control plane notes of 2026-11-22, section 2. `Evidence` says how far each row is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto

from deployer.emulator.records import JsonObject


class ArmError(Exception):
    """A request that is refused; becomes `{"error": {"code", "message"}}`."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        details: Sequence[JsonObject] = (),
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
        self.details = details

    @property
    def body(self) -> JsonObject:
        """The answer's body."""
        error: JsonObject = {"code": self.code, "message": self.message}
        if self.details:
            error["details"] = list(self.details)
        return {"error": error}


class Evidence(Enum):
    """How far a refusal is known."""

    SEEN = auto()
    """Recorded from Azure, or quoted from it by its users."""
    GENERAL = auto()
    """How Resource Manager is generally known to answer."""
    UNVERIFIED = auto()
    """That Azure refuses is reported or likely; status, code or words are not known."""


Row = tuple[int, str, str, Evidence]


def seen(status: int, code: str, message: str) -> Row:
    """A row that is recorded or quoted."""
    return status, code, message, Evidence.SEEN


def general(status: int, code: str, message: str) -> Row:
    """A row of Resource Manager's general habits."""
    return status, code, message, Evidence.GENERAL


def unverified(status: int, code: str, message: str) -> Row:
    """A row of which some part is a guess."""
    return status, code, message, Evidence.UNVERIFIED


class Refusal(Enum):
    """The rows of the error catalogue: status, code, message with its gaps, evidence."""

    # Who asks, and in which form.
    TOKEN_MISSING = general(
        401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."
    )
    TOKEN_INVALID = general(401, "InvalidAuthenticationToken", "The access token is invalid.")
    TOKEN_EXPIRED = general(
        401,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
    )
    TOKEN_AUDIENCE = general(
        401,
        "InvalidAuthenticationTokenAudience",
        "The access token has been obtained for wrong audience or resource.",
    )
    AUTHORIZATION_FAILED = seen(
        403,
        "AuthorizationFailed",
        "The client '{client}' with object id '{object}' does not have authorization to perform "
        "action '{action}' over scope '{scope}' or the scope is invalid. If access was recently "
        "granted, please refresh your credentials.",
    )
    SUBSCRIPTION_NOT_FOUND = general(
        404, "SubscriptionNotFound", "The subscription '{subscription}' could not be found."
    )
    # Clients take the namespace out of this message by '.*'(.*)', greedily: only one quoted word.
    PROVIDER_NOT_REGISTERED = seen(
        409,
        "MissingSubscriptionRegistration",
        "The subscription is not registered to use namespace 'Microsoft.CognitiveServices'. "
        "See https://aka.ms/rps-not-found for how to register subscriptions.",
    )
    API_VERSION_MISSING = general(
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
    )
    API_VERSION_INVALID = general(
        400, "InvalidApiVersionParameter", "The api-version '{version}' is invalid."
    )
    TYPE_UNKNOWN = general(
        404, "InvalidResourceType", "The resource type could not be found at '{path}'."
    )
    METHOD_NOT_ALLOWED = unverified(
        405, "MethodNotAllowed", "The method '{method}' is not supported for '{path}'."
    )
    CONTENT_INVALID = general(
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: '{why}'.",
    )
    PROPERTY_INVALID = unverified(
        400, "InvalidResourceProperties", "The property '{property}' cannot be '{value}'."
    )

    # Where it is.
    LOCATION_REQUIRED = general(
        400, "LocationRequired", "The location property is required for this definition."
    )
    LOCATION_UNKNOWN = general(
        400,
        "LocationNotAvailableForResourceType",
        "The provided location '{location}' is not available for resource type '{type}'. List of "
        "available regions for the resource type is '{regions}'.",
    )
    GROUP_NOT_FOUND = general(
        404, "ResourceGroupNotFound", "Resource group '{group}' could not be found."
    )
    GROUP_ELSEWHERE = general(
        409,
        "InvalidResourceGroupLocation",
        "Invalid resource group location '{wanted}'. The Resource group already exists in location "
        "'{there}'.",
    )
    GROUP_BEING_DELETED = general(
        409,
        "ResourceGroupBeingDeleted",
        "The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
    )
    GROUP_DELETION_BLOCKED = general(
        409,
        "ResourceGroupDeletionBlocked",
        "Deletion of resource group '{group}' failed as resources with identifiers '{resources}' "
        "could not be deleted. The provisioning state of the resource group will be rolled back.",
    )
    ACCOUNT_NOT_FOUND = seen(
        404,
        "ResourceNotFound",
        "The Resource 'Microsoft.CognitiveServices/accounts/{account}' under resource group "
        "'{group}' was not found. For more details please go to "
        "https://aka.ms/ARMResourceNotFoundFix",
    )
    PARENT_NOT_FOUND = general(
        404,
        "ParentResourceNotFound",
        "Failed to perform 'write' on resource(s) of type 'accounts/deployments', because the "
        "parent resource '{account}' could not be found.",
    )
    # Missing children are refused by the provider itself, so their code differs (2023-01-10).
    NOT_FOUND = seen(404, "NotFound", "Specified resource '{id}' cannot be found.")
    ACCOUNT_ELSEWHERE = general(
        409,
        "InvalidResourceLocation",
        "The resource '{account}' already exists in location '{there}' in resource group "
        "'{group}'. A resource with the same name cannot be created in location '{wanted}'. "
        "Please select a new resource name.",
    )

    # Accounts.
    REQUEST_CONFLICT = seen(
        409,
        "RequestConflict",
        "Another operation is being performed on the parent resource '{account}'. Please try "
        "again later.",
    )
    SOFT_DELETED = seen(
        409,
        "FlagMustBeSetForRestore",
        "An existing resource with ID '{account}' has been soft-deleted. To restore the resource, "
        "you must specify 'restore' to be 'true' in the property. If you don't want to restore "
        "existing resource, please purge it first.",
    )
    NOTHING_TO_RESTORE = unverified(
        400,
        "CanNotRestoreANonExistingResource",
        "An existing resource with ID '{account}' to be restored is not found.",
    )
    SUBDOMAIN_IN_USE = seen(
        409,
        "CustomDomainInUse",
        "Please pick a different name. The subdomain name '{subdomain}' is not available as it's "
        "already used by a resource. If the resource using the name was deleted in the last 48 "
        "hours, you may need to purge the deleted resource. Learn more at "
        '"https://go.microsoft.com/fwlink/?linkid=2215493"',
    )
    TOO_MANY_ACCOUNTS = seen(
        400,
        "InsufficientQuota",
        "Insufficient quota. Cannot create/update/move resource '{account}'.",
    )
    KIND_INVALID = general(
        400,
        "InvalidApiSetId",
        "The account type '{kind}' is either invalid or unavailable in given region.",
    )
    ACCOUNT_SKU_INVALID = unverified(
        400,
        "InvalidSkuId",
        "The account SKU '{sku}' is either invalid or unavailable in given region.",
    )
    ACCOUNT_NAME_INVALID = unverified(
        400, "InvalidResourceName", "The account name '{account}' is invalid."
    )
    KEYS_DISABLED = unverified(
        403, "AuthenticationTypeDisabled", "Key based authentication is disabled for this resource."
    )
    HAS_DEPLOYMENTS = unverified(
        409,
        "CannotDeleteAccountWithDeployments",
        "Cannot delete account '{account}' while it has deployments. Please delete all "
        "deployments first.",
    )

    # Deployments.
    MODEL_UNKNOWN = seen(
        400,
        "DeploymentModelNotSupported",
        "The model '{model}' of account deployment is not supported.",
    )
    MODEL_DEPRECATED = seen(
        400, "ServiceModelDeprecated", "The model '{model}' has been deprecated since {since}."
    )
    MODEL_DEPRECATING = seen(
        400,
        "ServiceModelDeprecating",
        "The model '{model}' is in deprecating state and cannot be used for new deployments.",
    )
    SKU_NOT_HERE = seen(
        400,
        "InvalidResourceProperties",
        "The specified SKU '{sku}' for model '{name} {version}' is not supported in this region "
        "'{location}'.",
    )
    SKU_NOT_OFFERED = seen(
        400,
        "InvalidResourceProperties",
        "The specified SKU '{sku}' of account deployment is not supported by the model '{name}' "
        "version: '{version}'.",
    )
    SKU_INVALID = unverified(
        400, "InvalidResourceProperties", "The deployment sku name '{sku}' is invalid."
    )
    CAPACITY_INVALID = unverified(
        400,
        "InvalidResourceProperties",
        "The specified capacity '{capacity}' of account deployment is not valid.",
    )
    RAI_POLICY_NOT_FOUND = seen(
        400,
        "InvalidResourceProperties",
        "The specified RaiPolicyName '{policy}' is not found, please update it to a valid value.",
    )
    INSUFFICIENT_QUOTA = seen(
        400,
        "InsufficientQuota",
        "This operation require {wanted:g} new capacity in quota {quota}, which is bigger than the "
        "current available capacity {available:g}. The current quota usage is {used:g} and the "
        "quota limit is {limit:g} for quota {quota}.",
    )
    MODEL_CANNOT_CHANGE = seen(
        400, "CannotChangeDeploymentModel", "The model of deployment cannot be changed."
    )
    CAPACITY_AND_VERSION = unverified(
        400,
        "InvalidResourceProperties",
        "Cannot change capacity and model at the same time for deployment",
    )

    # Templates.
    TEMPLATE_INVALID = general(
        400, "InvalidTemplate", "Deployment template validation failed: '{why}'."
    )
    TEMPLATE_LINKED = general(
        400,
        "InvalidContentLink",
        "Unable to download deployment content from '{link}': this cloud reaches no network.",
    )
    TEMPLATE_REFUSED = seen(
        400,
        "InvalidTemplateDeployment",
        "The template deployment '{name}' is not valid according to the validation procedure. The "
        "tracking id is '{tracking}'. See inner errors for details.",
    )
    TEMPLATE_RUN_FAILED = seen(
        409,
        "DeploymentFailed",
        "At least one resource deployment operation failed. Please list deployment operations for "
        "details. Please see https://aka.ms/arm-deployment-operations for usage details.",
    )
    TEMPLATE_RUNNING = general(
        409,
        "DeploymentActive",
        "The deployment with resource id '{id}' cannot be saved, because this would overwrite an "
        "existing deployment which is still active. Please see https://aka.ms/arm-deploy for usage "
        "details.",
    )
    TEMPLATE_RUN_MISSING = general(
        404, "DeploymentNotFound", "Deployment '{name}' could not be found."
    )
    TEMPLATE_RUN_OVER = general(
        409,
        "DeploymentCannotBeCancelled",
        "The deployment '{name}' cannot be cancelled because it is not active: '{state}'.",
    )

    # Locks of an owner.
    SCOPE_LOCKED = seen(
        409,
        "ScopeLocked",
        "The scope '{scope}' cannot perform {verb} operation because following scope(s) are locked: "
        "'{locked}'. Please remove the lock and try again.",
    )
    LOCK_NOT_FOUND = general(404, "LockNotFound", "The lock '{name}' could not be found.")

    # Roles.
    PRINCIPAL_NOT_FOUND = seen(
        400,
        "PrincipalNotFound",
        "Principal {principal} does not exist in the directory {tenant}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a "
        "role, this error might be related to a replication delay. In this case, set the role "
        "assignment principalType property to a value, such as ServicePrincipal, User, or Group.  "
        "See https://aka.ms/docs-principaltype",
    )
    ASSIGNMENT_EXISTS = general(409, "RoleAssignmentExists", "The role assignment already exists.")
    ASSIGNMENT_CANNOT_CHANGE = general(
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
    )
    ASSIGNMENT_NOT_FOUND = general(
        404, "RoleAssignmentNotFound", "The role assignment '{name}' is not found."
    )
    ROLE_NOT_FOUND = general(
        404,
        "RoleDefinitionDoesNotExist",
        "The specified role definition with ID '{role}' does not exist.",
    )

    def __init__(self, status: int, code: str, message: str, evidence: Evidence) -> None:
        self.status = status
        self.code = code
        self.message = message
        self.evidence = evidence

    def error(self, *, details: Sequence[JsonObject] = (), **words: object) -> ArmError:
        """The error with the gaps of its message filled in."""
        text = self.message.format(**words)
        headers = {"WWW-Authenticate": _challenge(text)} if self.status == 401 else None
        return ArmError(self.status, self.code, text, headers=headers, details=details)


def _challenge(message: str) -> str:
    return (
        'Bearer authorization_uri="https://login.windows.net/", error="invalid_token", '
        f'error_description="{message}"'
    )
