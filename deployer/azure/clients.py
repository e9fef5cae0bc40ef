"""Connections to Azure Resource Manager: one set per cloud and subscription, shared by every thread.

Writes go through the SDK's own operations. Reads are made by path and stay JSON: turning a region's model list of
600 kB into the SDK's objects takes 0.3 s of processor time, reading it as JSON a hundredth of that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from deployer import __version__
from deployer.azure.cloud import Cloud
from deployer.azure.failures import classify, retry_after
from deployer.catalog import api_versions

if TYPE_CHECKING:
    import requests
    from azure.core.credentials import AccessToken, TokenCredential
    from azure.core.rest import HttpResponse
    from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
    from azure.mgmt.resource.resources import ResourceManagementClient

JsonObject = dict[str, Any]

CONNECTIONS = 32
CONNECT_SECONDS, ANSWER_SECONDS = 10, 120

OK = 200

_REFRESH_SECONDS = 300


class Clients:
    """The SDK's clients for one subscription, and reading by path. Nothing here retries: waiting is `waiting`'s."""

    cognitive: CognitiveServicesManagementClient
    resources: ResourceManagementClient

    def __init__(self, cloud: Cloud, subscription: str) -> None:
        from azure.core.pipeline.policies import RetryPolicy
        from azure.core.pipeline.transport import RequestsTransport
        from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient
        from azure.mgmt.resource.resources import ResourceManagementClient

        self._session = _session(cloud)
        shared: dict[str, Any] = {
            "base_url": cloud.arm,
            "credential_scopes": [f"{cloud.audience}/.default"],
            "transport": RequestsTransport(
                session=self._session,
                connection_verify=str(cloud.ca) if cloud.ca else True,
                connection_timeout=CONNECT_SECONDS,
                read_timeout=ANSWER_SECONDS,
            ),
            "retry_policy": RetryPolicy.no_retries(),
            "user_agent": f"deployer/{__version__}",
        }
        signed = credential(cloud)
        self.cognitive = CognitiveServicesManagementClient(
            signed, subscription, api_version=api_versions.ARM, **shared
        )
        self.resources = ResourceManagementClient(
            signed, subscription, api_version=api_versions.RESOURCE_GROUPS, **shared
        )

    def close(self) -> None:
        """Close the connections; both clients share them."""
        self._session.close()

    def get(self, path: str, api_version: str = api_versions.ARM) -> JsonObject | None:
        """What stands at a path; None when nothing does. Raises the SDK's exceptions."""
        try:
            return self.send("GET", path, api_version)
        except Exception as error:
            if classify(error).is_absence:
                return None
            raise

    def items(
        self, path: str, api_version: str = api_versions.ARM, query: Mapping[str, str] | None = None
    ) -> list[JsonObject]:
        """All items of a collection, however many pages it has; empty when the collection's parent is absent."""
        try:
            page = self.send("GET", path, api_version, query=query)
            found = list(page.get("value", []))
            while link := page.get("nextLink"):
                page = self._send("GET", link, None)
                found += page.get("value", [])
        except Exception as error:
            if classify(error).is_absence:
                return []
            raise
        return found

    def send(
        self,
        method: str,
        path: str,
        api_version: str,
        *,
        body: JsonObject | None = None,
        query: Mapping[str, str] | None = None,
    ) -> JsonObject:
        """One request and the object it is answered with (empty when without a body). Raises the SDK's exceptions."""
        parameters = urlencode({"api-version": api_version, **(query or {})})
        return self._send(method, f"{quote(path)}?{parameters}", body)

    def begin(
        self, method: str, path: str, api_version: str, body: JsonObject
    ) -> tuple[str, JsonObject]:
        """One request that may start an operation: where its end is told, and what was answered at once."""
        url = f"{quote(path)}?{urlencode({'api-version': api_version})}"
        response = self._respond(method, url, body)
        return str(response.headers.get("Location", "")), _object(response)

    def poll(self, address: str) -> tuple[JsonObject | None, float | None]:
        """What an operation came to, None while it goes on; and the pause in seconds that Azure asks for."""
        response = self._respond("GET", address, None)
        return _object(response) if response.status_code == OK else None, retry_after(
            response.headers
        )

    def _send(self, method: str, url: str, body: JsonObject | None) -> JsonObject:
        return _object(self._respond(method, url, body))

    def _respond(self, method: str, url: str, body: JsonObject | None) -> HttpResponse:
        from azure.core.rest import HttpRequest

        response = self.resources.send_request(HttpRequest(method, url, json=body))
        response.raise_for_status()
        return response


def clients(cloud: Cloud, subscription: str) -> Clients:
    """The connections of a cloud, opened at the first call."""
    key = f"clients {subscription}"
    if key not in cloud.opened:
        cloud.opened.setdefault(key, Clients(cloud, subscription))
    opened: Clients = cloud.opened[key]
    return opened


def _object(response: HttpResponse) -> JsonObject:
    answer = response.json() if response.content else {}
    return answer if isinstance(answer, dict) else {"value": answer}


def credential(cloud: Cloud) -> TokenCredential:
    """The cloud's credential, asked once per audience: several of azure-identity's start a process at every call."""
    shared: TokenCredential = cloud.opened.setdefault("credential", _Remembering(cloud.credential))
    return shared


class _Remembering:
    """A credential that keeps its tokens until five minutes before they expire."""

    def __init__(self, credential: TokenCredential) -> None:
        self._credential = credential
        self._lock = threading.Lock()
        self._tokens: dict[tuple[str, ...], AccessToken] = {}

    def close(self) -> None:
        """Close the connections of the credential, if it has any."""
        if hasattr(self._credential, "close"):
            self._credential.close()

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:  # noqa: ANN401 - the SDK's protocol
        """A token for these scopes. A challenge for other claims always gets a new one."""
        with self._lock:
            known = self._tokens.get(scopes)
            fresh = known is not None and known.expires_on - time.time() > _REFRESH_SECONDS
            if known is None or not fresh or options.get("claims"):
                known = self._tokens[scopes] = self._credential.get_token(*scopes, **options)
            return known


def _session(cloud: Cloud) -> requests.Session:
    """Connections to share; on loopback no proxy of the environment is asked."""
    import requests
    from requests.adapters import HTTPAdapter

    session = requests.Session()
    session.trust_env = not cloud.is_loopback
    session.mount("https://", HTTPAdapter(pool_connections=4, pool_maxsize=CONNECTIONS))
    return session
