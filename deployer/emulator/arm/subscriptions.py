"""The subscription, its locations, and the registration of the resource provider."""

from __future__ import annotations

from deployer.emulator.arm.api_versions import ACCOUNTS, PREVIEWS
from deployer.emulator.arm.refusals import RequestRefusal
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.regions import AZURE_REGIONS
from deployer.emulator.router import Answer, Call
from deployer.emulator.state.catalogue import REGIONS
from deployer.emulator.state.records import SUBSCRIPTION, TENANT_ID, JsonObject, subscription_id

_NAMESPACES = {
    "microsoft.cognitiveservices": "Microsoft.CognitiveServices",
    "microsoft.authorization": "Microsoft.Authorization",
    "microsoft.resources": "Microsoft.Resources",
}

# Whom the provider acts as in a subscription (recorded 2019-03-21, azure-powershell).
_AUTHORIZATIONS = [
    {
        "applicationId": "7d312290-28c8-473c-a0ed-8e53749b6d6d",
        "roleDefinitionId": "5cb87f79-a7c3-4a95-9414-45b65974b51b",
    }
]


async def list_tenants(_cloud: EmulatedCloud, _call: Call) -> Answer:
    """The one tenant; whoever has signed in may see it."""
    body = {
        "id": f"/tenants/{TENANT_ID}",
        "tenantId": TENANT_ID,
        "countryCode": "US",
        "displayName": "Emulator",
        "domains": ["emulator.invalid"],
        "tenantCategory": "Home",
        "defaultDomain": "emulator.invalid",
        "tenantType": "AAD",
    }
    return Answer({"value": [body]})


async def list_subscriptions(cloud: EmulatedCloud, call: Call) -> Answer:
    """The subscription, for whoever holds a role in it."""
    may_see = bool(cloud.authorization.permissions(call.caller.object_id, subscription_id()))
    return Answer({"value": [subscription_body()] if may_see else []})


async def get_subscription(cloud: EmulatedCloud, _call: Call) -> Answer:
    """The subscription."""
    tags = dict(cloud.store.subscription_tags())
    return Answer({**subscription_body(), **({"tags": tags} if tags else {})})


async def list_locations(_cloud: EmulatedCloud, _call: Call) -> Answer:
    """The regions, with their display names."""
    rows = [
        {
            "id": f"{subscription_id()}/locations/{name}",
            "name": name,
            "type": "Region",
            "displayName": display,
            "regionalDisplayName": display,
            "metadata": {"regionType": "Physical", "regionCategory": "Recommended"},
        }
        for name, display in AZURE_REGIONS.items()
    ]
    return Answer({"value": rows})


async def list_providers(cloud: EmulatedCloud, _call: Call) -> Answer:
    """The resource providers that are played here; Azure lists hundreds."""
    return Answer({"value": [_provider(cloud, one) for one in _NAMESPACES]})


async def get_provider(cloud: EmulatedCloud, call: Call) -> Answer:
    """A resource provider and whether the subscription is registered for it."""
    return Answer(_provider(cloud, call["namespace"]))


async def register_provider(cloud: EmulatedCloud, call: Call) -> Answer:
    """Register the subscription: `Registering` for as long as the switch `registrationSeconds` says."""
    ours = call["namespace"].lower() == "microsoft.cognitiveservices"
    if ours and not is_registered(cloud) and cloud.registered_at is None:
        cloud.register(cloud.clock.wall() + cloud.settings.registration_seconds)
    return Answer(_provider(cloud, call["namespace"]))


async def unregister_provider(cloud: EmulatedCloud, call: Call) -> Answer:
    """End the registration; at once, which Azure's `Unregistering` is not."""
    if call["namespace"].lower() == "microsoft.cognitiveservices":
        _state_registered(cloud, False)
    return Answer(_provider(cloud, call["namespace"]))


def is_registered(cloud: EmulatedCloud) -> bool:
    """Whether the subscription is registered for the provider; a registration whose time is over is done."""
    if cloud.registered_at is not None and cloud.registered_at <= cloud.clock.wall():
        _state_registered(cloud, True)
    return cloud.settings.provider_registered


def _state_registered(cloud: EmulatedCloud, registered: bool) -> None:
    stated = cloud.store.stated_settings().values
    with cloud.store.together():
        cloud.register(None)
        cloud.state_settings({**stated, "providerRegistered": registered})


def _provider(cloud: EmulatedCloud, asked: str) -> JsonObject:
    namespace = _NAMESPACES.get(asked.lower())
    if namespace is None:
        played = ", ".join(_NAMESPACES.values())
        raise RequestRefusal.NAMESPACE_NOT_PLAYED.error(namespace=asked, played=played)
    ours = namespace == "Microsoft.CognitiveServices"
    waiting = "NotRegistered" if cloud.registered_at is None else "Registering"
    registered = not ours or is_registered(cloud)
    return {
        "id": f"{subscription_id()}/providers/{namespace}",
        "namespace": namespace,
        **({"authorizations": _AUTHORIZATIONS} if ours else {}),
        "resourceTypes": resource_types()[namespace.lower()],
        "registrationState": "Registered" if registered else waiting,
        "registrationPolicy": "RegistrationRequired",
    }


def resource_types() -> dict[str, list[JsonObject]]:
    """The types of every resource provider, by lower-cased namespace."""
    ours = [
        {
            "resourceType": name,
            "locations": list(REGIONS.values()),
            "apiVersions": sorted((*ACCOUNTS, *PREVIEWS), reverse=True),
            "capabilities": "None",
        }
        for name in ("accounts", "accounts/deployments", "deletedAccounts", "locations/models")
    ]
    return {name: ours if name == "microsoft.cognitiveservices" else [] for name in _NAMESPACES}


def subscription_body() -> JsonObject:
    """The subscription as GET answers it."""
    return {
        "id": subscription_id(),
        "subscriptionId": SUBSCRIPTION,
        "tenantId": TENANT_ID,
        "displayName": "deployer emulator",
        "state": "Enabled",
        "tags": {},
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
    }
