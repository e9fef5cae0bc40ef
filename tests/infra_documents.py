"""Documents for the Pulumi program, and what it registers for them, as raw requests."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import azure_openai
from command_line import command
from google.protobuf import json_format

from deployer.engines.pulumi.graph import Recorder, record

INFRA = Path(__file__).parents[1] / "infra"
SUBSCRIPTION = "00000000-0000-4000-8000-000000000000"
PRINCIPAL = "11111111-1111-4111-8111-111111111111"
USER_ROLE = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
DAYS = {"local": "2025-02-06"}
"""As of which day a configuration is exported, where its models are of another time than the others'."""

GROUP = "azure-native:resources:ResourceGroup"
ACCOUNT = "azure-native:cognitiveservices:Account"
DEPLOYMENT = "azure-native:cognitiveservices:Deployment"
POLICY = "azure-native:cognitiveservices:RaiPolicy"
ROLE = "azure-native:authorization:RoleAssignment"


def deployment(name="realtime", **fields: Any) -> dict[str, Any]:
    model = {"format": "OpenAI", "name": "gpt-realtime", "version": "2025-08-28"}
    return {
        "name": name,
        "model": model,
        "sku": {"name": "GlobalStandard", "capacity": 1},
        "versionUpgradeOption": "NoAutoUpgrade",
        **fields,
    }


def policy(name="Strict") -> dict[str, Any]:
    hate = {"name": "hate", "source": "Prompt", "enabled": True, "blocking": True}
    return {"name": name, "basePolicyName": "Microsoft.DefaultV2", "contentFilters": [hate]}


def role(principal=PRINCIPAL) -> dict[str, Any]:
    definitions = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    return {
        "name": "33333333-3333-4333-8333-333333333333",
        "roleDefinitionId": f"{definitions}/{USER_ROLE}",
        "principalId": principal,
    }


def account(name="voice-eus2", *deployments: dict[str, Any], **fields: Any) -> dict[str, Any]:
    inside = list(deployments or (deployment(),))
    return {"name": name, "location": "eastus2", "deployments": inside, **fields}


def document(*accounts: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return copy.deepcopy(
        {
            "formatVersion": 1,
            "name": "voice",
            "subscription": SUBSCRIPTION,
            "resourceGroup": {"name": "rg-voice", "location": "eastus2", "manage": True},
            "protect": True,
            "accounts": list(accounts or (account(),)),
            **fields,
        }
    )


def registered(wanted: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The raw request of each resource by `<type>::<name>`, components and the stack left out."""
    recorder = Recorder()
    record(recorder, lambda: azure_openai.declare(wanted, **options))
    return {f"{one.type}::{one.name}": one for one in recorder.requests if one.custom}


def tail(urn: str) -> str:
    """`<type>::<name>` of a URN."""
    _, _, kinds, name = urn.split("::", 3)
    return f"{kinds.rpartition('$')[2]}::{name}"


def edges(requests: dict[str, Any]) -> dict[str, list[str]]:
    """What each waits for."""
    return {key: [tail(urn) for urn in one.dependencies] for key, one in requests.items()}


def inputs(request: Any) -> dict[str, Any]:
    """What Azure is told, as plain data."""
    found: dict[str, Any] = json.loads(json.dumps(json_format.MessageToDict(request.object)))
    return found


def exported(config: Path) -> dict[str, Any]:
    """The document that the command makes of a configuration, on a fixed day and with ids of nobody."""
    day = DAYS.get(config.stem, "2026-04-23")
    ended = command(
        *("export", config, "--to", "desired", "--on", day, "--self-id", PRINCIPAL),
        AZURE_SUBSCRIPTION_ID=SUBSCRIPTION,
    )
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found
