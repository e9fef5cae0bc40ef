"""What a template sees of where it is deployed: subscription, group, tenant, cloud, providers, and the deployment itself."""

from __future__ import annotations

from deployer.emulator.arm.groups import group_body
from deployer.emulator.arm.subscriptions import resource_types, subscription_body
from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.tokens import Caller
from deployer.emulator.metadata import endpoints
from deployer.emulator.state.records import TENANT_ID, JsonObject, subscription_id
from deployer.emulator.templates.places import Place

_WITH_A_DOT = ("acrLoginServer", "keyVaultDns", "sqlServerHostname")
"""Suffixes that `environment()` writes with the dot before them (Azure's reference of the function)."""


def place_of(cloud: EmulatedCloud, caller: Caller, scope: str, deployment: JsonObject) -> Place:
    """The surroundings of a deployment; `deployment` is what it says of itself."""
    group = cloud.store.group(scope.split("/")[4]) if scope != subscription_id() else None
    return Place(
        scope=scope,
        subscription=subscription_body(),
        group=group_body(group) if group else None,
        deployment=deployment,
        environment=_environment(cloud),
        tenant={
            "id": f"/tenants/{TENANT_ID}",
            "tenantId": TENANT_ID,
            "displayName": "deployer emulator",
            "countryCode": "US",
        },
        deployer={"objectId": caller.object_id, "tenantId": TENANT_ID},
        providers=resource_types(),
    )


def _environment(cloud: EmulatedCloud) -> JsonObject:
    """The cloud as the metadata endpoint describes it."""
    found: JsonObject = endpoints(cloud).body
    suffixes = {
        name: f".{suffix}" if name in _WITH_A_DOT else suffix
        for name, suffix in found["suffixes"].items()
    }
    return {**found, "suffixes": suffixes}
