"""The cloud metadata endpoint, by which az, Terraform and Pulumi learn where everything of a cloud lies."""

from __future__ import annotations

from deployer.emulator.cloud import EmulatedCloud
from deployer.emulator.identity.token_endpoint import ADFS
from deployer.emulator.identity.tokens import ARM_AUDIENCES
from deployer.emulator.router import Answer
from deployer.emulator.state.records import JsonObject

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


ONE_OBJECT = "2022-09-01"
"""The api-version since which the answer is one cloud, not a list of clouds."""


def endpoints(cloud: EmulatedCloud, version: str = "") -> Answer:
    """This cloud as az 2.91 and the providers' metadata clients read it; a list of clouds at older api-versions.

    The list is what az reads from `ARM_CLOUD_METADATA_URL` at 2019-05-01; where between the two versions Azure
    changes is not known.
    """
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
    return Answer([body] if version and version < ONE_OBJECT else body)
