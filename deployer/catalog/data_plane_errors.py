"""Error codes of the models themselves, one row each: from captured traffic and reports up to 2026-06, in our words."""

from __future__ import annotations

from deployer.catalog.facts import Advice

ROWS: tuple[Advice, ...] = (
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
    Advice(
        "insufficient_quota",
        True,
        "quota",
        "The model's allowance is used up and does not refill by waiting.",
        "Ask for more quota, or use another deployment.",
    ),
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
    Advice(
        "PermissionDenied",
        False,
        "permission",
        "The principal has no role that may call models; Owner and Contributor do not. A fresh role takes minutes.",
        "Declare a role `can: use` for it on the account, then wait up to ten minutes.",
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
)
