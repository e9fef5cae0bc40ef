"""What the replay of recorded exchanges sends: bodies with the recorded members, about the product's own resources."""

from __future__ import annotations

from typing import Any

TAGS = {"azd-env-name": "recorded"}
MODEL = {"format": "OpenAI", "name": "gpt-audio", "version": "2025-08-28"}
CREATE = {"kind": "OpenAI", "sku": {"name": "S0"}, "location": "eastus2", "properties": {}}
NAMED = {**CREATE, "properties": {"customSubDomainName": "voice"}}
DEPLOYMENT = {"sku": {"name": "GlobalStandard", "capacity": 1}, "properties": {"model": MODEL}}

READER = (
    "/subscriptions/00000000-0000-0000-0000-00000000a2a0"
    "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
)
MANAGED = {"location": "eastus2", "managedBy": "somebody", "tags": TAGS}
ON_ERROR = {"type": "SpecificDeployment", "deploymentName": "run"}

SEARCH = {"qnaAzureSearchEndpointId": "https://search.example"}
ADDRESSES = {
    "defaultAction": "Deny",
    "ipRules": [{"value": "200.0.0.1"}],
    "virtualNetworkRules": [],
}
SUBNET = (
    "/subscriptions/00000000-0000-0000-0000-00000000a2a0/resourceGroups/rg"
    "/providers/Microsoft.Network/virtualNetworks/net/subnets/default"
)
SUBNETS = {
    **ADDRESSES,
    "virtualNetworkRules": [{"id": SUBNET, "ignoreMissingVnetServiceEndpoint": True}],
}
FILTER = {
    "name": "Hate",
    "enabled": True,
    "severityThreshold": "Medium",
    "blocking": True,
    "source": "Prompt",
}
BLOCKLIST = {"source": "Completion", "blocklistName": "words", "blocking": True}

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
EMPTY: dict[str, Any] = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": []}
NOT_QUITE_JSON = b"""{"properties": {"parameters": {}, "mode": "Incremental", template:{
  "$schema": "https://schema.management.azure.com/schemas/2015-01-01/deploymentTemplate.json#",
  "contentVersion": "1.0.0.0",
  "resources": [] // nothing yet
}}}"""
"""A body in the form that az sends: a bare key, a comment."""


def body_of(row: dict[str, Any], number: int, listener: str) -> tuple[Any, bytes | None]:
    """The body for an exchange, and its bytes where they are no JSON; `number` makes each template another."""
    if "request" not in row:
        return None, None
    send, path = row.get("send", ""), row["path"]
    at_group = "resourcegroups" in path.lower()
    template = group_template() if at_group else subscription_template()
    bare = {"properties": {"parameters": {}, "mode": "Incremental", "template": EMPTY}}
    if send == "not quite JSON":
        return bare, NOT_QUITE_JSON
    if send == "template":
        parameters = {"number": {"value": str(number), "reference": None}}
        return run_of(template, parameters, at_group), None
    assignment = {
        "roleDefinitionId": READER,
        "principalId": listener,
        "principalType": "ServicePrincipal",
    }
    named: dict[str, Any] = {
        "restore": {"location": "eastus2", "properties": {"restore": True}},
        "subdomain": {"sku": {"name": "S0"}, "properties": {"customSubDomainName": "voice"}},
        "bare template": template,
        "empty template": run_of({**EMPTY, "parameters": {}, "outputs": {}}, {}, at_group),
        "on error": {"properties": {**bare["properties"], "onErrorDeployment": ON_ERROR}},
        "identity": {"identity": {"type": "SystemAssigned"}},
        "lock": {"properties": {"level": "CanNotDelete"}},
        "lock and notes": {"properties": {"level": "ReadOnly", "notes": "why"}},
        "assignment": {"properties": assignment},
        "account with an identity": {**CREATE, "identity": {"type": "SystemAssigned"}},
        "AIServices": {**CREATE, "kind": "AIServices"},
        "slowly, with tags": {**CREATE, "tags": {}},
        "api properties": {**CREATE, "kind": "AIServices", "properties": {"apiProperties": SEARCH}},
        "addresses": {"properties": {"networkAcls": ADDRESSES}},
        "subnets": {"properties": {"networkAcls": SUBNETS}},
        "scale settings": scaled(),
        "content filter": content_filter(),
        "content filter and blocklist": content_filter(BLOCKLIST),
        "across groups": run_of(across_groups("other"), {"number": {"value": "1"}}, at_group),
        "into no group": run_of(across_groups("nowhere"), {"number": {"value": "1"}}, at_group),
        "managed": MANAGED,
        "managed, no tags": {**MANAGED, "tags": {}},
    }
    return named[send] if send in named else _by_path(row), None


def _by_path(row: dict[str, Any]) -> dict[str, Any]:
    path = row["path"]
    if path.endswith("/regenerateKey"):
        return {"keyName": "Key1"}
    if path.endswith("/{deployment}"):
        return DEPLOYMENT
    if path.endswith("/{group}"):
        return {"location": "eastus2", "name": "rg", "tags": TAGS}
    if row["method"] == "PATCH":
        return {"sku": {"name": "S0"}, "tags": {"made": "by az"}, "properties": {}}
    return NAMED if "customSubDomainName" in row["request"]["properties"] else CREATE


def scaled() -> dict[str, Any]:
    """A deployment with the member that had its SKU's name until 2022-12-01."""
    properties = {"model": MODEL, "scaleSettings": {"scaleType": "Standard"}}
    return {**DEPLOYMENT, "properties": properties}


def content_filter(*blocklists: dict[str, Any]) -> dict[str, Any]:
    """A content filter of one's own."""
    properties = {
        "basePolicyName": "Microsoft.Default",
        "contentFilters": [FILTER],
        "customBlocklists": list(blocklists),
    }
    return {"properties": properties}


def run_of(template: dict[str, Any], parameters: Any, at_group: bool) -> dict[str, Any]:
    """The request to deploy, validate or foresee a template."""
    properties = {
        "mode": "Incremental",
        "parameters": parameters,
        "template": template,
        "whatIfSettings": {"resultFormat": "FullResourcePayloads"},
    }
    place = {} if at_group else {"location": "eastus2"}
    return {**place, "properties": properties, "tags": TAGS}


def group_template() -> dict[str, Any]:
    """An account, at a group."""
    account = {
        "type": "Microsoft.CognitiveServices/accounts",
        "apiVersion": "2025-09-01",
        "name": "voice",
        "location": "eastus2",
        "kind": "OpenAI",
        "sku": {"name": "S0"},
        "tags": {"number": "[parameters('number')]"},
        "properties": {},
    }
    return {
        **EMPTY,
        "parameters": {"number": {"type": "string"}},
        "resources": [account],
        "outputs": {"number": {"type": "string", "value": "[parameters('number')]"}},
    }


def across_groups(group: str) -> dict[str, Any]:
    """An account, and beside it another one in another group."""
    here, there = group_template(), group_template()
    there["resources"] = [{**there["resources"][0], "name": "speech"}]
    return {**here, "resources": [*here["resources"], nested(there, group)]}


def nested(template: dict[str, Any], group: str) -> dict[str, Any]:
    """A deployment into a group as a resource of a template."""
    return {
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2025-04-01",
        "name": "inner",
        "resourceGroup": group,
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {"number": {"value": "[parameters('number')]"}},
            "template": template,
        },
    }


def subscription_template() -> dict[str, Any]:
    """A group and, in a deployment of its own that waits for it, an account."""
    group = {
        "type": "Microsoft.Resources/resourceGroups",
        "apiVersion": "2025-04-01",
        "name": "rg",
        "location": "eastus2",
        "tags": {**TAGS, "number": "[parameters('number')]"},
        "properties": {},
    }
    inner = {
        **nested(group_template(), "rg"),
        "dependsOn": ["[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'rg')]"],
    }
    return {**group_template(), "resources": [group, inner]}
