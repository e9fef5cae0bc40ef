"""Azure OpenAI accounts with their content filters, deployments and roles, as Pulumi resources.

`declare` is all there is to call. Every name is the one that Azure will know; Pulumi makes up none.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import pulumi

# Not `from pulumi_azure_native import ...`: to a type checker that package is all of Azure, and takes it minutes.
import pulumi_azure_native.authorization as authorization  # noqa: PLR0402
import pulumi_azure_native.cognitiveservices as cognitiveservices  # noqa: PLR0402
import pulumi_azure_native.resources as resources  # noqa: PLR0402
from pulumi_azure_native.provider import Provider

if TYPE_CHECKING:
    from desired_document import Account, Deployment, Desired, RaiPolicy, RoleAssignment
    from pulumi_azure_native.cognitiveservices.outputs import AccountPropertiesResponse

FIRST_WAIT, GROWTH, LONGEST_WAIT, TRIES = 2.0, 1.5, 60.0, 22
"""How the account's write lock is waited for: seconds, and at most a quarter of an hour in all."""

_NO_AUTO_UPGRADE = "NoAutoUpgrade"

# The provider gives every operation two hours. An account with a subdomain took 32 to 100 seconds and a deployment
# about one second wherever that was recorded, so what takes longer than this hangs.
_ACCOUNT_TIMEOUTS = pulumi.CustomTimeouts(create="20m", update="20m", delete="20m")
_CHILD_TIMEOUTS = pulumi.CustomTimeouts(create="10m", update="10m", delete="10m")

# Azure refuses another model in place (CannotChangeDeploymentModel); another SKU is bought anew. A version is changed
# in place, and so is capacity.
_REPLACING = ["properties.model.name", "properties.model.format", "sku.name"]


def declare(
    desired: Mapping[str, Any],
    *,
    provider: pulumi.ProviderResource | None = None,
    imports: Mapping[str, str] | None = None,
    keep_upgrades: bool = True,
) -> None:
    """Declare all that the document says; its shape is `desired_document.Desired`.

    Without a `provider` one is made for the document's subscription; it signs in as the ARM_* variables say, or as
    `az login` did. `imports` takes what exists into Pulumi's state instead of creating it: ARM ids by
    `<type>::<logical name>`, the way a URN ends, such as
    `azure-native:cognitiveservices:Deployment::voice-eus2/realtime`; it has to be declared as it stands there.
    `keep_upgrades`: a version that Azure may raise by itself is not set back to the document's.

    Exports `accounts`: by name the account's id, its two endpoints and the ids of its deployments; no key.
    """
    document = cast("Desired", desired)
    provider = provider or Provider(
        "azure",
        subscription_id=document["subscription"],
        # Left out, it would be `public` and overrule the variable.
        environment=os.environ.get("ARM_ENVIRONMENT"),
    )
    program = _Program(document, provider, imports or {}, keep_upgrades)
    pulumi.export("accounts", {one["name"]: program.account(one) for one in document["accounts"]})


class OpenAIAccount(pulumi.ComponentResource):
    """An account and what is in it, as one node of Pulumi's tree."""

    def __init__(self, name: str, provider: pulumi.ProviderResource) -> None:
        super().__init__(
            "deployer:azure:OpenAIAccount",
            name,
            opts=pulumi.ResourceOptions(providers=[provider], protect=False),
        )


class _Program:
    """The resource group, and each account beside the others."""

    def __init__(
        self,
        document: Desired,
        provider: pulumi.ProviderResource,
        imports: Mapping[str, str],
        keep_upgrades: bool,
    ) -> None:
        self._subscription = document["subscription"]
        self._protect = document["protect"]
        self._provider = provider
        self._imports = imports
        self._keep_upgrades = keep_upgrades
        self._waiting = pulumi.ResourceHookBinding(
            on_error=[pulumi.ErrorHook("wait-for-the-account-lock", wait_for_the_account_lock)]
        )
        self._group_name = document["resourceGroup"]["name"]
        self._group = self._resource_group(document) if document["resourceGroup"]["manage"] else []

    def account(self, wanted: Account) -> dict[str, Any]:
        """Declare an account; what there is to tell about it."""
        component = OpenAIAccount(wanted["name"].casefold(), self._provider)
        account = self._account(wanted, component)
        for role in wanted.get("roles", []):
            self._role(wanted, role, component, account)
        # One write at a time: filters and deployments share the account's write lock. Roles do not.
        last: pulumi.Resource = account
        for policy in wanted.get("raiPolicies", []):
            last = self._rai_policy(wanted, policy, component, last)
        ids: dict[str, pulumi.Output[str]] = {}
        for deployment in wanted["deployments"]:
            last = made = self._deployment(wanted, deployment, component, last)
            ids[deployment["name"]] = made.id
        told: dict[str, Any] = {
            "id": account.id,
            "endpoint": account.properties.endpoint,
            "realtimeEndpoint": account.properties.apply(realtime_endpoint),
            "deployments": ids,
        }
        component.register_outputs(told)
        return told

    def _resource_group(self, document: Desired) -> list[pulumi.Resource]:
        wanted = document["resourceGroup"]
        return [
            resources.ResourceGroup(
                wanted["name"].casefold(),
                resource_group_name=wanted["name"],
                location=wanted.get("location"),
                tags=wanted.get("tags"),
                opts=self._options(
                    "azure-native:resources:ResourceGroup",
                    wanted["name"].casefold(),
                    protect=self._protect,
                    # Azure cannot move a group, and making it anew would delete all that is in it.
                    ignore_changes=["location"],
                ),
            )
        ]

    def _account(self, wanted: Account, component: OpenAIAccount) -> cognitiveservices.Account:
        # Nothing but another location makes the provider replace an account, and no `replace_on_changes` adds to
        # that: the old one would lie in soft deletion and keep its name, so the new one could not be made.
        name = wanted["name"].casefold()
        return cognitiveservices.Account(
            name,
            account_name=wanted["name"],
            resource_group_name=self._group_name,
            location=wanted["location"],
            kind=wanted.get("kind"),
            sku=cognitiveservices.SkuArgs(name=wanted["sku"]) if "sku" in wanted else None,
            tags=wanted.get("tags"),
            properties=cognitiveservices.AccountPropertiesArgs(
                custom_sub_domain_name=wanted.get("customSubDomainName"),
                disable_local_auth=wanted.get("disableLocalAuth"),
                public_network_access=wanted.get("publicNetworkAccess"),
            ),
            opts=self._options(
                "azure-native:cognitiveservices:Account",
                name,
                parent=component,
                depends_on=self._group,
                protect=self._protect,
                custom_timeouts=_ACCOUNT_TIMEOUTS,
                hooks=self._waiting,
            ),
        )

    def _rai_policy(
        self,
        account: Account,
        wanted: RaiPolicy,
        component: OpenAIAccount,
        after: pulumi.Resource,
    ) -> pulumi.Resource:
        name = f"{account['name']}/{wanted['name']}".casefold()
        filters = [
            cognitiveservices.RaiPolicyContentFilterArgs(
                name=one["name"],
                source=one["source"],
                enabled=one["enabled"],
                blocking=one["blocking"],
                severity_threshold=one.get("severityThreshold"),
            )
            for one in wanted["contentFilters"]
        ]
        return cognitiveservices.RaiPolicy(
            name,
            rai_policy_name=wanted["name"],
            account_name=account["name"],
            resource_group_name=self._group_name,
            tags=wanted.get("tags"),
            properties=cognitiveservices.RaiPolicyPropertiesArgs(
                base_policy_name=wanted["basePolicyName"],
                mode=wanted.get("mode"),
                content_filters=filters,
            ),
            opts=self._options(
                "azure-native:cognitiveservices:RaiPolicy",
                name,
                parent=component,
                depends_on=[after],
                protect=False,
                custom_timeouts=_CHILD_TIMEOUTS,
                hooks=self._waiting,
            ),
        )

    def _deployment(
        self,
        account: Account,
        wanted: Deployment,
        component: OpenAIAccount,
        after: pulumi.Resource,
    ) -> cognitiveservices.Deployment:
        name = f"{account['name']}/{wanted['name']}".casefold()
        # It follows sku.capacity; nobody sets it, but a refresh may take it for something that was set.
        ignored = ["properties.currentCapacity"]
        upgrade = wanted.get("versionUpgradeOption")
        if self._keep_upgrades and upgrade not in (None, _NO_AUTO_UPGRADE):
            ignored.append("properties.model.version")
        model, sku = wanted["model"], wanted["sku"]
        return cognitiveservices.Deployment(
            name,
            deployment_name=wanted["name"],
            account_name=account["name"],
            resource_group_name=self._group_name,
            sku=cognitiveservices.SkuArgs(name=sku["name"], capacity=sku.get("capacity")),
            tags=wanted.get("tags"),
            properties=cognitiveservices.DeploymentPropertiesArgs(
                model=cognitiveservices.DeploymentModelArgs(
                    format=model["format"], name=model["name"], version=model["version"]
                ),
                version_upgrade_option=upgrade,
                rai_policy_name=wanted.get("raiPolicyName"),
            ),
            opts=self._options(
                "azure-native:cognitiveservices:Deployment",
                name,
                parent=component,
                depends_on=[after],
                protect=False,
                ignore_changes=ignored,
                replace_on_changes=_REPLACING,
                custom_timeouts=_CHILD_TIMEOUTS,
                hooks=self._waiting,
            ),
        )

    def _role(
        self,
        account: Account,
        wanted: RoleAssignment,
        component: OpenAIAccount,
        after: pulumi.Resource,
    ) -> None:
        role = wanted["roleDefinitionId"].rpartition("/")[2]
        name = f"{account['name']}/{role}/{wanted['principalId']}".casefold()
        group = f"/subscriptions/{self._subscription}/resourceGroups/{self._group_name}"
        # Not the account's id as Azure answers it: in another spelling it would be another scope, and replace the role.
        scope = f"{group}/providers/Microsoft.CognitiveServices/accounts/{account['name']}"
        authorization.RoleAssignment(
            name,
            role_assignment_name=wanted["name"],
            scope=scope,
            role_definition_id=wanted["roleDefinitionId"],
            principal_id=wanted["principalId"],
            principal_type=wanted.get("principalType"),
            description=wanted.get("description"),
            opts=self._options(
                "azure-native:authorization:RoleAssignment",
                name,
                parent=component,
                depends_on=[after],
                protect=False,
                custom_timeouts=_CHILD_TIMEOUTS,
                transformations=[] if "principalType" in wanted else [_without_a_type],
            ),
        )

    def _options(self, kind: str, name: str, **more: Any) -> pulumi.ResourceOptions:  # noqa: ANN401
        """What every resource has. It is deleted before it is made anew, because its name is its own."""
        return pulumi.ResourceOptions(
            provider=self._provider,
            delete_before_replace=True,
            import_=self._imports.get(f"{kind}::{name}"),
            **more,
        )


def realtime_endpoint(account: AccountPropertiesResponse) -> str:
    """Where Azure says that realtime sessions are opened; of all its endpoints the one that is often elsewhere."""
    return (account.endpoints or {}).get("OpenAI Realtime API") or account.endpoint


async def wait_for_the_account_lock(failed: pulumi.ErrorHookArgs) -> bool:
    """Whether to try again: after a pause, when all that stood in the way was another write to the same account.

    Azure's lock outlives the call that took it, so conflicts come even one write at a time. Jitter, because several
    that wait would else come back together. Every other 409 is final.
    """
    if len(failed.errors) > TRIES or not is_request_conflict(failed.errors[0]):
        return False
    longest = min(LONGEST_WAIT, FIRST_WAIT * GROWTH ** (len(failed.errors) - 1))
    seconds = random.uniform(longest / 2, longest)  # noqa: S311 - to spread, not to hide
    pulumi.log.info(f"{failed.name}: the account is busy; trying again in {seconds:.0f} s")
    await asyncio.sleep(seconds)
    return True


def is_request_conflict(error: str) -> bool:
    """Whether the provider's error text carries this code of Azure's."""
    return re.search(r"\bRequestConflict\b", error) is not None


def _without_a_type(
    role: pulumi.ResourceTransformationArgs,
) -> pulumi.ResourceTransformationResult:
    """The SDK makes every principal whose type is not stated a `User`, and Azure refuses that for all others."""
    return pulumi.ResourceTransformationResult(
        {**dict(role.props), "principal_type": None}, role.opts
    )
