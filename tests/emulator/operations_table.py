"""Every operation of the control plane: what is sent, what was there before, what is answered.

Shapes are in the notation of recorded_traffic: `name?` may be missing, `*` is any name. Those of accounts, deployments
and runs of templates are recorded (azure-cli 2025-10-28 and 2020-02-11, azd 2026-04); the others follow the
specification that `deployer/emulator/arm/sources.py` cites.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.arm_client import (
    ACCOUNT,
    DEPLOYMENT,
    GROUP,
    PROVIDER,
    SUBSCRIPTION,
    account_body,
    deployment_body,
)
from emulator.recorded_bodies import group_template, run_of
from emulator.recorded_traffic import recordings

DELETED = f"{PROVIDER}/locations/eastus2/resourceGroups/rg/deletedAccounts/voice"
POLICY = f"{ACCOUNT}/raiPolicies/strict"
RUN = f"{GROUP}/providers/Microsoft.Resources/deployments/run"
ROLES = "providers/Microsoft.Authorization"
ASSIGNMENT = f"{GROUP}/{ROLES}/roleAssignments/00000000-0000-0000-0000-00000000a551"
LOCK = f"{GROUP}/{ROLES}/locks/keep"
TAGS = f"{GROUP}/providers/Microsoft.Resources/tags/default"
TIER = f"{PROVIDER}/quotaTiers/default"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
POLL = "the address that the preparation was given"

TEMPLATE = run_of(group_template(), {"number": {"value": "1"}}, at_group=True)
POLICY_BODY = {"properties": {"basePolicyName": "Microsoft.Default", "mode": "Blocking", "contentFilters": []}}  # fmt: skip
TAGS_BODY = {"properties": {"tags": {"a": "b"}}}
LOCK_BODY = {"properties": {"level": "CanNotDelete", "notes": "mine"}}
ASSIGNMENT_BODY = {
    "properties": {
        "roleDefinitionId": f"{SUBSCRIPTION}/{ROLES}/roleDefinitions/{READER}",
        "principalId": "00000000-0000-0000-0000-00000000beef",
        "principalType": "ServicePrincipal",
    }
}
WORKLOAD = {
    "model": {"format": "OpenAI", "name": "gpt-4o-audio-preview", "version": "2024-12-17"},
    "skuName": "GlobalStandard",
    "workloads": [
        {
            "requestPerMinute": 10,
            "requestParameters": {"avgPromptTokens": 300, "avgGeneratedTokens": 200},
        }
    ],
}

S, N, B = "string", "number", "boolean"
_AZ = recordings()["az_deployment"]["shapes"]
AN_ACCOUNT = _AZ["@1"]
A_DEPLOYMENT = _AZ["@2"]
A_DELETED_ACCOUNT = {**AN_ACCOUNT, "properties": {**AN_ACCOUNT["properties"], "deletionDate": S, "scheduledPurgeDate": S}}  # fmt: skip
A_TENANT = dict.fromkeys(("id", "tenantId", "countryCode", "displayName", "tenantCategory", "defaultDomain", "tenantType"), S) | {"domains": [S]}  # fmt: skip
A_GROUP = {"id": S, "name": S, "type": S, "location": S, "properties": {"provisioningState": S}, "tags?": {"*": S}}  # fmt: skip
A_RESOURCE = {"id": S, "name": S, "type": S, "location": S, "kind": S, "sku": {"name": S}}
KEYS = {"key1": S, "key2": S}
A_MODEL = {
    "format": S,
    "name": S,
    "version": S,
    "isDefaultVersion": B,
    "skus": [{"name": S, "usageName": S, "capacity": {"maximum": N, "default?": N}, "rateLimits?": "any"}],
    "maxCapacity": N,
    "capabilities": {"*": S},
    "lifecycleStatus": S,
    "systemData": "any",
}  # fmt: skip
A_MODEL_ROW = {"id": S, "type": S, "name": S, "location": S, "kind": S, "skuName": S, "model": A_MODEL}  # fmt: skip
A_USAGE = {"name": {"value": S, "localizedValue": S}, "currentValue": N, "limit": N, "unit": S}
AN_ACCOUNT_SKU = {"resourceType": S, "sku": {"name": S}}
A_SKU = {
    "resourceType": S, "name": S, "tier": S, "kind": S, "locations": [S],
    "locationInfo": [{"location": S, "zones": [], "zoneDetails": []}], "restrictions": [],
}  # fmt: skip
A_CAPACITY = {
    "id": S, "type": S, "name": S,
    "properties": {"model": {"format": S, "name": S, "version": S}, "skuName": S, "availableCapacity": N},
}  # fmt: skip
A_POLICY = {
    "id": S,
    "name": S,
    "type": S,
    "properties": {"mode": S},
    "systemData": "object",
    "etag": S,
}
A_LISTED_POLICY = {
    "id": S,
    "name": S,
    "type": S,
    "properties": {"type": S, "mode": S, "contentFilters": ["object"]},
}
A_RUN = {
    "id": S, "name": S, "type": S,
    "properties": {
        "templateHash": S, "parameters": {"*": "any"}, "mode": S, "provisioningState": S, "timestamp": S,
        "duration": S, "correlationId": S, "providers": "any", "dependencies": "any",
    },
}  # fmt: skip
A_ROW = {
    "id": S, "operationId": S,
    "properties": {
        "provisioningOperation": S, "provisioningState": S, "timestamp": S, "duration": S, "trackingId": S,
        "statusCode": S, "targetResource?": {"id": S, "resourceType": S, "resourceName": S},
    },
}  # fmt: skip
AN_OPERATION = {"id": S, "name": S, "status": S, "startTime": S, "endTime": S}
A_TIER = {"id": S, "name": S, "type": S, "properties": {"currentTierName": S, "tierUpgradePolicy": S}}  # fmt: skip
A_SUBSCRIPTION = {"id": S, "subscriptionId": S, "tenantId": S, "displayName": S, "state": S}
A_LOCATION = {"id": S, "name": S, "type": S, "displayName": S, "regionalDisplayName": S, "metadata": {"regionType": S, "regionCategory": S}}  # fmt: skip
THE_PROVIDER = {
    "id": S, "namespace": S, "registrationState": S,
    "resourceTypes": [{"resourceType": S, "locations": [S], "apiVersions": [S], "capabilities": S}],
}  # fmt: skip
AN_ASSIGNMENT = {
    "id": S, "type": S, "name": S,
    "properties": {
        "roleDefinitionId": S, "principalId": S, "principalType": S, "scope": S, "condition": "null",
        "conditionVersion": "null", "createdOn": S, "updatedOn": S, "createdBy": "string|null", "updatedBy": S,
        "delegatedManagedIdentityResourceId": "null", "description": "null|string",
    },
}  # fmt: skip
A_PERMISSION = {"actions": "any", "notActions": "any", "dataActions": "any", "notDataActions": []}
A_ROLE = {
    "id": S, "type": S, "name": S,
    "properties": {
        "roleName": S, "type": S, "description": S, "assignableScopes": [S], "permissions": [A_PERMISSION],
        "createdOn": S, "updatedOn": S, "createdBy": "null", "updatedBy": "null",
    },
}  # fmt: skip
THE_TAGS = {"id": S, "type": S, "name": S, "properties": {"tags": {"*": S}}}
A_LOCK = {"id": S, "type": S, "name": S, "properties": {"level": S, "notes": S}}


def listed(shape: Any) -> Any:
    return {"value": [shape]}


@dataclass(frozen=True)
class Row:
    """One operation; `headers` are those that mean something by being there or not."""

    method: str
    path: str
    before: str
    status: int
    shape: Any = None
    body: Any = None
    headers: tuple[str, ...] = ()


ETAG, OPERATION, FAN_OUT = "etag", "azure-asyncoperation", "x-ms-original-request-ids"
POLLED_LATER = ("location", "retry-after")
RESTORE = {"location": "eastus2", "properties": {"restore": True}}
DOMAIN = {"subdomainName": "free", "type": "Microsoft.CognitiveServices/accounts"}

OPERATIONS = {
    "tenants": Row("GET", "/tenants", "nothing", 200, listed(A_TENANT)),
    "subscriptions": Row("GET", "/subscriptions", "nothing", 200, listed(A_SUBSCRIPTION)),
    "the subscription": Row("GET", SUBSCRIPTION, "nothing", 200, A_SUBSCRIPTION),
    "locations": Row("GET", f"{SUBSCRIPTION}/locations", "nothing", 200, listed(A_LOCATION)),
    "providers": Row("GET", f"{SUBSCRIPTION}/providers", "nothing", 200, {"value": "any"}),
    "the provider": Row("GET", PROVIDER, "nothing", 200, THE_PROVIDER),
    "the provider is registered": Row("POST", f"{PROVIDER}/register", "nothing", 200, THE_PROVIDER),
    "the provider is unregistered": Row("POST", f"{PROVIDER}/unregister", "nothing", 200, THE_PROVIDER),
    "a group is created": Row("PUT", GROUP, "nothing", 201, A_GROUP, {"location": "eastus2"}),
    "a group is written again": Row("PUT", GROUP, "group", 200, A_GROUP, {"location": "eastus2"}),
    "a group's tags change": Row("PATCH", GROUP, "group", 200, A_GROUP, {"tags": {"a": "b"}}),
    "a group is read": Row("GET", GROUP, "group", 200, A_GROUP),
    "a group is there": Row("HEAD", GROUP, "group", 204),
    "a group is not there": Row("HEAD", GROUP, "nothing", 404),
    "groups are listed": Row("GET", f"{SUBSCRIPTION}/resourcegroups", "group", 200, listed(A_GROUP)),
    "resources": Row("GET", f"{SUBSCRIPTION}/resources", "account", 200, listed(A_RESOURCE)),
    "tags of a group": Row("GET", TAGS, "group", 200, THE_TAGS),
    "tags of a group are replaced": Row("PUT", TAGS, "group", 200, THE_TAGS, TAGS_BODY),
    "tags of a group are merged": Row(
        "PATCH", TAGS, "group", 200, THE_TAGS, {"operation": "Merge", **TAGS_BODY}
    ),
    "tags of a group are taken away": Row("DELETE", TAGS, "group", 200),
    "a group's resources": Row("GET", f"{GROUP}/resources", "account", 200, listed(A_RESOURCE)),
    "a group is deleted": Row("DELETE", GROUP, "group", 202, headers=POLLED_LATER),
    "a group's deletion goes on": Row("GET", POLL, "group going", 202, headers=POLLED_LATER),
    "a group's deletion has ended": Row("GET", POLL, "group gone", 200),
    "an account is created": Row(
        "PUT", ACCOUNT, "group", 201, AN_ACCOUNT, account_body(), (OPERATION, ETAG)
    ),
    "an account is replaced": Row("PUT", ACCOUNT, "account", 200, AN_ACCOUNT, account_body(), (ETAG,)),
    "an account is restored": Row("PUT", ACCOUNT, "deleted", 201, AN_ACCOUNT, RESTORE, (ETAG,)),
    "an account is patched": Row(
        "PATCH", ACCOUNT, "account", 200, AN_ACCOUNT, {"tags": {"a": "b"}}, (ETAG,)
    ),
    "an account is read": Row("GET", ACCOUNT, "account", 200, AN_ACCOUNT, headers=(ETAG,)),
    "an account is deleted": Row("DELETE", ACCOUNT, "account", 200),
    "no account is deleted": Row("DELETE", ACCOUNT, "group", 204),
    "accounts of a group": Row("GET", ACCOUNT[:-6], "account", 200, listed(AN_ACCOUNT)),
    "accounts of all": Row(
        "GET", f"{PROVIDER}/accounts", "account", 200, listed(AN_ACCOUNT), headers=(FAN_OUT,)
    ),
    "an account's operation": Row("GET", POLL, "account", 200, AN_OPERATION),
    "keys are listed": Row("POST", f"{ACCOUNT}/listKeys", "account", 200, KEYS),
    "a key is made anew": Row(
        "POST", f"{ACCOUNT}/regenerateKey", "account", 200, KEYS, {"keyName": "Key1"}
    ),
    "an account's models": Row("GET", f"{ACCOUNT}/models", "account", 200, listed(A_MODEL)),
    "an account's skus": Row("GET", f"{ACCOUNT}/skus", "account", 200, listed(AN_ACCOUNT_SKU)),
    "an account's usages": Row("GET", f"{ACCOUNT}/usages", "account", 200, listed(A_USAGE)),
    "a deployment is created": Row(
        "PUT", DEPLOYMENT, "account", 201, A_DEPLOYMENT, deployment_body(), (ETAG,)
    ),
    "a deployment is replaced": Row(
        "PUT", DEPLOYMENT, "deployment", 200, A_DEPLOYMENT, deployment_body(), (ETAG,)
    ),
    "a deployment is patched": Row(
        "PATCH", DEPLOYMENT, "deployment", 200, A_DEPLOYMENT, {"tags": {"a": "b"}}, (ETAG,)
    ),
    "a deployment is read": Row("GET", DEPLOYMENT, "deployment", 200, A_DEPLOYMENT, headers=(ETAG,)),
    "deployments are listed": Row(
        "GET", f"{ACCOUNT}/deployments", "deployment", 200, listed(A_DEPLOYMENT)
    ),
    "a deployment's skus": Row(
        "GET", f"{DEPLOYMENT}/skus", "deployment", 200, listed({**AN_ACCOUNT_SKU, "capacity": {"maximum": N}})
    ),
    "a deployment is deleted": Row("DELETE", DEPLOYMENT, "deployment", 200),
    "no deployment is deleted": Row("DELETE", DEPLOYMENT, "account", 204),
    "deleted accounts": Row(
        "GET", f"{PROVIDER}/deletedAccounts", "deleted", 200, listed(A_DELETED_ACCOUNT), headers=(FAN_OUT,)
    ),
    "a deleted account": Row("GET", DELETED, "deleted", 200, A_DELETED_ACCOUNT),
    "a deleted account is purged": Row(
        "DELETE", DELETED, "deleted", 202, headers=(OPERATION, "location")
    ),
    "a purge's operation": Row("GET", POLL, "purged", 200, AN_OPERATION),
    "a filter is created": Row("PUT", POLICY, "account", 201, A_POLICY, POLICY_BODY, headers=("etag",)),
    "a filter is replaced": Row("PUT", POLICY, "policy", 200, A_POLICY, POLICY_BODY, headers=("etag",)),
    "a filter is read": Row("GET", POLICY, "policy", 200, A_POLICY, headers=("etag",)),
    "filters are listed": Row("GET", f"{ACCOUNT}/raiPolicies", "account", 200, listed(A_LISTED_POLICY)),
    "a filter is deleted": Row("DELETE", POLICY, "policy", 202, headers=("azure-asyncoperation", "location")),
    "no filter is deleted": Row("DELETE", POLICY, "account", 204),
    "models of a location": Row(
        "GET", f"{PROVIDER}/locations/eastus2/models", "nothing", 200, listed(A_MODEL_ROW)
    ),
    "usages of a location": Row(
        "GET", f"{PROVIDER}/locations/eastus2/usages", "nothing", 200, listed(A_USAGE)
    ),
    "skus": Row("GET", f"{PROVIDER}/skus", "nothing", 200, listed(A_SKU)),
    "capacities of a location": Row(
        "GET", f"{PROVIDER}/locations/eastus2/modelCapacities", "nothing", 200, listed(A_CAPACITY)
    ),
    "capacities of all": Row(
        "GET", f"{PROVIDER}/modelCapacities", "nothing", 200, listed(A_CAPACITY), headers=(FAN_OUT,)
    ),
    "a capacity is calculated": Row(
        "POST", f"{PROVIDER}/calculateModelCapacity", "nothing", 200,
        {"model": {"name": S}, "skuName": S, "estimatedCapacity": {"value": N, "deployableValue": N}}, WORKLOAD,
    ),
    "a subdomain is asked for": Row(
        "POST", f"{PROVIDER}/checkDomainAvailability", "nothing", 200,
        {"isSubdomainAvailable": B, "reason": "null", "subdomainName": S, "type": "null"}, DOMAIN,
    ),
    "quota tiers": Row("GET", f"{PROVIDER}/quotaTiers", "nothing", 200, listed(A_TIER)),
    "the quota tier": Row("GET", TIER, "nothing", 200, A_TIER),
    "the quota tier is written": Row(
        "PUT", TIER, "nothing", 200, A_TIER, {"properties": {"tierUpgradePolicy": "NoAutoUpgrade"}}
    ),
    "the quota tier is patched": Row(
        "PATCH", TIER, "nothing", 200, A_TIER, {"properties": {"tierUpgradePolicy": "NoAutoUpgrade"}}
    ),
    "a template is validated": Row("POST", f"{RUN}/validate", "group", 200, A_RUN, TEMPLATE),
    "a template is foreseen": Row("POST", f"{RUN}/whatIf", "group", 202, None, TEMPLATE, POLLED_LATER),
    "what a template would change": Row(
        "GET", POLL, "foreseen", 200,
        {"status": S, "properties": {"correlationId": S, "changes": [{"resourceId": S, "changeType": S, "after": {"*": "any"}}]}},
    ),
    "a template is run": Row("PUT", RUN, "group", 201, A_RUN, TEMPLATE, (OPERATION,)),
    "a template is run again": Row("PUT", RUN, "run", 200, A_RUN, TEMPLATE, (OPERATION,)),
    "a run is polled": Row("GET", POLL, "run", 200, {"status": S}),
    "a run is read": Row("GET", RUN, "run", 200, A_RUN),
    "a run is there": Row("HEAD", RUN, "run", 204),
    "runs are listed": Row("GET", RUN[:-4], "run", 200, listed(A_RUN)),
    "a run's operations": Row("GET", f"{RUN}/operations", "run", 200, listed(A_ROW)),
    "a run's operations as az asks": Row(
        "GET", f"{GROUP}/deployments/run/operations", "run", 200, listed(A_ROW)
    ),
    "a run's template": Row(
        "POST", f"{RUN}/exportTemplate", "run", 200,
        {"template": {"$schema": S, "contentVersion": S, "parameters": "any", "resources": "any", "outputs": "any"}},
    ),
    "a run is cancelled": Row("POST", f"{RUN}/cancel", "run going", 204),
    "a run is forgotten": Row("DELETE", RUN, "run", 204),
    "a template's hash": Row(
        "POST", "/providers/Microsoft.Resources/calculateTemplateHash", "nothing", 200,
        {"minifiedTemplate": S, "templateHash": S}, group_template(),
    ),
    "a role is assigned": Row("PUT", ASSIGNMENT, "group", 201, AN_ASSIGNMENT, ASSIGNMENT_BODY),
    "a role is assigned again": Row("PUT", ASSIGNMENT, "assignment", 200, AN_ASSIGNMENT, ASSIGNMENT_BODY),
    "a role assignment": Row("GET", ASSIGNMENT, "assignment", 200, AN_ASSIGNMENT),
    "role assignments": Row(
        "GET", f"{SUBSCRIPTION}/{ROLES}/roleAssignments", "nothing", 200, listed(AN_ASSIGNMENT)
    ),
    "a role is taken away": Row("DELETE", ASSIGNMENT, "assignment", 200, AN_ASSIGNMENT),
    "no role is taken away": Row("DELETE", ASSIGNMENT, "group", 204),
    "role definitions": Row("GET", f"{GROUP}/{ROLES}/roleDefinitions", "group", 200, listed(A_ROLE)),
    "a role definition": Row("GET", f"{GROUP}/{ROLES}/roleDefinitions/{READER}", "group", 200, A_ROLE),
    "own permissions": Row("GET", f"{GROUP}/{ROLES}/permissions", "group", 200, listed(A_PERMISSION)),
    "a scope is locked": Row("PUT", LOCK, "group", 201, A_LOCK, LOCK_BODY),
    "a lock is written again": Row("PUT", LOCK, "lock", 200, A_LOCK, LOCK_BODY),
    "a lock is read": Row("GET", LOCK, "lock", 200, A_LOCK),
    "locks are listed": Row("GET", f"{GROUP}/{ROLES}/locks", "lock", 200, listed(A_LOCK)),
    "a scope is unlocked": Row("DELETE", LOCK, "lock", 200),
    "no lock is taken away": Row("DELETE", LOCK, "group", 204),
}  # fmt: skip
