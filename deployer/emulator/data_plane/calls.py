"""The door of the data plane: who may call which deployment. The emulator's side of `world.World`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.data_plane.credentials import presented
from deployer.emulator.data_plane.world import CalledDeployment, RateLimit, Refused
from deployer.emulator.identity.roles import DATA_ACTION
from deployer.emulator.identity.tokens import DATA_AUDIENCES, Caller, InvalidToken, same_secret
from deployer.emulator.state.records import OPENAI_HOST, SERVICES_HOST, Account, Deployment

_PATHS = {
    "chat/completions/action": "POST /openai/deployments/{deployment-id}/chat/completions",
    "realtime/action": "GET /openai/realtime",
}

# Wordings as users have quoted them; where no source is named they are general knowledge.
_NO_KEY = (
    "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a "
    "valid key for an active subscription and use a correct regional API endpoint for your resource."
)
_UNAUTHORISED = (
    "Unauthorized. Access token is missing, invalid, audience is incorrect "
    "(https://cognitiveservices.azure.com), or have expired."
)
_NO_SUBDOMAIN = (
    "Please provide a custom subdomain for token authentication, otherwise API key is required."
)
_NOT_DEPLOYED = (
    "The API deployment for this resource does not exist. If you created the deployment within the "
    "last 5 minutes, please wait a moment and try again."
)


class Calls:
    """Lets calls in, or refuses them in the gateway's words."""

    def __init__(self, cloud: EmulatedCloud) -> None:
        self._cloud = cloud

    def call(
        self,
        account: str,
        deployment: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        operation: str,
    ) -> CalledDeployment:
        """Which deployment a call has reached; raises `Refused`."""
        found = self._account(account)
        self._authorise(found, deployment, headers, query, operation)
        return self._reached(found, deployment)

    def reach(self, account: str, deployment: str) -> CalledDeployment:
        """The same for whoever holds an ephemeral key, and so was authorised before."""
        return self._reached(self._account(account), deployment)

    def deployments(self, account: str) -> Sequence[CalledDeployment]:
        """All that can be called, whoever calls."""
        found = self._account(account)
        reached = []
        for one in self._cloud.store.deployments(found.id):
            try:
                reached.append(self._reached(found, one.name))
            except Refused:
                continue
        return sorted(reached, key=lambda called: called.deployment)

    def fault(
        self, kind: str, account: str, deployment: str, event: str = ""
    ) -> Mapping[str, object] | None:
        """The active fault of that kind for this call, or for an event of that type in it, else what the settings say
        for every call.
        """
        struck = self._cloud.faults.for_call(kind, account, deployment, event)
        return struck if struck is not None else self._cloud.settings.standing(kind)

    def has_faults(self) -> bool:
        """Whether any fault is active, or any setting changes what the data plane does."""
        return bool(self._cloud.faults) or self._cloud.settings.stands

    def now(self) -> float:
        """The wall's time and the hours that the clock was put forward, in seconds since 1970: audio ids and keys age."""
        return self._cloud.clock.token_time()

    def _account(self, name: str) -> Account:
        found = self._cloud.store.account_at(name)
        for host in (OPENAI_HOST, SERVICES_HOST):
            if found is None and name.endswith(host):
                found = self._cloud.store.account_at(name.removesuffix(host))
                if found is not None and found.kind != "AIServices":
                    found = None  # an OpenAI account has one address
        if found is None or found.failure or found.ready_at > self._cloud.clock.wall():
            raise Refused(404, "404", "Resource not found")
        if found.properties.get("publicNetworkAccess") == "Disabled":
            message = "Public access is disabled. Please configure private endpoint."
            raise Refused(403, "403", message)
        return found

    def _authorise(
        self,
        account: Account,
        deployment: str,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        operation: str,
    ) -> None:
        key, bearer = presented(headers, query)
        if key:
            self._check_key(account, key)
        elif bearer:
            self._check_token(account, deployment, bearer, operation)
        else:
            raise Refused(401, "401", _NO_KEY)

    def _check_key(self, account: Account, key: str) -> None:
        if account.properties.get("disableLocalAuth"):
            message = "Key based authentication is disabled for this resource."
            raise Refused(403, "AuthenticationTypeDisabled", message)
        if not (same_secret(key, account.key1) or same_secret(key, account.key2)):
            raise Refused(401, "401", _NO_KEY)

    def _check_token(self, account: Account, deployment: str, token: str, operation: str) -> None:
        try:
            caller: Caller = self._cloud.tokens.check(token, DATA_AUDIENCES)
        except InvalidToken:
            raise Refused(401, "401", _UNAUTHORISED) from None
        if account.subdomain is None:
            raise Refused(400, "BadRequest", _NO_SUBDOMAIN)
        action = DATA_ACTION + operation
        if not self._cloud.authorization.may_call(caller.object_id, action, account.id):
            message = (
                f"The principal `{caller.object_id}` lacks the required data action `{action}` to "
                f"perform `{_PATHS.get(operation, operation)}` operation."
            )
            if self.fault("oldRoleWords", account.name, deployment) is not None:
                message = "Principal does not have access to API/Operation."
            raise Refused(401, "PermissionDenied", message)

    def _reached(self, account: Account, name: str) -> CalledDeployment:
        cloud = self._cloud
        deployment = cloud.store.deployment(account.id, name)
        known_since = cloud.clock.wall() - cloud.settings.deployment_propagation_seconds
        if deployment is None or deployment.ready_at > known_since:
            raise Refused(404, "DeploymentNotFound", _NOT_DEPLOYED)
        model, version = deployment.model["name"], deployment.model["version"]
        lifecycle = cloud.catalogue.lifecycle(account.location, model, version)
        if lifecycle == "Deprecated" and cloud.settings.retired_status:
            raise Refused(
                cloud.settings.retired_status,
                "ModelRetired",
                f"The model '{model}' version '{version}' has been retired and can no longer be called.",
            )
        return CalledDeployment(
            account=account.name,
            deployment=deployment.name,
            account_kind=account.kind,
            location=account.location,
            model=model,
            version=version,
            capacity=deployment.capacity,
            created=deployment.created_at,
            lifecycle=lifecycle,
            rate_limits=_rate_limits(deployment),
            sku=deployment.sku,
            capabilities=deployment.capabilities,
        )


def _rate_limits(deployment: Deployment) -> tuple[RateLimit, ...]:
    return tuple(
        RateLimit(one["key"], one["renewalPeriod"], one["count"] * deployment.capacity)
        for one in deployment.unit_rate_limits
    )
