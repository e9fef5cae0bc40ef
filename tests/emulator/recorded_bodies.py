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
        "type": "Microsoft.Resources/deployments",
        "apiVersion": "2025-04-01",
        "name": "inner",
        "resourceGroup": "rg",
        "dependsOn": ["[subscriptionResourceId('Microsoft.Resources/resourceGroups', 'rg')]"],
        "properties": {
            "mode": "Incremental",
            "expressionEvaluationOptions": {"scope": "inner"},
            "parameters": {"number": {"value": "[parameters('number')]"}},
            "template": group_template(),
        },
    }
    return {**group_template(), "resources": [group, inner]}
