"""How an account is shown: what its owner stated, and the many fields that Azure fills in by itself.

Recorded 2025-10-28 (kind OpenAI) and 2026-06-22 (kind AIServices). Addresses are composed here, never stored.
"""

from __future__ import annotations

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.state.records import (
    ACCOUNT_TYPE,
    OPENAI_HOST,
    SERVICES_HOST,
    TENANT_ID,
    Account,
    JsonObject,
    normalised,
    subscription_id,
)

_OPENAI_APIS = (
    "OpenAI Language Model Instance API",
    "OpenAI Dall-E API",
    "OpenAI Moderations API",
    "OpenAI Whisper API",
    "OpenAI Model Scaleset API",
    "OpenAI Realtime API",
    "OpenAI Sora API",
    "Token Service API",
)
_AI_SERVICES_APIS = (
    "AI Foundry API",
    "Azure AI Model Inference API",
    "Content Safety",
    "Speech Services Speech to Text",
)


def endpoint(cloud: EmulatedCloud, account: Account) -> str:
    """Where an account is reached; Azure would name a host of its own here."""
    return f"{cloud.address}/{cloud.store.segment(account)}/"


def openai_endpoint(cloud: EmulatedCloud, account: Account) -> str:
    """Where OpenAI's protocols are reached: for kind AIServices not where everything else is."""
    if account.kind == "AIServices":
        return f"{cloud.address}/{cloud.store.segment(account)}{OPENAI_HOST}/"
    return endpoint(cloud, account)


def own_address(cloud: EmulatedCloud, account: Account) -> str | None:
    """Where an account is reached without a prefix, for clients that drop one; None while it has no port of its own."""
    port = cloud.ports.get(cloud.store.segment(account))
    return f"https://localhost:{port}" if port else None


def account_body(cloud: EmulatedCloud, account: Account, state: str | None = None) -> JsonObject:
    """An account as GET answers it."""
    body: JsonObject = {
        "id": account.id,
        "name": account.name,
        "type": ACCOUNT_TYPE,
        "etag": account.etag if state == "Creating" else shown_etag(cloud, account),
        "location": account.location,
        "sku": {"name": account.sku},
        "kind": account.kind,
        "properties": _properties(cloud, account),
        "systemData": dict(account.system_data),
    }
    body["properties"]["provisioningState"] = state or provisioning_state(cloud, account)
    if account.tags is not None:
        body["tags"] = dict(account.tags)
    if account.identity is not None:
        body["identity"] = dict(account.identity)
    return body


def deleted_account_body(cloud: EmulatedCloud, account: Account) -> JsonObject:
    """A soft-deleted account: all live properties, and when it was deleted and will be purged."""
    body = account_body(cloud, account, "Succeeded")
    body["id"] = deleted_account_id(account)
    body["type"] = "Microsoft.CognitiveServices/deletedAccounts"
    dates = {"deletionDate": account.deleted_at, "scheduledPurgeDate": account.purge_at}
    body["properties"].update(dates)
    return body


def deleted_account_id(account: Account) -> str:
    """The id of a soft-deleted account, which needs its location and a group that may be gone."""
    return (
        f"{subscription_id()}/providers/Microsoft.CognitiveServices/locations/"
        f"{normalised(account.location)}/resourceGroups/{account.group}"
        f"/deletedAccounts/{account.name}"
    )


def shown_etag(cloud: EmulatedCloud, account: Account) -> str:
    """An account's etag at this moment."""
    ready = account.ready_at <= cloud.clock.wall()
    return (ready and account.etag_when_ready) or account.etag


def waiting_headers(cloud: EmulatedCloud, account: Account) -> dict[str, str]:
    """When to look again at an account that is on its way: whoever is told of no operation polls the account itself."""
    waiting = provisioning_state(cloud, account) in ("Creating", "Accepted")
    return cloud.settings.poll_headers() if waiting else {}


def provisioning_state(cloud: EmulatedCloud, account: Account) -> str:
    """`Creating` or `Accepted` while an operation goes on, `Accepted` also while a child is written."""
    if account.ready_at > cloud.clock.wall():
        return "Creating" if account.is_new else "Accepted"
    if account.failure is not None:
        return "Failed"
    return "Accepted" if cloud.locks.in_flight(account.id) else "Succeeded"


def _properties(cloud: EmulatedCloud, account: Account) -> JsonObject:
    here = endpoint(cloud, account)
    services = account.kind == "AIServices"
    names = _OPENAI_APIS + (_AI_SERVICES_APIS if services else ())
    foundry = f"{cloud.address}/{cloud.store.segment(account)}{SERVICES_HOST}/"
    return {
        "endpoint": here,
        "internalId": account.internal_id,
        "dateCreated": account.created,
        "callRateLimit": {"rules": _call_rate_rules()},
        "isMigrated": False,
        "allowProjectManagement": False,
        "publicNetworkAccess": "Enabled",
        **account.properties,
        "apiProperties": {
            **({"qnaAzureSearchEndpointKey": None} if services else {}),
            **account.properties.get("apiProperties", {}),
        },
        "privateEndpointConnections": [],
        "capabilities": [
            {"name": "VirtualNetworks"},
            {"name": "CustomerManagedKey"},
            {"name": "MaxFineTuneCount", "value": "500"},
            {"name": "MaxTrainingFileSize", "value": "512000000"},
            {"name": "NetworkSecurityPerimeter"},
        ],
        "endpoints": dict.fromkeys(names, here)
        | dict.fromkeys(_OPENAI_APIS, openai_endpoint(cloud, account))
        | ({"AI Foundry API": foundry} if services else {}),
    }


def _call_rate_rules() -> list[JsonObject]:
    limits = {"dalle": 30, "images": 30, "audio": 30, "assistants": 600, "vectorstores": 600}
    return [
        {
            "key": f"openai.{area}.post",
            "renewalPeriod": 1,
            "count": count,
            "matchPatterns": [{"path": f"openai/{area}/*", "method": "POST"}],
        }
        for area, count in limits.items()
    ]


def with_principal(identity: JsonObject | None, principal_id: str) -> JsonObject | None:
    """A managed identity as Azure echoes it; the ids are Azure's to give."""
    if identity is None or "SystemAssigned" not in str(identity.get("type", "")):
        return identity
    return {**identity, "principalId": principal_id, "tenantId": TENANT_ID}
