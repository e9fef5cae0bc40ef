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


class Refusal(Enum):
    """The rows of the error catalogue: status, code, message with its gaps, evidence."""

    # Who asks, and in which form.
    TOKEN_MISSING = (
        401,
        "AuthenticationFailed",
        "Authentication failed. The 'Authorization' header is missing.",
        Evidence.GENERAL,
    )
    TOKEN_INVALID = (
        401,
        "InvalidAuthenticationToken",
        "The access token is invalid.",
        Evidence.GENERAL,
    )
    TOKEN_EXPIRED = (
        401,
        "ExpiredAuthenticationToken",
        "The access token expiry UTC time is earlier than current UTC time.",
        Evidence.GENERAL,
    )
    TOKEN_AUDIENCE = (
        401,
        "InvalidAuthenticationTokenAudience",
        "The access token has been obtained for wrong audience or resource.",
        Evidence.GENERAL,
    )
    AUTHORIZATION_FAILED = (
        403,
        "AuthorizationFailed",
        (
            "The client '{client}' with object id '{object}' does not have authorization to perform "
            "action '{action}' over scope '{scope}' or the scope is invalid. If access was recently "
            "granted, please refresh your credentials."
        ),
        Evidence.SEEN,
    )
    SUBSCRIPTION_NOT_FOUND = (
        404,
        "SubscriptionNotFound",
        "The subscription '{subscription}' could not be found.",
        Evidence.GENERAL,
    )
    # Clients take the namespace out of this message by '.*'(.*)', greedily: only one quoted word.
    PROVIDER_NOT_REGISTERED = (
        409,
        "MissingSubscriptionRegistration",
        (
            "The subscription is not registered to use namespace 'Microsoft.CognitiveServices'. "
            "See https://aka.ms/rps-not-found for how to register subscriptions."
        ),
        Evidence.SEEN,
    )
    API_VERSION_MISSING = (
        400,
        "MissingApiVersionParameter",
        "The api-version query parameter (?api-version=) is required for all requests.",
        Evidence.GENERAL,
    )
    API_VERSION_INVALID = (
        400,
        "InvalidApiVersionParameter",
        "The api-version '{version}' is invalid.",
        Evidence.GENERAL,
    )
    TYPE_UNKNOWN = (
        404,
        "InvalidResourceType",
        "The resource type could not be found at '{path}'.",
        Evidence.GENERAL,
    )
    METHOD_NOT_ALLOWED = (
        405,
        "MethodNotAllowed",
        "The method '{method}' is not supported for '{path}'.",
        Evidence.UNVERIFIED,
    )
    CONTENT_INVALID = (
        400,
        "InvalidRequestContent",
        "The request content was invalid and could not be deserialized: '{why}'.",
        Evidence.GENERAL,
    )
    PROPERTY_INVALID = (
        400,
        "InvalidResourceProperties",
        "The property '{property}' cannot be '{value}'.",
        Evidence.UNVERIFIED,
    )

    # Where it is.
    LOCATION_REQUIRED = (
        400,
        "LocationRequired",
        "The location property is required for this definition.",
        Evidence.GENERAL,
    )
    LOCATION_UNKNOWN = (
        400,
        "LocationNotAvailableForResourceType",
        (
            "The provided location '{location}' is not available for resource type '{type}'. List of "
            "available regions for the resource type is '{regions}'."
        ),
        Evidence.GENERAL,
    )
    GROUP_NOT_FOUND = (
        404,
        "ResourceGroupNotFound",
        "Resource group '{group}' could not be found.",
        Evidence.GENERAL,
    )
    GROUP_ELSEWHERE = (
        409,
        "InvalidResourceGroupLocation",
        (
            "Invalid resource group location '{wanted}'. The Resource group already exists in location "
            "'{there}'."
        ),
        Evidence.GENERAL,
    )
    GROUP_BEING_DELETED = (
        409,
        "ResourceGroupBeingDeleted",
        "The resource group '{group}' is in deprovisioning state and cannot perform this operation.",
        Evidence.GENERAL,
    )
    GROUP_DELETION_BLOCKED = (
        409,
        "ResourceGroupDeletionBlocked",
        (
            "Deletion of resource group '{group}' failed as resources with identifiers '{resources}' "
            "could not be deleted. The provisioning state of the resource group will be rolled back."
        ),
        Evidence.GENERAL,
    )
    ACCOUNT_NOT_FOUND = (
        404,
        "ResourceNotFound",
        (
            "The Resource 'Microsoft.CognitiveServices/accounts/{account}' under resource group "
            "'{group}' was not found. For more details please go to "
            "https://aka.ms/ARMResourceNotFoundFix"
        ),
        Evidence.SEEN,
    )
    PARENT_NOT_FOUND = (
        404,
        "ParentResourceNotFound",
        (
            "Failed to perform 'write' on resource(s) of type 'accounts/deployments', because the "
            "parent resource '{account}' could not be found."
        ),
        Evidence.GENERAL,
    )
    # Missing children are refused by the provider itself, so their code differs (2023-01-10).
    NOT_FOUND = (
        404,
        "NotFound",
        "Specified resource '{id}' cannot be found.",
        Evidence.SEEN,
    )
    ACCOUNT_ELSEWHERE = (
        409,
        "InvalidResourceLocation",
        (
            "The resource '{account}' already exists in location '{there}' in resource group "
            "'{group}'. A resource with the same name cannot be created in location '{wanted}'. "
            "Please select a new resource name."
        ),
        Evidence.GENERAL,
    )

    # Accounts.
    REQUEST_CONFLICT = (
        409,
        "RequestConflict",
        (
            "Another operation is being performed on the parent resource '{account}'. Please try "
            "again later."
        ),
        Evidence.SEEN,
    )
    SOFT_DELETED = (
        409,
        "FlagMustBeSetForRestore",
        (
            "An existing resource with ID '{account}' has been soft-deleted. To restore the resource, "
            "you must specify 'restore' to be 'true' in the property. If you don't want to restore "
            "existing resource, please purge it first."
        ),
        Evidence.SEEN,
    )
    NOTHING_TO_RESTORE = (
        400,
        "CanNotRestoreANonExistingResource",
        "An existing resource with ID '{account}' to be restored is not found.",
        Evidence.UNVERIFIED,
    )
    SUBDOMAIN_IN_USE = (
        409,
        "CustomDomainInUse",
        (
            "Please pick a different name. The subdomain name '{subdomain}' is not available as it's "
            "already used by a resource. If the resource using the name was deleted in the last 48 "
            "hours, you may need to purge the deleted resource. Learn more at "
            '"https://go.microsoft.com/fwlink/?linkid=2215493"'
        ),
        Evidence.SEEN,
    )
    TOO_MANY_ACCOUNTS = (
        400,
        "InsufficientQuota",
        "Insufficient quota. Cannot create/update/move resource '{account}'.",
        Evidence.SEEN,
    )
    KIND_INVALID = (
        400,
        "InvalidApiSetId",
        "The account type '{kind}' is either invalid or unavailable in given region.",
        Evidence.GENERAL,
    )
    ACCOUNT_SKU_INVALID = (
        400,
        "InvalidSkuId",
        "The account SKU '{sku}' is either invalid or unavailable in given region.",
        Evidence.UNVERIFIED,
    )
    ACCOUNT_NAME_INVALID = (
        400,
        "InvalidResourceName",
        "The account name '{account}' is invalid.",
        Evidence.UNVERIFIED,
    )
    KEYS_DISABLED = (
        403,
        "AuthenticationTypeDisabled",
        "Key based authentication is disabled for this resource.",
        Evidence.UNVERIFIED,
    )
    HAS_DEPLOYMENTS = (
        409,
        "CannotDeleteAccountWithDeployments",
        (
            "Cannot delete account '{account}' while it has deployments. Please delete all "
            "deployments first."
        ),
        Evidence.UNVERIFIED,
    )

    # Deployments.
    MODEL_UNKNOWN = (
        400,
        "DeploymentModelNotSupported",
        "The model '{model}' of account deployment is not supported.",
        Evidence.SEEN,
    )
    MODEL_DEPRECATED = (
        400,
        "ServiceModelDeprecated",
        "The model '{model}' has been deprecated since {since}.",
        Evidence.SEEN,
    )
    MODEL_DEPRECATING = (
        400,
        "ServiceModelDeprecating",
        "The model '{model}' is in deprecating state and cannot be used for new deployments.",
        Evidence.SEEN,
    )
    SKU_NOT_HERE = (
        400,
        "InvalidResourceProperties",
        (
            "The specified SKU '{sku}' for model '{name} {version}' is not supported in this region "
            "'{location}'."
        ),
        Evidence.SEEN,
    )
    SKU_NOT_OFFERED = (
        400,
        "InvalidResourceProperties",
        (
            "The specified SKU '{sku}' of account deployment is not supported by the model '{name}' "
            "version: '{version}'."
        ),
        Evidence.SEEN,
    )
    SKU_INVALID = (
        400,
        "InvalidResourceProperties",
        "The deployment sku name '{sku}' is invalid.",
        Evidence.UNVERIFIED,
    )
    CAPACITY_INVALID = (
        400,
        "InvalidResourceProperties",
        "The specified capacity '{capacity}' of account deployment is not valid.",
        Evidence.UNVERIFIED,
    )
    RAI_POLICY_NOT_FOUND = (
        400,
        "InvalidResourceProperties",
        "The specified RaiPolicyName '{policy}' is not found, please update it to a valid value.",
        Evidence.SEEN,
    )
    INSUFFICIENT_QUOTA = (
        400,
        "InsufficientQuota",
        (
            "This operation require {wanted:g} new capacity in quota {quota}, which is bigger than the "
            "current available capacity {available:g}. The current quota usage is {used:g} and the "
            "quota limit is {limit:g} for quota {quota}."
        ),
        Evidence.SEEN,
    )
    MODEL_CANNOT_CHANGE = (
        400,
        "CannotChangeDeploymentModel",
        "The model of deployment cannot be changed.",
        Evidence.SEEN,
    )
    CAPACITY_AND_VERSION = (
        400,
        "InvalidResourceProperties",
        "Cannot change capacity and model at the same time for deployment",
        Evidence.UNVERIFIED,
    )

    # Roles.
    PRINCIPAL_NOT_FOUND = (
        400,
        "PrincipalNotFound",
        (
            "Principal {principal} does not exist in the directory {tenant}. Check that you have the "
            "correct principal ID. If you are creating this principal and then immediately assigning a "
            "role, this error might be related to a replication delay. In this case, set the role "
            "assignment principalType property to a value, such as ServicePrincipal, User, or Group.  "
            "See https://aka.ms/docs-principaltype"
        ),
        Evidence.SEEN,
    )
    ASSIGNMENT_EXISTS = (
        409,
        "RoleAssignmentExists",
        "The role assignment already exists.",
        Evidence.GENERAL,
    )
    ASSIGNMENT_CANNOT_CHANGE = (
        400,
        "RoleAssignmentUpdateNotPermitted",
        "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.",
        Evidence.GENERAL,
    )
    ASSIGNMENT_NOT_FOUND = (
        404,
        "RoleAssignmentNotFound",
        "The role assignment '{name}' is not found.",
        Evidence.GENERAL,
    )
    ROLE_NOT_FOUND = (
        404,
        "RoleDefinitionDoesNotExist",
        "The specified role definition with ID '{role}' does not exist.",
        Evidence.GENERAL,
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
