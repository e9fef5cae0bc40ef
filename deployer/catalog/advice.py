"""What Azure's error codes mean, whether waiting helps, and what to do next: one row per code.

Codes and situations from recordings and reports of users up to 2026-08 (control plane) and from captured data-plane
traffic up to 2026-06; the words are ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["permission", "policy", "quota", "model", "name", "conflict", "timeout", "other"]


@dataclass(frozen=True, slots=True)
class Advice:
    """One error code. `final`: repeating the same request later cannot succeed."""

    code: str
    final: bool
    kind: Kind
    meaning: str
    next_step: str


def advice(code: str) -> Advice | None:
    """The row of an error code, spelled in any case; None when we know nothing about it."""
    return _BY_CODE.get(code.casefold())


_WAIT = "Nothing to do: it is waited for. If the waiting ran out, run the same command again."

_MODEL = (
    Advice(
        "DeploymentModelNotSupported",
        True,
        "model",
        "This model or this version of it is not offered to this kind of account in this region.",
        "Compare name and version with the region's model list (`az cognitiveservices model list`).",
    ),
    Advice(
        "ServiceModelDeprecated",
        True,
        "model",
        "This model version is retired: it can neither be deployed nor called.",
        "Declare a successor, or set lifecycle.onRetired to useSuccessor.",
    ),
    Advice(
        "ServiceModelDeprecating",
        True,
        "model",
        "This model version takes no new deployments; existing ones run until it retires.",
        "Declare its successor for new deployments.",
    ),
    Advice(
        "CannotChangeDeploymentModel",
        True,
        "model",
        "Azure does not exchange the model of an existing deployment.",
        "Replace the deployment (--allow-replace), or give the new model a deployment of its own.",
    ),
    Advice(
        "InvalidResourceProperties",
        True,
        "model",
        "A stated value is not possible here, most often the SKU for this model or region, or an unknown raiPolicyName.",
        "Use GlobalStandard for audio and realtime models, and a content filter policy that exists on the account.",
    ),
    Advice(
        "SpecialFeatureOrQuotaIdRequired",
        True,
        "model",
        "The subscription has no access to this model or to this kind of account.",
        "Ask for access to the model in Azure's registration form, or use another subscription.",
    ),
    Advice(
        "OperationNotSupported",
        True,
        "model",
        "The deployed model cannot do what was asked of it, as a chat request to a realtime model.",
        "Check which model stands behind the deployment.",
    ),
    Advice(
        "DeploymentNotFound",
        False,
        "model",
        "The data plane does not know the deployment; a new one can take minutes to be known.",
        "Wait some minutes after creating it; then check the deployment's name and the account's endpoint.",
    ),
)

_QUOTA = (
    Advice(
        "InsufficientQuota",
        True,
        "quota",
        "The subscription's quota in this region does not cover the capacity, or it holds no more accounts.",
        "Lower the capacity, remove what is not needed, purge soft-deleted accounts (they keep quota), or ask for more.",
    ),
    Advice(
        "insufficient_quota",
        True,
        "quota",
        "The model's allowance is used up and does not refill by waiting.",
        "Ask for more quota, or use another deployment.",
    ),
    Advice(
        "SubscriptionRequestsThrottled",
        False,
        "timeout",
        "Azure Resource Manager limits how fast this subscription may ask.",
        _WAIT,
    ),
    Advice(
        "ResourceRequestsThrottled",
        False,
        "timeout",
        "The resource provider limits how fast it may be asked.",
        _WAIT,
    ),
    Advice("TooManyRequests", False, "timeout", "Too many requests in too short a time.", _WAIT),
    Advice(
        "429",
        False,
        "timeout",
        "The deployment's rate limit, requests or tokens per minute, is reached.",
        "Wait as long as Azure says; raise sku.capacity if it happens under normal load.",
    ),
    Advice(
        "rate_limit_exceeded",
        False,
        "timeout",
        "The deployment's rate limit is reached.",
        "Wait as long as Azure says; raise sku.capacity if it happens under normal load.",
    ),
    Advice(
        "inference_rate_limit_exceeded",
        False,
        "timeout",
        "The model is asked faster than it answers.",
        "Wait and try again; raise sku.capacity if it happens under normal load.",
    ),
)

_NAME = (
    Advice(
        "CustomDomainInUse",
        True,
        "name",
        "Another account, perhaps a soft-deleted one, holds this custom subdomain; it is unique in all of Azure.",
        "Choose another customSubDomainName, or purge the deleted account that still holds it.",
    ),
    Advice(
        "FlagMustBeSetForRestore",
        True,
        "name",
        "An account of this name was deleted in the last 48 hours and still holds the name.",
        "Set softDelete to recover or purge.",
    ),
    Advice(
        "InvalidResourceLocation",
        True,
        "name",
        "An account of this name exists in another region, and an account cannot move.",
        "Choose another name, or delete the existing account first.",
    ),
    Advice(
        "InvalidResourceGroupLocation",
        True,
        "name",
        "The resource group exists in another region, and a group cannot move.",
        "State the group's real location; accounts in it may be elsewhere.",
    ),
    Advice(
        "ResourceGroupNotFound",
        True,
        "name",
        "There is no such resource group in this subscription.",
        "Create it, or let resourceGroup.manage be true.",
    ),
    Advice(
        "ParentResourceNotFound",
        True,
        "name",
        "The account that should hold this does not exist.",
        "Run the same command again; if it persists, check whether someone deletes the account.",
    ),
    Advice("ResourceNotFound", True, "name", "There is no such resource.", "Check its name."),
    Advice("NotFound", True, "name", "There is no such deployment.", "Check its name."),
    Advice(
        "UnsupportedLocationForSku",
        True,
        "name",
        "This kind of account is not sold in this region with this SKU.",
        "Choose another location, or another kind.",
    ),
    Advice(
        "LocationNotAvailableForResourceType",
        True,
        "name",
        "This region does not exist for Cognitive Services accounts.",
        "Choose another location.",
    ),
)

_PERMISSION = (
    Advice(
        "AuthorizationFailed",
        True,
        "permission",
        "The signed-in principal may not do this.",
        "Ask for a role that has the action on the resource group; a role just granted takes minutes to arrive.",
    ),
    Advice(
        "PermissionDenied",
        False,
        "permission",
        "The principal has no role that may call models; Owner and Contributor do not. A fresh role takes minutes.",
        "Declare a role `can: use` for it on the account, then wait up to ten minutes.",
    ),
    Advice(
        "AuthenticationFailed",
        True,
        "permission",
        "Azure did not accept the sign-in.",
        "Sign in again (`az login`), in the tenant of the subscription.",
    ),
    Advice(
        "InvalidAuthenticationToken",
        True,
        "permission",
        "Azure did not accept the token: wrong tenant, wrong cloud or damaged.",
        "Sign in again (`az login`), in the tenant of the subscription.",
    ),
    Advice(
        "ExpiredAuthenticationToken",
        True,
        "permission",
        "The token is past its time.",
        "Sign in again (`az login`); check the clock of this machine.",
    ),
    Advice(
        "Unauthorized",
        True,
        "permission",
        "The call needs another kind of authentication.",
        "Call it as its documentation says; for realtime with a token or key, not an ephemeral one.",
    ),
    Advice(
        "401",
        True,
        "permission",
        "The key is wrong, belongs to another account, or the address is another region's.",
        "Use this account's own endpoint and key.",
    ),
    Advice(
        "AuthenticationTypeDisabled",
        True,
        "permission",
        "Keys are switched off on this account.",
        "Use a token (auth: entra), or declare auth: keys and apply.",
    ),
    Advice(
        "PrincipalNotFound",
        False,
        "permission",
        "The directory does not know this principal, or not yet: a new one takes a while to replicate.",
        "Check the object id (not the application id) and its principalType.",
    ),
    Advice(
        "RoleAssignmentUpdateNotPermitted",
        True,
        "permission",
        "A role assignment of this id exists for another principal, and it cannot be changed.",
        "Delete that role assignment.",
    ),
)

_POLICY = (
    Advice(
        "RequestDisallowedByPolicy",
        True,
        "policy",
        "A policy of the organisation forbids it.",
        "Read which policy in Azure's message; change the configuration to meet it or ask for an exemption.",
    ),
    Advice(
        "ScopeLocked",
        True,
        "policy",
        "A lock on the scope forbids it.",
        "Have the lock removed; a ReadOnly lock also forbids reading keys.",
    ),
    Advice(
        "403",
        True,
        "policy",
        "The account's network rules turn this address away.",
        "Call from an allowed network, or change publicNetworkAccess or the rules.",
    ),
    Advice(
        "content_filter",
        True,
        "policy",
        "The content filter stopped the request or the answer.",
        "Say something else, or use another raiPolicyName.",
    ),
)

_CONFLICT = (
    Advice(
        "RequestConflict",
        False,
        "conflict",
        "Another write is under way on the account; Azure takes one at a time.",
        _WAIT,
    ),
    Advice(
        "AccountProvisioningStateInvalid",
        False,
        "conflict",
        "The account is still settling from an earlier write.",
        _WAIT,
    ),
    Advice(
        "CannotDeleteResource",
        True,
        "conflict",
        "Something inside still exists, such as a project.",
        "Delete what Azure's message names first.",
    ),
    Advice(
        "CannotDeleteAccountWithDeployments",
        True,
        "conflict",
        "The account still holds deployments.",
        "Delete its deployments first; those that are not ours need their owner.",
    ),
    Advice(
        "RoleAssignmentExists",
        True,
        "conflict",
        "The principal already has this role here, under another id.",
        "Nothing to do.",
    ),
    Advice(
        "PreconditionFailed",
        True,
        "conflict",
        "Someone changed it meanwhile.",
        "Run again, to plan against what is there now.",
    ),
    Advice(
        "DeploymentActive",
        False,
        "conflict",
        "A template deployment of this name is still running.",
        _WAIT,
    ),
)

_OTHER = (
    Advice(
        "MissingSubscriptionRegistration",
        True,
        "other",
        "The subscription has not registered Microsoft.CognitiveServices.",
        "az provider register --namespace Microsoft.CognitiveServices",
    ),
    Advice(
        "NoRegisteredProviderFound",
        True,
        "other",
        "This cloud does not know the resource type under this api-version.",
        "Check the cloud; a sovereign cloud can be behind.",
    ),
    Advice(
        "InvalidApiVersionParameter",
        True,
        "other",
        "This cloud does not know the api-version.",
        "Check the cloud; a sovereign cloud can be behind.",
    ),
    Advice(
        "404",
        True,
        "other",
        "The path or the api-version is unknown; a doubled slash is enough.",
        "Check the endpoint and the api-version.",
    ),
    Advice(
        "BadRequest",
        True,
        "other",
        "The request is not possible; a token needs an account with a custom subdomain.",
        "Read Azure's message; give the account a customSubDomainName when it asks for one.",
    ),
    Advice(
        "invalid_value",
        True,
        "other",
        "The model does not take a value; an audio model wants audio in or out.",
        "Check voice, format and modalities for this model.",
    ),
    Advice(
        "unknown_parameter",
        True,
        "other",
        "The session speaks the other generation of the realtime protocol.",
        "Set smoke.realtime.protocol to auto.",
    ),
    Advice(
        "session_expired",
        True,
        "timeout",
        "The realtime session reached its longest duration.",
        "Open a new session.",
    ),
    Advice(
        "server_error",
        False,
        "other",
        "The model failed on its own account; a few in a thousand do.",
        "Try again; if it persists, look at Azure's status page.",
    ),
    Advice("InternalServerError", False, "other", "Azure failed on its own account.", _WAIT),
    Advice("ServiceUnavailable", False, "timeout", "The service is down for a moment.", _WAIT),
    Advice("ServerTimeout", False, "timeout", "Azure did not answer itself in time.", _WAIT),
    Advice("GatewayTimeout", False, "timeout", "Azure did not answer itself in time.", _WAIT),
)

ROWS: tuple[Advice, ...] = (
    *_MODEL,
    *_QUOTA,
    *_NAME,
    *_PERMISSION,
    *_POLICY,
    *_CONFLICT,
    *_OTHER,
)
_BY_CODE = {row.code.casefold(): row for row in ROWS}
