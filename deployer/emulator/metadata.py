"""The cloud metadata endpoint, by which az, Terraform and Pulumi learn where everything of a cloud lies."""

from __future__ import annotations

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity import ARM_AUDIENCES
from deployer.emulator.records import JsonObject
from deployer.emulator.router import Answer
from deployer.emulator.token_endpoint import ADFS

PATH = "/metadata/endpoints"

CLOUD_NAME = "DeployerEmulator"
"""Never `AzureCloud`: clients force the public sign-in address on a cloud of that name."""

# Terraform's provider reads all of these; none of them leads anywhere here.
_SUFFIXES = (
    "acrLoginServer",
    "attestationEndpoint",
    "azureDataLakeAnalyticsCatalogAndJob",
    "azureDataLakeStoreFileSystem",
    "azureFrontDoorEndpointSuffix",
    "keyVaultDns",
    "mariadbServerEndpoint",
    "mhsmDns",
    "mysqlServerEndpoint",
    "postgresqlServerEndpoint",
    "sqlServerHostname",
    "storage",
    "storageSyncEndpointSuffix",
    "synapseAnalytics",
)


def endpoints(cloud: EmulatedCloud) -> Answer:
    """The object that az 2.91 and the providers' metadata clients read (emulation notes, 2026-11)."""
    here = f"{cloud.address}/"
    body: JsonObject = {
        "name": CLOUD_NAME,
        "resourceManager": here,
        "portal": here,
        "gallery": here,
        "graph": here,
        "graphAudience": here,
        "microsoftGraphResourceId": here,
        "authentication": {
            # Under this authority no client asks the public cloud whether the place is genuine.
            "loginEndpoint": f"{cloud.address}/{ADFS}",
            "audiences": [f"{one}/" for one in reversed(ARM_AUDIENCES)],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "suffixes": {name: f"{name.lower()}.invalid" for name in _SUFFIXES},
    }
    return Answer(body)
