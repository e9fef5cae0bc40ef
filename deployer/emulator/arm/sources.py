"""Where the form of each operation of the control plane is from: request, status, headers, body."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

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
from deployer.emulator.evidence import Fact, coded, documented, general, recorded, specified
from deployer.emulator.router import Operation

_AZ_DEPLOYMENT = recorded("azure-cli, test_cognitiveservices_deployment (2025-10-28)")
_AZ_SOFT_DELETE = recorded("azure-cli, test_cognitiveservices_softdelete (2025-10-28)")
_AZ_CRUD = recorded("azure-cli, test_cognitiveservices_crud (2023-07-25)")
_AZ_MODEL = recorded("azure-cli, test_cognitiveservices_model (2023-07-25)")
_AZ_RUN = recorded("azure-cli, test_group_deployment (2020-02-11)")
_AZD_QUOTA = recorded("azd, Test_CLI_ProvisionValidationQuota (2026-04-23)")
_AZD_STATE = recorded("azd, Test_CLI_ProvisionState (2026-04-09)")
_AZD_ROLES = recorded("azd, Test_CLI_Up_Down_ContainerApp (2026-04-09)")
_AZD_AGENT = recorded("azd, Test_AIAgent_Init_NoPrompt_WithProject (2026-06-22)")
_CUSTODIAN = recorded("cloud-custodian, AiFoundryDeploymentTest (2026-03-20)")
_POWERSHELL = recorded("azure-powershell, TestModelCapacity (2024-12-23)")
_FILTERS = recorded("azure-powershell, TestRai (2025-01-17)")
_TIERS = specified("quotaTiers, 2025-09-01")
_AZ_IDENTITY = recorded(
    "azure-cli: an identity by 202 (2025-10-28), networkAcls too (2024-04-18), tags by 200 (2023-07-25)"
)
_AZ_USAGES = recorded(
    "azure-cli, test_cognitiveservices_account_list_usage (2025-10-28), of another kind"
)
_AZ_SKUS = recorded("azure-cli, test_cognitiveservices_account_list_skus_legacy (2022-03-28)")
_AZ_PROVIDER = recorded("azure-cli, test_provider_registration (2020-07-06)")
_AZ_LOCK = recorded("azure-cli, test_cannotdelete_resource_group_lock (2020-07-28)")
_AZ_UNLOCK = recorded(
    "azure-cli, test_cannotdelete_resource_group_lock (2020-07-28); 204 is general knowledge"
)
_AZ_ASSIGNMENT = recorded("azure-cli, test_role_assignment_no_graph (2025-04-03)")
_AZ_ROLES = recorded("azure-cli, test_role_assignment_handle_conflicted_assignments (2023-08-23)")
_SUBSCRIPTIONS = general("subscriptions, 2022-12-01")
_ASSIGNMENTS = general("role assignments, 2022-04-01")
_RUNS = general("template deployments, 2021-04-01")
_TAGS = specified("SDK: tags at a scope, TagsResource and TagsPatchResource, 2021-04-01")

# By module and name of the function that does it.
_BY_NAME: Mapping[ModuleType, Mapping[str, Fact]] = {
    subscriptions: {
        "list_tenants": general("tenants, 2022-12-01"),
        "list_subscriptions": _SUBSCRIPTIONS,
        "get_subscription": recorded("azure-sdk-for-net, DeploymentCollectionTests (2023-01-10)"),
        "list_locations": _AZD_QUOTA,
        "list_providers": general("resource providers, 2021-04-01"),
        "get_provider": _POWERSHELL,
        "register_provider": _AZ_PROVIDER,
        "unregister_provider": _AZ_PROVIDER,
    },
    groups: {
        "list_all": _AZD_STATE,
        "put": _AZD_QUOTA,
        "patch": general("resource groups, 2021-04-01"),
        "get": _AZD_QUOTA,
        "head": _AZD_STATE,
        "delete": _AZD_STATE,
        "deletion_result": _AZD_STATE,
    },
    resources: {
        "list_all": general("resources, 2021-04-01; filters as az and azd send them"),
        "list_of_group": _AZD_STATE,
    },
    tags: dict.fromkeys(("get", "put", "patch", "delete"), _TAGS),
    accounts: {
        "put": _AZ_SOFT_DELETE,
        "patch": _AZ_IDENTITY,
        "get": _AZ_DEPLOYMENT,
        "delete": _AZ_DEPLOYMENT,
        "list_of_group": _AZ_CRUD,
        "list_all": _CUSTODIAN,
        "list_keys": _AZ_CRUD,
        "regenerate_key": _AZ_CRUD,
    },
    deployments: {
        "put": _AZ_DEPLOYMENT,
        "patch": specified("SDK 14.1: sku and tags only, 200 or 202"),
        "get": _AZ_DEPLOYMENT,
        "list_of_account": _CUSTODIAN,
        "delete": _CUSTODIAN,
        "list_skus": specified("deployments listSkus, 2025-09-01"),
    },
    deleted_accounts: {
        "list_all": _AZ_SOFT_DELETE,
        "get": _AZ_SOFT_DELETE,
        "purge": _AZ_SOFT_DELETE,
    },
    offers: {
        "account_models": _AZ_MODEL,
        "account_skus": _AZ_SKUS,
        "account_usages": _AZ_USAGES,
        "models": _AZD_QUOTA,
        "usages": _AZD_QUOTA,
        "skus": _AZD_AGENT,
        "model_capacities": _POWERSHELL,
        "operation_result": _AZ_DEPLOYMENT,
        "check_domain": documented("Speech service, article on private links"),
        "calculate_capacity": specified("CalculateModelCapacity.json, 2024-10-01"),
    },
    quota_tiers: dict.fromkeys(("list_all", "get", "put"), _TIERS),
    rai_policies: dict.fromkeys(("put", "get", "list_of_account", "delete"), _FILTERS),
    template_deployments: {
        "put": _AZ_RUN,
        "get": _AZ_RUN,
        "head": _RUNS,
        "delete": _RUNS,
        "list_at": _AZ_RUN,
        "validate": _AZ_RUN,
        "what_if": _AZD_STATE,
        "cancel": recorded("azure-cli, a deployment that is cancelled: 204"),
        "export_template": specified("SDK: deployments exportTemplate, DeploymentExportResult"),
        "calculate_hash": _AZD_STATE,
        "list_operations": _AZ_RUN,
        "operation_status": _AZ_RUN,
    },
    role_assignments: {
        "put": _AZ_ASSIGNMENT,
        "get": _ASSIGNMENTS,
        "delete": _AZ_ASSIGNMENT,
        "list_at": _AZD_ROLES,
        "list_definitions": _AZ_ROLES,
        "get_definition": _AZD_ROLES,
        "permissions": coded("Azure/azure-dev, developer_rbac_check.go reads them"),
    },
    management_locks: {**dict.fromkeys(("put", "get", "list_at"), _AZ_LOCK), "delete": _AZ_UNLOCK},
}

FACTS: Mapping[Operation, Fact] = {
    getattr(module, name): fact
    for module, names in _BY_NAME.items()
    for name, fact in names.items()
}
"""By operation."""
