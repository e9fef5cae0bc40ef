"""Every operation of the control plane: method, path, the action a role must allow, and who does it."""

from __future__ import annotations

from deployer.emulator.arm import (
    accounts,
    deleted_accounts,
    deployments,
    groups,
    management_locks,
    offers,
    quota_tiers,
    rai_policies,
    resources,
    role_assignments,
    subscriptions,
    tags,
    template_deployments,
)
from deployer.emulator.router import Route

_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUP = _SUBSCRIPTION + "/resourceGroups/{group}"
_PROVIDER = _SUBSCRIPTION + "/providers/Microsoft.CognitiveServices"
_LOCATION = _PROVIDER + "/locations/{location}"
_ACCOUNTS = _GROUP + "/providers/Microsoft.CognitiveServices/accounts"
_ACCOUNT = _ACCOUNTS + "/{account}"
_DEPLOYMENT = _ACCOUNT + "/deployments/{deployment}"
_DELETED = _LOCATION + "/resourceGroups/{group}/deletedAccounts/{account}"
_POLICY = _ACCOUNT + "/raiPolicies/{policy}"
_TIER = _PROVIDER + "/quotaTiers/{tier}"
_RUNS = "{scope}/providers/Microsoft.Resources/deployments"
_RUN = _RUNS + "/{name}"
_ROLES = "{scope}/providers/Microsoft.Authorization"
_LOCK = _ROLES + "/locks/{name}"
_TAGS = "{scope}/providers/Microsoft.Resources/tags/{name}"

_RESOURCES = "Microsoft.Resources/subscriptions"
_RG = _RESOURCES + "/resourceGroups"
_COGNITIVE = "Microsoft.CognitiveServices"
_ON_ACCOUNT = _COGNITIVE + "/accounts"
_ON_DEPLOYMENT = _ON_ACCOUNT + "/deployments"
_ON_DELETED = _COGNITIVE + "/locations/resourceGroups/deletedAccounts"
_ON_POLICY = _ON_ACCOUNT + "/raiPolicies"
_ON_TIER = _COGNITIVE + "/quotaTiers"
_ON_RUN = "Microsoft.Resources/deployments"
_ON_TAGS = "Microsoft.Resources/tags"
_AUTHORIZATION = "Microsoft.Authorization"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/tenants", "", subscriptions.list_tenants),
    Route("GET", "/subscriptions", "", subscriptions.list_subscriptions),
    Route("GET", _SUBSCRIPTION, f"{_RESOURCES}/read", subscriptions.get_subscription),
    Route("GET", _SUBSCRIPTION + "/locations", f"{_RESOURCES}/read", subscriptions.list_locations),
    Route("GET", _SUBSCRIPTION + "/providers", "", subscriptions.list_providers),
    Route("GET", _SUBSCRIPTION + "/providers/{namespace}", "", subscriptions.get_provider),
    Route(
        "POST",
        _SUBSCRIPTION + "/providers/{namespace}/register",
        f"{_COGNITIVE}/register/action",
        subscriptions.register_provider,
    ),
    Route(
        "POST",
        _SUBSCRIPTION + "/providers/{namespace}/unregister",
        f"{_COGNITIVE}/unregister/action",
        subscriptions.unregister_provider,
    ),
    Route("GET", _SUBSCRIPTION + "/resourceGroups", f"{_RG}/read", groups.list_all),
    Route("PUT", _GROUP, f"{_RG}/write", groups.put),
    Route("PATCH", _GROUP, f"{_RG}/write", groups.patch),
    Route("GET", _GROUP, f"{_RG}/read", groups.get),
    Route("HEAD", _GROUP, f"{_RG}/read", groups.head),
    Route("DELETE", _GROUP, f"{_RG}/delete", groups.delete),
    Route("GET", _SUBSCRIPTION + "/resources", "", resources.list_all),
    Route("GET", _GROUP + "/resources", f"{_RG}/resources/read", resources.list_of_group),
    Route("GET", _TAGS, f"{_ON_TAGS}/read", tags.get),
    Route("PUT", _TAGS, f"{_ON_TAGS}/write", tags.put),
    Route("PATCH", _TAGS, f"{_ON_TAGS}/write", tags.patch),
    Route("DELETE", _TAGS, f"{_ON_TAGS}/delete", tags.delete),
    Route("GET", _SUBSCRIPTION + "/operationresults/{job}", "", groups.deletion_result),
    Route("PUT", _ACCOUNT, f"{_ON_ACCOUNT}/write", accounts.put),
    Route("PATCH", _ACCOUNT, f"{_ON_ACCOUNT}/write", accounts.patch),
    Route("GET", _ACCOUNT, f"{_ON_ACCOUNT}/read", accounts.get),
    Route("DELETE", _ACCOUNT, f"{_ON_ACCOUNT}/delete", accounts.delete),
    Route("GET", _ACCOUNTS, f"{_ON_ACCOUNT}/read", accounts.list_of_group),
    Route("GET", _PROVIDER + "/accounts", f"{_ON_ACCOUNT}/read", accounts.list_all),
    Route("POST", _ACCOUNT + "/listKeys", f"{_ON_ACCOUNT}/listKeys/action", accounts.list_keys),
    Route(
        "POST",
        _ACCOUNT + "/regenerateKey",
        f"{_ON_ACCOUNT}/regenerateKey/action",
        accounts.regenerate_key,
    ),
    Route("GET", _ACCOUNT + "/models", f"{_ON_ACCOUNT}/models/read", offers.account_models),
    Route("GET", _ACCOUNT + "/skus", f"{_ON_ACCOUNT}/skus/read", offers.account_skus),
    Route("GET", _ACCOUNT + "/usages", f"{_ON_ACCOUNT}/usages/read", offers.account_usages),
    Route("PUT", _DEPLOYMENT, f"{_ON_DEPLOYMENT}/write", deployments.put),
    Route("PATCH", _DEPLOYMENT, f"{_ON_DEPLOYMENT}/write", deployments.patch),
    Route("GET", _DEPLOYMENT, f"{_ON_DEPLOYMENT}/read", deployments.get),
    Route("DELETE", _DEPLOYMENT, f"{_ON_DEPLOYMENT}/delete", deployments.delete),
    Route("GET", _ACCOUNT + "/deployments", f"{_ON_DEPLOYMENT}/read", deployments.list_of_account),
    Route("GET", _DEPLOYMENT + "/skus", f"{_ON_DEPLOYMENT}/skus/read", deployments.list_skus),
    Route("PUT", _POLICY, f"{_ON_POLICY}/write", rai_policies.put),
    Route("GET", _POLICY, f"{_ON_POLICY}/read", rai_policies.get),
    Route("DELETE", _POLICY, f"{_ON_POLICY}/delete", rai_policies.delete),
    Route("GET", _ACCOUNT + "/raiPolicies", f"{_ON_POLICY}/read", rai_policies.list_of_account),
    Route("PUT", _RUN, f"{_ON_RUN}/write", template_deployments.put),
    Route("GET", _RUN, f"{_ON_RUN}/read", template_deployments.get),
    Route("HEAD", _RUN, f"{_ON_RUN}/read", template_deployments.head),
    Route("DELETE", _RUN, f"{_ON_RUN}/delete", template_deployments.delete),
    Route("GET", _RUNS, f"{_ON_RUN}/read", template_deployments.list_at),
    Route("POST", _RUN + "/validate", f"{_ON_RUN}/validate/action", template_deployments.validate),
    Route("POST", _RUN + "/whatIf", f"{_ON_RUN}/whatIf/action", template_deployments.what_if),
    Route("POST", _RUN + "/cancel", f"{_ON_RUN}/cancel/action", template_deployments.cancel),
    Route(
        "POST",
        _RUN + "/exportTemplate",
        f"{_ON_RUN}/exportTemplate/action",
        template_deployments.export_template,
    ),
    Route(
        "GET",
        _RUN + "/operations",
        f"{_ON_RUN}/operations/read",
        template_deployments.list_operations,
    ),
    Route(
        "POST",
        "/providers/Microsoft.Resources/calculateTemplateHash",
        "",
        template_deployments.calculate_hash,
    ),
    # az asks for a group's operations under a path of its own, without the provider.
    Route(
        "GET",
        "{scope}/deployments/{name}/operations",
        f"{_ON_RUN}/operations/read",
        template_deployments.list_operations,
    ),
    Route(
        "GET",
        _RUN + "/operationStatuses/{number}",
        f"{_ON_RUN}/operationstatuses/read",
        template_deployments.operation_status,
    ),
    Route(
        "GET",
        _PROVIDER + "/deletedAccounts",
        f"{_COGNITIVE}/deletedAccounts/read",
        deleted_accounts.list_all,
    ),
    Route("GET", _DELETED, f"{_ON_DELETED}/read", deleted_accounts.get),
    Route("DELETE", _DELETED, f"{_ON_DELETED}/delete", deleted_accounts.purge),
    Route("GET", _LOCATION + "/models", f"{_COGNITIVE}/locations/models/read", offers.models),
    Route("GET", _LOCATION + "/usages", f"{_COGNITIVE}/locations/usages/read", offers.usages),
    Route(
        "GET",
        _LOCATION + "/modelCapacities",
        f"{_COGNITIVE}/locations/modelCapacities/read",
        offers.model_capacities,
    ),
    Route(
        "GET",
        _PROVIDER + "/modelCapacities",
        f"{_COGNITIVE}/modelCapacities/read",
        offers.model_capacities,
    ),
    Route("GET", _LOCATION + "/operationResults/{operation}", "", offers.operation_result),
    Route("GET", _PROVIDER + "/quotaTiers", f"{_ON_TIER}/read", quota_tiers.list_all),
    Route("GET", _TIER, f"{_ON_TIER}/read", quota_tiers.get),
    Route("PUT", _TIER, f"{_ON_TIER}/write", quota_tiers.put),
    Route("PATCH", _TIER, f"{_ON_TIER}/write", quota_tiers.put),
    Route(
        "POST",
        _PROVIDER + "/calculateModelCapacity",
        f"{_COGNITIVE}/calculateModelCapacity/action",
        offers.calculate_capacity,
    ),
    Route("GET", _PROVIDER + "/skus", f"{_COGNITIVE}/skus/read", offers.skus),
    Route(
        "POST",
        _PROVIDER + "/checkDomainAvailability",
        f"{_COGNITIVE}/checkDomainAvailability/action",
        offers.check_domain,
    ),
    Route(
        "PUT",
        _ROLES + "/roleAssignments/{name}",
        f"{_AUTHORIZATION}/roleAssignments/write",
        role_assignments.put,
    ),
    Route(
        "GET",
        _ROLES + "/roleAssignments/{name}",
        f"{_AUTHORIZATION}/roleAssignments/read",
        role_assignments.get,
    ),
    Route(
        "DELETE",
        _ROLES + "/roleAssignments/{name}",
        f"{_AUTHORIZATION}/roleAssignments/delete",
        role_assignments.delete,
    ),
    Route(
        "GET",
        _ROLES + "/roleAssignments",
        f"{_AUTHORIZATION}/roleAssignments/read",
        role_assignments.list_at,
    ),
    Route("PUT", _LOCK, f"{_AUTHORIZATION}/locks/write", management_locks.put),
    Route("GET", _LOCK, f"{_AUTHORIZATION}/locks/read", management_locks.get),
    Route("DELETE", _LOCK, f"{_AUTHORIZATION}/locks/delete", management_locks.delete),
    Route("GET", _ROLES + "/locks", f"{_AUTHORIZATION}/locks/read", management_locks.list_at),
    Route("GET", _ROLES + "/roleDefinitions", "", role_assignments.list_definitions),
    Route("GET", _ROLES + "/roleDefinitions/{name}", "", role_assignments.get_definition),
    Route("GET", _ROLES + "/permissions", "", role_assignments.permissions),
)
