"""What the template can be told: its parameters, each with a default that works for everybody, and what it means."""

from __future__ import annotations

from typing import Any

from deployer.catalog.regions import DISPLAY_NAMES
from deployer.export.arm_items import KIND, Object
from deployer.export.model_choices import choices, default_models

KINDS = ["AIServices", "OpenAI"]
UPGRADES = ["NoAutoUpgrade", "OnceCurrentVersionExpired", "OnceNewDefaultVersionAvailable"]
PRINCIPAL_TYPES = ["User", "Group", "ServicePrincipal"]
NETWORK_ACCESS = ["Enabled", "Disabled"]
NAME_LENGTHS = (2, 64)


def parameters(arrays: Object) -> Object:
    """The declarations; `arrays` are defaults for the arrays, which describe several accounts."""
    shortest, longest = NAME_LENGTHS
    return {
        "openAiLocation": _parameter(
            "string",
            "eastus2",
            "Region of the account. The audio and realtime models are offered in these two.",
            allowedValues=list(DISPLAY_NAMES),
        ),
        "accountName": _parameter(
            "string",
            "[format('oai-{0}', uniqueString(resourceGroup().id))]",
            "Name of the account, unique in the resource group.",
            minLength=shortest,
            maxLength=longest,
        ),
        "kind": _parameter(
            "string",
            KIND,
            "AIServices, or OpenAI for an account with Azure OpenAI alone.",
            allowedValues=KINDS,
        ),
        "customSubDomainName": _parameter(
            "string",
            "[parameters('accountName')]",
            "Subdomain of the endpoint, unique in all of Azure. Signing in without keys needs one.",
            minLength=shortest,
            maxLength=longest,
        ),
        "publicNetworkAccess": _parameter(
            "string",
            "Enabled",
            "Whether the account is reached from the internet. Disabled needs a private endpoint.",
            allowedValues=NETWORK_ACCESS,
        ),
        "disableLocalAuth": _parameter(
            "bool",
            True,
            "Keyless: callers sign in with Microsoft Entra ID and hold a role. False allows API keys too.",
        ),
        "restore": _parameter(
            "bool",
            False,
            "True once, to bring back an account of this name that was deleted in the last 48 hours.",
        ),
        "models": _parameter(
            "array",
            default_models(),
            "Models to deploy, each as name@version; the deployment is named after the model. "
            f"Known: {_known_models()}.",
        ),
        "capacity": _parameter(
            "int",
            1,
            "Capacity units of each deployment. What a unit is worth depends on the model; the "
            "default quota of some realtime models is 6 units in a region.",
            minValue=1,
        ),
        "versionUpgradeOption": _parameter(
            "string",
            "NoAutoUpgrade",
            "When Azure may move a deployment to another version of its model by itself.",
            allowedValues=UPGRADES,
        ),
        "principalIds": _parameter(
            "array",
            [],
            "Object ids of those who may call the models. Being owner of the account is not enough.",
        ),
        "principalType": _parameter(
            "string", "User", "What the principals are.", allowedValues=PRINCIPAL_TYPES
        ),
        "tags": _parameter("object", {}, "Tags of the account and its deployments."),
        "accounts": _parameter(
            "array",
            arrays.get("accounts", []),
            "For several accounts: name, location, kind, sku, tags and properties of each, as "
            "Azure writes them; an account with existing: true is only named. Empty: one account, "
            "described by the parameters above.",
        ),
        "deployments": _parameter(
            "array",
            arrays.get("deployments", []),
            "With accounts: account (its position in accounts), name, tags, sku and properties of "
            "each deployment.",
        ),
        "roleAssignments": _parameter(
            "array",
            arrays.get("roleAssignments", []),
            "With accounts: account (its position in accounts), name (a GUID) and properties of "
            "each role assignment.",
        ),
    }


def _parameter(kind: str, default: object, description: str, **limits: object) -> Object:
    return {
        "type": kind,
        "defaultValue": _literal(default) if kind in ("array", "object") else default,
        **limits,
        "metadata": {"description": description},
    }


def _literal(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """A value that no template reads an expression into: `[[` stands for a bracket."""
    match value:
        case str() if value.startswith("[") and value.endswith("]"):
            return f"[{value}"
        case list():
            return [_literal(one) for one in value]
        case dict():
            return {_literal(name): _literal(one) for name, one in value.items()}
        case _:
            return value


def _known_models() -> str:
    return ", ".join(
        f"{one.value} (retired {one.retires})" if one.retired else one.value for one in choices()
    )
