"""The ARM template: one file for everybody, whether a person at a form, a parameter file or our own engine fills it in.

Who leaves the arrays empty describes a single account with the simple parameters; who fills them says everything. One
serial loop writes the deployments of all accounts: Azure takes one write at a time per account, and a template has no
other way to keep to that (https://github.com/Azure/azure-dev/issues/9398). No languageVersion 2.0: the tools that check
templates do not see into it.
"""

from __future__ import annotations

import json

from deployer import __version__
from deployer.catalog import api_versions
from deployer.catalog.roles import CAN
from deployer.core.state import DesiredState
from deployer.export.arm_items import ACCOUNT_SKU, Object, of_state
from deployer.export.model_choices import SKU
from deployer.export.template_parameters import parameters

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
CONTENT_VERSION = "1.0.0.0"
ACCOUNT = "Microsoft.CognitiveServices/accounts"
ROLE_ASSIGNMENT = "Microsoft.Authorization/roleAssignments"
ROLE_DEFINITION = "Microsoft.Authorization/roleDefinitions"


def text(desired: DesiredState) -> str:
    """The template whose arrays are filled with this state unless somebody fills them otherwise."""
    return as_file(template(of_state(desired)))


def generic_text() -> str:
    """The template with empty arrays: azuredeploy.json."""
    return as_file(template({}))


def as_file(document: Object) -> str:
    """JSON as it is committed."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def template(arrays: Object) -> Object:
    """The template; `arrays` are defaults for its array parameters."""
    return {
        "$schema": SCHEMA,
        "contentVersion": CONTENT_VERSION,
        "metadata": {"_generator": {"name": "deployer", "version": __version__}},
        "parameters": parameters(arrays),
        "variables": _variables(),
        "resources": _resources(),
        "outputs": _outputs(),
    }


def _variables() -> Object:
    account_id = f"resourceId('{ACCOUNT}', parameters('accountName'))"
    principal = "parameters('principalIds')[copyIndex('principalRoles')]"
    model = "split(parameters('models')[copyIndex('modelDeployments')], '@')"
    role = f"subscriptionResourceId('{ROLE_DEFINITION}', '{CAN['use'].id}')"
    return {
        "copy": [
            {
                "name": "modelDeployments",
                "count": "[length(parameters('models'))]",
                "input": {
                    "account": 0,
                    "name": f"[{model}[0]]",
                    "tags": "[parameters('tags')]",
                    "sku": {"name": SKU, "capacity": "[parameters('capacity')]"},
                    "properties": {
                        "model": {
                            "format": "OpenAI",
                            "name": f"[{model}[0]]",
                            "version": f"[{model}[1]]",
                        },
                        "versionUpgradeOption": "[parameters('versionUpgradeOption')]",
                    },
                },
            },
            {
                "name": "principalRoles",
                "count": "[length(parameters('principalIds'))]",
                "input": {
                    "account": 0,
                    "name": f"[guid({account_id}, {principal}, {role})]",
                    "properties": {
                        "roleDefinitionId": f"[{role}]",
                        "principalId": f"[{principal}]",
                        "principalType": "[parameters('principalType')]",
                    },
                },
            },
        ],
        "singleAccount": {
            "name": "[parameters('accountName')]",
            "location": "[parameters('openAiLocation')]",
            "kind": "[parameters('kind')]",
            "sku": {"name": ACCOUNT_SKU},
            "tags": "[parameters('tags')]",
            "identity": {"type": "SystemAssigned"},
            "properties": {
                "customSubDomainName": "[parameters('customSubDomainName')]",
                "disableLocalAuth": "[parameters('disableLocalAuth')]",
                "publicNetworkAccess": "[parameters('publicNetworkAccess')]",
                "restore": "[parameters('restore')]",
            },
        },
        "accounts": _unless_given("createArray(variables('singleAccount'))", "accounts"),
        "deployments": _unless_given("variables('modelDeployments')", "deployments"),
        "roleAssignments": _unless_given("variables('principalRoles')", "roleAssignments"),
    }


def _unless_given(single: str, parameter: str) -> str:
    """What describes the single account, unless somebody described several."""
    return f"[if(empty(parameters('accounts')), {single}, parameters('{parameter}'))]"


def _resources() -> list[Object]:
    account, deployment, role = (
        f"variables('{name}')[copyIndex()]"
        for name in ("accounts", "deployments", "roleAssignments")
    )
    return [
        {
            "condition": f"[if(contains({account}, 'existing'), not({account}.existing), true())]",
            "type": ACCOUNT,
            "apiVersion": api_versions.ARM,
            "name": f"[{account}.name]",
            "location": f"[{account}.location]",
            "tags": f"[{account}.tags]",
            "sku": f"[{account}.sku]",
            "kind": f"[{account}.kind]",
            "identity": f"[if(contains({account}, 'identity'), {account}.identity, null())]",
            "copy": {"name": "accounts", "count": "[length(variables('accounts'))]"},
            "properties": f"[{account}.properties]",
        },
        {
            "type": f"{ACCOUNT}/deployments",
            "apiVersion": api_versions.ARM,
            "name": f"[format('{{0}}/{{1}}', variables('accounts')[{deployment}.account].name, {deployment}.name)]",
            "tags": f"[{deployment}.tags]",
            "sku": f"[{deployment}.sku]",
            "copy": {
                "name": "deployments",
                "count": "[length(variables('deployments'))]",
                "mode": "serial",
                "batchSize": 1,
            },
            "dependsOn": ["accounts"],
            "properties": f"[{deployment}.properties]",
        },
        {
            "scope": f"[resourceId('{ACCOUNT}', variables('accounts')[{role}.account].name)]",
            "type": ROLE_ASSIGNMENT,
            "apiVersion": api_versions.AUTHORIZATION,
            "name": f"[{role}.name]",
            "copy": {"name": "roleAssignments", "count": "[length(variables('roleAssignments'))]"},
            "dependsOn": ["accounts"],
            "properties": f"[{role}.properties]",
        },
    ]


def _outputs() -> Object:
    account, deployment = (
        f"variables('{name}')[copyIndex()]" for name in ("accounts", "deployments")
    )
    first = _endpoint("variables('accounts')[0]")
    return {
        "endpoint": {
            "type": "string",
            "value": f"[{first}]",
            "metadata": {"description": "Where the first account is reached."},
        },
        "accounts": {
            "type": "array",
            "copy": {
                "count": "[length(variables('accounts'))]",
                "input": {
                    "name": f"[{account}.name]",
                    "id": f"[resourceId('{ACCOUNT}', {account}.name)]",
                    "endpoint": f"[{_endpoint(account)}]",
                },
            },
            "metadata": {"description": "Every account with its id and endpoint."},
        },
        "deployments": {
            "type": "array",
            "copy": {
                "count": "[length(variables('deployments'))]",
                "input": f"[format('{{0}}/{{1}}', variables('accounts')[{deployment}.account].name, {deployment}.name)]",
            },
            "metadata": {"description": "Every deployment as account/deployment."},
        },
    }


def _endpoint(account: str) -> str:
    # With its api-version, because an account that is only named is not deployed by the template.
    return f"reference(resourceId('{ACCOUNT}', {account}.name), '{api_versions.ARM}').endpoint"
