"""Azure's own clients, unmodified: azure-identity and the management SDK create, deploy, delete, restore, purge."""

from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.identity import ClientSecretCredential, DefaultAzureCredential
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

from deployer.emulator import environment

ACCOUNT = {
    "location": "eastus2",
    "kind": "OpenAI",
    "sku": {"name": "S0"},
    "properties": {"customSubDomainName": "voice"},
}
AUDIO = {
    "sku": {"name": "GlobalStandard", "capacity": 2},
    "properties": {
        "model": {"format": "OpenAI", "name": "gpt-4o-audio-preview", "version": "2024-12-17"}
    },
}


@pytest.fixture
def variables(emulator, monkeypatch):
    """The environment that `deployer emulator env` prints."""
    for name, value in environment(emulator.ca.parent).items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=["bare DefaultAzureCredential", "ClientSecretCredential"])
def client(request, emulator, arm, variables):
    arm.group()
    credential: ClientSecretCredential | DefaultAzureCredential
    if request.param == "ClientSecretCredential":
        credential = ClientSecretCredential(
            emulator.tenant,
            emulator.client_id,
            emulator.client_secret,
            authority=emulator.address,
        )
    else:
        credential = DefaultAzureCredential()
    with (
        credential,
        CognitiveServicesManagementClient(
            credential, emulator.subscription, base_url=emulator.address
        ) as client,
    ):
        yield client


def test_the_management_sdk_goes_through_a_whole_life(client):
    account = client.accounts.begin_create("rg", "voice", ACCOUNT).result()
    deployment = client.deployments.begin_create_or_update("rg", "voice", "audio", AUDIO).result()
    listed = [one.name for one in client.deployments.list("rg", "voice")]
    client.deployments.begin_delete("rg", "voice", "audio").result()
    client.accounts.begin_delete("rg", "voice").result()
    deleted = [one.name for one in client.deleted_accounts.list()]
    with pytest.raises(ResourceExistsError, match="soft-deleted"):
        client.accounts.begin_create("rg", "voice", ACCOUNT)
    restore = {"location": "eastus2", "properties": {"restore": True}}
    restored = client.accounts.begin_create("rg", "voice", restore).result()
    client.accounts.begin_delete("rg", "voice").result()
    client.deleted_accounts.begin_purge("eastus2", "rg", "voice").result()

    assert account.properties.provisioning_state == "Succeeded"
    assert deployment.properties.rate_limits[0].count == 2
    assert (listed, deleted) == (["audio"], ["voice"])
    assert restored.properties.provisioning_state == "Succeeded"
    assert list(client.deleted_accounts.list()) == []
    with pytest.raises(ResourceNotFoundError):
        client.accounts.get("rg", "voice")


def test_the_management_sdk_waits_for_an_account_without_its_thirty_seconds(client, emulator):
    emulator.ask("PATCH", "settings", {"pacing": "fast", "accountSeconds": 0.2})

    account = client.accounts.begin_create("rg", "voice", ACCOUNT).result(timeout=10)

    assert account.properties.provisioning_state == "Succeeded"


def test_the_management_sdk_sees_an_operation_fail(client, emulator):
    fault = {"kind": "operationFailed", "code": "CustomDomainInUse", "message": "Taken."}
    emulator.ask("POST", "faults", fault)

    with pytest.raises(HttpResponseError, match="CustomDomainInUse"):
        client.accounts.begin_create("rg", "voice", ACCOUNT).result()


@pytest.mark.long  # the SDK itself sleeps ten seconds before it looks again
def test_the_management_sdk_registers_the_provider_by_itself(client, emulator):
    emulator.ask("PATCH", "settings", {"providerRegistered": False})

    assert list(client.accounts.list()) == []
    assert emulator.ask("GET", "settings")["providerRegistered"] is True


def test_the_management_sdk_reads_models_and_usages(client):
    models = [one.model.name for one in client.models.list("eastus2")]
    usages = {one.name.value: one.limit for one in client.usages.list("eastus2")}

    assert "gpt-4o-mini-audio-preview" in models
    assert usages["OpenAI.GlobalStandard.gpt-4o-realtime-preview"] == 6
