"""The portal's form for the template: pages of questions that explain themselves, and outputs that are its parameters.

Elements and functions: Microsoft's documentation of form views (2026-05-29) and of createUiDefinition.
"""

from __future__ import annotations

from deployer.catalog.regions import DISPLAY_NAMES
from deployer.export.arm import ACCOUNT
from deployer.export.arm_items import Object
from deployer.export.model_choices import ModelChoice, choices, default_models
from deployer.export.template_parameters import KINDS, NETWORK_ACCESS, PRINCIPAL_TYPES, UPGRADES

SCHEMA = "https://schema.management.azure.com/schemas/2021-09-09/uiFormDefinition.schema.json#"
MOST_CAPACITY = 30
"""The slider's end. Whoever has more quota writes `deployments`."""

_NAME = "^[a-zA-Z0-9][a-zA-Z0-9-]{1,63}$"
_GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_KIND_LABELS = {
    "AIServices": "AI Services (recommended)",
    "OpenAI": "Azure OpenAI only",
}
_UPGRADE_LABELS = {
    "NoAutoUpgrade": "Never: the version stays until it retires",
    "OnceCurrentVersionExpired": "When the version retires",
    "OnceNewDefaultVersionAvailable": "As soon as there is a new default version",
}
_NETWORK_LABELS = {
    "Enabled": "From the internet",
    "Disabled": "Only through a private endpoint",
}
_ARRAYS = {
    "accounts": "Accounts",
    "deployments": "Deployments",
    "roleAssignments": "Role assignments",
}
_PRINCIPAL_LABELS = {
    "User": "Users",
    "Group": "Groups",
    "ServicePrincipal": "Service principals or managed identities",
}


def form() -> Object:
    """The form as uiFormDefinition.json has it."""
    return {
        "$schema": SCHEMA,
        "view": {
            "kind": "Form",
            "properties": {
                "title": "Azure OpenAI: audio and realtime models",
                "steps": [_basics(), _models(), _access(), _tags(), _advanced()],
            },
            "outputs": {
                "kind": "ResourceGroup",
                "resourceGroupId": "[steps('basics').resourceScope.resourceGroup.id]",
                "location": "[steps('basics').resourceScope.location.name]",
                "parameters": _outputs(),
            },
        },
    }


def _outputs() -> Object:
    tags = "steps('tags').tags"
    chosen = f"if(contains({tags}, '{ACCOUNT}'), {tags}['{ACCOUNT}'], parse('{{}}'))"
    ids = "replace(coalesce(steps('access').principalIds, ''), ' ', '')"
    return {
        "openAiLocation": "[steps('basics').openAiLocation]",
        "accountName": "[steps('basics').accountName]",
        "kind": "[steps('basics').kind]",
        "customSubDomainName": "[steps('basics').customSubDomainName]",
        "publicNetworkAccess": "[steps('access').publicNetworkAccess]",
        "disableLocalAuth": "[steps('access').disableLocalAuth]",
        "restore": "[steps('advanced').restore]",
        "models": "[steps('models').models]",
        "capacity": "[steps('models').capacity]",
        "versionUpgradeOption": "[steps('models').versionUpgradeOption]",
        "principalIds": f"[if(empty({ids}), parse('[]'), split({ids}, ','))]",
        "principalType": "[steps('access').principalType]",
        "tags": f"[{chosen}]",
        **{name: f"[parse({_pasted(name)})]" for name in _ARRAYS},
    }


def _pasted(name: str) -> str:
    box = f"steps('advanced').{name}"
    return f"if(empty({box}), '[]', {box})"


def _basics() -> Object:
    return _step(
        "basics",
        "Basics",
        {
            "name": "resourceScope",
            "type": "Microsoft.Common.ResourceScope",
            "location": {
                "label": "Location of the resource group",
                "toolTip": "Where the group's own record is kept. The models have a region of their own, below.",
                "resourceTypes": [ACCOUNT],
            },
        },
        _drop_down(
            "openAiLocation",
            "Region of the models",
            "Audio and realtime models are offered in East US 2 and Sweden Central.",
            dict(DISPLAY_NAMES),
        ),
        _text_box(
            "accountName",
            "Account name",
            "The Azure resource that holds the models.",
            "[concat('oai-', substring(guid(), 0, 8))]",
            _NAME,
            "2 to 64 letters, digits and hyphens, the first of them no hyphen.",
        ),
        _text_box(
            "customSubDomainName",
            "Subdomain",
            "The first part of the endpoint's address, unique in all of Azure. Signing in without keys needs one.",
            "[steps('basics').accountName]",
            _NAME,
            "2 to 64 letters, digits and hyphens, the first of them no hyphen.",
        ),
        _drop_down(
            "kind",
            "Kind of account",
            "AI Services holds Azure OpenAI models beside those of others.",
            {kind: _KIND_LABELS[kind] for kind in KINDS},
        ),
    )


def _models() -> Object:
    offered = choices()
    by_value = {one.value: one for one in offered}
    return _step(
        "models",
        "Models",
        {
            "name": "modelsInfo",
            "type": "Microsoft.Common.InfoBox",
            "options": {
                "style": "Info",
                "text": "Each model becomes a deployment of the same name. Audio models answer chat completions "
                "with sound, realtime models hold a conversation. A model marked RETIRED cannot be created any more.",
            },
        },
        {
            "name": "models",
            "type": "Microsoft.Common.DropDown",
            "label": "Models",
            "toolTip": "One audio and one realtime model is a good beginning.",
            "defaultValue": [by_value[value].label for value in default_models()],
            "multiselect": True,
            "selectAll": False,
            "multiLine": True,
            "constraints": {"allowedValues": [_choice(one) for one in offered], "required": True},
        },
        {
            "name": "capacity",
            "type": "Microsoft.Common.Slider",
            "label": "Capacity of each deployment",
            "toolTip": "Units of the model's quota. The default quota of some realtime models is 6 in a region.",
            "min": 1,
            "max": MOST_CAPACITY,
            "subLabel": "units",
            "defaultValue": 1,
            "showStepMarkers": False,
        },
        _drop_down(
            "versionUpgradeOption",
            "Upgrade by Azure",
            "When Azure may move a deployment to another version of its model by itself.",
            {option: _UPGRADE_LABELS[option] for option in UPGRADES},
        ),
    )


def _access() -> Object:
    return _step(
        "access",
        "Access",
        {
            "name": "disableLocalAuth",
            "type": "Microsoft.Common.OptionsGroup",
            "label": "Signing in",
            "toolTip": "Without keys there is nothing to leak: callers show a token of Microsoft Entra ID.",
            "defaultValue": "Without keys (recommended)",
            "constraints": {
                "allowedValues": [
                    {"label": "Without keys (recommended)", "value": True},
                    {"label": "Also with API keys", "value": False},
                ],
                "required": True,
            },
        },
        {
            "name": "publicNetworkAccess",
            "type": "Microsoft.Common.OptionsGroup",
            "label": "Reached",
            "toolTip": "Without the internet you need a private endpoint, which this form does not create.",
            "defaultValue": _NETWORK_LABELS["Enabled"],
            "constraints": {
                "allowedValues": [
                    {"label": _NETWORK_LABELS[one], "value": one} for one in NETWORK_ACCESS
                ],
                "required": True,
            },
        },
        {
            "name": "principalsInfo",
            "type": "Microsoft.Common.InfoBox",
            "options": {
                "style": "Info",
                "text": "Even the owner of the account may not call a model without the role Cognitive Services OpenAI "
                "User. Name the object ids that get it, yours first; leave it empty to assign it later.",
            },
        },
        _text_box(
            "principalIds",
            "Object ids of those who call the models",
            "GUIDs with commas between them: Microsoft Entra ID, the user's or the application's overview, Object ID.",
            None,
            f"^$|^ *{_GUID}( *, *{_GUID})* *$",
            "Object ids (GUIDs) with commas between them.",
            required=False,
        ),
        _drop_down(
            "principalType",
            "They are",
            "What the object ids belong to.",
            {one: _PRINCIPAL_LABELS[one] for one in PRINCIPAL_TYPES},
        ),
    )


def _tags() -> Object:
    return _step(
        "tags",
        "Tags",
        {
            "name": "tags",
            "type": "Microsoft.Common.TagsByResource",
            "resources": [ACCOUNT],
            "toolTip": "Tags of the account; its deployments get the same.",
        },
    )


def _advanced() -> Object:
    return _step(
        "advanced",
        "Advanced",
        {
            "name": "restore",
            "type": "Microsoft.Common.CheckBox",
            "label": "Bring back a deleted account of this name",
            "toolTip": "Azure keeps a deleted account for 48 hours, and with it its name and its subdomain.",
            "defaultValue": False,
        },
        {
            "name": "arraysInfo",
            "type": "Microsoft.Common.InfoBox",
            "options": {
                "style": "Info",
                "text": "For several accounts, paste the values that `deployer export CONFIG --to arm-parameters` writes. "
                "What the other pages say is then not used. Leave them empty for one account.",
            },
        },
        *(
            {
                **_text_box(
                    name,
                    label,
                    f"The value of `{name}` as JSON; nothing for one account.",
                    None,
                    r"^$|^\s*\[[\s\S]*\]\s*$",
                    "A JSON array.",
                    required=False,
                ),
                "multiLine": True,
            }
            for name, label in _ARRAYS.items()
        ),
    )


def _step(name: str, label: str, *elements: Object) -> Object:
    return {"name": name, "label": label, "elements": list(elements)}


def _choice(model: ModelChoice) -> Object:
    return {"label": model.label, "value": model.value}


def _drop_down(name: str, label: str, hint: str, values: dict[str, str]) -> Object:
    """A list of which one is chosen, the first unless somebody chooses."""
    return {
        "name": name,
        "type": "Microsoft.Common.DropDown",
        "label": label,
        "toolTip": hint,
        "defaultValue": next(iter(values.values())),
        "constraints": {
            "allowedValues": [{"label": said, "value": value} for value, said in values.items()],
            "required": True,
        },
    }


def _text_box(
    name: str,
    label: str,
    hint: str,
    default: str | None,
    regex: str,
    message: str,
    *,
    required: bool = True,
) -> Object:
    constraints = {"required": required, "validations": [{"regex": regex, "message": message}]}
    box: Object = {
        "name": name,
        "type": "Microsoft.Common.TextBox",
        "label": label,
        "toolTip": hint,
        "constraints": constraints,
    }
    return box if default is None else {**box, "defaultValue": default}
