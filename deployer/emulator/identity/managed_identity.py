"""Managed identity: tokens over plain HTTP for whoever is on the machine, as App Service and the metadata service give them."""

from __future__ import annotations

from collections.abc import Mapping

from deployer.emulator.cloud import DEPLOYER, EmulatedCloud
from deployer.emulator.identity.tokens import LIFETIME, same_secret
from deployer.emulator.router import Answer
from deployer.emulator.state.records import TENANT_ID

APP_SERVICE = "/msi/token"
METADATA_SERVICE = "/metadata/identity/oauth2/token"
PLACES = (APP_SERVICE, METADATA_SERVICE)


def identity_token(
    cloud: EmulatedCloud, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> Answer:
    """A token for the machine's identity: the principal that `client_id` names, else deployer."""
    if not _is_trusted(cloud, path, headers):
        return _refused(401, "Unauthorized", "The header that proves a local caller is missing.")
    resource = query.get("resource")
    if not resource:
        return _refused(400, "invalid_request", "Required query variable 'resource' is missing")
    wanted = query.get("client_id") or query.get("clientid") or DEPLOYER.client_id
    principal = next((one for one in cloud.store.principals() if one.client_id == wanted), None)
    if principal is None:
        return _refused(400, "invalid_request", "Identity not found")
    issuer = f"{cloud.address}/{TENANT_ID}/v2.0"
    body = {
        "access_token": cloud.tokens.issue(principal, resource, issuer),
        # Text, not a number, in both services (azure-identity 1.27 reads it so).
        "expires_on": str(int(cloud.clock.token_time()) + LIFETIME),
        "resource": resource,
        "token_type": "Bearer",
        "client_id": principal.client_id,
    }
    return Answer(body)


def _is_trusted(cloud: EmulatedCloud, path: str, headers: Mapping[str, str]) -> bool:
    if path == METADATA_SERVICE:
        return headers.get("Metadata", "").lower() == "true"
    return same_secret(headers.get("X-IDENTITY-HEADER", ""), cloud.identity_header)


def _refused(status: int, error: str, text: str) -> Answer:
    return Answer({"error": error, "error_description": text}, status)
